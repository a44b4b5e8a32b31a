"""Proof of what happened: events inserted with the turn, ordered and sealed a moment later, verified by anybody."""
