# SPDX-License-Identifier: Apache-2.0
"""Product lines on the wire."""

from pydantic import Field

from atr.domain.project import LONGEST_NAME
from atr.domain.versions import VersionOrder
from atr.schema.names import ChannelKeyText, ProductKeyText
from atr.schema.policies import OverrideAnswer, PolicyPatch, VotePolicyAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

MOST_CHANNELS = 100


class ProductCreate(WireRequest):
    """A new product line."""

    key: ProductKeyText
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    required_channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)


class ProductPatch(WireRequest):
    """Which fields to change; what is left out stays."""

    name: str = Field(default="", min_length=1, max_length=LONGEST_NAME)
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    required_channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    policy: PolicyPatch = Field(default_factory=PolicyPatch)


class StageCounts(WireAnswer):
    """How many releases there are in each stage."""

    candidate: int = 0
    current: int = 0
    archived: int = 0


class LineAnswer(WireAnswer):
    """A product line in a list."""

    project: str
    key: str
    name: str
    version_order: VersionOrder
    latest: str | None = Field(description="The highest released version that is no prerelease.")
    releases: StageCounts


class ProductAnswer(LineAnswer):
    """A product line."""

    channels: tuple[str, ...]
    required_channels: tuple[str, ...]
    released: tuple[str, ...] = Field(description="The released versions, newest first.")
    policy: VotePolicyAnswer
    policy_version: str
    policy_override: OverrideAnswer
    created_at: UtcTime | None
    permitted: tuple[str, ...] = Field(description="What you may do with this product line.")
