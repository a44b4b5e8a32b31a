"""Names we already know: this customer's and their payees', nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.normalise import fold
from openteller.domain.texts import SpanType

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def find(scan: Scan) -> Iterator[Finding]:
    """Each known name, whatever its case and accents, as whole words (anywhere, in scripts without spaces)."""
    for name in scan.names:
        parts = fold(name).split()
        if not parts or len("".join(parts)) < 2:
            continue
        inner = r"[\s\-]{1,3}".join(re.escape(part) for part in parts)
        first = "" if _UNSPACED.match(parts[0]) else r"(?<![^\W_])"
        last = "" if _UNSPACED.match(parts[-1][-1]) else r"(?![^\W_])"
        for match in re.finditer(first + inner + last, scan.text):
            yield Finding(match.start(), match.end(), SpanType.NAME)
