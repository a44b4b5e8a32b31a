"""The bank's books over its own API."""
