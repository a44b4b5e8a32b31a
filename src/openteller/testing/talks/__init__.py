"""Talks: conversations as data, led through the flows of a pack. For the people who write flows, and for our tests."""
