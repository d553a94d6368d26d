# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: ARG002 -- httpcore2 decides what connections are opened with
"""Names are resolved once, judged, and the judged address is the one connected to."""

from collections.abc import Iterable

import pytest
from httpcore2 import SOCKET_OPTION, ConnectError, NetworkBackend, NetworkStream

from atr.domain.errors import Refused
from atr.platforms._http.addresses import GuardedBackend, is_public, resolve_host


class Opener(NetworkBackend):
    """Remembers where connections were to go; those to 192.0.2.0/24 fail."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        self.opened.append(host)
        if host == "9.9.9.9":
            raise ConnectError("no route")
        return NetworkStream()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_addresses_within_are_known_in_every_form(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101", "151.101.0.223"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    answers = iter([("1.1.1.1",), ("127.0.0.1",)])
    opener = Opener()
    backend = GuardedBackend(local=False, resolve=lambda *_: next(answers), opener=opener)
    backend.connect_tcp("registry.example", 443)
    assert opener.opened == ["1.1.1.1"]
    with pytest.raises(Refused, match=r"leads to 127\.0\.0\.1"):
        backend.connect_tcp("registry.example", 443)
    assert opener.opened == ["1.1.1.1"]


def test_one_private_address_spoils_the_name() -> None:
    opener = Opener()
    backend = GuardedBackend(local=False, resolve=lambda *_: ("1.1.1.1", "10.0.0.1"), opener=opener)
    with pytest.raises(Refused):
        backend.connect_tcp("registry.example", 443)
    assert not opener.opened


def test_a_local_channel_may_go_anywhere() -> None:
    opener = Opener()
    GuardedBackend(local=True, resolve=lambda *_: ("10.0.0.1",), opener=opener).connect_tcp("x", 80)
    assert opener.opened == ["10.0.0.1"]


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    opener = Opener()
    backend = GuardedBackend(local=False, resolve=lambda *_: ("9.9.9.9", "1.1.1.1"), opener=opener)
    backend.connect_tcp("registry.example", 443)
    assert opener.opened == ["9.9.9.9", "1.1.1.1"]


@pytest.mark.parametrize("addresses", [(), ("9.9.9.9",)])
def test_a_name_without_an_answer_is_no_connection(addresses: tuple[str, ...]) -> None:
    backend = GuardedBackend(local=False, resolve=lambda *_: addresses, opener=Opener())
    with pytest.raises(ConnectError):
        backend.connect_tcp("registry.example", 443)


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".example"])
def test_an_unknown_name_is_no_connection(host: str) -> None:
    with pytest.raises(ConnectError, match="is not known"):
        GuardedBackend(local=False).connect_tcp(host, 443)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001"])
def test_odd_spellings_of_addresses_are_seen_through(host: str) -> None:
    assert resolve_host(host, 80) == ("127.0.0.1",)
