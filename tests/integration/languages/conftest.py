"""The shipped pack, which speaks English, Spanish and Arabic."""

from tests.integration.conversation.conftest import house, parts

__all__ = ["house", "parts"]
