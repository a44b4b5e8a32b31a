"""How sure an answer is: learned from the articles' own questions, each taken out in turn; from the same questions with
their whole article taken out, so that none answers them; and from texts that have nothing to do with the bank.

The threshold keeps wrong answers rare; below it we ask which was meant, or say "I don't know that".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from openteller.capabilities.knowledge.index import Learned, Matrix
from openteller.capabilities.knowledge.units import QUESTION

Vector = NDArray[np.float64]

MOST_WRONG = 0.025
"""Share of all questions, answerable or not, that may be answered wrongly on the questions we calibrate with. Below
the bar of 3 %, because strangers' questions are harder than our own.
"""
CANDIDATES = 3
MARKS = 6
_UNANSWERED, _UNRELATED = 0.10, 0.10
"""The shares of questions assumed to be about something no article tells, or about nothing of the bank's."""
_RIDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Sureness:
    """Logistic ``weights`` over the marks of a candidate (the last is the constant); from which confidence on an
    answer is given, by language; and what the articles' own questions gave when each was taken out.
    """

    weights: tuple[float, ...]
    thresholds: Mapping[str, float]
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def confidences(self, marks: Vector) -> Vector:
        """How likely each candidate is the right one; ``marks`` has a row a candidate."""
        return _sigmoid(np.column_stack([marks, np.ones(len(marks))]) @ np.array(self.weights))

    def threshold(self, language: str) -> float:
        """From where on an answer is given."""
        return self.thresholds.get(language, max(self.thresholds.values(), default=1.0))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Questions put to the index: marks of each one's candidates (rows × candidates × marks), which of them is right
    (none if no article answers), how much each question counts, and the right article's rank.
    """

    marks: Vector
    right: NDArray[np.bool_]
    weight: Vector
    language: NDArray[np.str_]
    rank: NDArray[np.intp] | None = None


def best_of(scores: Matrix, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The numbers of the best articles, best first, of those allowed; at most ``CANDIDATES``."""
    order = np.argsort(-np.where(allowed, scores, -np.inf))
    return order[: min(CANDIDATES, int(allowed.sum()))]


def marks_of(
    scores: Matrix, cosines: Matrix, coverage: Matrix, owners: NDArray[np.intp], candidates: NDArray[np.intp]
) -> Vector:
    """What a candidate's confidence is made of: its score, its nearest piece, how much of the question it mentions at
    all, each also as the lead over the best other article (candidates × marks).
    """
    nearest = np.full(len(scores), -1.0, dtype=np.float32)
    np.maximum.at(nearest, owners, cosines)
    rows = [
        [mark for values in (scores, nearest, coverage) for mark in (values[number], _lead(values, number))]
        for number in candidates
    ]
    return np.array(rows, dtype=np.float64).reshape(len(candidates), MARKS)


def _lead(values: Matrix, number: int) -> float:
    return float(values[number] - np.delete(values, number).max(initial=0.0))


def calibrate(learned: Learned, outside: Sequence[str], outside_vectors: Matrix) -> Sureness:
    """Sureness for this index; ``outside`` are texts that no article answers."""
    held = _held_out(learned)
    groups = [held, _unanswered(learned), _strangers(learned, outside, outside_vectors)]
    marks, right = np.concatenate([group.marks for group in groups]), np.concatenate([g.right for g in groups])
    weight, language = np.concatenate([group.weight for group in groups]), np.concatenate([g.language for g in groups])
    flat, wide = marks.reshape(-1, marks.shape[-1]), np.repeat(weight, marks.shape[1])
    sureness = Sureness(tuple(_fit(flat, right.reshape(-1), wide).tolist()), {})
    confidence = sureness.confidences(flat).reshape(right.shape)
    thresholds, figures = {}, {}
    for name in sorted({unit.language for unit in learned.index.units}):
        mine = (language == name) | (language == "")
        thresholds[name] = _threshold(confidence[mine, 0], right[mine, 0], weight[mine] / weight[mine].sum())
        own = held.language == name
        figures[name] = _figures(held, own, confidence[: len(own)], thresholds[name])
    return Sureness(sureness.weights, thresholds, figures)


def _held_out(learned: Learned) -> _Asked:
    """Every example question, with itself taken out."""
    index, questions, owners = learned.index, _questions(learned), learned.index.owners()
    asked = _Asking(learned, len(questions))
    ranks = []
    for place in questions:
        own, scores, cosines = (
            int(owners[place]),
            learned.without(np.array([place]))[0],
            index.vectors @ index.vectors[place],
        )
        cosines[place] = -1
        asked.put(scores, cosines, index.coverage(index.units[place].text, own), own, index.units[place].language)
        ranks.append(int((scores > scores[own]).sum()))
    return asked.all_of_them(1 - _UNANSWERED - _UNRELATED, np.array(ranks))


def _unanswered(learned: Learned) -> _Asked:
    """Every example question, with its article taken out: whatever is found is wrong."""
    index, questions, owners = learned.index, _questions(learned), learned.index.owners()
    asked = _Asking(learned, len(questions))
    for number in range(len(index.articles)):
        block = np.flatnonzero(owners == number)
        for place, scores in zip(block, learned.without(block), strict=True):
            unit, cosines = index.units[place], index.vectors @ index.vectors[place]
            if unit.kind == QUESTION:
                coverage = index.coverage(unit.text)
                scores[number], cosines[block], coverage[number] = -1, -1, 0
                asked.put(scores, cosines, coverage, None, unit.language)
    return asked.all_of_them(_UNANSWERED)


def _strangers(learned: Learned, texts: Sequence[str], vectors: Matrix) -> _Asked:
    asked = _Asking(learned, len(texts))
    for text, vector in zip(texts, vectors, strict=True):
        scores, cosines = learned.index.score(text, vector)
        asked.put(scores, cosines, learned.index.coverage(text), None, "")
    return asked.all_of_them(_UNRELATED)


class _Asking:
    """Collects what came of questions."""

    def __init__(self, learned: Learned, size: int) -> None:
        self._owners = learned.index.owners()
        self._everything = np.ones(len(learned.index.articles), dtype=bool)
        width = min(CANDIDATES, len(self._everything))
        self._marks, self._right = np.zeros((size, width, MARKS)), np.zeros((size, width), dtype=bool)
        self._languages: list[str] = []

    def put(self, scores: Matrix, cosines: Matrix, coverage: Matrix, answer: int | None, language: str) -> None:
        """A question and the number of the article that answers it, if any; no language where it belongs to all."""
        best, row = best_of(scores, self._everything), len(self._languages)
        self._marks[row] = marks_of(scores, cosines, coverage, self._owners, best)
        self._right[row] = best == (-1 if answer is None else answer)
        self._languages.append(language)

    def all_of_them(self, share: float, rank: NDArray[np.intp] | None = None) -> _Asked:
        """All questions, which weigh ``share`` together."""
        weight = np.full(len(self._languages), share / max(1, len(self._languages)))
        return _Asked(self._marks, self._right, weight, np.array(self._languages, dtype=str), rank)


def _questions(learned: Learned) -> NDArray[np.intp]:
    return np.flatnonzero([unit.kind == QUESTION for unit in learned.index.units])


def _figures(held: _Asked, own: NDArray[np.bool_], confidence: Vector, threshold: float) -> dict[str, float]:
    assert held.rank is not None
    answered = confidence[own, 0] >= threshold
    return {
        "questions": float(own.sum()),
        "recall_at_1": float((held.rank[own] == 0).mean()),
        "recall_at_3": float((held.rank[own] < 3).mean()),
        "answered": float(answered.mean()),
        "wrong": float((answered & ~held.right[own, 0]).mean()),
        "threshold": threshold,
    }


def _threshold(confidence: Vector, right: NDArray[np.bool_], weight: Vector) -> float:
    """The lowest confidence from which on at most ``MOST_WRONG`` of all questions are answered wrongly."""
    order = np.argsort(-confidence)
    wrong = np.cumsum(np.where(right[order], 0.0, weight[order]))
    allowed = np.flatnonzero(wrong <= MOST_WRONG)
    return float(confidence[order[allowed[-1]]]) if len(allowed) else 1.0


def _fit(marks: Vector, truth: NDArray[np.bool_], weight: Vector) -> Vector:
    """Weighted logistic regression by Newton steps."""
    design = np.column_stack([marks, np.ones(len(marks))])
    share = weight / weight.sum()
    penalty = _RIDGE * np.diag([1.0] * marks.shape[1] + [1e-6])
    solution: Vector = np.zeros(design.shape[1])
    for _ in range(40):
        predicted = _sigmoid(design @ solution)
        slope = design.T @ (share * (predicted - truth)) + penalty @ solution
        curve = (design * (share * predicted * (1 - predicted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve + 1e-9 * np.eye(len(curve)), slope)
        solution = solution - np.clip(step, -5, 5)
        if float(np.abs(step).max()) < 1e-7:
            break
    return solution


def _sigmoid(values: NDArray[np.floating]) -> Vector:
    result: Vector = 1 / (1 + np.exp(-np.clip(np.asarray(values, dtype=np.float64), -35, 35)))
    return result
