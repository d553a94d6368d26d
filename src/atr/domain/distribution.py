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


@dataclass(frozen=True, slots=True)
class PlatformHandle:
    """How the platform itself names what was put there, such as a dist-tag or a manifest digest."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """One release on one channel; `staging_revision_key` is the manifest digest that was staged."""

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
