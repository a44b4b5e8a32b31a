"""All the talks of some flows at once: which failed, and how much of the flows they travelled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openteller.domain.flows import Mark
from openteller.testing.talks.coverage import Coverage, coverage
from openteller.testing.talks.house import House
from openteller.testing.talks.lead import lead
from openteller.testing.talks.talk import Talk


@dataclass(frozen=True, slots=True)
class Failure:
    """A talk that went otherwise, where it is written, and how."""

    file: str
    line: int
    talk: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Found:
    """What came of the talks."""

    flows: int
    talks: int
    failures: tuple[Failure, ...]
    coverage: Coverage

    def as_json(self, *, coverage: bool) -> dict[str, Any]:
        """For machines; ``coverage`` with what no talk reaches."""
        told: dict[str, Any] = {
            "flows": self.flows,
            "talks": self.talks,
            "failed": len(self.failures),
            "coverage": round(self.coverage.share, 4),
            "failures": [
                {"file": each.file, "line": each.line, "talk": each.talk, "message": each.message}
                for each in self.failures
            ],
        }
        if coverage:
            told["unreached"] = [
                {
                    "file": each.file,
                    "line": each.line,
                    "flow": each.mark.flow,
                    "step": each.mark.step,
                    "way": each.mark.arm,
                }
                for each in self.coverage.unreached
            ]
        return told


def run_talks(house: House, names: Sequence[str], talks: Iterable[Talk]) -> Found:
    """Lead them all; one that fails keeps no other from its turn, and its way counts for nothing."""
    count, failures, trail = 0, [], set[Mark]()
    for talk in talks:
        count += 1
        try:
            trail |= lead(talk, house).trail
        except AssertionError as error:
            failures.append(Failure(str(talk.file), talk.line, talk.name, str(error)))
        except (KeyError, ValueError, TypeError, AttributeError, StopIteration) as error:  # an author's slip of the pen
            failures.append(Failure(str(talk.file), talk.line, talk.name, f"{talk}: cannot be read: {error!r}"))
    flows = [house.flows[name] for name in names]
    return Found(len(flows), count, tuple(failures), coverage(flows, house.policy, trail))
