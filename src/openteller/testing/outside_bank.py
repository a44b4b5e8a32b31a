"""The demo bank as its customers and auditors see it: they log in, tap "approve", and read its own record."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from html import unescape
from typing import Any, Self

import httpx

Json = dict[str, Any]
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_PASSCODE = re.compile(r"passcode is\s+<strong>([^<]+)</strong>")
_WAY_BACK = re.compile(r'class="button" href="([^"]+)"')


class BankAway(RuntimeError):
    """The demo bank did not answer sensibly within the patience of the caller."""


class OutsideBank:
    """One demo bank. ``patience_s``: for how long a call is repeated while the bank is down (killed, perhaps)."""

    def __init__(self, address: str, keys: Mapping[str, Any], *, patience_s: float = 5.0) -> None:
        self._control = {"X-Control-Key": str(keys["control_key"])}
        self._service = {"Authorization": f"Bearer {keys['service_key']}"}
        self._patience_s = patience_s
        self._client = httpx.AsyncClient(base_url=address, timeout=8.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def undelivered(self) -> list[str]:
        """The idempotency keys of the orders whose answer the bank could not deliver, by its own record."""
        body = await self._call("GET", "/control/undelivered", self._control)
        return list(body["keys"])

    async def login_token(self, customer: str) -> str:
        """A fresh token of the bank's login for this customer (single use at OpenTeller)."""
        body = await self._call("POST", "/control/login-token", self._control, {"customer_id": customer})
        return str(body["token"])

    async def connect_chat(self, customer: str, link: str) -> str:
        """Follow a chat's link in a browser: log in on the bank's page and say yes. Where the page then leads."""
        async with httpx.AsyncClient(timeout=8.0, follow_redirects=True) as browser:
            login = await browser.get(link)
            form = {"customer_id": customer, "passcode": _found(_PASSCODE, login), "next": login.url.params["next"]}
            question = await browser.post(login.url.join("/login"), data=form)
            fields = {"form_token": _found(_FORM_TOKEN, question), "ticket": question.url.params["ticket"]}
            return unescape(_found(_WAY_BACK, await browser.post(question.url, data=fields)))

    async def answer(self, challenge_id: str, decision: str = "approve") -> None:
        """The customer's tap in the bank's app. An answer given before (its reply was lost) stands."""
        fields = {"challenge_id": challenge_id, "decision": decision}
        await self._call("POST", "/control/approve", self._control, fields, fine=(httpx.codes.CONFLICT,))

    async def read(self, customer: str, what: str = "", **query: str) -> Any:
        """What the bank's API says of a customer: accounts, cards, payees, transactions or (empty) who they are."""
        path = f"/api/customers/{customer}" + (f"/{what}" if what else "")
        body = await self._call("GET", path, self._service, query=query)
        return body[what] if what else body

    async def record(self, customer: str) -> list[Json]:
        """What the bank itself has executed for this customer, in order."""
        rows = await self._call("GET", "/control/record", self._control)
        return [row for row in rows if row["customer_id"] == customer]

    async def misbehave(self, **faults: object) -> None:
        """Tell the bank which faults to show from now on; nothing at all makes it healthy."""
        await self._call("POST", "/control/faults", self._control, dict(faults))

    async def _call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
    ) -> Any:
        until = time.monotonic() + self._patience_s
        problem = ""
        while True:
            try:
                response = await self._client.request(method, path, headers=headers, json=body, params=query)
                if response.is_success or response.status_code in fine:
                    return response.json()
                problem = f"{response.status_code} {response.text[:200]}"
                if response.is_client_error:
                    raise BankAway(f"the demo bank refused {method} {path}: {problem}")
            except httpx.HTTPError as error:
                problem = type(error).__name__
            if time.monotonic() > until:
                raise BankAway(f"the demo bank does not answer {method} {path}: {problem}")
            await asyncio.sleep(0.2)


def _found(pattern: re.Pattern[str], page: httpx.Response) -> str:
    found = pattern.search(page.text)
    if found is None:
        raise BankAway(f"the demo bank's page {page.url.path} ({page.status_code}) has not what was looked for")
    return found.group(1)
