# SPDX-License-Identifier: Apache-2.0
"""The whole web application over the real door, and clients that walk in as different people."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Engine

from atr.db.state import read_state
from atr.domain.people import Actor
from atr.services.credentials import ResolveSession, ResolveToken, resolve_credential
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.parts import BearerToken, Credential, WebParts
from tests.support.door import RULES, SettableClock
from tests.support.house import move_in
from tests.support.playground import log_in

Client = TestClient[Litestar]


@pytest.fixture
def website(door: Door, clock: SettableClock, surroundings: Surroundings, engine: Engine) -> WebParts:
    """Return what the application is made of; its clock stands still: pages are shown again if they can."""

    def resolve(credential: Credential) -> Actor:
        is_token = isinstance(credential, BearerToken)
        kind = ResolveToken if is_token else ResolveSession
        return resolve_credential(door, kind(credential.secret))

    return WebParts(
        door=door,
        resolve_credential=resolve,
        clock=clock,
        public_url="http://testserver.local",
        foundation=surroundings.foundation.name,
        csrf_secret="not-a-secret-in-tests",
        secure_cookies=False,
        rules=RULES,
        read_state=lambda: read_state(engine),
    )


@pytest.fixture
def api(website: WebParts) -> Iterator[Client]:
    """Return a client of the application; who asks is said by headers."""
    with move_in(website) as app, TestClient(app) as client:
        yield client


def bear_token(secret: str) -> dict[str, str]:
    """Return the header that proves who asks."""
    return {"authorization": f"Bearer {secret}"}


def enter_as(door: Door, user: str) -> dict[str, str]:
    """Return the header of a person who is known already, with a fresh personal token."""
    return bear_token(log_in(door, user))
