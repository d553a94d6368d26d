# SPDX-License-Identifier: Apache-2.0
"""Channels as sysadmins set them up."""

from collections.abc import Mapping

from atr.domain.distribution import Channel
from atr.domain.names import ChannelKey
from atr.domain.people import OPERATOR
from atr.domain.platform import PlatformKey
from atr.services.channels import CreateChannel
from atr.services.door import Door

TOKEN: dict[str, str] = {"token": "sesame-7314-open"}
ADDRESS = "https://registry.example.org/"


def make_channel(
    door: Door,
    key: str = "npm",
    platform: PlatformKey = PlatformKey.NPM,
    *,
    credentials: Mapping[str, str] | None = None,
    url: str = ADDRESS,
    is_test: bool = False,
    promotes: bool = True,
) -> Channel:
    """Return a channel that was added."""
    channel = Channel(ChannelKey(key), f"The {key}", platform, url, is_test=is_test, promotes=promotes)
    return door.perform(OPERATOR, CreateChannel(channel, credentials)).channel


def make_channels(door: Door) -> None:
    """Add the channels npm and pypi."""
    make_channel(door)
    make_channel(door, "pypi", PlatformKey.PYPI)
