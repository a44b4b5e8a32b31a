"""What may be said where: the policy's rules, and the replies they close (ID-05)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.replies.channel_fit import shortened, shows_books, shows_full_number
from openteller.domain.actions import MOVES_MONEY, Action, ActionKind
from openteller.domain.assurance import Level
from openteller.domain.banking import Account
from openteller.domain.channels import OWN_FACE, UNNAMED, ChannelRule, Transfers
from openteller.domain.errors import ConfigurationError
from openteller.domain.money import Money
from openteller.domain.replies import LinkPhrase, OptionPhrase, Phrase, Reply, RowPhrase
from openteller.testing.twins import START

PACK = Path(__file__).parents[3] / "src/openteller/packs/retail_banking"
SHIPPED = (PACK / "policy.yaml").read_text()
FIVE = Money(500, "GBP")
ROW = RowPhrase(Phrase("a"), Phrase("b"))
ELSEWHERE = LinkPhrase(Phrase("channel.elsewhere_link"), "https://www.harbour.example", "login")
MINE = Account("a", "current", "Current", "GB29NWBK60161331926819", FIVE, FIVE)


@pytest.mark.parametrize(
    "reply",
    [
        Reply((Phrase("check_balance.one", {"available": FIVE}),)),
        Reply((Phrase("some.new_journey", {"never_heard_of": "x"}),)),
        Reply((Phrase("x"),), rows=(ROW,)),
        Reply((Phrase("x"),), options=(OptionPhrase("1:0", Phrase("choice.card", {"last4": "1234"})),)),
        Reply((Phrase("x"),), links=(LinkPhrase(Phrase("y", {"name": "Anna"}), "https://x", "login"),)),
    ],
)
def test_what_may_come_from_the_books_is_seen(reply: Reply) -> None:
    assert shows_books(reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply((Phrase("handover.waiting", {"reference": "HB-1", "wait": timedelta(minutes=5)}),)),
        Reply((Phrase("conversation.login_to_block", {"phone": "+44"}),), links=(ELSEWHERE,)),
        Reply((Phrase("knowledge.said", {"words": "Our branches open at nine."}),)),
        Reply((Phrase("conversation.help"),), options=(OptionPhrase("person", Phrase("person.button")),)),
    ],
)
def test_what_is_said_of_the_conversation_itself_passes(reply: Reply) -> None:
    assert not shows_books(reply)


def test_a_whole_account_number_is_seen_by_its_name_and_by_its_shape() -> None:
    assert shows_full_number(Reply((Phrase("x", {"sort_code": "60-16-13"}),)))
    assert shows_full_number(Reply((Phrase("x"),), rows=(RowPhrase(Phrase("l"), Phrase("v", {"what": MINE.iban})),)))
    assert not shows_full_number(Reply((Phrase("x", {"last4": "6819", "amount": FIVE}),)))


def test_a_long_list_is_cut_and_says_how_much_is_left_and_where() -> None:
    rule = ChannelRule(Level.LOGGED_IN, False, Transfers.NONE, timedelta(0), 10)
    cut = shortened(Reply((Phrase("x"),), rows=(ROW,) * 14), rule, ELSEWHERE)
    assert len(cut.rows) == 10
    assert cut.phrases[-1] == Phrase("channel.more", {"count": 4})
    assert cut.links == (ELSEWHERE,)
    whole = Reply((Phrase("x"),), rows=(ROW,) * 10)
    assert shortened(whole, rule, ELSEWHERE) is whole


def test_a_channel_that_the_policy_does_not_name_opens_nothing_and_our_own_faces_everything() -> None:
    policy = load_policy([PACK])
    assert policy.channel("carrier_pigeon") == UNNAMED
    assert UNNAMED.max_level is Level.ANONYMOUS
    assert policy.channel("web") == policy.channel("terminal") == OWN_FACE
    assert policy.channel("telegram").max_level is Level.LOGGED_IN


def test_on_telegram_every_transfer_is_approved_in_the_app_and_a_fresh_link_makes_none_id_06_tx_01() -> None:
    policy = load_policy([PACK])
    own = Action(ActionKind.TRANSFER, source=MINE, to=MINE, amount=FIVE)
    assert not policy.rule_for(own).step_up
    assert policy.rule_for(own, on="telegram").step_up
    assert policy.rule_for(own, on="telegram").once == policy.rule_for(own).once, "the limits stay"
    assert not policy.may_move_money("telegram", START, START + timedelta(hours=23, minutes=59))
    assert policy.may_move_money("telegram", START, START + timedelta(hours=24))
    assert policy.may_move_money("web", None, START)
    assert not policy.may_move_money("webhook", START, START + timedelta(days=900))


@pytest.mark.parametrize("kind", sorted(MOVES_MONEY - {ActionKind.TRANSFER}))
def test_what_clears_the_way_for_money_is_approved_in_the_app_from_a_chat_id_06(kind: ActionKind) -> None:
    """A limit, an address, a standing order, an exchange: whoever holds somebody's unlocked phone would begin there."""
    rule = load_policy([PACK]).rule_for(Action(kind), on="telegram")
    assert rule.confirm
    assert rule.step_up


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"max_level": 3}, "max_level is 0"),
        ({"max_level": True}, "max_level is 0"),
        ({"full_account_numbers": "no way"}, "true or false"),
        ({"transfers": "sometimes"}, "none, step_up or as_usual"),
        ({"transfers_after_hours": -1}, "0 or more"),
        ({"rows": 0}, "from 1 to 60"),
        ({"colour": "red"}, "colour"),
        ({"rows": None}, "from 1 to 60"),
    ],
)
def test_a_rule_that_is_half_understood_refuses_the_start(
    tmp_path: Path, change: dict[str, object], fault: str
) -> None:
    content = yaml.safe_load(SHIPPED)
    content["channels"]["telegram"] |= change
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(content))
    with pytest.raises(ConfigurationError, match=fault):
        load_policy([tmp_path])


def test_a_policy_without_channels_is_a_policy(tmp_path: Path) -> None:
    content = yaml.safe_load(SHIPPED)
    del content["channels"]
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(content))
    assert load_policy([tmp_path]).channel("telegram") == UNNAMED
