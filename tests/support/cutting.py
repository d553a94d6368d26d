# SPDX-License-Identifier: Apache-2.0
"""A network that breaks: connections pass through here and are cut when they have carried enough."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_BLOCK = 65536


@dataclass(slots=True)
class CuttingNetwork:
    """Cuts the first so many connections that carry more than `after` bytes in one direction.

    With `all_at_once` the others go with the first; with `refuse_afterwards` none is taken any more.
    """

    target: tuple[str, int]
    after: int
    times: int
    url: str = ""
    cuts: int = 0
    carried: int = 0
    refuse_afterwards: bool = False
    all_at_once: bool = False
    pairs: "list[Pair]" = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, source: socket.socket, target: socket.socket, pair: "Pair") -> None:
        """Move bytes until the end, or until it is time to cut."""
        moved = 0
        with suppress(OSError):
            while block := source.recv(_BLOCK):
                target.sendall(block)
                moved += len(block)
                with self._lock:
                    self.carried += len(block)
                    is_over = moved > self.after and self.cuts < self.times
                    self.cuts += is_over
                if is_over:
                    break
        for each in self.pairs if self.all_at_once and self.cuts else (pair,):
            each.close()

    def accept(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                if self.refuse_afterwards and self.cuts:
                    client.close()
                    continue
                pair = Pair(client, socket.create_connection(self.target))
                self.pairs.append(pair)
                for ends in ((pair.client, pair.server), (pair.server, pair.client)):
                    threading.Thread(target=self.carry, args=(*ends, pair), daemon=True).start()


@dataclass(slots=True)
class Pair:
    """Both ends of a connection that passes through."""

    client: socket.socket
    server: socket.socket

    def close(self) -> None:
        """End both."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def cut_connections(url: str, after: int, times: int) -> Iterator[CuttingNetwork]:
    """Stand before a server; yield the network with the address to use instead of the server's."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        network = CuttingNetwork((parts.hostname or "", parts.port or 0), after, times)
        network.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        threading.Thread(target=network.accept, args=(listener,), daemon=True).start()
        yield network
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
