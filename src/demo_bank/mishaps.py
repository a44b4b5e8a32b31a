"""What goes wrong or is put right: refunds, double charges, declined cards."""

from __future__ import annotations

from demo_bank.customers import SHOWCASE
from demo_bank.dice import chance
from demo_bank.story import Draft, Story

_REASONS = (("wrong_pin", "wrong PIN"), ("online_check", "online check not completed"),
            ("limit", "over card limit"))  # fmt: skip


def tell_mishaps(story: Story) -> None:
    """Draft refunds, double charges and declined attempts on purchases already drafted."""
    purchases = [place for place, draft in enumerate(story.drafts)
                 if draft.kind == "card_purchase" and not draft.mark]  # fmt: skip
    if not purchases:
        return
    _refunds(story, purchases)
    if story.customer.number == SHOWCASE:
        return
    if chance(story.dice, 0.12):
        _double_charge(story, purchases)
    if chance(story.dice, 0.3):
        _declined(story, purchases)
    _frozen(story, purchases)


def _marked(story: Story, place: int) -> Draft:
    """Return a draft, giving it a mark if it had none."""
    draft = story.drafts[place]
    if not draft.mark:
        draft = story.drafts[place] = draft._replace(mark=story.mark())
    return draft


def _refunds(story: Story, purchases: list[int]) -> None:
    """Draft a few refunds of shopping, whole or in part, some days later."""
    dice = story.dice
    shopping = [place for place in purchases if story.drafts[place].category == "shopping"
                and story.drafts[place].day < -16]  # fmt: skip
    for place in dice.sample(shopping, min(len(shopping), dice.choice((0, 1, 2, 3, 4)))):
        bought = _marked(story, place)
        back = -bought.amount_minor if chance(dice, 0.7) else max(1, -bought.amount_minor // 2)
        mark, day = story.mark(), bought.day + dice.randint(4, 14)
        story.drafts.append(Draft(
            day, 420, bought.slot, back, bought.merchant, "refund",
            f"Refund {bought.merchant}", "refund", mark, None, None, bought.mark))  # fmt: skip
        story.tell("refund", day, (bought.mark, mark), back, merchant=bought.merchant)


def _double_charge(story: Story, purchases: list[int]) -> None:
    """Draft the same purchase twice within minutes; half of them lately, some put right."""
    dice = story.dice
    lately = [place for place in purchases if -60 < story.drafts[place].day < -4]
    pool = lately if lately and chance(dice, 0.6) else purchases
    first = _marked(story, pool[dice.randrange(len(pool))])
    if first.day > -3:
        return
    mark = story.mark()
    story.drafts.append(first._replace(minute=first.minute + dice.randint(1, 4), mark=mark,
                                       needs=first.mark))  # fmt: skip
    fixed = chance(dice, 0.3) and first.day < -9
    story.tell("duplicate_charge", first.day, (first.mark, mark), first.amount_minor,
               merchant=first.merchant, put_right=int(fixed))  # fmt: skip
    if fixed:
        again = story.mark()
        story.drafts.append(Draft(
            first.day + 6, 430, first.slot, -first.amount_minor, first.merchant, "refund",
            f"Reversal {first.merchant}", "reversal", again, None, None, mark))  # fmt: skip
        story.tell("reversal", first.day + 6, (mark, again), -first.amount_minor,
                   merchant=first.merchant)  # fmt: skip


def _declined(story: Story, purchases: list[int]) -> None:
    """Draft one to three attempts that the bank refused, a minute before the purchase."""
    dice = story.dice
    for place in dice.sample(purchases, min(len(purchases), dice.randint(1, 3))):
        draft, (code, words) = story.drafts[place], dice.choice(_REASONS)
        mark = story.mark()
        story.drafts.append(draft._replace(
            minute=max(0, draft.minute - 1), kind="declined", mark=mark, needs=0,
            description=f"{draft.merchant} (declined: {words})"))  # fmt: skip
        story.tell("declined", draft.day, (mark,), draft.amount_minor, reason=code,
                   merchant=draft.merchant)  # fmt: skip


def _frozen(story: Story, purchases: list[int]) -> None:
    """Draft one attempt, in the last days, with a card that its owner has frozen."""
    slots = {"debit": "current", "credit": "credit_card"}
    frozen = {slots[card.kind] for card in story.holdings.cards if card.status == "frozen"}
    tried = [place for place in purchases if story.drafts[place].slot in frozen and story.drafts[place].day > -20]
    if not tried:
        return
    draft, mark = story.drafts[max(tried, key=lambda place: story.drafts[place].day)], story.mark()
    story.drafts.append(draft._replace(
        minute=max(0, draft.minute - 1), kind="declined", mark=mark, needs=0,
        description=f"{draft.merchant} (declined: card frozen)"))  # fmt: skip
    story.tell("declined", draft.day, (mark,), draft.amount_minor, reason="card_frozen",
               merchant=draft.merchant)  # fmt: skip
