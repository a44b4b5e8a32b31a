"""``openteller evaluate``: measure the quality of what was understood, on data of ours or of the bank's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from openteller.bootstrap import LangidIdentifier, open_encoders, pack_folders
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.language import LanguageReader
from openteller.capabilities.understanding.store import load_or_train
from openteller.config import load_settings
from openteller.domain.texts import PersonalText
from openteller.testing.measures.asking import ways_of_asking
from openteller.testing.measures.consistency import Consistency, Question, compare, read_questions
from openteller.testing.measures.languages import Measured, measure, read_texts
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
