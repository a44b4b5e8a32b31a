"""The bank's tokens: signed by a key of its set with the one algorithm, for us, now, and of the right type (ID-04)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from openteller.adapters.identity.bank_identity import BankIdentity
from openteller.domain.actions import Action, ActionKind
from openteller.domain.assurance import CustomerRef
from openteller.domain.errors import NotAllowed
from openteller.domain.money import Money
from openteller.testing.twin_bank import ACCOUNTS, PAYEES
from openteller.testing.twins import START, SettableClock

ISSUER = "https://bank.example"
NOW = int(START.timestamp())
BANK = ECKey.generate_key("P-256", {"kid": "bank-1"})
STRAY = OctKey.generate_key(256, {"kid": "stray-1"})
"""A shared secret that has got into the set by mistake: still nothing signed with it is believed."""
THIEF = ECKey.generate_key("P-256", {"kid": "bank-1"})
OTHER_CURVE = ECKey.generate_key("P-384", {"kid": "bank-3"})
CLAIMS = {"iss": ISSUER, "aud": "openteller", "sub": "c-1", "jti": "t-1", "iat": NOW, "exp": NOW + 300}
HEADER = {"alg": "ES256", "kid": "bank-1", "typ": "customer+jwt"}
APPROVED = {
    "action": "transfer",
    "amount_minor": 5000,
    "currency": "GBP",
    "payee": PAYEES[0].iban,
    "intent_id": str(UUID(int=7)),
    "challenge_id": "ch-1",
}


class Bank:
    """The bank's identity service; ``asked`` is what it was sent."""

    def __init__(self) -> None:
        self.keys = [key.as_dict(private=False) for key in (BANK, OTHER_CURVE)] + [STRAY.as_dict(private=True)]
        self.approval = ""
        self.asked: list[Mapping[str, Any]] = []
        self.reached: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.reached.append(str(request.url))
        match request.url.path:
            case "/.well-known/jwks.json":
                return httpx.Response(200, json={"keys": self.keys})
            case "/api/step-ups":
                self.asked.append(json.loads(request.content))
                return httpx.Response(200, json={"challenge_id": "ch-1", "approve_url": "https://bank.example/a"})
        return httpx.Response(200, json={"status": "approved", "approval": self.approval})


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def identity(bank: Bank) -> BankIdentity:
    client = httpx.AsyncClient(transport=httpx.MockTransport(bank.answer), base_url="https://id.bank.example")
    return BankIdentity(
        "https://id.bank.example",
        issuer=ISSUER,
        service_key="service",
        callback_key="callback",
        callback_url="https://teller.example/callback",
        clock=SettableClock(),
        client=client,
    )


def signed(claims: Mapping[str, Any] = CLAIMS, header: Mapping[str, Any] = HEADER, key: Any = BANK) -> str:
    return jwt.encode(dict(header), dict(claims), key, algorithms=[str(header["alg"])])


def unsigned(alg: str) -> str:
    """No signature at all, and a header that says so."""
    parts = ({**HEADER, "alg": alg}, CLAIMS)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


async def test_a_token_of_the_banks_opens_id_04(identity: BankIdentity) -> None:
    claims = await identity.verify_login(signed())
    assert (claims.customer, claims.token_id) == ("c-1", "t-1")
    assert claims.expires_at == START + timedelta(minutes=5)
    assert (await identity.verify_login(signed({**CLAIMS, "aud": ["openteller"]}))).customer == "c-1"


REFUSED: dict[str, str] = {
    **{f"unsigned, {alg}": unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "", "ES256")},
    "a shared secret": signed(header={**HEADER, "alg": "HS256", "kid": "stray-1"}, key=STRAY),
    "another curve": signed(header={**HEADER, "alg": "ES384", "kid": "bank-3"}, key=OTHER_CURVE),
    "a thief's key under the bank's name": signed(key=THIEF),
    "a key that nobody knows": signed(header={**HEADER, "kid": "bank-9"}),
    "a path as the key's name": signed(header={**HEADER, "kid": "../../dev/null"}),
    "no name of a key": signed(header={name: value for name, value in HEADER.items() if name != "kid"}),
    "a key that it brings along": signed(header={**HEADER, "jwk": THIEF.as_dict(private=False)}, key=THIEF),
    "a key that it points at": signed(header={**HEADER, "jku": "https://thief.example/keys"}, key=THIEF),
    "a certificate that it points at": signed(header={**HEADER, "x5u": "https://thief.example/x"}, key=THIEF),
    "an approval instead of a login": signed(header={**HEADER, "typ": "step-up+jwt"}),
    "any type": signed(header={**HEADER, "typ": "JWT"}),
    "no type": signed(header={name: value for name, value in HEADER.items() if name != "typ"}),
    "another issuer": signed({**CLAIMS, "iss": "https://bank.example.thief.example"}),
    "for somebody else": signed({**CLAIMS, "aud": "the-bank's-shop"}),
    "for several": signed({**CLAIMS, "aud": ["openteller", "the-bank's-shop"]}),
    "run out": signed({**CLAIMS, "exp": NOW - 5}),
    "not yet": signed({**CLAIMS, "nbf": NOW + 6}),
    "issued tomorrow": signed({**CLAIMS, "iat": NOW + 86_400}),
    "no end": signed({name: value for name, value in CLAIMS.items() if name != "exp"}),
    "no owner": signed({name: value for name, value in CLAIMS.items() if name != "sub"}),
    "no number of its own": signed({name: value for name, value in CLAIMS.items() if name != "jti"}),
    "an owner that is no text": signed({**CLAIMS, "sub": 1}),
    "changed on its way": signed()[:-4] + "AAAA",
    "cut off": signed().rpartition(".")[0],
    "nothing": "",
}


@pytest.mark.parametrize("why", REFUSED)
async def test_any_other_token_is_refused_without_a_word_of_why_id_04(
    identity: BankIdentity, bank: Bank, why: str
) -> None:
    with pytest.raises(NotAllowed) as refused:
        await identity.verify_login(REFUSED[why])
    assert str(refused.value) == "this token is not a valid one of the bank's"
    assert all(url == "https://id.bank.example/.well-known/jwks.json" for url in bank.reached), "nothing is followed"


async def test_a_key_that_the_bank_has_just_brought_in_is_found_id_04(identity: BankIdentity, bank: Bank) -> None:
    await identity.verify_login(signed())
    new = ECKey.generate_key("P-256", {"kid": "bank-2"})
    bank.keys.append(new.as_dict(private=False))
    assert (await identity.verify_login(signed(header={**HEADER, "kid": "bank-2"}, key=new))).customer == "c-1"


async def test_the_app_is_asked_for_exactly_this_action_tx_01(identity: BankIdentity, bank: Bank) -> None:
    action = Action(ActionKind.TRANSFER, source=ACCOUNTS[0], to=PAYEES[0], amount=Money(5_000, "GBP"))
    expires_at = START + timedelta(minutes=5)
    await identity.challenge(CustomerRef("c-1"), action, UUID(int=7), expires_at)
    (asked,) = bank.asked
    bound = {name: value for name, value in APPROVED.items() if name != "challenge_id"}
    told = {"customer_id": "c-1", "expires_at": expires_at.isoformat()}
    assert asked == {**bound, **told, "callback_url": "https://teller.example/callback"}


async def test_an_approval_says_all_that_it_binds_and_a_login_is_none_tx_01_id_04(
    identity: BankIdentity, bank: Bank
) -> None:
    bank.approval = signed({**CLAIMS, **APPROVED}, {**HEADER, "typ": "step-up+jwt"})
    status, claims = await identity.approval("ch-1")
    assert claims is not None
    said = {name: getattr(claims, name) for name in APPROVED if name != "intent_id"}
    assert (status, {**said, "intent_id": str(claims.intent_id)}) == ("approved", APPROVED)
    assert (claims.customer, claims.expires_at) == ("c-1", START + timedelta(minutes=5))
    bank.approval = signed({**CLAIMS, **APPROVED})
    with pytest.raises(NotAllowed):
        await identity.approval("ch-1")


def stamped(body: bytes, at: int, key: bytes = b"callback") -> str:
    return f"t={at},v1={hmac.new(key, f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


async def test_a_callback_is_the_banks_and_fresh_or_it_is_none_id_04(identity: BankIdentity) -> None:
    body = b'{"challenge_id": "ch-1"}'
    assert identity.verify_callback(body, stamped(body, NOW - 300), START) == {"challenge_id": "ch-1"}
    for signature in (
        stamped(body, NOW - 301),
        stamped(body, NOW + 301),
        stamped(body, NOW, b"another"),
        stamped(b"{}", NOW),
        stamped(body, NOW).replace(f"t={NOW}", f"t={NOW + 1}"),
        f"t={NOW},v1=",
        f"t={NOW}",
        "",
        "é",
    ):
        with pytest.raises(NotAllowed):
            identity.verify_callback(body, signature, START)
