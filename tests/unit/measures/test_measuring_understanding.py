"""The figures of a measurement, counted by hand; what the report says, and that nothing in it can run."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.capabilities.understanding import Understander
from openteller.capabilities.understanding.datasets import read_datasets
from openteller.capabilities.understanding.model import Depth, ModelFacts, SignalFacts
from openteller.capabilities.understanding.training import train
from openteller.domain.errors import ConfigurationError
from openteller.testing.measures.hearing import OUTSIDE, Heard, Names
from openteller.testing.measures.labelled import Labelled, read_labelled
from openteller.testing.measures.paired import Comparison, bootstrap, compare, likely_range
from openteller.testing.measures.understanding import Measured, measure, oddities
from openteller.testing.measures.understanding_page import Source, as_figures, heat_map, report, source

TODAY = date(2026, 11, 27)
GROUPS = {"freeze": "journey", "balance": "journey", "hello": "small_talk", "unrelated": "unrelated"}
NAMES = Names(
    GROUPS, {"lock_it": frozenset({"freeze"}), "both": frozenset({"freeze", "balance"})}, frozenset({"freeze"})
)
FACTS = ModelFacts(
    version="0123456789abcdef",
    data_hash="d" * 64,
    encoders=("use",),
    languages=("en", "es"),
    labels=tuple(GROUPS),
    groups=GROUPS,
    multi_label=False,
    reads_clauses=False,
    active_from=0.4,
    depths=(Depth(1, 1, 0, (), (SignalFacts("self_harm", 1, 0, 0.5), SignalFacts("complaint", 1, 0, 0.5))),),
)
PLAIN = Heard(
    text="a message",
    language="en",
    meant=None,
    several=False,
    best="freeze",
    confidence=0.9,
    active=frozenset(),
    out_of_scope=0.1,
    shown=None,
    alarms=frozenset(),
)


def heard(meant: str, best: str, *, sure: float = 0.9, scope: float = 0.1, language: str = "en") -> Heard:
    """A message with one label; its best guess is active unless it is out of scope or unsure."""
    active = frozenset({best} if scope < 0.5 and sure >= 0.4 and best != OUTSIDE else ())
    return replace(
        PLAIN,
        meant=frozenset({meant}),
        best=best,
        confidence=sure,
        out_of_scope=scope,
        language=language,
        active=active,
    )


BY_HAND = Measured(
    FACTS,
    NAMES,
    (
        heard("freeze", "freeze"),
        heard("freeze", "balance", sure=0.6, language="es"),
        heard("balance", "balance", scope=0.7),
        heard("balance", "freeze", sure=0.7),
        heard(OUTSIDE, OUTSIDE, scope=0.9),
        heard(OUTSIDE, "freeze", scope=0.4),
        replace(PLAIN, shown=frozenset({"self_harm"}), alarms=frozenset({"complaint"})),
        replace(PLAIN, shown=frozenset({"complaint"}), alarms=frozenset({"complaint"})),
    ),
)


def test_accuracy_counts_first_guesses_in_scope() -> None:
    assert (len(BY_HAND.inside), len(BY_HAND.outside), BY_HAND.right) == (4, 2, 2)
    assert BY_HAND.accuracy == 0.5
    assert BY_HAND.answered_right == 0.25, "the third is right, but turned away"
    assert [(one.language, one.inside, one.right) for one in BY_HAND.languages] == [("en", 3, 2), ("es", 1, 0)]


def test_calibration_compares_confidence_with_what_was_right() -> None:
    # 0.9 and 0.9 right, 0.6 and 0.7 wrong, in fifteen bins: (2 × 0.1 + 0.6 + 0.7) / 4
    assert BY_HAND.ece == pytest.approx(0.375)


def test_scope_is_counted_at_a_half_and_over_all_thresholds() -> None:
    assert BY_HAND.auroc == pytest.approx(7 / 8), "of eight pairs one stands the wrong way round: 0.4 against 0.7"
    assert (BY_HAND.outside_recall, BY_HAND.false_rejection) == (0.5, 0.25)


def test_labels_are_counted_by_what_a_message_was_taken_for() -> None:
    found = {one.label: (one.support, one.taken, one.hits, one.precision, one.recall) for one in BY_HAND.labels}
    assert found == {
        "freeze": (2, 3, 1, pytest.approx(1 / 3), 0.5),
        "balance": (2, 1, 0, 0.0, 0.0),
        OUTSIDE: (2, 2, 1, 0.5, 0.5),
    }


def test_confusions_come_with_the_surest_mistakes() -> None:
    rows = [replace(heard("freeze", "balance", sure=sure), text=f"{sure}") for sure in (0.5, 0.8, 0.7)]
    found = Measured(FACTS, NAMES, (*rows, heard("balance", "freeze"))).confusions
    assert [(one.meant, one.taken_for, one.count) for one in found] == [
        ("freeze", "balance", 3),
        ("balance", "freeze", 1),
    ]
    assert found[0].examples == ("0.8", "0.7")


def test_the_map_counts_every_message_of_a_row() -> None:
    shown, rows = heat_map(BY_HAND)
    assert shown == [OUTSIDE, "balance", "freeze"]
    assert [[count for count, _ in cells] for _, cells in rows] == [[1, 0, 1, 0], [1, 0, 1, 0], [0, 1, 1, 0]]


def test_signals_are_counted_where_the_data_name_them() -> None:
    found = {one.signal: (one.recall, one.alarm_rate) for one in BY_HAND.signals}
    assert found == {"self_harm": (0.0, 0.0), "complaint": (1.0, 1.0)}
    assert BY_HAND.safety_recall == 0.0


def test_errors_cost_what_they_can_do() -> None:
    assert BY_HAND.errors == {
        "missed_safety_signal": 1,
        "missed_signal": 0,
        "acting_journey": 2,
        "other_journey": 1,
        "refused": 1,
        "false_alarm": 1,
        "asked_back": 0,
    }
    assert BY_HAND.cost_per_hundred == pytest.approx(100 * (50 + 2 * 10 + 3 + 3 + 2) / 8)


def test_of_several_labels_all_must_be_active_and_no_other() -> None:
    both = frozenset({"freeze", "balance"})
    whole = replace(PLAIN, several=True, meant=both, active=both)
    half = replace(whole, active=frozenset({"freeze"}))
    found = Measured(FACTS, NAMES, (whole, half, replace(whole, meant=frozenset(), active=frozenset())))
    assert found.accuracy == 0.5
    assert found.micro_f1 == pytest.approx(2 * 3 / 7)
    assert found.errors["asked_back"] == 1


def test_a_label_of_another_data_set_counts_as_the_intent_that_names_it() -> None:
    assert [NAMES.of(label) for label in ("lock_it", "freeze", "oos", "NO_NODES_DETECTED", "unrelated/weather")] == [
        "freeze", "freeze", OUTSIDE, OUTSIDE, OUTSIDE,
    ]  # fmt: skip
    assert not NAMES.knows("both"), "an alias of two intents is none"


# --- comparing --------------------------------------------------------------------------------------------------------


def of(rights: str) -> Measured:
    """A model that is right where there is a 1."""
    return Measured(FACTS, NAMES, tuple(heard("freeze", "freeze" if right == "1" else "balance") for right in rights))


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("1" * 40, "1" * 25 + "0" * 15, "better"),
        ("1" * 25 + "0" * 15, "1" * 40, "worse"),
        ("10" * 20, "01" * 20, "not distinguishable"),
        ("1" * 40, "1" * 40, "not distinguishable"),
        ("11111", "00000", "not distinguishable"),
    ],
)
def test_a_verdict_needs_more_than_chance(first: str, second: str, verdict: str) -> None:
    assert compare(of(first), of(second)).verdict == verdict


def test_the_interval_is_that_of_resampling_pairs() -> None:
    found = bootstrap([1] * 30 + [0] * 60 + [-1] * 10)
    spread = ((0.40 - 0.2**2) / 100) ** 0.5  # of a mean of a hundred values whose variance is 0.36
    assert found.mean == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - 1.96 * spread, abs=0.012)
    assert found.high == pytest.approx(0.2 + 1.96 * spread, abs=0.012)
    assert bootstrap([1] * 30 + [0] * 60 + [-1] * 10) == found, "the same data, the same interval"


def test_the_range_of_a_share_is_wide_where_there_is_little() -> None:
    low, high = likely_range(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-3)
    assert high == pytest.approx(0.9433, abs=1e-3)
    assert likely_range(0, 0) == (0.0, 1.0)


# --- data -------------------------------------------------------------------------------------------------------------

BAD = [
    ("a.csv", "text,meaning\nhi,x\n", "a.csv:1: the first line must name"),
    ("a.csv", 'text,label\n"two\nlines",x\nhi,there,x\n', "a.csv:4: expected 2 columns, found 3"),
    ("a.csv", "text,label\n,x\n", "a.csv:2: the text of the message is empty"),
    ("a.csv", "text,label\nhi,\n", "a.csv:2: the message has no label"),
    (
        "a.csv",
        "text,label,language\nhi,x,English!\n",
        "a.csv:2: expected \"language\" as en or pt-BR, found 'English!'",
    ),
    ("a.csv", "text,label\n", "a.csv: there is no message"),
    ("a.jsonl", '{"text": "hi", "label": "x"}\n\nrubbish\n', "a.jsonl:3: expected one JSON object"),
    ("a.jsonl", '{"text": "hi"}\n', 'a.jsonl:1: expected {"text"'),
    ("a.jsonl", '{"text": "hi", "labels": "x"}\n', 'a.jsonl:1: expected "labels" to be a list'),
    ("a.jsonl", '{"text": "hi", "signals": [1]}\n', 'a.jsonl:1: expected "signals" to be a list'),
    ("a.txt", "hi", "expected a .csv or .jsonl file"),
]


@pytest.mark.parametrize(("name", "content", "fault"), BAD)
def test_bad_data_are_named_with_file_and_line(tmp_path: Path, name: str, content: str, fault: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        read_labelled([tmp_path / name])
    assert fault in str(error.value)


def test_data_say_what_they_know(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Text,Label,signals\nhi there,hello,\nhelp,x,self_harm;complaint\n", encoding="utf-8"
    )
    (tmp_path / "b.jsonl").write_text(
        '{"text": "a", "labels": [], "language": "pt_BR"}\n{"text": "b", "signals": []}\n'
    )
    files = [tmp_path / "a.csv", tmp_path / "b.jsonl"]
    assert [(row.labels, row.several, row.language, row.signals) for row in read_labelled(files)] == [
        (("hello",), False, "", frozenset()),
        (("x",), False, "", frozenset({"self_harm", "complaint"})),
        ((), True, "pt-BR", None),
        (None, False, "", frozenset()),
    ]


# --- a real, tiny model -----------------------------------------------------------------------------------------------

TAUGHT = {
    "freeze": ["freeze my card", "block my card", "lock the card please", "stop my card"],
    "balance": ["what is my balance", "how much money do i have", "show me my balance", "what is in my account"],
    "oos": ["what is the weather", "tell me a joke", "who won the match", "sing a song"],
}
HOSTILE = (
    '<script>alert("x")</script><img src=https://evil.example/x onerror=alert(1)> freeze my card 4111 1111 1111 1111'
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Understander:
    file = tmp_path_factory.mktemp("tiny") / "tiny.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [("text", "label"), *((text, name) for name, texts in TAUGHT.items() for text in texts)]
        )
    encoders = [UniversalSentenceEncoder(models)]
    return Understander(train(read_datasets([file]), encoders), encoders)


def row(text: str, label: str) -> Labelled:
    return Labelled(text, (label,), False, "en", None, "made:1")


def measured(reader: Understander, rows: list[Labelled]) -> Measured:
    names = Names(reader.model.facts.groups, {}, frozenset({"freeze"}))
    told: list[int] = []
    found = measure(rows, reader, names, TODAY, told.append)
    assert told == list(range(1, len(rows) + 1))
    return found


def test_a_model_is_measured_as_it_reads_in_life(reader: Understander) -> None:
    rows = [row("freeze my card", "freeze"), row("my balance please", "balance"), row("will it rain", "oos")]
    found = measured(reader, [*rows, row("hello", "greeting")])
    assert (found.right, len(found.inside), len(found.outside)) == (2, 3, 1)
    assert found.taught == 1
    notes = " ".join(oddities([*rows, row("hello", "greeting")], found))
    assert "examples of the model, word for word: 1" in notes
    assert "does not know: 1 (greeting)" in notes
    figures = json.loads(json.dumps(as_figures(found, None, None, []), allow_nan=False))
    assert figures["model"]["accuracy"] == pytest.approx(0.6667)


def test_labels_that_the_model_does_not_know_at_all_are_a_fault(reader: Understander) -> None:
    with pytest.raises(ConfigurationError, match=r"none of the labels of the data \(x …\)"):
        measured(reader, [row("freeze my card", "x")])


def test_hostile_text_stays_text_and_personal_data_stay_out(reader: Understander, tmp_path: Path) -> None:
    (tmp_path / "<b>.csv").write_text("x")
    rows = [row(HOSTILE, "balance"), row(HOSTILE, "<i>bad</i>"), row("what is the weather", "oos")]
    found = measured(reader, rows)
    page = report(found, [source(tmp_path / "<b>.csv", 3)], oddities(rows, found), TODAY, found, compare(found, found))
    assert "&lt;script&gt;alert" in page
    for bad in ("<script", "<img", "<i>", "<b>", "4111 1111", "javascript:"):
        assert bad not in page
    assert not re.search(r"<[^>]*(?:src|href|action|style)=\"(?!data:,)", page), "nothing comes from elsewhere"
    assert not re.search(r"<[^>]*\son\w+=", page), "nothing runs"
    assert not re.search(r"url\(|@import|http:", page)
    assert page.count("https:") == page.count("&lt;img src=https:"), "only what somebody wrote, as text"
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_report_tells_the_verdict_and_every_figure() -> None:
    worse = compare(of("1" * 25 + "0" * 15), of("1" * 40))
    page = report(of("1" * 25 + "0" * 15), [Source("a.csv", "e" * 64, 40)], ["a note"], TODAY, of("1" * 40), worse)
    for said in (
        "Verdict: worse",
        "62.5\N{NO-BREAK SPACE}%",
        "−37.5\N{NO-BREAK SPACE}pp",
        "a note",
        "e" * 64,
        FACTS.version,
    ):
        assert said in page
    alone = report(BY_HAND, [], [], TODAY)
    assert "Verdict" not in alone
    assert "English (en)" in alone
    for picture in (
        "What misunderstandings cost",
        "Accuracy in scope by language",
        "Confidence against",
        "Recall and false",
    ):
        assert f'aria-label="{picture}' in alone


def test_data_without_labels_or_without_anything_out_of_scope_have_a_report_too() -> None:
    signals_only = Measured(FACTS, NAMES, BY_HAND.heard[6:])
    assert "Signals" in report(signals_only, [], [], TODAY)
    assert as_figures(signals_only, None, None, [])["model"]["accuracy"] is None  # type: ignore[index]
    assert "AUROC of out of scope" not in report(of("10"), [], [], TODAY)
    nothing = compare(signals_only, signals_only)
    assert isinstance(nothing, Comparison)
    assert nothing.verdict == "not distinguishable"


def lightness(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_marks_have_contrast_enough(theme: int) -> None:
    style = Path(report.__code__.co_filename).with_name("understanding_page.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#\w{6})", blocks[0])) | dict(
        re.findall(r"--([\w-]+): (#\w{6})", blocks[theme])
    )
    words = [("ink", ground) for ground in ("ground", "paper", "code", "r1", "r2", "r3", "w1", "w2", "w3")]
    words += [("ink", f"{look}-wash") for look in ("good", "bad", "level")] + [("r4-ink", "r4"), ("w4-ink", "w4")]
    words += [("soft", "ground"), ("soft", "paper"), ("good", "good-wash"), ("bad", "bad-wash")]
    marks = [(mark, "paper") for mark in ("first", "second", "alarm", "ideal")] + [
        ("first", "track"),
        ("second", "track"),
    ]
    faint = [pair for pair in words if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    faint += [pair for pair in marks if contrast(colours[pair[0]], colours[pair[1]]) < 3]
    assert faint == []
