"""``openteller knowledge``: list and search a pack's articles; measure how well questions find them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from openteller.bootstrap import (
    PACKS,
    SystemClock,
    UniversalSentenceEncoder,
    open_articles,
    open_understander,
    pack_folder,
)
from openteller.capabilities.knowledge.approval import may_be_said
from openteller.capabilities.knowledge.documents import Parts, WholeDocuments
from openteller.capabilities.knowledge.evaluating import Figures, Found, ask, figures_of
from openteller.capabilities.knowledge.evaluation_files import read_documents, read_questions, read_requests
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.understanding.understander import Understander
from openteller.config import load_settings
from openteller.domain.errors import ConfigurationError
from openteller.domain.texts import PersonalText
from openteller.domain.understanding import Intent

app = typer.Typer(no_args_is_help=True, add_completion=False)

PackName = Annotated[
    str | None, typer.Option("--pack", help="Folder of a pack or name of a shipped one. Default: the pack in use.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON for machines.")]
_QUESTIONS = Path("benchmarks/knowledge")
_COUNT = 10


@app.command("list")
def list_articles(pack: PackName = None, as_json: AsJson = False) -> None:
    """List the articles: topic, owner, who approved them, until when they may be said, in which languages.

    Example: openteller knowledge list
    """
    found, library, _ = _open(pack)
    today = _today(found)
    rows = [
        {"id": article.article_id, "language": language, "topic": article.topic, "title": article.title,
         "owner": article.owner, "approved_by": article.approved_by, "valid_until": str(article.valid_until),
         "sayable": may_be_said(article, today), "questions": len(article.questions), "file": article.file}
        for language, articles in library.shelf.items()
        for article in articles.values()
    ]  # fmt: skip
    if as_json:
        print(json.dumps({"articles": rows}, ensure_ascii=False))
        return
    table = Table("article", "language", "topic", "title", "owner", "valid until", "said today")
    for row in rows:
        names = ("id", "language", "topic", "title", "owner", "valid_until")
        table.add_row(*(str(row[name]) for name in names), "yes" if row["sayable"] else "no")
    Console().print(table)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="What a customer might ask.")],
    language: Annotated[str | None, typer.Option("--language", help="Of the articles. Default: the pack's.")] = None,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Show which articles a question finds, how sure that is, and whether it would be answered.

    Example: openteller knowledge search "what does a transfer to India cost"
    """
    found, library, reader = _open(pack)
    language = language or found.default_locale.replace("_", "-").partition("-")[0]
    if not library.has(language):
        raise ConfigurationError(f"there are no articles in {language!r}; there are in {_languages(library)}")
    today = _today(found)
    said, vector = reader.vector(redact(PersonalText(text), locale=found.locale_of(language)))
    intents = _intents(found, reader, text, language)
    passages = library.look_up(said, vector, language=language, today=today, intents=intents)
    rows = [
        {"id": one.article_id, "title": library.shelf[language][one.article_id].title, "confidence": one.confidence,
         "answers": one.sure and place == 0, "section": one.section, "approved_on": str(one.approved_on)}
        for place, one in enumerate(passages)
    ]  # fmt: skip
    if as_json:
        print(json.dumps({"language": language, "articles": rows}, ensure_ascii=False))
        return
    table = Table("article", "title", "confidence", "would answer")
    for row in rows:
        table.add_row(str(row["id"]), str(row["title"]), f"{row['confidence']:.2f}", "yes" if row["answers"] else "no")
    Console().print(table)


@app.command()
def evaluate(
    data: Annotated[
        list[Path] | None, typer.Option("--data", help="JSONL, named by its language (en.jsonl). May be repeated.")
    ] = None,
    tau2: Annotated[
        Path | None, typer.Option("--tau2", help="Folder with documents/ and tasks_dev.json of tau2-bench's bank.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="The articles' own questions, each taken out in turn.")] = False,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Measure how well questions find their article, by language; or, with --tau2, a search over other documents.

    A line is {"question": "…", "article": "…" or null}; without --data the questions in benchmarks/knowledge are asked.
    Wrong: answered with another article than the right one, as a share of all questions.

    Example: openteller knowledge evaluate --json
    """
    if tau2 is not None:
        _search_documents(tau2, as_json=as_json)
        return
    found, library, reader = _open(pack)
    if own:
        _print_own(library, as_json=as_json)
        return
    results: dict[str, Figures] = {}
    everything: list[Found] = []
    for file in data or sorted(_QUESTIONS.glob("*.jsonl")):
        if not library.has(file.stem):
            raise ConfigurationError(f"there are no articles in {file.stem!r}", file=str(file))
        questions = read_questions(file, file.stem, library.shelf[file.stem].keys())
        asked = ask(
            library,
            reader.joint,
            questions,
            _today(found),
            lambda question: _intents(found, reader, question.text, question.language),
        )
        results[file.stem] = figures_of(asked)
        everything += asked
    if not results:
        raise ConfigurationError(f"no questions: there is no {_QUESTIONS}/*.jsonl here; name files with --data")
    results["all"] = figures_of(everything)
    if as_json:
        print(json.dumps({language: asdict(figures) for language, figures in results.items()}))
        return
    table = Table("language", "questions", "recall@1", "recall@3", "answered", "wrong", "not answered", "refused")
    for language, figures in results.items():
        shares = list(asdict(figures).values())[1:]
        table.add_row(language, str(figures.questions), *(f"{share:.3f}" for share in shares))
    Console().print(table)


def _print_own(library: Library, *, as_json: bool) -> None:
    figures = library.sureness.figures
    if as_json:
        print(json.dumps(figures))
        return
    table = Table("language", "questions", "recall@1", "recall@3", "answered", "wrong")
    for language, of in figures.items():
        shares = (of[name] for name in ("recall_at_1", "recall_at_3", "answered", "wrong"))
        table.add_row(language, f"{of['questions']:.0f}", *(f"{share:.3f}" for share in shares))
    Console().print(table)


def _search_documents(folder: Path, *, as_json: bool) -> None:
    """Recall@10 of our search and of BM25 over whole documents, in the same run."""
    documents = read_documents(folder / "documents")
    requests = read_requests(folder / "tasks_dev.json", documents)
    encoder = UniversalSentenceEncoder(load_settings().models_dir)
    ours, whole = Parts(documents, encoder), WholeDocuments(documents)
    recalls = {}
    for name, searcher in (("parts_hybrid", ours), ("bm25_whole_documents", whole)):
        shares = [len(needed & set(searcher.search(text, _COUNT))) / len(needed) for text, needed in requests]
        recalls[name] = sum(shares) / len(shares)
    ratio = recalls["parts_hybrid"] / recalls["bm25_whole_documents"] if recalls["bm25_whole_documents"] else 0.0
    if as_json:
        told = {f"recall_at_{_COUNT}": recalls, "ratio": ratio, "documents": len(documents), "requests": len(requests)}
        print(json.dumps(told))
        return
    table = Table("search", f"recall@{_COUNT}")
    for name, recall in recalls.items():
        table.add_row(name, f"{recall:.3f}")
    Console().print(table)
    Console().print(f"{len(requests)} requests, {len(documents)} documents; ratio {ratio:.2f}")


def _open(pack: str | None) -> tuple[Pack, Library, Understander]:
    settings = load_settings()
    found = load_pack(pack_folder(pack or settings.pack), PACKS)
    reader = open_understander(found.folders, settings.models_dir)
    return found, open_articles(found, settings.models_dir, reader.joint), reader


def _intents(pack: Pack, reader: Understander, text: str, language: str) -> Sequence[Intent]:
    """What understanding reads in a question that is asked in this language."""
    locale = pack.locale_of(language)
    return reader.understand(redact(PersonalText(text), locale=locale), locale=locale, today=_today(pack)).intents


def _today(pack: Pack) -> date:
    now: datetime = SystemClock().now().astimezone(UTC)
    return now.astimezone(ZoneInfo(pack.time_zone)).date()


def _languages(library: Library) -> str:
    return ", ".join(language for language, articles in library.shelf.items() if articles) or "none"
