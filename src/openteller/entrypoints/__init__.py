"""Where it starts: HTTP, worker and command line."""
