# SPDX-License-Identifier: Apache-2.0
"""What an adapter says of itself so that the contract suite can examine it: one Plug each.

Write a Plug in a file of your own beside this one, and list it in `conftest.py`.
"""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from atr.domain.artifact import Content, Digest
from atr.domain.errors import Unavailable
from atr.domain.names import FilePath, ProductKey, ProjectKey, ReleaseKey, Version
from atr.domain.platform import PlatformKey
from atr.platforms._http import Limits
from atr.ports.platforms import (
    Consignment,
    NotYet,
    Operation,
    Parcel,
    Registry,
    Results,
    Side,
    Site,
)
from tests.simulators.lying import Reply

QUICK = Limits(connect_seconds=5, silence_seconds=10, whole_seconds=20, attempts=2, first_wait=0.001)
"""Tries again at once, so that tests of what fails are short; a Plug connects with what it is given."""
IMPATIENT = replace(QUICK, silence_seconds=0.3, whole_seconds=0.3)
"""Gives up soon what never ends."""


class Plug(ABC):
    """One adapter with a registry to talk to."""

    platform: PlatformKey
    first: Operation
    """How the bytes get there: STAGE, or PUBLISH where there is no staging."""
    promotes = True
    """Whether PROMOTE is a matter of its own."""
    takes_back = True
    """Whether TAKE_BACK restores the previous holder without a person."""
    finds_holder = True
    """Whether the platform has a name that everybody follows, such as a tag."""
    secret: Mapping[str, str]
    """Credentials that the server accepts; may be set by `serve`."""
    wrong_secret: Mapping[str, str] = MappingProxyType({"token": "wrong-0123456789"})
    checks_secret = True
    """Whether there are credentials at all."""
    sends = True
    """Whether anything is sent; otherwise the registry is only watched."""
    downloads = ""
    """A pattern of the paths from which artifacts are fetched when bytes are compared."""
    effects: tuple[str, ...] = ("PUT", "POST", "PATCH", "DELETE")
    """The methods of calls that change something."""
    effect_path = ""
    """A pattern of the paths of such calls, where others that only read share their methods."""

    @abstractmethod
    def serve(self, folder: Path) -> AbstractContextManager[str]:
        """Start the registry, real or simulated, and give its address; once for all tests of the plug."""

    @abstractmethod
    def connect(self, site: Site, limits: Limits) -> AbstractContextManager[Registry]:
        """Open the adapter."""

    @abstractmethod
    def consign(self, package: str, version: str, seed: bytes = b"") -> Consignment:
        """Return the files of a version; another seed makes other bytes under the same names."""

    def prepare(self, url: str, consignment: Consignment) -> None:  # noqa: B027 -- most need nothing
        """Do at the server what the adapter expects to be done already, such as pushing a git tag."""

    def misclaim(self, reply: Reply) -> Reply:
        """Claim other digests, in headers or listings, than those of the bytes; override where it can."""
        return reply

    def let_time_pass(self, url: str) -> None:  # noqa: B027 -- most need none
        """Let what the registry does by itself come to its end; called whenever the adapter says NotYet."""

    @property
    def first_side(self) -> Side:
        """Return where the bytes are after the first operation."""
        return Side.STAGING if self.first is Operation.STAGE else Side.PUBLIC


def pack(path: str, data: bytes) -> Parcel:
    """Return the bytes as a parcel, read in pieces."""
    content = Content(
        Digest("sha512", hashlib.sha512(data).hexdigest()),
        Digest("sha256", hashlib.sha256(data).hexdigest()),
        len(data),
    )
    pieces = range(0, max(len(data), 1), 10_000)
    return Parcel(FilePath(path), content, lambda: iter([data[at : at + 10_000] for at in pieces]))


def find_release(version: str) -> ReleaseKey:
    """Return the key of the release that the consignments of a version are of."""
    return ReleaseKey(ProjectKey("demo"), ProductKey("main"), Version(version))


def find_revision(*parcels: Parcel) -> Digest:
    """Return a manifest digest that differs with the bytes."""
    text = "".join(f"{parcel.path} {parcel.content.sha512}\n" for parcel in parcels)
    return Digest("sha512", hashlib.sha512(text.encode()).hexdigest())


def carry_out(
    plug: Plug, url: str, registry: Registry, operation: Operation, consignment: Consignment, known: Results
) -> dict[str, str]:
    """Take every step of an operation as the plan does, asking first; return all results."""
    results = dict(known)
    for step in registry.list_steps(operation, consignment):
        for _ in range(20):
            try:
                result = step.ask(results)
                result = step.act(results) if result is None else result
            except NotYet:
                plug.let_time_pass(url)
                continue
            results[step.name] = result
            break
        else:
            raise Unavailable(f"{step.name} never came to its end.")
    return results
