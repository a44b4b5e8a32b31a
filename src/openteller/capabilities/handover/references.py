"""References that a person can read out on the telephone."""

from __future__ import annotations

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: they are misheard or misread


def reference_from(number: int) -> str:
    """``K7F3-9QXM`` from any large number: eight letters, so about 6·10¹¹ of them."""
    letters = []
    for _ in range(8):
        number, index = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[index])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"
