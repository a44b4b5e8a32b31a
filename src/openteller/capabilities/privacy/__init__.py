"""Privacy: personal data is found and taken out in memory, before anything else sees the customer's words.

``clean`` at the edge, then ``redact`` (or ``redact_across`` within a conversation); ``scrub`` for logs.
"""

from openteller.capabilities.privacy.detection import detect
from openteller.capabilities.privacy.fragments import EarlierPart
from openteller.capabilities.privacy.normalise import clean
from openteller.capabilities.privacy.redaction import AcrossRedaction, blank, redact, redact_across, scrub

__all__ = ["AcrossRedaction", "EarlierPart", "blank", "clean", "detect", "redact", "redact_across", "scrub"]
