"""What every adapter of a seam must keep, as checks to run against any of them: our twins, our adapters, yours."""
