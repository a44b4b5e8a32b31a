"""The report of a measurement: one HTML file in which nothing runs, which asks nobody for anything, for any screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from openteller import __version__
from openteller.testing.measures import pictures
from openteller.testing.measures.costs import COSTS, SAFETY_SIGNALS
from openteller.testing.measures.hearing import TURNED_AWAY_FROM
from openteller.testing.measures.paired import Comparison, likely_range
from openteller.testing.measures.pictures import Bar, Bin
from openteller.testing.measures.understanding import Confusion, Measured

_BINS = 10
_PAIRS, _CELLS, _LONGEST = 20, 8, 200
_STEPS = (0.05, 0.15, 0.35)
"""From these shares of a row on a cell of the map is darker."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of data: its name, what it was (SHA-256) and how many messages it held."""

    name: str
    digest: str
    messages: int


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of one or two models, and what is gained (or a dash)."""

    name: str
    values: tuple[str, ...]
    gained: str
    meaning: str


def source(path: Path, messages: int) -> Source:
    """What a file was when it was measured by."""
    return Source(path.name, sha256(path.read_bytes()).hexdigest(), messages)


def percent(share: float | None) -> str:
    """``0.9312`` as ``93.1 %``; a dash for nothing."""
    return "–" if share is None else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


_FIGURES: tuple[tuple[str, Callable[[Measured], float | None], str, str], ...] = (
    ("Accuracy in scope", lambda found: found.accuracy, "share", "the first guess is what was meant"),
    ("… if turning away counts as wrong", lambda found: found.answered_right, "share", "right, and not turned away"),
    ("Micro-F1", lambda found: found.micro_f1, "share", "over all labels of messages that may have several"),
    ("Calibration error (ECE)", lambda found: found.ece, "share", "how far confidence is from the truth; 0 is best"),
    ("AUROC of out of scope", lambda found: found.auroc, "share", "how well both kinds are told apart; 50 % is chance"),
    ("Out of scope, recognised", lambda found: found.outside_recall, "share", "with a score of at least 0.5"),
    ("In scope, turned away", lambda found: found.false_rejection, "share", "with a score of at least 0.5; 0 is best"),
    ("Safety signals, seen", lambda found: found.safety_recall, "share", "of those that messages show"),
    ("Cost of a hundred messages", lambda found: found.cost_per_hundred, "points", "in points, see below; 0 is best"),
)


def figure_rows(measured: Measured, against: Measured | None) -> list[Row]:
    """The main figures; those of which there is nothing to count are left out."""
    rows = []
    for name, get, unit, meaning in _FIGURES:
        values = [get(found) for found in (measured, against) if found is not None]
        if values[0] is None:
            continue
        shown = tuple(percent(value) if unit == "share" else f"{value or 0:.1f}" for value in values)
        rows.append(Row(name, shown, _gained(values, unit), meaning))
    return rows


def as_figures(
    measured: Measured, against: Measured | None, comparison: Comparison | None, notes: Sequence[str]
) -> dict[str, object]:
    """All figures for machines; shares are 0–1."""
    found: dict[str, object] = {"model": _for_machines(measured), "notes": list(notes)}
    if against is not None and comparison is not None:
        found["against"] = _for_machines(against)
        found["comparison"] = {**asdict(comparison), "verdict": comparison.verdict}
    return found


def _for_machines(measured: Measured) -> dict[str, object]:
    low, high = likely_range(measured.right, len(measured.inside))
    shares = {
        "accuracy": measured.accuracy,
        "answered_right": measured.answered_right,
        "micro_f1": measured.micro_f1,
        "ece": measured.ece,
        "auroc": measured.auroc,
        "out_of_scope_recall": measured.outside_recall,
        "false_rejection": measured.false_rejection,
        "safety_recall": measured.safety_recall,
    }
    return {
        "version": measured.facts.version,
        "messages": len(measured.heard),
        "in_scope": len(measured.inside),
        "out_of_scope": len(measured.outside),
        **{name: None if share is None else round(share, 4) for name, share in shares.items()},
        "accuracy_interval": [round(low, 4), round(high, 4)],
        "cost_per_hundred": round(measured.cost_per_hundred, 2),
        "errors": measured.errors,
        "languages": [{**asdict(one), "accuracy": one.accuracy} for one in measured.languages],
        "labels": [{**asdict(one), "precision": one.precision, "recall": one.recall} for one in measured.labels],
        "signals": [{**asdict(one), "recall": one.recall, "alarm_rate": one.alarm_rate} for one in measured.signals],
        "confusions": [asdict(one) for one in measured.confusions],
    }


def _gained(values: Sequence[float | None], unit: str) -> str:
    if len(values) < 2 or values[0] is None or values[1] is None:
        return ""
    return _signed(values[0] - values[1], unit)


def _signed(value: float, unit: str) -> str:
    """With its sign, shares in points of a percent."""
    number = f"{100 * value if unit == 'share' else value:+.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{number}\N{NO-BREAK SPACE}pp" if unit == "share" else number


def report(
    measured: Measured,
    sources: Sequence[Source],
    notes: Sequence[str],
    day: date,
    against: Measured | None = None,
    comparison: Comparison | None = None,
) -> str:
    """The page."""
    both = [found for found in (measured, against) if found is not None]
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    pages.filters |= {
        "percent": percent,
        "points": lambda value: _signed(value, "share"),
        "plus": lambda value: _signed(value, "points"),
    }
    low, high = likely_range(measured.right, len(measured.inside))
    return pages.get_template(
        "understanding_page.html"
    ).render(
        style=Markup((Path(__file__).parent / "understanding_page.css").read_text("utf-8")),  # noqa: S704 (ours)
        measured=measured,
        against=against,
        both=both,
        names=("This model", "Compared with")[: len(both)],
        comparison=comparison,
        sources=sources,
        notes=notes,
        day=day,
        version=__version__,
        interval=f"{percent(low)} to {percent(high)}",
        figures=figure_rows(measured, against),
        costs=COSTS,
        safety=sorted(SAFETY_SIGNALS),
        cost_picture=_cost_picture(both),
        language_picture=_language_picture(both),
        languages=_by_language(both),
        reliability=pictures.reliability(list(map(bins_of, both)), "Confidence against the share that was right"),
        bins=[(each, round(each.weight * len(measured.guesses[1]))) for each in bins_of(measured)],
        curve=pictures.curve(list(map(_roc, both)), "Out of scope recognised against in scope turned away")
        if measured.auroc is not None
        else None,
        thresholds=_thresholds(measured) if measured.auroc is not None else [],
        heat=heat_map(measured),
        confusions=[_short(pair) for pair in measured.confusions[:_PAIRS]],
        signal_picture=_signal_picture(both),
        signals=_by_signal(both),
        labels=measured.labels,
        sample=pictures.sample,
    )


def bins_of(measured: Measured) -> list[Bin]:
    """Messages by confidence, in ten equally wide bins; empty ones are left out."""
    confidence, right = measured.guesses
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    masks = [place == number for number in range(_BINS)]
    return [
        Bin(float(confidence[mask].mean()), float(right[mask].mean()), float(mask.mean()))
        for mask in masks
        if mask.any()
    ]


def _roc(measured: Measured) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """The curve from (0, 0) to (1, 1), and the point of the threshold in use."""
    score, outside = measured.scope
    order = np.argsort(-score, kind="stable")
    last_of_equals = np.append(np.diff(score[order]) != 0, True)
    hits = np.cumsum(outside[order])[last_of_equals] / max(1, outside.sum())
    alarms = np.cumsum(~outside[order])[last_of_equals] / max(1, (~outside).sum())
    points = [(0.0, 0.0), *zip(alarms.tolist(), hits.tolist(), strict=True)]
    above = score >= TURNED_AWAY_FROM
    at = (
        (float(above[~outside].mean()), float(above[outside].mean()))
        if outside.any() and not outside.all()
        else (0.0, 0.0)
    )
    return points, at


def _thresholds(measured: Measured) -> list[tuple[float, float, float]]:
    """Threshold, share of what is out of scope from there on, and of what is in scope."""
    score, outside = measured.scope
    steps = [number / 10 for number in range(1, 10)]
    return [(step, float((score[outside] >= step).mean()), float((score[~outside] >= step).mean())) for step in steps]


def heat_map(measured: Measured) -> tuple[list[str], list[tuple[str, list[tuple[int, str]]]]]:
    """The labels that are confused most, and for each what its messages were taken for: (count, how dark). The last
    column counts what was taken for anything else.
    """
    shown: list[str] = []
    for pair in measured.confusions:
        new = [name for name in (pair.meant, pair.taken_for) if name not in shown]
        if len(shown) + len(new) <= _CELLS:
            shown += new
    shown.sort()
    rows = []
    for meant in shown:
        heard = [one.taken_for for one in measured.heard if meant in (one.meant or ())]
        counts = [sum(name in taken for taken in heard) for name in shown]
        counts.append(sum(not taken & set(shown) for taken in heard))
        looks = ["right" if name == meant else "wrong" for name in (*shown, "")]
        cells = [(count, f"{look}{_dark(count, len(heard))}") for count, look in zip(counts, looks, strict=True)]
        rows.append((meant, cells))
    return shown, rows


def _dark(count: int, total: int) -> int:
    return 0 if not count else 1 + sum(count / total >= step for step in _STEPS)


def _short(pair: Confusion) -> Confusion:
    texts = tuple(text if len(text) <= _LONGEST else text[:_LONGEST] + "…" for text in pair.examples)
    return Confusion(pair.meant, pair.taken_for, pair.count, texts)


def _cost_picture(both: Sequence[Measured]) -> Markup:
    spent = [{name: count * COSTS[name].points for name, count in found.errors.items()} for found in both]
    most = max((points for each in spent for points in each.values()), default=0) or 1
    rows = [
        (
            cost.what,
            [
                Bar(each[name] / most, f"{found.errors[name]} × {cost.points}")
                for found, each in zip(both, spent, strict=True)
            ],
        )
        for name, cost in COSTS.items()
    ]
    return pictures.bars(rows, "What misunderstandings cost, by kind")


def _called(language: str) -> str:
    """``ar`` as ``Arabic (ar)``."""
    try:
        name = Locale.parse(language).get_display_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name} ({language})" if name else language


def _by_language(both: Sequence[Measured]) -> list[tuple[str, int, int, list[float | None]]]:
    """Language, messages, those in scope, accuracy of each model."""
    others = [{each.language: each for each in found.languages} for found in both]
    return [
        (
            _called(each.language),
            each.messages,
            each.inside,
            [found[each.language].accuracy if each.language in found else None for found in others],
        )
        for each in both[0].languages
    ]


def _language_picture(both: Sequence[Measured]) -> Markup:
    rows = []
    for language in (each.language for each in both[0].languages if each.inside):
        found = [next((each for each in one.languages if each.language == language), None) for one in both]
        series = [
            Bar(each.accuracy or 0.0, percent(each.accuracy), likely_range(each.right, each.inside))
            if each
            else Bar(0.0, "–")
            for each in found
        ]
        rows.append((_called(language), series))
    return pictures.bars(rows, "Accuracy in scope by language")


def _by_signal(both: Sequence[Measured]) -> list[tuple[str, int, int, list[tuple[float | None, float | None]]]]:
    """Signal, messages that show it, those that do not, (recall, false alarms) of each model."""
    others = [{each.signal: (each.recall, each.alarm_rate) for each in found.signals} for found in both]
    return [
        (each.signal, each.shown, each.others, [found.get(each.signal, (None, None)) for found in others])
        for each in both[0].signals
    ]


def _signal_picture(both: Sequence[Measured]) -> Markup | None:
    rows = [(name, shares) for name, _, _, shares in _by_signal(both)]
    return pictures.dots(rows, "Recall and false alarms of each signal") if rows else None
