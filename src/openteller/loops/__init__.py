"""When we do it. Loops join capabilities; they alone open and commit units of work."""
