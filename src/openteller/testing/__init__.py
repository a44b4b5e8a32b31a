"""For people who test: the whole stack as processes, and drivers that talk to it from outside."""
