"""Cards of many issuers, in the shapes people write and say them."""

from __future__ import annotations

import random
from collections.abc import Callable

from openteller.capabilities.privacy.detectors.cards import is_card

ISSUERS: dict[str, tuple[str, int]] = {
    "visa": ("4", 16),
    "visa13": ("4", 13),
    "visa19": ("4", 19),
    "mastercard": ("53", 16),
    "mastercard2": ("2451", 16),
    "amex": ("37", 15),
    "discover": ("6011", 16),
    "jcb": ("3530", 16),
    "diners": ("36", 14),
    "unionpay": ("6221", 16),
    "unionpay19": ("6225", 19),
    "maestro": ("6759", 18),
    "mir": ("2202", 16),
    "rupay": ("6080", 16),
    "elo": ("5067", 16),
}
SIXTEEN = [name for name, (_, length) in ISSUERS.items() if length == 16]
EN = "zero one two three four five six seven eight nine".split()
SPOKEN = {
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve".split(),
    "fr": "zéro un deux trois quatre cinq six sept huit neuf".split(),
    "de": "null eins zwei drei vier fünf sechs sieben acht neun".split(),
    "it": "zero uno due tre quattro cinque sei sette otto nove".split(),
    "pt": "zero um dois três quatro cinco seis sete oito nove".split(),
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć".split(),
    "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz".split(),
    "nl": "nul een twee drie vier vijf zes zeven acht negen".split(),
    "sv": "noll ett två tre fyra fem sex sju åtta nio".split(),
    "ar": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة".split(),
    "hi": "शून्य एक दो तीन चार पांच छह सात आठ नौ".split(),
    "vi": "không một hai ba bốn năm sáu bảy tám chín".split(),
    "zh": list("零一二三四五六七八九"),
}
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def dice(seed: object) -> random.Random:
    """Chance that is the same in every run."""
    return random.Random(str(seed))  # noqa: S311 (test data, not secrets)


def card(random_source: random.Random, issuer: str, *, valid: bool = True) -> str:
    """A number of that issuer; with ``valid=False`` one whose check digit is wrong."""
    prefix, length = ISSUERS[issuer]
    body = prefix + "".join(random_source.choice("0123456789") for _ in range(length - len(prefix) - 1))
    right = next(digit for digit in "0123456789" if is_card(body + digit))
    return body + (right if valid else random_source.choice([d for d in "0123456789" if d != right]))


def fours(number: str, separator: str = " ") -> str:
    """As it is printed: 4-6-5 for fifteen digits, else by four."""
    if len(number) == 15:
        return separator.join((number[:4], number[4:10], number[10:]))
    return separator.join(number[i : i + 4] for i in range(0, len(number), 4))


def script(zero: int) -> Callable[[str], str]:
    return lambda number: fours("".join(chr(zero + int(digit)) for digit in number))


def said(words: list[str], separator: str = " ") -> Callable[[str], str]:
    return lambda number: separator.join(words[int(digit)] for digit in number)


def doubled(number: str) -> str:
    """ "double four", "triple zero" wherever a digit repeats."""
    out, i = [], 0
    while i < len(number):
        run = 1
        while run < 3 and number[i : i + run + 1] == number[i] * (run + 1):
            run += 1
        out.append(("", "double ", "triple ")[run - 1] + EN[int(number[i])])
        i += run
    return " ".join(out)


def in_pairs(number: str) -> str:
    """As a voice transcript has it: "forty-one eleven oh five"."""
    words = []
    for pair in (number[i : i + 2] for i in range(0, len(number), 2)):
        if len(pair) == 1 or pair[0] == "0":
            words += ["oh" if digit == "0" else EN[int(digit)] for digit in pair]
        elif pair[0] == "1":
            words.append(TEENS[int(pair[1])])
        else:
            words.append(TENS[int(pair[0]) - 2] + ("" if pair[1] == "0" else "-" + EN[int(pair[1])]))
    return " ".join(words)


def look_alike(number: str) -> str:
    return fours(number.replace("0", "O").replace("1", "l"))


def mixed(number: str) -> str:
    return " ".join(EN[int(digit)] if i % 3 == 0 else digit for i, digit in enumerate(number))


SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"

SHAPES: dict[str, Callable[[str], str]] = {
    "plain": lambda n: n,
    "spaces": fours,
    "dashes": lambda n: fours(n, "-"),
    "en dashes": lambda n: fours(n, "\u2013"),
    "dots": lambda n: fours(n, "."),
    "slashes": lambda n: fours(n, "/"),
    "commas": lambda n: fours(n, ", "),
    "underscores": lambda n: fours(n, "_"),
    "asterisks": lambda n: fours(n, "*"),
    "non-breaking spaces": lambda n: fours(n, "\u00a0"),
    "thin spaces": lambda n: fours(n, "\u2009"),
    "line breaks": lambda n: fours(n, "\n"),
    "tabs": lambda n: fours(n, "\t"),
    "pipes": lambda n: fours(n, " | "),
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "each digit apart": " ".join,
    "each digit dashed": "-".join,
    "by five": lambda n: " ".join(n[i : i + 5] for i in range(0, len(n), 5)),
    "halves": lambda n: f"{n[:8]} {n[8:]}",
    "pairs": lambda n: " ".join(n[i : i + 2] for i in range(0, len(n), 2)),
    "full width": script(0xFF10),
    "Arabic-Indic": script(0x0660),
    "eastern Arabic-Indic": script(0x06F0),
    "Devanagari": script(0x0966),
    "Bengali": script(0x09E6),
    "Thai": script(0x0E50),
    "mathematical": script(0x1D7CE),
    "superscript": lambda n: "".join(SUPERSCRIPT[int(d)] for d in n),
    "circled": lambda n: "".join(CIRCLED[int(d)] for d in n),
    "keycaps": lambda n: "".join(d + "\ufe0f\u20e3" for d in n),
    "words": said(EN),
    "words with oh": said(["oh", *EN[1:]]),
    "words and commas": said(EN, ", "),
    "capital words by line": lambda n: "\n".join(EN[int(d)].upper() for d in n),
    "double and triple": doubled,
    "spoken pairs": in_pairs,
    "digits and words": mixed,
    "letters for digits": look_alike,
    "parentheses": lambda n: " ".join(f"({part})" for part in fours(n).split()),
    "entities": lambda n: "".join(f"&#{ord(d)};" for d in n),
    "hexadecimal entities": lambda n: "".join(f"&#x{ord(d):x};" for d in n),
    "escaped blanks": lambda n: fours(n, "%20"),
    "glued to words": lambda n: f"card{n}exp",
    "JSON": lambda n: f'{{"number":"{n}","exp":"12/29"}}',
    "URL": lambda n: f"https://pay.example/?pan={n}&v=1",
    "expiry and code behind": lambda n: f"{n} 12/29 123",
    "words in the middle": lambda n: f"{fours(n[:8])} and then {fours(n[8:])}",
    "emoji between": lambda n: fours(n, " 💳 "),
    "quotes": lambda n: " ".join(f'"{part}"' for part in fours(n).split()),
    **{f"words in {language}": said(words) for language, words in SPOKEN.items()},
    "Chinese without spaces": said(SPOKEN["zh"], ""),
}
