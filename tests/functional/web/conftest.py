# SPDX-License-Identifier: Apache-2.0
"""The web application over a door that these tests never open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from atr.domain.errors import NotSignedIn
from atr.domain.names import UserId
from atr.domain.people import Actor, ActorKind
from atr.ports.unit_of_work import UnitOfWork
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.web.parts import Credential, WebParts
from tests.functional.web.probes import API_PROBES, PAGE_PROBES
from tests.support.house import move_in

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
GOOD_SECRET = "atr_good"
PERSON = Actor(ActorKind.PERSON, UserId("rmanager"))


def open_no_unit() -> UnitOfWork:
    raise AssertionError("these tests need no database")


def resolve_credential(credential: Credential) -> Actor:
    if credential.secret != GOOD_SECRET:
        raise NotSignedIn("The token is unknown, expired or revoked: make a new one.")
    return PERSON


@pytest.fixture
def parts() -> WebParts:
    return WebParts(
        door=Door(open_no_unit, lambda: NOW, cast("Surroundings", None)),
        resolve_credential=resolve_credential,
        clock=lambda: NOW,
        public_url="http://testserver.local",
        foundation="Example Foundation",
        csrf_secret="not-a-secret-in-tests",
        secure_cookies=False,
        pings={"database": lambda: None, "store": lambda: None},
    )


@pytest.fixture
def client(parts: WebParts) -> Iterator[TestClient[Litestar]]:
    with move_in(parts) as app, TestClient(app) as client:
        yield client


@pytest.fixture
def https_client(parts: WebParts) -> Iterator[TestClient[Litestar]]:
    secure = replace(parts, public_url="https://testserver.local", secure_cookies=True)
    with move_in(secure) as app, TestClient(app, base_url="https://testserver.local") as client:
        yield client


@pytest.fixture
def probed(parts: WebParts) -> Iterator[TestClient[Litestar]]:
    probes = (API_PROBES, PAGE_PROBES)
    with move_in(parts, probes) as app, TestClient(app, raise_server_exceptions=False) as client:
        yield client


SIGNED_IN = {"authorization": f"Bearer {GOOD_SECRET}"}
HTML = {"accept": "text/html,application/xhtml+xml"}


def read_form_token(client: TestClient[Litestar]) -> str:
    """Return the form token of a page, whose cookie the client has from then on."""
    client.get("/design", headers=HTML)
    return str(client.cookies["atr_csrf"])
