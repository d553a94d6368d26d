# SPDX-License-Identifier: Apache-2.0
"""Looking at channels; their credentials are never among what is shown."""

from dataclasses import dataclass

from atr.domain.distribution import Channel
from atr.domain.errors import ChangedMeanwhile, NotFound
from atr.domain.names import ChannelKey
from atr.domain.permissions import Activity
from atr.ports.repositories.channels import ChannelUsers
from atr.services.door import Query, Work

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ListChannels(Query[tuple[Channel, ...]]):
    """Every channel there is."""

    def answer(self, work: Work) -> tuple[Channel, ...]:
        """Return them in order of their keys."""
        return work.unit.channels.list()


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel with what would miss it, and what whoever asks may do."""

    channel: Channel
    users: ChannelUsers
    permitted: frozenset[Activity]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why it cannot be removed, whoever asks."""
        return explain_use(self.users)


@dataclass(frozen=True, slots=True)
class ShowChannel(Query[ChannelView]):
    """A channel, and who uses it."""

    key: ChannelKey

    def answer(self, work: Work) -> ChannelView:
        """Return it; raise NotFound."""
        return view_channel(work, find_channel(work, self.key))


def find_channel(work: Work, key: ChannelKey, expected: int | None = None) -> Channel:
    """Return the channel; raise NotFound, or ChangedMeanwhile when it is not of the expected edition."""
    channel = work.unit.channels.find(key)
    if channel is None:
        raise NotFound("channel", key)
    if expected is not None and channel.edition != expected:
        raise ChangedMeanwhile("channel", key)
    return channel


def view_channel(work: Work, channel: Channel) -> ChannelView:
    """Return the channel with what is known of its use."""
    return ChannelView(channel, work.unit.channels.find_users(channel.key), work.permitted)


def explain_use(users: ChannelUsers) -> tuple[str, ...]:
    """Return a sentence for each reason why the channel cannot be removed."""
    groups = (
        ("Product lines use it", users.lines),
        ("What checks are told requires it for", users.policies),
        ("Releases on their way have to reach it", users.releases),
        ("Distributions on it are not finished", users.distributions),
    )
    return tuple(f"{text}: {_list_some(names)}." for text, names in groups if names)


def _list_some(names: tuple[object, ...]) -> str:
    shown, more = ", ".join(map(str, names[:_MOST_NAMED])), len(names) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
