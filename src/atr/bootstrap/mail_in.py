# SPDX-License-Identifier: Apache-2.0
"""The process that takes mail in, and what proves who sent it."""

import asyncio
import signal

from sqlalchemy import URL

from atr.bootstrap.platform import open_platform
from atr.config import Settings
from atr.config.mail_listener import MailListener, read_mail_listener, read_networks
from atr.domain.names import MailAddress
from atr.ingress.mail_listener import Reception, make_protocol
from atr.services.door import Door


def run_mail_process(settings: Settings, url: URL) -> None:
    """Take mail in until SIGTERM or SIGINT."""
    with open_platform(settings, url) as platform:
        asyncio.run(_serve_until_signal(platform.door, settings))


async def _serve_until_signal(door: Door, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await open_mail_listener(door, settings)
    async with server:
        await stop.wait()


async def open_mail_listener(door: Door, settings: Settings) -> asyncio.Server:
    """Return the server, listening; raise OSError when the place is taken."""
    place = read_mail_listener(settings.mail_listen or "")
    reception = describe_reception(settings, place)
    loop = asyncio.get_running_loop()
    if place.path is not None:
        place.path.unlink(missing_ok=True)
        return await loop.create_unix_server(lambda: make_protocol(door, reception), str(place.path))
    return await loop.create_server(lambda: make_protocol(door, reception), place.host, place.port)


def describe_reception(settings: Settings, place: MailListener) -> Reception:
    """Return what is taken, from whom, and how much."""
    return Reception(
        receivers=settings.mail_receivers,
        peers=read_networks(settings.mail_peers),
        largest=settings.max_mail_size,
        host=MailAddress(settings.mail_sender).rpartition("@")[2],
        is_lmtp=place.is_lmtp,
    )
