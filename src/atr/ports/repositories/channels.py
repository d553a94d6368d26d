# SPDX-License-Identifier: Apache-2.0
"""Distribution channels; their credentials are stored sealed and read apart from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from atr.domain.distribution import Channel, ChannelTest
from atr.domain.names import ChannelKey, ProductRef, ReleaseKey
from atr.ports.vault import Sealed


@dataclass(frozen=True, slots=True)
class ChannelUsers:
    """What would miss a channel: lines, check policies that require it, releases that have to reach it.

    `distributions` are releases that are on their way there, required or not.
    """

    lines: tuple[ProductRef, ...] = ()
    policies: tuple[str, ...] = ()
    releases: tuple[ReleaseKey, ...] = ()
    distributions: tuple[ReleaseKey, ...] = ()


class Channels(Protocol):
    """Channels."""

    def find(self, key: ChannelKey) -> Channel | None:
        """Return the channel, if it is there."""

    def list(self) -> tuple[Channel, ...]:
        """Return every channel in order of their keys."""

    def find_many(self, keys: Iterable[ChannelKey]) -> dict[ChannelKey, Channel]:
        """Return those that are there, in one query."""

    def hold(self, keys: Iterable[ChannelKey]) -> dict[ChannelKey, Channel]:
        """Return those that are there, and keep them from being deleted until this transaction ends."""

    def add(self, channel: Channel, sealed: Sealed | None) -> None:
        """Add the channel with its sealed credentials; raise Conflict when the key is taken."""

    def save(self, channel: Channel) -> Channel:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition.

        Its credentials stay, and so does what its last test came to unless the channel says otherwise.
        """

    def seal(self, key: ChannelKey, sealed: Sealed | None) -> None:
        """Replace the channel's credentials; None removes them."""

    def find_credentials(self, key: ChannelKey) -> Sealed | None:
        """Return the sealed credentials, if it has any."""

    def note_test(self, key: ChannelKey, test: ChannelTest) -> None:
        """Record what a test came to; the edition stays."""

    def find_users(self, key: ChannelKey) -> ChannelUsers:
        """Return what would miss the channel."""

    def reserve(self, key: ChannelKey) -> None:
        """Let nobody else begin to use or change the channel until this transaction ends."""

    def delete(self, key: ChannelKey) -> None:
        """Remove the channel with its credentials; raise Conflict while a line uses it."""
