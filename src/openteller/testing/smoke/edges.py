"""Bad input: each gets a clear answer, and nothing half-done."""

from __future__ import annotations

import base64
import json
from uuid import uuid4

from openteller.testing.client import Refused
from openteller.testing.smoke.stage import Stage


async def strangers_at_the_door(stage: Stage) -> None:
    """Expired and forged tokens, somebody else's conversation."""
    one, other = await stage.visitor(), await stage.visitor()
    http, path = stage.http, f"{stage.address}/v1/conversations/{one.conversation_id}/messages"
    for name, token in {"a forged": "x" * 43, "an empty": "-", "a Unicode": "ß" * 20}.items():
        headers = [(b"Authorization", f"Bearer {token}".encode())]
        await stage.refused(http.get(path, headers=headers), 401, f"{name} session token")
    for name, login in _login_tokens(await stage.bank.login_token("c-000042")).items():
        body = {"locale": "en-GB", "time_zone": "UTC", "login_token": login}
        await stage.refused(http.post(f"{stage.address}/v1/sessions", json=body), 401, f"{name} login token")
    headers_of_other = {"Authorization": f"Bearer {other.token}"}
    await stage.refused(http.get(path, headers=headers_of_other), 404, "somebody else's conversation")
    body = {"client_id": uuid4().hex, "text": "hello"}
    await stage.refused(http.post(path, headers=headers_of_other, json=body), 404, "writing into it")
    for talk in (one, other):
        await talk.close()


def _login_tokens(good: str) -> dict[str, str]:
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["sub"] = "c-000043"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"customer+jwt"}').rstrip(b"=").decode()
    return {
        "a forged": f"{head}.{forged}.{signature}",
        "an unsigned": f"{unsigned}.{body}.",
        "a cut": good[:-4],
        "a senseless": "not.a.token",
    }


async def unreadable(stage: Stage) -> None:
    """Malformed JSON, a megabyte, binary: clear answers, no 5xx."""
    talk = await stage.visitor()
    http, path = stage.http, f"{stage.address}/v1/conversations/{talk.conversation_id}/messages"
    headers = {"Authorization": f"Bearer {talk.token}", "Content-Type": "application/json"}
    long = json.dumps({"client_id": uuid4().hex, "text": "x" * 4001}).encode()
    deep = b'{"client_id": "a", "text": ' + b"[" * 7000 + b"]" * 7000 + b"}"
    bodies: list[tuple[str, bytes, tuple[int, ...]]] = [
        ("malformed JSON", b'{"client_id": "a", "text": ', (400,)),
        ("a megabyte", b'{"text": "' + b"x" * 2**20 + b'"}', (413,)),
        ("binary", bytes(range(256)), (400,)),
        ("a JSON list", b"[1, 2, 3]", (422,)),
        ("4,001 characters", long, (413, 422)),
        ("7,000 brackets deep", deep, (400, 422)),
        ("an unknown field", b'{"client_id": "a", "text": "hi", "customer": "c-000001"}', (422,)),
        ("a lone surrogate", b'{"client_id": "surrogate", "text": "a \\ud83d b"}', (202, 400, 422)),
    ]
    for name, body, statuses in bodies:
        response = await http.post(path, headers=headers, content=body)
        stage.check(response.status_code in statuses, f"{name}: {response.status_code}")
    for text in ("😀😀🎉", "", "   ", "\u202e\u200b"):
        try:
            reply = await talk.say(text)
            stage.check(reply.text, f"{text!r} is answered")
        except Refused as refused:
            stage.check(refused.status in (0, 422), f"{text!r} is refused: {refused.code}")
    reply = await stage.says(talk, "Hello")
    stage.check(reply.text, "and the conversation goes on")
    await talk.close()
