"""Passing to a person: a reference and a time for everybody, a place in a queue, or a ticket when nobody is there."""
