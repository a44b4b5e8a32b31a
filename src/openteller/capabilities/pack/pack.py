"""A pack: who the bank is, its languages, its places on the net, and where its content lies.

Read from ``pack.yaml``, laid over that of the pack it extends, and fingerprinted over all their files. Content that is
not sound refuses to start, by file and line. Wording, flows, intents and articles below the folders are read by the
capabilities that use them: base first, and what comes later takes the place of what has the same name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import reduce
from pathlib import Path
from types import MappingProxyType
from zoneinfo import available_timezones

from openteller.capabilities.pack.chain import VERSION, read_chain
from openteller.capabilities.pack.facts import CrisisLine, OpeningHours
from openteller.capabilities.pack.sections import Section
from openteller.domain.errors import ConfigurationError

_NAME = r"[a-z][a-z0-9_]*"
_LANGUAGE = r"[a-z]{2,3}(_[A-Za-z]{2,4})*"
_LOCALE = r"[a-z]{2,3}([_-][A-Za-z]{2,4})*"
_PHONE = r"\+?[0-9][0-9 ]{1,22}"
_HOST = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]"
_HOURS = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of a pack. ``version`` is what its author declared and a hash of all its files: ``1+3f2a…``; files of
    packs that it extends count too. ``folders`` has them all, base first and its own last.

    ``languages`` are spoken, ``understands`` (all of those and perhaps more) is what customers may write in.
    Telephone numbers are written as they are shown. ``crisis_lines`` are by ISO 3166 country, ``default`` for every
    other; ``allowed_hosts`` are all that a reply may link to; ``locales`` are by language, for customers of whom no
    more is known.
    """

    name: str
    version: str
    languages: tuple[str, ...]
    understands: tuple[str, ...]
    default_locale: str
    locales: Mapping[str, str]
    time_zone: str
    bank_name: str
    emergency_phone: str
    privacy_url: str
    allowed_hosts: tuple[str, ...]
    opening_hours: OpeningHours
    crisis_lines: Mapping[str, CrisisLine]
    folders: tuple[Path, ...]

    def locale_of(self, language: str) -> str:
        """The locale of a customer who writes ``language`` and of whom no more is known."""
        return self.locales.get(language, language)

    @property
    def crisis_line(self) -> str:
        """Name and number for somebody whose country is not known."""
        return self.crisis_line_in("default")

    def crisis_line_in(self, country: str) -> str:
        """Name and number for a customer in ``country``."""
        return self.crisis_lines.get(country, self.crisis_lines["default"]).words


def load_pack(folder: Path, shipped: Path) -> Pack:
    """The pack in ``folder``, with what it extends (found beside it or among the ``shipped``).

    ConfigurationError names the file, the line and what was expected.
    """
    layers = read_chain(folder, shipped)
    folders = tuple(place for place, _ in layers)
    own = layers[-1][1]
    name = own.text("name", _NAME, "a word in lower case")
    declared = own.text("version", VERSION, "a number such as 1 or 1.2")
    top = _laid_over([section for _, section in layers])
    top.pass_over("name", "version", "extends", "bank")
    languages = top.texts("languages", _LANGUAGE, "languages such as en")
    more = top.texts("understands", _LANGUAGE, "languages such as en") if top.has("understands") else ()
    default_locale = top.text("default_locale", _LOCALE, "a locale such as en-GB")
    if _language_of(default_locale) not in languages:
        top.fail("'default_locale' is of none of the languages", "default_locale")
    time_zone = top.text("time_zone")
    if time_zone not in available_timezones():
        top.fail(f"{time_zone!r} is not a time zone such as Europe/London", "time_zone")
    bank = _laid_over([section.section("bank") for _, section in layers if section.has("bank")])
    hosts, privacy_url = _links(bank)
    pack = Pack(
        name=name,
        version=f"{declared}+{content_hash(*folders)[:12]}",
        languages=languages,
        understands=tuple(dict.fromkeys((*languages, *more))),
        default_locale=default_locale,
        locales=_locales(top, default_locale),
        time_zone=time_zone,
        bank_name=bank.text("name"),
        emergency_phone=bank.text("emergency_phone", _PHONE, "a telephone number in digits and spaces"),
        privacy_url=privacy_url,
        allowed_hosts=hosts,
        opening_hours=_opening_hours(bank.section("opening_hours")),
        crisis_lines=_crisis_lines(bank.section("crisis_lines")),
        folders=folders,
    )
    bank.finish()
    top.finish()
    return pack


def _locales(top: Section, default_locale: str) -> MappingProxyType[str, str]:
    found = {_language_of(default_locale): default_locale}
    if top.has("locales"):
        section = top.section("locales")
        for language in section.keys():  # noqa: SIM118 (a Section is not a dict)
            locale = section.text(language, _LOCALE, "a locale such as es-ES")
            if _language_of(locale) != language:
                section.fail(f"{locale!r} is no locale of {language!r}", language)
            found[language] = locale
        section.finish()
    return MappingProxyType(found)


def _language_of(locale: str) -> str:
    return locale.replace("-", "_").split("_")[0]


def content_hash(*folders: Path) -> str:
    """SHA-256 over the names and contents of all files, in an order that does not depend on the machine."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in _files(folder):
            name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
            digest.update(b"%d:%s%d:" % (len(name), name, len(content)))
            digest.update(content)
    return digest.hexdigest()


def _laid_over(sections: Sequence[Section]) -> Section:
    """One section of several, base first."""
    return reduce(lambda base, section: section.over(base), sections)


def _files(folder: Path) -> Iterator[Path]:
    found = [
        path
        for path in folder.rglob("*")
        if not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    ]
    for path in sorted(found, key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_symlink():
            raise ConfigurationError("a pack holds no links: what they point at has no version", file=str(path))
        if path.is_file():
            yield path


def _links(section: Section) -> tuple[tuple[str, ...], str]:
    hosts = section.texts("allowed_hosts", _HOST, "hosts such as www.bank.example")
    privacy = section.text("privacy_url", rf"https://{_HOST}(/\S*)?", "an https address")
    if privacy.split("/")[2] not in hosts:
        section.fail("'privacy_url' is on a host that 'allowed_hosts' does not list", "privacy_url")
    return hosts, privacy


def _opening_hours(section: Section) -> OpeningHours:
    days: dict[int, tuple[time, time]] = {}
    for number, day in enumerate(_DAYS):
        if not section.has(day):
            continue
        hours = section.text(day, _HOURS, "hours such as 08:00-20:00, or nothing when closed")
        opens, closes = (time.fromisoformat(hour) for hour in hours.split("-"))
        if opens >= closes:
            section.fail(f"{day!r} closes before it opens", day)
        days[number] = (opens, closes)
    country = section.text("holidays", r"[A-Z]{2}", "a country such as GB")
    section.finish()
    return OpeningHours(MappingProxyType(days), country)


def _crisis_lines(section: Section) -> MappingProxyType[str, CrisisLine]:
    lines: dict[str, CrisisLine] = {}
    for country in section.keys():  # noqa: SIM118 (a Section is not a dict)
        line = section.section(country)
        lines[country] = CrisisLine(
            line.text("name"),
            line.text("phone", _PHONE, "a telephone number in digits and spaces"),
            _day(line),
        )
        line.finish()
    if "default" not in lines:
        section.fail("a 'default' line is missing")
    return MappingProxyType(lines)


def _day(section: Section) -> str:
    text = section.text("checked_on", r"\d{4}-\d\d-\d\d|never", "a date such as 2026-11-24, or never")
    if text != "never":
        try:
            date.fromisoformat(text)
        except ValueError:
            section.fail("'checked_on' is not a day of the calendar", "checked_on")
    return text
