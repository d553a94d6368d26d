# SPDX-License-Identifier: Apache-2.0
"""Web applications that outlive tests: making one takes longer than most tests, so each test moves in."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, Self, cast

import pytest
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, ControllerRouterHandler, Receive, Scope, Send

from atr.domain.operations import PartState
from atr.domain.people import Actor
from atr.services.door import Door
from atr.web.app import create_app
from atr.web.parts import MEGABYTE, Credential, WebParts
from tests.support.server import serve_app

_PATIENCE_SECONDS = 30

Routes = tuple[ControllerRouterHandler, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an application keeps for life."""

    public_url: str
    foundation: str
    csrf_secret: str
    secure_cookies: bool
    body_limit: int

    @classmethod
    def read(cls, parts: WebParts) -> Self:
        """Return the plan of parts."""
        return cls(*(getattr(parts, each.name) for each in fields(cls)))


PLAN = Plan("", "Sample Foundation", "not-a-secret-in-tests", secure_cookies=False, body_limit=10 * MEGABYTE)


@dataclass(slots=True)
class House:
    """Stands before an application and sends all its questions to the test that lives in it."""

    tenant: WebParts | None = None
    at_work: int = 0

    @property
    def parts(self) -> WebParts:
        """Return what the present test has brought."""
        assert self.tenant is not None, "nobody lives here"
        return self.tenant

    def __getattr__(self, name: str) -> object:
        """Be the present test's door."""
        return getattr(self.parts.door, name)

    def build(self, plan: Plan, more: Routes = ()) -> Litestar:
        """Return an application with these routes besides its own; what is not planned the tenant brings."""
        parts = WebParts(
            door=cast("Door", self),
            resolve_credential=self._resolve,
            clock=self._read_clock,
            read_state=self._read_state,
            pings=_Brought(lambda: self.parts.pings),
            rules=_Brought(lambda: self.parts.rules),
            examine=self._examine,
            **asdict(plan),
        )
        app = create_app(parts)
        for each in more:
            app.register(each)
        return app

    @contextmanager
    def inhabit(self, parts: WebParts) -> Iterator[None]:
        """Answer for the test meanwhile; wait for requests whose senders are gone: they use its database."""
        self.tenant = parts
        try:
            yield
        finally:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while self.at_work and time.monotonic() < deadline:
                time.sleep(0.01)
            self.tenant = None

    def count(self, app: Litestar) -> Litestar:
        """Return the application, with its requests counted while they last."""

        async def call(scope: Scope, receive: Receive, send: Send) -> None:
            is_request = scope["type"] == ScopeType.HTTP
            self.at_work += is_request
            try:
                await app(scope, receive, send)
            finally:
                self.at_work -= is_request

        return cast("Litestar", cast("ASGIApp", call))

    def _resolve(self, credential: Credential) -> Actor:
        return self.parts.resolve_credential(credential)

    def _read_state(self) -> str:
        return self.parts.read_state()

    def _read_clock(self) -> datetime:
        return self.parts.clock()

    def _examine(self) -> tuple[PartState, ...]:
        return self.parts.examine()


@dataclass(frozen=True, slots=True)
class _Brought(Mapping[str, Any]):
    """What the present test has brought of something that is looked up by name."""

    find: Callable[[], Mapping[str, Any]]

    def __getitem__(self, key: str) -> Any:
        return self.find()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.find())

    def __len__(self) -> int:
        return len(self.find())


@contextmanager
def move_in(parts: WebParts, more: Routes = ()) -> Iterator[Litestar]:
    """Live in the application that is planned like this."""
    house, app = _find_house(Plan.read(parts), more)
    with house.inhabit(parts):
        yield app


@cache
def _find_house(plan: Plan, more: Routes) -> tuple[House, Litestar]:
    house = House()
    return house, house.build(plan, more)


@dataclass(frozen=True, slots=True)
class ServedHouse:
    """A house with an address on loopback."""

    house: House
    url: str

    @contextmanager
    def inhabit(self, parts: WebParts) -> Iterator[str]:
        """Answer for the test meanwhile; yield the address."""
        with self.house.inhabit(parts):
            yield self.url


@contextmanager
def serve_house(plan: Plan, more: Routes = ()) -> Iterator[ServedHouse]:
    """Serve a house on a free port; that it has another address then is all that differs from the plan."""
    house = House()
    with serve_app(lambda url: house.count(house.build(replace(plan, public_url=url), more))) as url:
        yield ServedHouse(house, url)


@pytest.fixture(scope="session")
def served_house() -> Iterator[ServedHouse]:
    """Serve the application for whichever test lives in it."""
    with serve_house(PLAN) as served:
        yield served
