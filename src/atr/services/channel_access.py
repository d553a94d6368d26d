# SPDX-License-Identifier: Apache-2.0
"""Signing in to a channel: the only place where credentials are unsealed, for the worker alone."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from atr.domain.distribution import Channel
from atr.domain.errors import Denied
from atr.domain.names import ChannelKey
from atr.domain.people import ActorKind
from atr.ports.platforms import Site
from atr.services.channel_views import find_channel
from atr.services.channels import name_owner
from atr.services.door import Query, Work

HIDDEN = "(hidden)"
_NO_SECRET = frozenset({"username"})


@dataclass(frozen=True, slots=True)
class OpenedChannel:
    """A channel and how to sign in there; for the length of one call, never to be kept."""

    channel: Channel
    site: Site


@dataclass(frozen=True, slots=True)
class OpenChannel(Query[OpenedChannel]):
    """Where a channel is and how to sign in, for the worker alone."""

    key: ChannelKey

    def answer(self, work: Work) -> OpenedChannel:
        """Return it; raise Denied, NotFound, or Unreadable when the master secret is another one."""
        if work.actor.kind is not ActorKind.SERVICE:
            raise Denied("Only ATR itself signs in to channels.")
        channel = find_channel(work, self.key)
        sealed = work.unit.channels.find_credentials(self.key)
        secret: dict[str, str] = {}
        if sealed is not None:
            secret = json.loads(work.around.vault.unseal(sealed, name_owner(self.key)))
        site = Site(channel.url, MappingProxyType(secret), channel.local, channel.promotes)
        return OpenedChannel(channel, site)


def hide_secrets(text: str, site: Site) -> str:
    """Return the text without the site's secrets, in the forms in which they travel."""
    for secret in sorted(_list_forms(site), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _list_forms(site: Site) -> Iterator[str]:
    for name, secret in site.secret.items():
        if name not in _NO_SECRET and secret:
            yield secret
            yield base64.b64encode(secret.encode()).decode()
            for user in (site.secret.get("username", ""), "__token__"):
                yield base64.b64encode(f"{user}:{secret}".encode()).decode()
