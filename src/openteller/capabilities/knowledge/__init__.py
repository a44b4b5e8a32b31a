"""Articles that answer questions: read and checked, indexed by words and by meaning, said only while they are valid."""
