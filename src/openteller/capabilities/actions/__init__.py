"""Money safety: draft → shown → confirmed → authorised → executed, one way, and unknown outcomes never guessed."""
