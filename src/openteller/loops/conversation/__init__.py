"""The conversation loop: one message, one turn. ``turn.py`` is the file to read first."""
