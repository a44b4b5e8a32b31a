"""The smoke test: more than a dozen conversations through the front door, checked against the bank's own books."""

from openteller.testing.smoke.drive import drive_smoke

__all__ = ["drive_smoke"]
