# SPDX-License-Identifier: Apache-2.0
"""Product lines on the wire."""

from pydantic import Field

from atr.domain.channel_use import MOST_FINAL_NAMES, MOST_GLOBS, MOST_USES, ChannelUse
from atr.domain.names import ChannelKey
from atr.domain.project import LONGEST_NAME
from atr.domain.versions import VersionOrder
from atr.schema.names import ChannelKeyText, ProductKeyText
from atr.schema.policies import OverrideAnswer, PolicyPatch, VotePolicyAnswer
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

MOST_CHANNELS = MOST_USES
_WORD = Field(default=None, max_length=300)


class ChannelUseBody(WireRequest):
    """How the line uses a channel; what is left out goes by the platform's custom."""

    channel: ChannelKeyText
    required: bool = Field(default=False, description="Whether releases must be there to be announced.")
    owner_namespace: str | None = _WORD
    package: str | None = _WORD
    files: tuple[str, ...] = Field(default=(), max_length=MOST_GLOBS, description="Globs that choose files.")
    staging_name: str | None = Field(default=None, max_length=300, description="The name for testers.")
    final_names: tuple[str, ...] = Field(
        default=(), max_length=MOST_FINAL_NAMES, description="The public names, such as latest."
    )

    def read(self) -> ChannelUse:
        """Return it as the line keeps it; empty texts count as left out."""
        return ChannelUse(
            channel=ChannelKey(self.channel),
            required=self.required,
            owner_namespace=self.owner_namespace or None,
            package=self.package or None,
            files=self.files,
            staging_name=self.staging_name or None,
            final_names=self.final_names,
        )


class ChannelUseAnswer(WireAnswer):
    """How the line uses a channel; null and empty stand for the platform's custom."""

    channel: str
    required: bool
    owner_namespace: str | None
    package: str | None
    files: tuple[str, ...]
    staging_name: str | None
    final_names: tuple[str, ...]


class ProductCreate(WireRequest):
    """A new product line."""

    key: ProductKeyText
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    required_channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    channel_uses: tuple[ChannelUseBody, ...] = Field(default=(), max_length=MOST_CHANNELS)


class ProductPatch(WireRequest):
    """Which fields to change; what is left out stays."""

    name: str = Field(default="", min_length=1, max_length=LONGEST_NAME)
    version_order: VersionOrder = VersionOrder.SEMVER
    channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    required_channels: tuple[ChannelKeyText, ...] = Field(default=(), max_length=MOST_CHANNELS)
    channel_uses: tuple[ChannelUseBody, ...] = Field(default=(), max_length=MOST_CHANNELS)
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
    channel_uses: tuple[ChannelUseAnswer, ...]
    released: tuple[str, ...] = Field(description="The released versions, newest first.")
    policy: VotePolicyAnswer
    policy_version: str
    policy_override: OverrideAnswer
    created_at: UtcTime | None
    permitted: tuple[str, ...] = Field(description="What you may do with this product line.")
