# SPDX-License-Identifier: Apache-2.0
"""Clients as cheap as can be, so that a benchmark of pages measures the server and not them."""

import asyncio
import socket
import time
from dataclasses import dataclass, field
from typing import BinaryIO

_ALL_IS_WELL = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Look:
    """A page and the cookies with which it is asked for; `{number}` in the address makes each another one."""

    path: str
    cookie: str = ""

    def write(self, number: int = 0) -> bytes:
        """Return the request."""
        lines = [
            f"GET {self.path.replace('{number}', str(number))} HTTP/1.1",
            "host: localhost",
            "accept: text/html",
            "accept-encoding: gzip",
            *([f"cookie: {self.cookie}"] if self.cookie else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass(slots=True)
class Rate:
    """How many answers came in how many seconds, and how many of them were not 200."""

    answers: int = 0
    failures: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Return the requests a second."""
        return self.answers / self.seconds


def time_looks(port: int, look: Look, rounds: int) -> list[float]:
    """Return the seconds of each request from its sending to the last byte, one after the other."""
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as stream:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times = []
        for number in range(rounds):
            request = look.write(number)
            begun = time.perf_counter()
            connection.sendall(request)
            _read_answer(stream)
            times.append(time.perf_counter() - begun)
        return times


def _read_answer(stream: BinaryIO) -> None:
    head = stream.readline()
    if not head.startswith(_ALL_IS_WELL):
        raise OSError(f"The answer was {head!r}.")
    length = 0
    while (line := stream.readline()) != b"\r\n":
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    stream.read(length)


@dataclass(slots=True)
class _Crowd:
    port: int
    look: Look
    end: float
    rate: Rate = field(default_factory=Rate)

    async def ask(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = self.look.write()
        while time.perf_counter() < self.end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)
            self.rate.answers += 1
            self.rate.failures += not head.startswith(_ALL_IS_WELL)
        writer.close()


def measure_rate(port: int, look: Look, clients: int, seconds: float) -> Rate:
    """Return what so many clients get in so many seconds, each asking again as soon as it is answered."""

    async def run() -> Rate:
        begun = time.perf_counter()
        crowd = _Crowd(port, look, begun + seconds)
        await asyncio.gather(*(crowd.ask() for _ in range(clients)))
        crowd.rate.seconds = time.perf_counter() - begun
        return crowd.rate

    return asyncio.run(run())
