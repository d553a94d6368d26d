# SPDX-License-Identifier: Apache-2.0
"""The web process."""

import gc
import hashlib
import hmac
import socket

from litestar import Litestar
from sqlalchemy import URL, text

from atr.bootstrap.health import examine_installation
from atr.bootstrap.http_server import make_server
from atr.bootstrap.platform import Platform, open_platform, read_clock
from atr.checks.describe import describe_rules
from atr.config import Settings, provide_master_secret
from atr.db.state import read_state
from atr.domain.errors import DomainError
from atr.domain.people import ANONYMOUS, Actor
from atr.services.credentials import ResolveSession, ResolveToken
from atr.services.door import Door
from atr.services.receipts import NoteServiceKey
from atr.web.app import create_app
from atr.web.parts import BearerToken, Credential, WebParts


def build_web_app(platform: Platform) -> Litestar:
    """Return the application of pages and API."""
    settings = platform.settings
    return create_app(
        WebParts(
            door=platform.door,
            resolve_credential=CredentialLookup(platform.door),
            clock=read_clock,
            public_url=settings.address,
            foundation=settings.foundation_name,
            csrf_secret=derive_secret(settings, "csrf"),
            secure_cookies=settings.address.startswith("https://"),
            role_labels=settings.role_labels,
            rules={row.rule.id: row.rule for row in describe_rules()},
            pings={"database": lambda: ping_database(platform), "store": lambda: ping_store(platform)},
            read_state=lambda: read_state(platform.engine),
            examine=lambda: tuple(examine_installation(settings, platform.engine.url)),
        )
    )


def run_web_process(settings: Settings, url: URL, listener: socket.socket) -> None:
    """Answer requests on the listening socket until SIGTERM or SIGINT."""
    with open_platform(settings, url) as platform:
        platform.door.keep(NoteServiceKey())
        server = make_server(build_web_app(platform), settings.host, settings.port)
        # What is there now stays for good: looked through again and again, it would hold up requests.
        gc.collect()
        gc.freeze()
        server.run(sockets=[listener])


class CredentialLookup:
    """Tells who stands behind a token or a session cookie, and notes that it was used."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __call__(self, credential: Credential) -> Actor:
        """Return the actor; raise NotSignedIn for what is unknown, expired or revoked."""
        query = (
            ResolveToken(credential.secret)
            if isinstance(credential, BearerToken)
            else ResolveSession(credential.secret)
        )
        resolution = self._door.ask(ANONYMOUS, query)
        if resolution.use is not None:
            self._door.keep(resolution.use)
        return resolution.actor


def derive_secret(settings: Settings, purpose: str) -> str:
    """Return a secret for one purpose, made from the master secret so that no other can be told from it."""
    master = provide_master_secret(settings).reveal().encode()
    return hmac.new(master, purpose.encode(), hashlib.sha256).hexdigest()


def ping_database(platform: Platform) -> str | None:
    """Say what is wrong with the database, or None."""
    try:
        with platform.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except DomainError as error:
        return str(error)
    return None


def ping_store(platform: Platform) -> str | None:
    """Say what is wrong with the store, or None."""
    try:
        next(iter(platform.storage.blobs.list()), None)
    except OSError as error:
        return f"The store does not answer: {error}."
    return None
