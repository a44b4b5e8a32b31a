"""The oracle: reads the outside parties' ledgers, and nothing of ours, and counts what went wrong.

``ledger.jsonl`` is the bank's, ``delivered.jsonl`` what channel and web customers received, ``sent.jsonl`` what they
sent and were shown. Run it again on a run's folder at any time.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from openteller.testing.faultlab.ledgers import Json, read_lines
from openteller.testing.faultlab.strangers import expected_replies, signature

_AROUND_S = 1.0
"""What happens within this time of a kill may have been hit by it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The count. ``turns`` are messages that were acknowledged, ``transfers`` those the bank made.

    ``out_of_order`` counts replies that came in another order than their messages, or more than once; ``wrong_amounts``
    transfers that differ from what was shown and confirmed, that nobody approved, or that the customer was told did not
    happen; ``parked`` transfers whose outcome the customer was still waiting for at the end; ``unknowable`` those whose
    outcome nobody could have told: a bank that cannot be asked did not deliver its answer, by its own record, or
    whoever asked was killed or stopped at that moment. Fewer parked ones than these are guesses, more are giving up.
    """

    turns: int
    transfers: int
    lost_turns: int
    lost_transfers: int
    doubled_transfers: int
    out_of_order: int
    wrong_amounts: int
    parked: int
    unknowable: int
    refused: int
    findings: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Nothing was lost, doubled, swapped or wrong."""
        return not (
            self.lost_turns + self.lost_transfers + self.doubled_transfers + self.out_of_order + self.wrong_amounts
        )

    def figures(self, seconds: float) -> Json:
        """The figures of the command's answer."""
        return {name: value for name, value in asdict(self).items() if name not in ("refused", "findings")} | {
            "seconds": round(seconds, 1)
        }


def judge(folder: Path) -> Verdict:
    """Count. What the channel's replies to each kind of message look like was learned before any fault."""
    signatures = json.loads((folder / "signatures.json").read_text())
    sent, delivered = read_lines(folder / "sent.jsonl"), read_lines(folder / "delivered.jsonl")
    findings: list[str] = []
    web = [row for row in sent if row.get("channel") == "web"]
    channel = [row for row in sent if row.get("channel") == "webhook"]
    # A customer who comes back reads the thread again: what was read before is not a second message.
    firsts = list({row["message_id"]: row for row in delivered if row["first"]}.values())
    lost, swapped = _web(web, [row for row in firsts if row["channel"] == "web"], findings)
    more_lost, more_swapped = _channel(
        channel, [row for row in firsts if row["channel"] == "webhook"], signatures, findings
    )
    findings += [f"a customer gave up: {row['trouble']}" for row in sent if "trouble" in row]
    acked = {row["client_id"] for row in sent if row.get("acked")}
    acts = [row for row in sent if "act" in row]
    money = _money(acts, read_lines(folder / "ledger.jsonl"), findings)
    unknowable = _unknowable(folder, acts)
    return Verdict(
        turns=len(acked),
        lost_turns=lost + more_lost,
        out_of_order=swapped + more_swapped,
        findings=tuple(findings),
        unknowable=unknowable,
        **money,
    )


def _web(sent: Sequence[Json], replies: Sequence[Json], findings: list[str]) -> tuple[int, int]:
    """Lost turns, and turns that were answered twice or in another order. Replies name their turn."""
    answered = {row["turn_id"] for row in replies}
    turns: dict[str, set[str]] = defaultdict(set)
    for row in sent:
        turns[row["client_id"]].add(row["turn_id"])
    silent = [key for key, ids in turns.items() if not ids & answered]
    double = [key for key, ids in turns.items() if len(ids) > 1]
    findings += [f"no reply to {key}" for key in silent] + [f"message {key} became two turns" for key in double]
    swapped = 0
    for who, rows in _by(replies, "who"):
        order = list(dict.fromkeys(row["turn_id"] for row in sorted(rows, key=lambda row: int(row["seq"]))))
        asked = list(dict.fromkeys(row["turn_id"] for row in sent if row["who"] == who))
        mine = [turn for turn in order if turn in set(asked)]
        wrong = sum(a != b for a, b in zip(mine, [turn for turn in asked if turn in set(mine)], strict=True))
        if wrong:
            findings.append(f"{wrong} replies out of order in {who}")
        twice = _split(rows)
        if twice:
            findings.append(f"{twice} turns were written twice in {who}")
        swapped += wrong + twice
    return len(silent), swapped + len(double)


def _split(rows: Iterable[Json]) -> int:
    """Turns that were written twice: their messages do not stand together, or say the same again."""
    ordered = sorted(rows, key=lambda row: int(row["seq"]))
    runs = [(turn, [row["text"] for row in said]) for turn, said in groupby(ordered, key=lambda row: row["turn_id"])]
    apart = len(runs) - len({turn for turn, _ in runs})
    return apart + sum(len(set(texts)) < len(texts) for _, texts in runs)


def _channel(
    sent: Sequence[Json], replies: Sequence[Json], signatures: Mapping[str, Sequence[str]], findings: list[str]
) -> tuple[int, int]:
    """The channel's replies do not name their turn: their kinds must come in the order of the messages' kinds."""
    findings += [f"a customer gave up: {row['trouble']}" for row in sent if "trouble" in row]
    acked = {row["client_id"] for row in sent if row["acked"]}
    heard = dict(_by(replies, "who"))
    lost = swapped = 0
    for who, rows in _by([row for row in sent if "text" in row and row["client_id"] in acked], "who"):
        expected = expected_replies(rows, signatures)
        got = [signature(row["text"]) for row in heard.get(who, [])]
        lost += max(len(expected) - len(got), 0)
        extra = max(len(got) - len(expected), 0)
        wrong = sum(a != b for a, b in zip(expected, got, strict=False)) if len(expected) == len(got) else 0
        swapped += extra + wrong
        if len(expected) != len(got) or wrong:
            findings.append(f"channel {who}: {len(expected)} messages, {len(got)} replies, {wrong} out of order")
    return lost, swapped


def _money(notes: Sequence[Json], ledger: Sequence[Json], findings: list[str]) -> dict[str, int]:
    """Each customer gives every transfer an amount of its own, so that the two ledgers can be laid side by side."""
    made: dict[tuple[str, int], list[Json]] = defaultdict(list)
    for row in ledger:
        if row["kind"] == "transfer":
            made[row["customer_id"], row["params"]["amount_minor"]].append(row)
    acts: dict[tuple[str, int], dict[str, Json]] = defaultdict(dict)
    for note in notes:
        acts[note["customer"], note["amount_minor"]][note["act"]] = note
    doubled = sum(len(rows) - 1 for rows in made.values())
    wrong = [key for key in made if "confirmed" not in acts[key]]
    wrong += [key for key, told in acts.items() if "shown wrongly" in told]
    wrong += [key for key in made if _told(acts[key]) == "not done"]
    wrong += [key for key in made if "confirmed" in acts[key] and not _approved(acts[key])]
    confirmed = [key for key, told in acts.items() if "confirmed" in told]
    lost = [key for key in confirmed if key not in made and _missed(acts[key])]
    parked = [key for key in confirmed if _told(acts[key]) == "parked"]
    refused = [key for key in confirmed if key not in made and _told(acts[key]) == "not done"]
    findings += [f"transfer {key} made {len(rows)} times" for key, rows in made.items() if len(rows) > 1]
    findings += [f"transfer {key} is not what was confirmed" for key in wrong]
    findings += [f"transfer {key} was promised and never made" for key in lost]
    return {
        "transfers": len(made),
        "lost_transfers": len(lost),
        "doubled_transfers": doubled,
        "wrong_amounts": len(wrong),
        "parked": len(parked),
        "refused": len(refused),
    }


def _unknowable(folder: Path, notes: Sequence[Json]) -> int:
    """How many outcomes nobody could have told: what was parked while a process of ours, or the database, was killed or
    stood still, and, of a core that cannot be asked, the answers that it could not deliver, by its own record.
    """
    record, faults = folder / "undelivered.json", read_lines(folder / "faults.jsonl")
    dumb = any(row["fault"] == "bank" and row["settings"].get("core_mode") == "dumb" for row in faults)
    lost = set(json.loads(record.read_text())) if dumb and record.is_file() else set()
    moments = [(_at(row), 0.0) for row in read_lines(folder / "kills.jsonl")]
    pauses = (row for row in faults if row["fault"] == "pause")
    moments += [(_at(row), float(row["seconds"])) for row in pauses]
    acts: dict[tuple[str, int], dict[str, Json]] = defaultdict(dict)
    for note in notes:
        acts[note["customer"], note["amount_minor"]][note["act"]] = note
    found = 0
    for told in acts.values():
        if "shown" not in told or "confirmed" not in told:
            continue
        begun, heard = _at(told.get("tapped", told["confirmed"])), _at(told.get("told", told["confirmed"]))
        struck = any(begun - _AROUND_S < at + span and at < heard + _AROUND_S for at, span in moments)
        found += told["shown"].get("intent") in lost or (_told(told) == "parked" and struck)
    return found


def _at(row: Json) -> float:
    """Seconds since 1970; 0 in a ledger without times."""
    return datetime.fromisoformat(row["at"]).timestamp() if "at" in row else 0.0


def _missed(acts: Mapping[str, Json]) -> bool:
    """A transfer that was not made is lost if "done" was said, or if the customer did their part and heard nothing.

    Their part: a yes and, where money leaves the customer's own accounts, a tap in the bank's app. A payment that
    nobody approved there must not be made.
    """
    return _told(acts) == "done" or (_told(acts) == "nothing" and _approved(acts))


def _approved(acts: Mapping[str, Json]) -> bool:
    return "tapped" in acts or bool(acts.get("confirmed", {}).get("own"))


def _told(acts: Mapping[str, Json]) -> str:
    return str(acts["told"]["told"]) if "told" in acts else "nothing"


def _by(rows: Iterable[Json], name: str) -> list[tuple[str, list[Json]]]:
    grouped: dict[str, list[Json]] = defaultdict(list)
    for row in rows:
        grouped[row[name]].append(row)
    return list(grouped.items())
