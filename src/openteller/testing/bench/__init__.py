"""The benchmark of turns: a whole installation under load, measured from outside."""
