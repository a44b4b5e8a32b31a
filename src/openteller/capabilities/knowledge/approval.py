"""Who may be quoted: the only place that makes ``ApprovedWords``, out of an article that may be said today."""

from __future__ import annotations

from datetime import date

from openteller.capabilities.knowledge.article import Article
from openteller.domain.knowledge import ApprovedWords


def may_be_said(article: Article, today: date) -> bool:
    """Approved by somebody on or before ``today``, and valid on it."""
    approved = article.approved_by is not None and article.approved_on is not None and article.approved_on <= today
    return approved and article.valid_from <= today <= article.valid_until


def approved_words(article: Article, part: str, today: date) -> ApprovedWords | None:
    """The words of this part (``Quote.part``); None when there is no such part, or nobody may say it today."""
    words = article.part(part)
    if words is None or not may_be_said(article, today) or article.approved_on is None:
        return None
    return ApprovedWords(words, article.approved_on)
