# SPDX-License-Identifier: Apache-2.0
"""Channels, and releases on them (the fields of both seeds)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from atr.domain.artifact import Digest
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import PlatformKey


class SealedSecret(str):
    """Encrypted credentials; never shown, not even by mistake."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SealedSecret(...)"

    def __str__(self) -> str:
        return "(sealed)"

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)


@dataclass(frozen=True, slots=True)
class ChannelTest:
    """Whether signing in to a channel worked, and what it answered; `tested_at` is None while it is asked."""

    asked_at: datetime
    tested_at: datetime | None = None
    passed: bool = False
    result: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured place to distribute to; `has_credentials` is all that can be read of them.

    `local` permits private addresses, and `promotes` says whether ATR promotes there or a person does.
    """

    key: ChannelKey
    name: str
    platform: PlatformKey
    url: str
    is_test: bool = False
    automation_endpoint: str | None = None
    has_credentials: bool = False
    local: bool = False
    promotes: bool = True
    created_at: datetime | None = None
    test: ChannelTest | None = None
    edition: int = 1


class DistributionState(StrEnum):
    """How far a release is on one channel (distribution.md, section 2)."""

    PLANNED = "planned"
    STAGING = "staging"
    STAGED = "staged"
    VERIFIED = "verified"
    PROMOTING = "promoting"
    PROMOTED = "promoted"
    UPLOADING = "uploading"
    UPLOADED = "uploaded"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class Goal(StrEnum):
    """Where a distribution is to be brought: what it is on its way to, or where it rests.

    `COMPENSATED` is withdrawn too, but one channel after the other, the last that went public first.
    """

    TEST = "test"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    COMPENSATED = "compensated"


@dataclass(frozen=True, slots=True)
class PlatformHandle:
    """How the platform itself names what was put there, such as a dist-tag or a manifest digest."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """One release on one channel; `staging_revision_key` is the manifest digest that was staged.

    The names are those it was planned with, whatever the line says later; without `becomes_latest` something
    newer keeps the names that everybody follows. `generation` counts how often it began anew, and names its
    effects in the ledger. What waits for a person says so in `instruction`, whatever its state; `told_done`
    is their word that it is done. `problem` is what it will try again, until `patience_ends_at`;
    `drift` is how the public bytes differ from the voted ones, empty while they do not.
    """

    release: ReleaseKey
    channel: ChannelKey
    owner_namespace: str | None
    package: str
    version: str
    state: DistributionState = DistributionState.PLANNED
    staging: bool = False
    promoted: bool = False
    promoted_at: datetime | None = None
    staging_revision_key: Digest | None = None
    handle: PlatformHandle | None = None
    api_url: str | None = None
    web_url: str | None = None
    uploaded_at: datetime | None = None
    failed_step: str | None = None
    failure_reason: str | None = None
    failed_in: DistributionState | None = None
    goal: Goal = Goal.TEST
    generation: int = 1
    channel_edition: int = 0
    staging_name: str = ""
    final_names: tuple[str, ...] = ()
    becomes_latest: bool = True
    instruction: str = ""
    told_done: bool = False
    problem: str = ""
    patience_ends_at: datetime | None = None
    drift: str = ""
    compared_at: datetime | None = None
    withdrawal_asked_at: datetime | None = None
    withdrawn_at: datetime | None = None
    edition: int = 0

    @property
    def stood_at(self) -> DistributionState:
        """Return the state it is in, or failed in."""
        return self.failed_in or self.state

    @property
    def waits_for_person(self) -> bool:
        """Tell whether nothing goes on before somebody did what the instruction says."""
        return bool(self.instruction) and not self.told_done
