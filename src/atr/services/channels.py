# SPDX-License-Identifier: Apache-2.0
"""Channels: adding, changing and removing them; their credentials go in and never come out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from atr.domain.channel import ChannelChange, check_channel, check_credentials, find_origin
from atr.domain.distribution import Channel
from atr.domain.errors import Invalid, Refused
from atr.domain.event import EventDetail, Subject, describe_changes
from atr.domain.keep import KEEP, Keep, apply_change, list_given
from atr.domain.names import ChannelKey
from atr.domain.permissions import Activity, Permission
from atr.ports.vault import Sealed
from atr.services.channel_views import ChannelView, explain_use, find_channel, view_channel
from atr.services.door import Command, Done, Work

_PLAIN = ("name", "platform", "url", "is_test", "automation_endpoint", "local", "promotes")


@dataclass(frozen=True, slots=True)
class CreateChannel(Command[ChannelView]):
    """Add a channel; its credentials are sealed before they are stored."""

    channel: Channel
    credentials: Mapping[str, str] | None = field(default=None, repr=False)

    permission: ClassVar[Permission] = Activity.CHANNEL_ADMIN
    is_grave: ClassVar[bool] = True

    def carry_out(self, work: Work) -> Done[ChannelView]:
        """Add it; raise Invalid with every faulty field, Conflict when the key is taken."""
        check_channel(self.channel)
        sealed = seal_credentials(work, self.channel, self.credentials)
        channel = replace(
            self.channel, has_credentials=sealed is not None, created_at=work.now, test=None, edition=1
        )
        work.unit.channels.add(channel, sealed)
        details: dict[str, EventDetail] = {
            name: getattr(channel, name) for name in (*_PLAIN, "has_credentials")
        }
        return Done(view_channel(work, channel), "channel.created", about_channel(channel.key), details)


@dataclass(frozen=True, slots=True)
class ChangeChannel(Command[ChannelView]):
    """Change some fields of a channel; new credentials replace all of the old ones, None removes them."""

    key: ChannelKey
    change: ChannelChange
    credentials: Mapping[str, str] | Keep | None = field(default=KEEP, repr=False)
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.CHANNEL_ADMIN
    is_grave: ClassVar[bool] = True

    def carry_out(self, work: Work) -> Done[ChannelView]:
        """Save it; raise NotFound, Invalid, Conflict or ChangedMeanwhile."""
        old = find_channel(work, self.key, self.expected)
        new = apply_change(old, self.change)
        if (new.url, new.local) != (old.url, old.local):
            new = replace(new, test=None)
        check_channel(new)
        self._check_origin(old, new)
        details = describe_changes(old, new, list_given(self.change))
        if not isinstance(self.credentials, Keep):
            sealed = seal_credentials(work, new, self.credentials)
            work.unit.channels.seal(self.key, sealed)
            new = replace(new, has_credentials=sealed is not None, test=None)
            details["credentials"] = "replaced" if sealed else "removed"
        saved = work.unit.channels.save(new)
        return Done(view_channel(work, saved), "channel.changed", about_channel(self.key), details)

    def _check_origin(self, old: Channel, new: Channel) -> None:
        """Raise Invalid when credentials would go where they were not given for."""
        keeps = old.has_credentials and isinstance(self.credentials, Keep)
        if keeps and find_origin(new.url) != find_origin(old.url):
            told = "The address leads to another server: give the credentials for it, or remove them."
            raise Invalid.field("credentials", told)


@dataclass(frozen=True, slots=True)
class DeleteChannel(Command[None]):
    """Remove a channel that nothing uses, with its credentials."""

    key: ChannelKey
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.CHANNEL_ADMIN
    is_grave: ClassVar[bool] = True

    def carry_out(self, work: Work) -> Done[None]:
        """Remove it; raise NotFound, ChangedMeanwhile, or Refused with everything that uses it."""
        work.unit.channels.reserve(self.key)
        find_channel(work, self.key, self.expected)
        reasons = explain_use(work.unit.channels.find_users(self.key))
        if reasons:
            raise Refused(*reasons)
        work.unit.channels.delete(self.key)
        return Done(None, "channel.deleted", about_channel(self.key))


def about_channel(key: ChannelKey) -> Subject:
    """Return the subject of an event about a channel."""
    return Subject("channel", key)


def seal_credentials(work: Work, channel: Channel, given: Mapping[str, str] | None) -> Sealed | None:
    """Return the credentials sealed for this channel alone; raise Invalid unless its platform asks so."""
    if given is None:
        return None
    check_credentials(channel.platform, given)
    if not given:
        return None
    return work.around.vault.seal(json.dumps(dict(given), sort_keys=True), name_owner(channel.key))


def name_owner(key: ChannelKey) -> str:
    """Return for whom the vault seals a channel's credentials."""
    return f"channel {key}"
