"""Signed statements by the bank: customer tokens and approvals (JWS, ES256)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError

from demo_bank.keys import AUDIENCE, ISSUER, Keys

CUSTOMER_TYPE, APPROVAL_TYPE = "customer+jwt", "step-up+jwt"
CUSTOMER_SECONDS, APPROVAL_SECONDS = 300, 300


class NotOurs(ValueError):
    """The text is not an approval this bank signed, or it is no longer valid."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What a customer approved, as this bank signed it; amounts in minor units."""

    jti: str
    customer_id: str
    action: str
    amount_minor: int | None
    currency: str | None
    payee: str | None
    intent_id: str


def customer_token(keys: Keys, customer_id: str, now: datetime) -> str:
    """Return a customer token valid for five minutes from ``now``."""
    issued = int(now.timestamp())
    return _sign(keys, CUSTOMER_TYPE, {"sub": customer_id, "iat": issued, "nbf": issued,
                                       "exp": issued + CUSTOMER_SECONDS})  # fmt: skip


def sign_approval(keys: Keys, challenge: dict[str, Any], now: datetime) -> str:
    """Return the approval of a challenge row, valid for five minutes from ``now``."""
    issued = int(now.timestamp())
    said = {name: challenge[name] for name in
            ("action", "amount_minor", "currency", "payee", "intent_id", "challenge_id")}  # fmt: skip
    return _sign(keys, APPROVAL_TYPE, {"sub": challenge["customer_id"], "iat": issued,
                                       "exp": issued + APPROVAL_SECONDS, **said})  # fmt: skip


def read_approval(keys: Keys, text: str, now: datetime) -> Approval:
    """Return an approval after checking signature, type, issuer, audience and time.

    Raises:
        NotOurs: if any of them is wrong.
    """
    try:
        token = jwt.decode(text, keys.signing, algorithms=["ES256"])
        claims, header = token.claims, token.header
        ok = header.get("typ") == APPROVAL_TYPE and claims["iss"] == ISSUER
        ok = ok and claims["aud"] == AUDIENCE and claims["typ"] == APPROVAL_TYPE
        if not ok or not int(claims["iat"]) - 60 <= now.timestamp() < int(claims["exp"]):
            raise NotOurs("wrong type, issuer, audience or time")
        return Approval(claims["jti"], claims["sub"], claims["action"], claims["amount_minor"],
                        claims["currency"], claims["payee"], claims["intent_id"])  # fmt: skip
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise NotOurs(str(error)) from error


def public_keys(keys: Keys) -> dict[str, Any]:
    """Return the JWK set that proves the bank's signatures."""
    return {"keys": [{**keys.signing.as_dict(private=False), "use": "sig", "alg": "ES256"}]}


def _sign(keys: Keys, kind: str, claims: dict[str, Any]) -> str:
    """Return the compact JWS of claims, with issuer, audience and a fresh id."""
    header = {"alg": "ES256", "typ": kind, "kid": keys.kid}
    whole = {"iss": ISSUER, "aud": AUDIENCE, "typ": kind, "jti": secrets.token_urlsafe(16), **claims}
    return jwt.encode(header, whole, keys.signing)
