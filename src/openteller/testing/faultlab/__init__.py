"""The fault laboratory: real processes are killed, paused and lied to, and an oracle counts what the outside saw."""
