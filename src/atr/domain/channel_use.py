# SPDX-License-Identifier: Apache-2.0
"""How a product line uses a channel: whether releases must reach it, under which names, with which files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from atr.domain.errors import Invalid
from atr.domain.keep import KEEP, Keep
from atr.domain.names import ChannelKey

MOST_USES = 100
MOST_GLOBS = 50
MOST_FINAL_NAMES = 20
LONGEST_GLOB = 300


@dataclass(frozen=True, slots=True)
class ChannelUse:
    """What a line says of one of its channels; what is empty goes by the platform's custom.

    `files` are globs that choose the files instead of the platform's endings. Names may hold `{version}`, and
    `{revision}` for the number of the candidate's revision.
    """

    channel: ChannelKey
    required: bool = False
    owner_namespace: str | None = None
    package: str | None = None
    files: tuple[str, ...] = ()
    staging_name: str | None = None
    final_names: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = (
            ("required", self.required),
            (f"owner {self.owner_namespace}", self.owner_namespace),
            (f"package {self.package}", self.package),
            (f"files {' '.join(self.files)}", self.files),
            (f"{self.staging_name} for testers", self.staging_name),
            (f"{' '.join(self.final_names)} for everybody", self.final_names),
        )
        said = ", ".join(text for text, given in parts if given)
        return f"{self.channel}: {said}" if said else self.channel


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """Which channels a line is to use: `uses` replaces everything, the others keep what is said of each."""

    channels: tuple[ChannelKey, ...] | Keep = KEEP
    required_channels: tuple[ChannelKey, ...] | Keep = KEEP
    uses: tuple[ChannelUse, ...] | Keep = KEEP


def choose_uses(old: Iterable[ChannelUse], choice: ChannelChoice) -> tuple[ChannelUse, ...]:
    """Return the uses after a change; raise Invalid when what is required is not among the channels."""
    uses = tuple(old) if isinstance(choice.uses, Keep) else choice.uses
    if not isinstance(choice.channels, Keep):
        known = {use.channel: use for use in uses}
        uses = tuple(known.get(key, ChannelUse(key)) for key in choice.channels)
    if isinstance(choice.required_channels, Keep):
        return uses
    missing = set(choice.required_channels) - {use.channel for use in uses}
    if missing:
        told = f"Required but not among the line's channels: {', '.join(sorted(missing))}."
        raise Invalid.field("required_channels", told)
    return tuple(replace(use, required=use.channel in choice.required_channels) for use in uses)


def find_use(uses: Iterable[ChannelUse], channel: ChannelKey) -> ChannelUse:
    """Return what the line says of the channel; one it does not name is required by policy, and by custom."""
    return next((use for use in uses if use.channel == channel), ChannelUse(channel, required=True))
