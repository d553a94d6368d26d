# SPDX-License-Identifier: Apache-2.0
"""Which addresses may be connected to: names are resolved once, judged, and the judged address is used.

A name that answers differently the next time (DNS rebinding) gains nothing, since nobody asks again.
"""

import socket
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from ssl import SSLContext

from httpcore2 import (
    SOCKET_OPTION,
    ConnectError,
    ConnectionPool,
    NetworkBackend,
    NetworkStream,
    SyncBackend,
)
from httpx2 import HTTPTransport, create_ssl_context

from atr.domain.errors import Refused

Resolve = Callable[[str, int], tuple[str, ...]]
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last four bytes
_COMPATIBLE = IPv6Network("::/96")


def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name, in the system's order; raise OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Tell whether the address is one of the open internet, also by the IPv4 address within an IPv6 one."""
    parsed = ip_address(address.partition("%")[0])
    return all(_is_global(each) for each in (parsed, *_list_embedded(parsed)))


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and (address in _NAT64 or address.ipv4_mapped is not None):
        return True  # the embedded address decides
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    return address.is_global and not special


def _list_embedded(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64 or address in _COMPATIBLE:
        found.append(IPv4Address(address.packed[-4:]))
    return tuple(each for each in found if each is not None)


class GuardedBackend(NetworkBackend):
    """Opens connections to public addresses only, unless the channel is a local one."""

    def __init__(
        self, *, local: bool, resolve: Resolve = resolve_host, opener: NetworkBackend | None = None
    ) -> None:
        self._local = local
        self._resolve = resolve
        self._opener = opener or SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to the first address that answers, once all of them are found fit; raise Refused."""
        addresses = self._resolve_checked(host, port)
        failure = ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return self._opener.connect_tcp(address, port, timeout, local_address, socket_options)
            except ConnectError as error:
                failure = error
        raise failure

    def _resolve_checked(self, host: str, port: int) -> tuple[str, ...]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise ConnectError(f"the name {host} is not known ({error})") from error
        for address in () if self._local else addresses:
            if not is_public(address):
                raise Refused(
                    f"{host} leads to {address}, which is no public address: only a channel marked as local "
                    "may use it."
                )
        return addresses


@cache
def _trust_authorities() -> SSLContext:
    return create_ssl_context(trust_env=False)


class GuardedTransport(HTTPTransport):
    """The ordinary transport over guarded connections, without a proxy that would choose the address."""

    def __init__(self, backend: NetworkBackend) -> None:
        context = _trust_authorities()
        super().__init__(verify=context, trust_env=False)
        self._pool = ConnectionPool(ssl_context=context, max_connections=10, network_backend=backend)
