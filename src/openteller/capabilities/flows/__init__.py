"""Flows as data: loaded, checked, drawn and advanced; never any I/O."""
