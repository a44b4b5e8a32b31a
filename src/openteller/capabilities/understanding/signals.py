"""Signals: independent yes-or-no columns of a machine of their own, so that no intent can hide one.

They are taught by the pack alone: its written examples and benign twins in every language it understands, and its
intents as what bank customers say on an ordinary day. All signals share one solution, because they share their rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.understanding.calibration import sigmoid
from openteller.capabilities.understanding.folds import plain_logistic
from openteller.capabilities.understanding.margin import Rows, separate
from openteller.capabilities.understanding.material import Material, lots_of, public_name
from openteller.capabilities.understanding.model import SignalFacts
from openteller.capabilities.understanding.views import Matrix
from openteller.capabilities.understanding.wording import plain

LANDMARKS, QUICK_LANDMARKS = 8_000, 2_500
"""Of some 65,000 rows; held out, five thousand find 1.5 signals less of a hundred, twelve thousand 0.7 more.
The first view needs fewer: what it may show is looked at with all."""
_RIDGE = 1.0
"""Signals are written to be unlike each other, and need a firmer ridge than intents."""
_FOLDS = 4
_COSTS = {"twin_alarms": 0.3, "ordinary_alarms": 4.0, "other_alarms": 0.8}
"""What false alarms weigh against a missed signal, as shares: one in three of the benign twins is worth ten missed of a
hundred, one in a hundred ordinary messages four, and one in a hundred of those that show another signal not quite one.
"""
_MOST_ORDINARY = 0.02
"""No signal may be heard in more of the ordinary messages than this share."""


@dataclass(frozen=True)
class SignalRows:
    """Plain texts (n) with what each shows: ``shown`` n × signals 1 or 0; ``twin`` n × signals; ``counted`` False where
    it is undecided and neither taught nor measured; ``languages`` of the texts that were written for a signal.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    shown: Matrix
    twin: NDArray[np.bool_]
    counted: NDArray[np.bool_]


def signal_rows(material: Material) -> SignalRows:
    """Lay out the rows of all signals."""
    place: dict[str, int] = {}
    languages: dict[int, str] = {}
    for example in material.ordinary:
        place.setdefault(plain(example.text), len(place))
    for signal in material.signals:
        for example in signal.written:
            row = place.setdefault(plain(example.text), len(place))
            languages[row] = example.language
    shape = (len(place), len(material.signals))
    shown, twin, counted = np.zeros(shape, np.float32), np.zeros(shape, bool), np.ones(shape, bool)
    for number, signal in enumerate(material.signals):
        for example in material.ordinary:
            names = {public_name(label) for label in example.labels} | set(example.labels)
            if names & set(signal.undecided):
                counted[place[plain(example.text)], number] = False
            if names & set(signal.shown_by):
                shown[place[plain(example.text)], number] = 1
        twins = [place[plain(example.text)] for example in signal.benign_twins]
        examples = [place[plain(example.text)] for example in signal.examples]
        twin[twins, number] = True
        shown[twins, number], shown[examples, number] = 0, 1
        counted[twins + examples, number] = True
    spoken = tuple(languages.get(row, "") for row in range(len(place)))
    return SignalRows(tuple(s.name for s in material.signals), tuple(place), spoken, shown, twin, counted)


def landmarks_of(rows: SignalRows) -> NDArray[np.intp]:
    """Row numbers, evenly drawn in every language: what was written for a signal before ordinary messages."""
    chance = lots_of(rows.texts)
    written = (rows.shown + rows.twin).any(axis=1)
    return np.sort(np.argsort(chance - 0.6 * written, kind="stable")[:LANDMARKS])


@dataclass(frozen=True)
class SignalFit:
    """The solution at one depth (coordinates m × signals), priors, and the raw scores of each row when left out."""

    solution: Matrix
    priors: Matrix
    held_out: Matrix


def fit_signals(rows: SignalRows, placed: Rows) -> SignalFit:
    """Solve for all rows and, for scores that were not taught, without each fold."""
    priors = rows.shown.mean(axis=0)
    solution, held_out = separate(placed, rows.shown, rows.counted, priors, _folds(rows), _RIDGE)
    return SignalFit(solution, priors, held_out)


def _folds(rows: SignalRows) -> NDArray[np.intp]:
    """A fold for each row, spread evenly over what the rows show."""
    kind = (rows.shown * np.arange(2, 2 + len(rows.names))).max(axis=1, initial=0) + rows.twin.any(axis=1)
    order = np.lexsort((lots_of(rows.texts), kind))
    fold = np.empty(len(order), dtype=np.intp)
    fold[order] = np.arange(len(order)) % _FOLDS
    return fold


def signal_facts(rows: SignalRows, fit: SignalFit) -> tuple[tuple[SignalFacts, ...], dict[str, float]]:
    """Calibration and threshold of each signal from held-out scores, and its figures (shares 0–1), by language too."""
    facts: list[SignalFacts] = []
    figures: dict[str, float] = {}
    for number, name in enumerate(rows.names):
        counted = rows.counted[:, number]
        shown, twin = rows.shown[counted, number] > 0.5, rows.twin[counted, number]
        scores = fit.held_out[counted, number]
        slope, offset = plain_logistic(scores[:, None].astype(np.float64), shown.astype(np.float64))
        chances = sigmoid(scores * slope + offset)
        spoken = np.array(rows.languages)[counted]
        silent = ~shown & ~twin
        harmless = {
            "twin_alarms": twin,
            "ordinary_alarms": silent & (spoken == ""),
            "other_alarms": silent & (spoken != ""),
        }
        threshold = _threshold(chances, shown, harmless)
        facts.append(SignalFacts(name, slope, offset, threshold))
        active = chances >= threshold
        kinds = {"recall": shown, **harmless}
        kinds |= {f"{language}_recall": shown & (spoken == language) for language in set(rows.languages) - {""}}
        figures |= {
            f"signal_{name}_{kind}": share for kind, mask in kinds.items() if (share := _share(active, mask)) >= 0
        }
    return tuple(facts), dict(sorted(figures.items()))


def _share(active: NDArray[np.bool_], mask: NDArray[np.bool_]) -> float:
    """The share of ``mask`` that is active; −1 where there is nothing."""
    return float(active[mask].mean()) if mask.any() else -1.0


def _threshold(
    chances: NDArray[np.float64], shown: NDArray[np.bool_], harmless: Mapping[str, NDArray[np.bool_]]
) -> float:
    """The threshold (0.02–0.6) of most recall, less what false alarms cost."""

    def worth(threshold: float) -> float:
        active = chances >= threshold
        costs = (_COSTS[kind] * max(0.0, _share(active, mask)) for kind, mask in harmless.items())
        return _share(active, shown) - sum(costs)

    grid = [round(step * 0.02, 2) for step in range(1, 31)]
    quiet = [one for one in grid if _share(chances >= one, harmless["ordinary_alarms"]) <= _MOST_ORDINARY]
    return max(quiet or grid[-1:], key=worth)
