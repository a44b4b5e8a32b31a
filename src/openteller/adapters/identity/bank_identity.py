"""Identity by the bank: customer tokens and step-up approvals, both signed by it (ES256) and checked here.

ID-04: the algorithm and the type are fixed, keys come from the bank's own key set by ``kid``, and nothing inside a
token (jku, x5u, jwk) is ever followed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from openteller.domain.actions import Action
from openteller.domain.assurance import ApprovalClaims, Challenge, CustomerRef, LoginClaims
from openteller.domain.errors import AdapterError, NotAllowed
from openteller.ports import Clock

_ALGORITHMS = ["ES256"]
_AUDIENCE = "openteller"
_LEEWAY = timedelta(seconds=5)
_CALLBACK_AGE = timedelta(minutes=5)
_TIMEOUT_S = 4.0


class BankIdentity:
    """The bank's identity service at ``address``; ``issuer`` is what its tokens must name."""

    def __init__(
        self,
        address: str,
        *,
        issuer: str,
        service_key: str,
        callback_key: str,
        callback_url: str,
        clock: Clock,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._issuer = issuer
        self._callback_key = callback_key.encode()
        self._callback_url = callback_url
        self._clock = clock
        self._keys: KeySet | None = None
        self._client = client or httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {service_key}"}, timeout=_TIMEOUT_S
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def verify_login(self, token: str) -> LoginClaims:
        """The claims of a customer token, every one of them checked."""
        claims = await self._verify(token, "customer+jwt")
        return LoginClaims(CustomerRef(claims["sub"]), claims["jti"], _time(claims["exp"]))

    async def challenge(
        self, customer: CustomerRef, action: Action, intent_id: UUID, expires_at: datetime
    ) -> Challenge:
        """Ask the bank's app. The same open question asked again is the same challenge."""
        amount = action.amount
        body = await self._call(
            "POST",
            "/api/step-ups",
            {
                "customer_id": customer,
                "action": str(action.kind),
                "amount_minor": amount.amount_minor if amount else None,
                "currency": amount.currency if amount else None,
                "payee": action.payee,
                "intent_id": str(intent_id),
                "expires_at": expires_at.isoformat(),
                "callback_url": self._callback_url,
            },
        )
        return Challenge(body["challenge_id"], body["approve_url"], expires_at)

    async def approval(self, challenge_id: str) -> tuple[str, ApprovalClaims | None]:
        """How the challenge stands; the claims of an approval are checked like those of a login."""
        body = await self._call("GET", f"/api/step-ups/{challenge_id}")
        if body["status"] != "approved":
            return str(body["status"]), None
        token = body["approval"]
        claims = await self._verify(token, "step-up+jwt")
        return "approved", ApprovalClaims(
            CustomerRef(claims["sub"]),
            claims["action"],
            claims["amount_minor"],
            claims["currency"],
            claims["payee"],
            UUID(claims["intent_id"]),
            claims["challenge_id"],
            claims["jti"],
            _time(claims["exp"]),
            token,
        )

    def verify_callback(self, body: bytes, signature: str, now: datetime) -> Mapping[str, Any]:
        """The callback's content, after its signature and its age."""
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        stamp = parts.get("t", "")
        expected = hmac.new(self._callback_key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), parts.get("v1", "").encode()):
            raise NotAllowed("bad_signature", "the signature of the callback is wrong")
        if not stamp.isdecimal() or abs(now - _time(int(stamp))) > _CALLBACK_AGE:
            raise NotAllowed("bad_signature", "the callback is too old")
        content = json.loads(body)
        if not isinstance(content, dict):
            raise NotAllowed("bad_content", "the callback is not a JSON object")
        return content

    async def _verify(self, token: str, kind: str) -> Mapping[str, Any]:
        refused = NotAllowed("bad_token", "this token is not a valid one of the bank's")
        for fresh in (False, True):
            keys = await self._key_set(fresh=fresh)
            try:
                decoded = jwt.decode(token, keys, algorithms=_ALGORITHMS)
            except (JoseError, ValueError, TypeError):
                # A key the bank has just rotated in is unknown to the set we hold: look once more, then refuse.
                continue
            if decoded.header.get("typ") != kind or not self._holds(decoded.claims):
                raise refused
            return decoded.claims
        raise refused

    def _holds(self, claims: Mapping[str, Any]) -> bool:
        now = self._clock.now()
        try:
            return bool(
                claims["iss"] == self._issuer
                and claims["aud"] in (_AUDIENCE, [_AUDIENCE])
                and isinstance(claims["sub"], str)
                and isinstance(claims["jti"], str)
                and _time(claims.get("nbf", claims["iat"])) <= now + _LEEWAY
                and now < _time(claims["exp"]) + _LEEWAY
            )
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return False

    async def _key_set(self, *, fresh: bool) -> KeySet:
        if self._keys is None or fresh:
            self._keys = KeySet.import_key_set(await self._call("GET", "/.well-known/jwks.json"))
        return self._keys

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            response = await self._client.request(method, path, json=body)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise AdapterError("the bank's identity service cannot be reached", retryable=True) from error


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
