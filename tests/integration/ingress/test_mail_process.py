# SPDX-License-Identifier: Apache-2.0
"""Where the settings say that mail comes in, something listens."""

import asyncio
from pathlib import Path

import pytest

from atr.bootstrap.mail_in import open_mail_listener
from atr.config import Settings
from atr.services.door import Door


async def greet(server: asyncio.Server, path: Path | None = None) -> bytes:
    async with server:
        if path is not None:
            reader, writer = await asyncio.open_unix_connection(str(path))
        else:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        await reader.readline()
        writer.write(b"LHLO x\r\nMAIL FROM:<a@x.org>\r\nRCPT TO:<b@x.org>\r\nDATA\r\n\r\n+1\r\n.\r\nQUIT\r\n")
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        return said


@pytest.mark.parametrize("place", ["lmtp://127.0.0.1:0", "lmtp:///{folder}/mail.sock"])
def test_mail_is_taken_where_the_settings_say(door: Door, tmp_path: Path, place: str) -> None:
    settings = Settings(mail_listen=place.format(folder=str(tmp_path).lstrip("/")))
    path = tmp_path / "mail.sock" if "mail.sock" in place else None

    async def talk() -> bytes:
        return await greet(await open_mail_listener(door, settings), path)

    assert b"250 2.0.0 Stored" in asyncio.run(talk())


def test_nothing_listens_unless_the_settings_say_so() -> None:
    assert Settings().mail_listen is None
