"""``openteller evaluate``: measure the quality of what was understood, on data of ours or of the bank's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from openteller.bootstrap import LangidIdentifier, SystemClock, open_encoders, open_understander, pack_folders
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.content import read_taxonomy
from openteller.capabilities.understanding.language import LanguageReader
from openteller.capabilities.understanding.store import load_or_train
from openteller.config import load_settings
from openteller.domain.texts import PersonalText
from openteller.entrypoints.cli.json_lines import destination
from openteller.testing.measures.asking import ways_of_asking
from openteller.testing.measures.consistency import Consistency, Question, compare, read_questions
from openteller.testing.measures.costs import COSTS
from openteller.testing.measures.hearing import names_for
from openteller.testing.measures.labelled import Labelled, read_labelled
from openteller.testing.measures.languages import Measured, measure, read_texts
from openteller.testing.measures.paired import Comparison
from openteller.testing.measures.paired import compare as compare_models
from openteller.testing.measures.understanding import Measured as Understood
from openteller.testing.measures.understanding import measure as measure_model
from openteller.testing.measures.understanding import oddities
from openteller.testing.measures.understanding_page import as_figures, figure_rows, percent, report, source
from openteller.testing.stack import Stack, free_port

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def _evaluate() -> None:
    """Measure the quality of what was understood."""


@app.command()
def language(
    data: Annotated[
        Path | None, typer.Option("--data", help="YAML: language → list of messages. Default: our short texts.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """How well the language of short messages is told, by number of words.

    A message counts as right only if it is told in a conversation that was held in any of the other languages.

    Example: openteller evaluate language --json
    """
    texts = read_texts(data)
    reader = _reader(tuple(texts))
    measured = measure(
        texts, lambda said, home: reader.read(redact(PersonalText(said), locale=home).text, home).language
    )
    if as_json:
        print(json.dumps(_figures(measured), ensure_ascii=False))
    else:
        _show(measured)


def _reader(languages: tuple[str, ...]) -> LanguageReader:
    """The pack's own reader where it serves these languages; else one that knows the languages but no examples."""
    settings = load_settings()
    model = load_or_train(pack_folders(settings.pack), settings.models_dir, open_encoders(settings.models_dir)).model
    if set(languages) <= set(model.facts.languages):
        return LanguageReader(model.facts.languages, model.spoken, LangidIdentifier())
    return LanguageReader(languages, model.spoken, LangidIdentifier())


def _figures(measured: Measured) -> dict[str, object]:
    languages = sorted({row.language for row in measured.told})
    return {
        "accuracy": round(measured.share(), 4),
        "accuracy_3_words_or_more": round(measured.share(3), 4),
        "by_language": {name: round(measured.share(language=name), 4) for name in languages},
        "by_language_and_words": [
            {"language": row.language, "words": row.words, "count": row.count, "right": row.right}
            for row in measured.told
        ],
        "missed": [{"text": text, "is": actual, "told": told} for text, actual, told in measured.missed],
    }


def _show(measured: Measured) -> None:
    table = Table("language", "words", "messages", "right", "share")
    for row in measured.told:
        table.add_row(row.language, str(row.words), str(row.count), str(row.right), f"{row.right / row.count:.3f}")
    console = Console()
    console.print(table)
    console.print(f"all: {measured.share():.3f} · three words or more: {measured.share(3):.3f}")
    for text, actual, told in measured.missed:
        console.print(f"  {text!r} is {actual}, told {told}", highlight=False)


@app.command()
def consistency(
    data: Annotated[
        Path | None, typer.Option("--data", help="YAML: a list of {language: question}. Default: our hundred.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """Ask the same in every language and on every channel, and compare the facts told.

    Starts an installation of its own, with a simulated Telegram whose chats are linked to the same customer. Exit code
    1 when any answer tells other facts than another. An answer that asks back where another language is answered is
    counted by itself: less help, but no other fact. So is what a channel's rule has withheld, or cut to its number of
    rows, by the record of the reply.

    Example: openteller evaluate consistency --json
    """
    questions = read_questions(data)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("asking", total=len(questions))
        found = asyncio.run(_consistency(questions, lambda done: progress.update(task, completed=done)))
    if as_json:
        print(json.dumps(_compared(found), ensure_ascii=False))
    else:
        for one in found.differences:
            print(one)
        asked = f"{found.questions} questions, {found.answers} answers on {', '.join(found.channels)}"
        print(f"{asked}: {len(found.differences)} with other facts")
        print(f"{len(found.asked_back)} answers asked back where another language or channel was told")
        print(f"{len(found.withheld)} were withheld and {len(found.capped)} cut short by the rule of their channel")
    if found.differences:
        raise typer.Exit(1)


def _compared(found: Consistency) -> dict[str, object]:
    named = {
        "differences": found.differences,
        "asked_back_where": found.asked_back,
        "withheld_where": found.withheld,
        "capped_where": found.capped,
    }
    return {
        "questions": found.questions,
        "answers": found.answers,
        "channels": list(found.channels),
        "differing": len(found.differences),
        "asked_back": len(found.asked_back),
        "withheld": len(found.withheld),
        "capped": len(found.capped),
        **{name: [str(one) for one in ones] for name, ones in named.items()},
    }


async def _consistency(questions: list[Question], tell: Callable[[int], None]) -> Consistency:
    limits = ("RATE_ANONYMOUS_PER_MINUTE", "RATE_KNOWN_PER_MINUTE", "SESSIONS_PER_MINUTE_AND_ADDRESS")
    settings = {f"OPENTELLER_{name}": "1000000" for name in limits}
    place = load_settings().data.absolute() / "consistency"
    api, bank, telegram = free_port(), free_port(), free_port()
    with Stack(place, api_ports=[api], bank_port=bank, telegram_port=telegram, settings=settings) as stack:
        async with ways_of_asking(stack) as ways:
            return await compare(questions, ways, tell)


@app.command()
def understanding(
    data: Annotated[
        list[Path], typer.Option("--data", help="CSV (text, label) or JSONL (text, label or labels); may be repeated.")
    ],
    model: Annotated[
        Path | None, typer.Option("--model", help="Folder of a trained model. Default: the pack's.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="Folder of another model, which it must not be worse than.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="A report for people: one HTML file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line.")] = False,
) -> None:
    """How well a model understands messages whose meaning is known, and what its mistakes cost.

    Each message is read as in life, from the taking out of personal data on. With --against both models are told side
    by side, and exit code 1 says that the first is worse: its accuracy in scope, by a paired 95 % interval.

    Example: openteller evaluate understanding --data held-out.csv --out report.html
    """
    rows, by_file = [], []
    for path in data:
        found = read_labelled([path])
        rows += found
        by_file.append(source(path, len(found)))
    with ExitStack() as stack:
        file = stack.enter_context(destination(out)) if out is not None else None  # before the minutes of measuring
        measured = _understood(model, rows, "measuring")
        other = _understood(against, rows, "comparing") if against is not None else None
        comparison = compare_models(measured, other) if other is not None else None
        notes = oddities(rows, measured)
        if other is not None:
            others = (note for note in oddities(rows, other) if note not in notes)
            notes += [f"{other.facts.version}, compared with: {note}" for note in others]
        if file is not None:
            file.write(report(measured, by_file, notes, SystemClock().now().date(), other, comparison))
    if as_json:
        print(json.dumps(as_figures(measured, other, comparison, notes), ensure_ascii=False, allow_nan=False))
    else:
        _show_understood(measured, other, comparison, notes)
    if comparison is not None and comparison.verdict == "worse":
        raise typer.Exit(1)


def _understood(folder: Path | None, rows: list[Labelled], what: str) -> Understood:
    settings, console = load_settings(), Console(stderr=True)
    folders = pack_folders(settings.pack)
    columns = (TextColumn("{task.description:>10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("opening", total=len(rows))
        reader = open_understander(folders, settings.models_dir, folder)
        names = names_for(reader.model.facts, read_taxonomy(folders), load_flows(folders))
        today = SystemClock().now().date()
        bar.update(task, description=what)
        return measure_model(rows, reader, names, today, lambda done: bar.update(task, completed=done))


def _show_understood(
    measured: Understood, other: Understood | None, comparison: Comparison | None, notes: list[str]
) -> None:
    console, sides = Console(), ["this model", *(["compared with", "change"] if other is not None else [])]
    figures = Table("figure", *sides, title=f"{len(measured.heard)} messages", title_justify="left")
    for row in figure_rows(measured, other):
        figures.add_row(row.name, *row.values, *([row.gained] if other is not None else []))
    console.print(figures)
    languages = Table("language", "messages", "in scope", "accuracy")
    for each in measured.languages:
        languages.add_row(each.language, str(each.messages), str(each.inside), percent(each.accuracy))
    console.print(languages)
    labels = Table("label", "messages", "precision", "recall")
    for label in measured.labels:
        labels.add_row(escape(label.label), str(label.support), percent(label.precision), percent(label.recall))
    console.print(labels)
    if measured.signals:
        signals = Table("signal", "show it", "recall", "do not", "false alarms")
        for one in measured.signals:
            shares = (percent(one.recall), str(one.others), percent(one.alarm_rate))
            signals.add_row(escape(one.signal), str(one.shown), *shares)
        console.print(signals)
    costs = Table("error", "weight", "times", "points")
    for name, cost in COSTS.items():
        times = measured.errors[name]
        costs.add_row(cost.what, str(cost.points), str(times), str(times * cost.points))
    console.print(costs)
    for pair in measured.confusions[:10]:
        console.print(
            f"{pair.count} × {pair.meant} taken for {pair.taken_for}", markup=False, highlight=False, soft_wrap=True
        )
        for text in pair.examples:
            console.print(f"    {text!r}", markup=False, highlight=False, soft_wrap=True)
    for note in notes:
        console.print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)
    if comparison is not None:
        gain = comparison.accuracy
        interval = f"{100 * gain.low:+.1f} to {100 * gain.high:+.1f}"
        console.print(
            f"verdict: {comparison.verdict} (accuracy {100 * gain.mean:+.1f} pp, 95 % interval {interval})",
            soft_wrap=True,
        )
