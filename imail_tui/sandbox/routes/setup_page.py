"""The page behind a `setup_url`: a button stands for signing in at the provider."""

import html
import sqlite3

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from imail_tui.sandbox.connecting import connect_inbox
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.views.inboxes import SETUP_PATH
from imail_tui.sandbox.worlds import Ledgers

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 18px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }}
button {{ font: inherit; padding: .5rem 1.5rem }}</style>
<h1>{title}</h1>
{body}
</html>
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Cache-Control": "no-store",
}


def setup_router(ledgers: Ledgers) -> APIRouter:
    """The page over some ledgers; it asks for no key, its token is the secret."""
    router = APIRouter(include_in_schema=False)

    @router.get(SETUP_PATH + "{token}")
    def show(token: str) -> HTMLResponse:
        found = _find(ledgers, token)
        if found is None:
            return _gone()
        email = html.escape(found[1]["email"])
        button = '<form method="post"><button autofocus>Connect</button></form>'
        return _page(f"Connect {email}", f"<p>The sandbox plays {email}'s provider.</p>{button}")

    @router.post(SETUP_PATH + "{token}")
    def connect(token: str) -> HTMLResponse:
        found = _find(ledgers, token)
        if found is None:
            return _gone()
        ledger, row = found
        with ledger.transaction() as connection:
            connect_inbox(ledger, connection, row, ledger.now_ms())
        return _page(f"{html.escape(row['email'])} is connected", "<p>You can close this page.</p>")

    return router


def _find(ledgers: Ledgers, token: str) -> tuple[Ledger, sqlite3.Row] | None:
    for ledger in (ledgers.test, ledgers.live):
        with ledger.read() as connection:
            row = connection.execute(
                "SELECT * FROM inbox WHERE setup_token = ? AND status NOT IN ('connected', 'paused')",
                (token,),
            ).fetchone()
        if row is not None:
            return ledger, row
    return None


def _gone() -> HTMLResponse:
    return _page("Nothing to connect", "<p>This link was used already, or the inbox is gone.</p>", 404)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(title=title, body=body), status, _HEADERS)
