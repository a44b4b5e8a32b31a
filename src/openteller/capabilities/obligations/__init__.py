"""Promises and legal clocks: each is a row with a time and an owner, and somebody must close it with a proof."""
