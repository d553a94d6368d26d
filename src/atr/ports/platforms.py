# SPDX-License-Identifier: Apache-2.0
"""Registries as ATR speaks to them: an operation is a row of steps, each asked about before it is taken.

A step is one outside effect with a ledger row of its own. After a crash `ask` is called before `act`, so an
effect that happened is found rather than made again. Nothing here decides whether a step may be taken: the
guards are in the domain, the order is the plan's.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from atr.domain.artifact import Content, Digest
from atr.domain.distribution import PlatformHandle
from atr.domain.errors import DomainError, Invalid, Refused, Unavailable
from atr.domain.names import FilePath, ReleaseKey


class NeedsPerson(DomainError):
    """Raised when only a person can take the step, such as one with a one-time password; says what to do."""


class BadCredentials(Refused):
    """Raised when the registry does not accept the channel's credentials, or grants too little with them."""


class OtherBytes(Refused):
    """Raised when the name is taken by bytes that are not the voted ones."""


class NotYet(DomainError):
    """Raised when the registry accepted something and is not done; look again in `retry_after` seconds."""

    def __init__(self, explain: str, retry_after: float = 5.0) -> None:
        super().__init__(explain)
        self.retry_after = retry_after


class RegistryDown(Unavailable):
    """Raised when the registry does not answer as it should; `retry_after` is what it asked for (seconds)."""

    def __init__(self, explain: str, retry_after: float | None = None) -> None:
        super().__init__(explain)
        self.retry_after = retry_after


class Operation(StrEnum):
    """What can be done with a release on a channel."""

    STAGE = "stage"
    PROMOTE = "promote"
    PUBLISH = "publish"
    TAKE_BACK = "take back"


class Side(StrEnum):
    """Where to look: where only testers get the bytes, or where everybody does."""

    STAGING = "staging"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a channel is and how to sign in; `local` permits private and loopback addresses.

    The secret's fields are those of its platform: `token`, or `username` and `password`. Without `promotes`
    only a person makes public there: the step raises NeedsPerson, and later finds what that person did.
    """

    url: str
    secret: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    local: bool = False
    promotes: bool = True


@dataclass(frozen=True, slots=True)
class Parcel:
    """One voted file; `read` begins a new reading of its bytes each time."""

    path: FilePath
    content: Content
    read: Callable[[], Iterator[bytes]] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Consignment:
    """The voted files for one channel, with the coordinates they get there.

    `revision` is the manifest digest of the whole candidate, `description` what people read beside the files,
    `staging_name` the dist-tag or tag for testers, and `final_names` the names everybody follows: dist-tags,
    image tags, or the tag of a GitHub release. Without `becomes_latest` something newer stays what everybody
    gets unasked: `final_names` then hold versioned names alone, and no other name is moved.
    """

    release: ReleaseKey
    revision: Digest
    owner_namespace: str | None
    package: str
    version: str
    parcels: tuple[Parcel, ...]
    staging_name: str
    final_names: tuple[str, ...]
    description: str = ""
    becomes_latest: bool = True


Results = Mapping[str, str]
"""What earlier steps of this distribution came to, by the step's name; read back from the ledger."""


@dataclass(frozen=True, slots=True)
class Step:
    """One outside effect: `call` is the line a dry run prints, without secrets.

    `ask` returns the result if the world shows it already; `act` brings it about. Both get earlier results,
    and raise NeedsPerson, NotYet, RegistryDown, or Refused for good.
    """

    name: str
    call: str
    ask: Callable[[Results], str | None] = field(compare=False)
    act: Callable[[Results], str] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A voted thing against what the registry hands out now; None where there is nothing."""

    path: FilePath
    subject: str
    expected: Digest
    seen: Digest | None
    address: str

    @property
    def matches(self) -> bool:
        """Tell whether the very same bytes came back."""
        return self.seen == self.expected


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where programs and people find what was put there."""

    api_url: str
    web_url: str


class Registry(Protocol):
    """One platform at one site, signed in with the channel's credentials."""

    def check_access(self) -> str:
        """Return whose account it is, or what may be done, found by reading alone; raise BadCredentials."""

    def list_steps(self, operation: Operation, consignment: Consignment) -> tuple[Step, ...]:
        """Return the steps in order, without calling anything; raise Invalid for files it cannot take.

        TAKE_BACK gets the results of everything before, such as the previous holder of `latest`; of STAGE
        alone where the release never became public.
        """

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Fetch what is there now and compare its content; PUBLIC goes without credentials where possible."""

    def find_holder(self, consignment: Consignment) -> str | None:
        """Return the version that holds the final name now, None when nothing does."""

    def name_handle(self, consignment: Consignment, results: Results) -> PlatformHandle | None:
        """Return the platform's own name of what was put there."""

    def find_addresses(self, side: Side, consignment: Consignment) -> Addresses:
        """Return where it is; computed, not fetched."""


class Registries(Protocol):
    """Every platform this program speaks."""

    def connect(self, platform: str, site: Site) -> AbstractContextManager[Registry]:
        """Open a registry by its platform's name; raise Invalid for an unknown one."""


class NoRegistries:
    """None at all: what a program without adapters speaks."""

    def connect(self, platform: str, site: Site) -> AbstractContextManager[Registry]:
        """Raise Invalid."""
        raise Invalid.field("platform", f"This ATR does not speak with {platform} at {site.url}.")
