"""What a file of ``words/`` must hold: the same lists and patterns in every language, any of them may be empty."""

from __future__ import annotations

NUMBERED = (
    "month", "weekday", "relative_day", "small_number", "number", "scale", "factor", "slang", "slang_count",
    "ordinal", "either_day",
)  # fmt: skip
"""Number → its words: months 1–12, weekdays 0 (Monday) to 6, days from today, values."""
NAMED = ("unit", "pair", "currency", "shared_currency", "minor", "fraction")
"""Name → its words. ``pair``: one word for two of a unit ("يومين"); ``fraction``: a decimal number → its words."""
CHOICES = ("account_kind", "category")
"""Name → a pattern of all the words for it."""
SETS = (
    "everyday", "month_unsure", "not_a_sum_after", "money_verbs", "year_leads", "giving", "after_spoken_sum",
    "not_a_name", "goes_on_in_a_name",
)  # fmt: skip
FRAGMENTS = (
    "th", "number_before", "number_lead", "number_half", "number_joint", "number_units_first", "article", "partners",
    "stop", "bought", "number_half_after", "number_tail", "names_first", "ending",
    "accents",
)  # fmt: skip
OPTIONAL = frozenset({
    "ordinal", "either_day", "fraction", "small_number", "factor", "slang", "slang_count", "slang_currency", "pair",
    "goes_on_in_a_name", "year_leads", "number_half_after", "number_tail", "names_first", "ending", "accents",
    "number_lead", "number_half", "number_units_first", "partners", "article", "th", "day_numbers", "quarter", "refused",
    "refused_after", "minus", "since_after", "range_alone", "card_before", "month_first", "bare_second_part",
    "not_number_no", "account_lead", "account_alone", "first_wins", "past_question", "relative", "category",
    "ordinal_after", "day_only",
})  # fmt: skip
"""What not every language needs.

``ordinal``: "third". ``either_day``: days away that may be past or to come ("कल"). ``number_half_after``: "y medio".
``number_tail``: not empty where the last digit goes with the scale before it (一万二 is 12,000). ``names_first``: not
empty where the mark of a name follows it ("Ayşe'ye"). ``ending``: what may follow the name of a currency or a number
in the same word ("lirayı"). ``refused_after``: what follows a sum that is not meant ("50 değil").
``since_after``: "since" where it follows the day. ``range_alone``: what joins two days to a stretch without a word
before them. ``accents``: not empty where accents make other words (năm, Nam): they must then be right in a message that
has any.
"""
DEFAULTS = {
    "relative": r"(?<!\w)(?:<relative_day:name>)(?!\w)",
    "category": r"(?<!\w)(?:<category:kind>)(?!\w)",
    "slang": r"(?<!\w)(?:<slang_count:count>\s+)?<slang:name>(?!\w)",
}
"""What stands for a pattern that a file leaves out."""
TEXTS = ("slang_currency",)
UNITS = frozenset({"day", "week", "fortnight", "month", "quarter", "year", "weekend"})

_ROLES = "last this next earlier later"
_COUNTED = "count unit pair"
PATTERNS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # name: (groups that it must have, groups that it may have)
    name: (frozenset(needed.split()), frozenset(allowed.split()))
    for name, needed, allowed in (
        ("past", "", ""),
        ("order", "", ""),
        ("past_question", "", ""),
        ("noise", "", ""),
        ("follow_up", "", ""),
        ("clause_joint", "", ""),
        ("card_ending", "last4", ""),
        ("card_before", "last4", ""),
        ("counted", "", ""),
        ("account", "kind", ""),
        ("account_alone", "kind", ""),
        ("account_lead", "", ""),
        ("category", "kind", "whole"),
        ("payee", "name", ""),
        ("merchant", "name", ""),
        ("day_first", "day month", "year lead"),
        ("month_first", "day month", "year"),
        ("relative", "name", ""),
        ("weekday", "name", _ROLES + " by lead last_week this_week next_week"),
        ("ago", "", _COUNTED),
        ("ahead", "", _COUNTED),
        ("day_only", "day", "lead"),
        ("month_end", "", "last this next"),
        ("day_numbers", "day month", "year lead"),
        ("quarter", "number", "year last this next"),
        ("day_range", "first second", "month year"),
        ("rolling", "", _COUNTED),
        ("calendar", "unit", _ROLES),
        ("to_date", "", "unit"),
        ("months_joined", "first second", "year1 year2"),
        ("month", "month", "last this next since lead year last_year this_year next_year"),
        ("year", "year", "since of"),
        ("since", "", ""),
        ("range_lead", "", ""),
        ("range_join", "", ""),
        ("ordinal_after", "", ""),
        ("units_after", "", ""),
        ("slang", "name", "count"),
        ("second_part", "part", "named"),
        ("bare_second_part", "part", ""),
        ("sums_joined", "", ""),
        ("later_wins", "", ""),
        ("first_wins", "", ""),
        ("refused", "", ""),
        ("refused_after", "", ""),
        ("minus", "", ""),
        ("since_after", "", ""),
        ("range_alone", "", ""),
        ("not_number_no", "", ""),
    )
}
