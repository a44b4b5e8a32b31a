"""The bank's page that the widget sits on, under a policy as strict as a bank's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse

if TYPE_CHECKING:
    from tests.browser.widget.stub_teller import StubTeller


def bank_app(stub: StubTeller) -> FastAPI:
    """The bank's page, its style, its login and its proof of who is logged in."""
    app = FastAPI()

    @app.get("/", response_class=HTMLResponse)
    async def home() -> HTMLResponse:
        page = (
            f'<!doctype html><html lang="{stub.language}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><title>North Bank</title>'
            '<link rel="stylesheet" href="/bank.css">'
            f'<script type="module" src="{stub.server}/widget/openteller.js"></script>'
            "<main><h1>North Bank</h1><p>Good afternoon.</p><button>Pay someone</button></main>"
            f'<open-teller server="{stub.server}" token-url="/chat-token" {stub.attributes}>{stub.inside}'
            "</open-teller></html>"
        )
        teller, sockets = stub.server, stub.server.replace("http", "ws")
        policy = (
            f"default-src 'none'; script-src {teller}; style-src 'self' {teller}; "
            f"connect-src 'self' {teller} {sockets}; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    @app.get("/bank.css")
    async def style() -> Response:
        css = "html{font:62.5% serif}body{margin:0;padding:24px;background:#e9eef2}main{font-size:1.6rem}"
        return Response(css, media_type="text/css")

    @app.get("/chat-token")
    async def token() -> JSONResponse:
        if not stub.customer:
            return JSONResponse({}, 401)
        return JSONResponse({"token": stub.customer})

    @app.get("/login")
    async def login() -> PlainTextResponse:
        stub.customer = "customer-7"
        return PlainTextResponse("Logged in.")

    return app
