"""What a bank edits: a folder of versioned content. Here its facts are read; each capability reads its own files."""
