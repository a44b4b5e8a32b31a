"""What the bank has written down for its customers, and how a reply refers to it without carrying its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in an article: ``part`` is ``title``, ``answer`` or ``section:<number from 0>``.

    A reply holds the place and never the words: they are looked up when they are said, in the language of whoever reads
    them, among the articles that are approved and valid on that day. What has expired cannot be said, not even again.
    """

    article_id: str
    part: str


@dataclass(frozen=True, slots=True)
class ApprovedWords:
    """PASSPORT. All that a reply may quote: made by ``capabilities/knowledge/approval.py`` alone, out of an article
    that somebody has approved and that is valid on the day it is said.
    """

    text: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class Passage:
    """An article that may answer a question: a reference, never its words.

    ``confidence`` (0–1, calibrated) is how likely it is the right one; ``sure`` says that it is enough to answer with.
    ``section`` is the part that the question is closest to, besides the short answer; None when that says it all.
    ``approved_on`` is the date shown with the answer.
    """

    article_id: str
    section: int | None
    approved_on: date
    confidence: float
    sure: bool
