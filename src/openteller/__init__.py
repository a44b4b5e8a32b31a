"""OpenTeller: AI customer service for banks that is instant, safe and personal, and hands over to a person.

The map of this package is ARCHITECTURE.md; the file to read first is ``loops/conversation/turn.py``.
"""

__version__ = "0.1.0"
