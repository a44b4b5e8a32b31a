"""What customers write in the benchmark: each text once, in a mix like a bank's (mostly reading, some acting)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from openteller.domain.errors import ConfigurationError

_OPENINGS = (
    "", "Hi, ", "Hello, ", "Hey, ", "Good morning, ", "Good evening, ", "Please, ", "Quick question: ", "Sorry, ",
    "Could you help me: ", "Hi there, ", "Excuse me, ", "One more thing: ", "Hello again, ", "Morning! ", "OK, ",
)  # fmt: skip
_CLOSINGS = (
    "", " please", " thanks", ", thank you", " if you can", " when you have a moment", " right now", " today",
    ", cheers", " for me", ", many thanks", " please, it's for my records", " because I have to plan my week",
    " before I go shopping",
)  # fmt: skip
_BALANCES = (
    "what's my balance", "how much money do I have", "show me my balance", "how much is in my account",
    "tell me my balance", "what is my current account balance", "how much is left in my account",
    "what are my balances", "can I see my balance", "how much have I got in the bank", "check my balance",
    "I want to know my balance", "what do I have on my savings account",
)  # fmt: skip
_SHOPS = (
    "Tesco", "Sainsbury's", "Lidl", "Costa", "Amazon", "Boots", "Shell", "Argos", "Netflix", "Spotify", "TfL",
    "the pharmacy", "restaurants", "groceries", "coffee shops", "petrol stations", "the supermarket",
    "cash machines", "Saffron House",
)  # fmt: skip
_PERIODS = (
    "last month", "this month", "in October", "in September", "in August", "last week", "this week",
    "in the last 30 days", "yesterday", "since the first of November", "in July", "last year", "in June",
    "since September",
)  # fmt: skip
_ASKS = (
    "what did I spend at {}", "how much did I spend at {}", "show me what I paid at {}", "find my payments to {}",
)  # fmt: skip
_HELLOS = (
    "hello", "hi", "good day to you", "hey there", "hello, is anybody there", "thanks for earlier",
    "thank you so much",
)  # fmt: skip
_OUTSIDE = (
    "what's the weather like in {}", "who won the match in {}", "write a poem about {}",
    "tell me a joke about {}", "what's the capital of {}", "book me a flight to {}",
    "how do I cook a dish from {}", "what time is it in {}",
)  # fmt: skip
_PLACES = (
    "Leeds", "Lisbon", "Peru", "Japan", "Bristol", "Ghana", "Oslo", "Cork", "Malta", "Chile", "Rome", "Fiji",
    "Kyoto", "York",
)  # fmt: skip
_FREEZES = (
    "freeze my debit card", "put a freeze on my card", "please lock my card for now", "freeze my card",
    "block my card for now",
)  # fmt: skip
_PAYS = (
    "send £{} to {}", "transfer £{} to {}", "pay {1} £{0}", "I'd like to send £{} to {}", "move £{} to {}",
)  # fmt: skip
_NAMES = (
    "my savings account", "my landlord", "Anna", "the plumber", "Priya", "my savings", "Tom",
)  # fmt: skip


def generated(seed: int) -> Iterator[str]:
    """Texts without end, none twice."""
    dice, used = random.Random(seed), set[str]()
    makers: Sequence[tuple[Callable[[random.Random], str], float]] = (
        (lambda d: d.choice(_BALANCES), 0.42),
        (lambda d: f"{d.choice(_ASKS).format(d.choice(_SHOPS))} {d.choice(_PERIODS)}", 0.30),
        (lambda d: d.choice(_HELLOS), 0.06),
        (lambda d: d.choice(_OUTSIDE).format(d.choice(_PLACES)), 0.12),
        (lambda d: d.choice(_FREEZES), 0.04),
        (lambda d: d.choice(_PAYS).format(f"{d.randint(1, 90)}.{d.randint(0, 99):02}", d.choice(_NAMES)), 0.06),
    )
    weights = [share for _, share in makers]
    while True:
        make, _ = dice.choices(makers, weights)[0]
        text = f"{dice.choice(_OPENINGS)}{make(dice)}{dice.choice(_CLOSINGS)}{dice.choice(('', '?', '.', '!'))}"
        if text not in used:
            used.add(text)
            yield text


def from_file(path: Path) -> list[str]:
    """The texts of a file of JSON lines, each used once. ConfigurationError names the line that is wrong."""
    found: dict[str, None] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the texts: {error}", file=str(path)) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, KeyError, TypeError):
            text = None
        if not isinstance(text, str) or not text.strip():
            raise ConfigurationError('expected {"text": "…"}', file=str(path), line=number)
        found[text] = None
    return list(found)
