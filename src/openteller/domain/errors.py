"""Errors, named by what to do next.

HTTP status codes appear only at the edge (``entrypoints/http``); nothing below knows them.
"""

from __future__ import annotations


class TellerError(Exception):
    """The root of every error of ours, so that an edge can tell ours from a bug."""


class CustomerError(TellerError):
    """Something the caller sent is wrong and they can mend it: tell them.

    ``code`` is stable and machine-readable (``unknown_conversation``), ``message`` is one English sentence for
    developers and logs that never holds personal text; ``field`` names the place in the input, if there is one.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class NotFound(CustomerError):
    """The thing does not exist *for this caller*: absent and somebody else's look the same (AZ-01)."""


class NotAllowed(CustomerError):
    """The caller is not who they must be: no, expired or forged proof of identity."""


class TooMany(CustomerError):
    """The caller is over a rate limit; ``retry_after_s`` says when to come back, in seconds."""

    def __init__(self, code: str, message: str, *, retry_after_s: float) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class AdapterError(TellerError):
    """An outside party failed. ``retryable`` says whether the same call may be made again.

    ``outcome_known`` is False when the call may have had its effect (a lost reply): look up, never guess.
    """

    def __init__(self, message: str, *, retryable: bool, outcome_known: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.outcome_known = outcome_known


class Busy(AdapterError):
    """An outside party wants to be left alone for ``retry_after_s`` seconds; then the same call may be made again."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message, retryable=True)
        self.retry_after_s = retry_after_s


class Undeliverable(AdapterError):
    """A channel will never take this message. ``gone``: nor any other to this address (blocked, deleted)."""

    def __init__(self, message: str, *, gone: bool) -> None:
        super().__init__(message, retryable=False)
        self.gone = gone


class ConfigurationError(TellerError):
    """The operator or content owner must change something: refuse to start.

    ``file`` and ``line`` point at the content when it is a content fault.
    """

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        place = "" if file is None else f"{file}:{line}: " if line else f"{file}: "
        super().__init__(f"{place}{message}")
        self.message = message
        self.file = file
        self.line = line


class InvariantError(TellerError):
    """Something that cannot happen has happened: wake someone."""


class LostLease(TellerError):
    """Another holder has this conversation now; whoever sees this stops and writes nothing."""
