"""Recognisers of personal data: one kind, one small file; each is ``find(scan) -> findings``."""
