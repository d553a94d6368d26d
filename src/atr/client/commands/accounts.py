# SPDX-License-Identifier: Apache-2.0
"""`atr login`, `atr logout`, `atr whoami`."""

import os
import sys
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import click

from atr.client.bodies import make_body
from atr.client.credentials import Login, find_login, forget_login, recall_login, remember_login
from atr.client.failures import Failed, Unreachable
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_json, print_table, say
from atr.schema.accounts import AccountAnswer, IssuedTokenAnswer, LoginRequest

_SIGN_IN_PATH = "/sign-in"
_STDIN = "-"


@click.command()
@click.argument("link", required=False)
@click.option(
    "--token",
    is_flag=False,
    flag_value=_STDIN,
    help="Remember this token; without a value, or with -, it is asked for or read from the input.",
)
@click.option(
    "--url", help="The server, if it is another one than the link's, ATR_URL or the remembered one."
)
def login(link: str | None, token: str | None, url: str | None) -> None:
    """Remember who you are on a server.

    LINK is the one-time login link that the server or a sysadmin gave you; it is exchanged for a token of
    your own. Without LINK and --token, either is asked for. The token is kept in a file that only you can
    read.
    """
    if link and token:
        raise click.UsageError("Give either a link or a token.")
    secret = link or (token if token not in {None, _STDIN} else _read_secret())
    found = _exchange_link(secret, url) if "://" in secret else replace(find_login(), token=secret)
    if url:
        found = replace(found, url=url.rstrip("/"))
    with Api(found) as api:
        account = api.get("/me", AccountAnswer)
    path = remember_login(found)
    print_done(f"Signed in at {found.url} as {account.person.name} ({account.person.id}); kept in {path}.")
    if os.environ.get("ATR_TOKEN"):
        say("ATR_TOKEN is set, and goes before what was remembered now.")


def _read_secret() -> str:
    if sys.stdin.isatty():
        text: str = click.prompt("Login link or token", hide_input=True, err=True)
    else:
        text = sys.stdin.readline()
    if not text.strip():
        raise click.UsageError("There is no login link or token in the input.")
    return text.strip()


def _exchange_link(link: str, url: str | None) -> Login:
    parts = urlsplit(link)
    codes = parse_qs(parts.query).get("code")
    if not codes or not parts.path.endswith(_SIGN_IN_PATH):
        raise click.UsageError("This is no login link: it ends in /sign-in?code=...")
    base = url or f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix(_SIGN_IN_PATH)}"
    with Api(Login(base.rstrip("/"))) as api:
        issued = api.post("/login", make_body(LoginRequest, code=codes[0]), IssuedTokenAnswer)
    if issued.secret is None:
        raise Failed("The server gave no token for this link: ask for a new one.")
    return Login(base.rstrip("/"), issued.secret)


@click.command()
def logout() -> None:
    """End the remembered token on the server, and forget it here."""
    remembered = recall_login()
    if remembered is None or remembered.token is None:
        say("Nobody was signed in.")
        return
    try:
        with Api(remembered) as api:
            api.request("POST", "/logout")
    except Failed as error:
        if error.status != 401:  # 401: it had ended already
            say(f"The token could not be ended on the server: {error}")
    except Unreachable as error:
        say(f"The token was not ended on the server: {error}")
    forget_login()
    print_done(f"Signed out of {remembered.url}.")


@click.command()
@json_option
def whoami(as_json: bool) -> None:
    """Say who you are to the server, and what you may do there."""
    with Api() as api:
        account = api.get("/me", AccountAnswer)
    if as_json:
        print_json(account)
        return
    person = account.person
    print_facts(
        (
            ("user", person.id),
            ("name", person.name),
            ("mail", person.addresses),
            ("server", api.login.url),
            ("acting as", account.kind),
            ("token limited to", account.scope.activities if account.scope else None),
            ("roles", account.roles),
        )
    )
    if account.projects:
        click.echo()
        rows = ((each.project, each.roles, each.permitted) for each in account.projects)
        print_table(("project", "roles", "may"), rows, "")
