# SPDX-License-Identifier: Apache-2.0
"""Which hosts a channel may be sent to: its own, and those that its platform is known to hand over to."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from atr.domain.errors import Invalid, Refused

_PORTS = {"http": 80, "https": 443}
_ANY_METHOD = frozenset({307, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Origin = tuple[str, str, int]


def find_origin(url: str) -> Origin:
    """Return scheme, host and port; raise Invalid for what is no address of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Invalid.field("url", "The address is not one of the web: write https://host/path.") from None
    if not parts.hostname or parts.username is not None or parts.password is not None:
        raise Invalid.field("url", "The address needs a host, and must not carry credentials.")
    return parts.scheme, parts.hostname.lower(), port


class Hosts:
    """The channel's own origin, and further hosts as `name`, `name:port`, or `.ending`."""

    def __init__(self, base: str, more: Iterable[str], *, local: bool) -> None:
        self.base = base.rstrip("/")
        self.own = find_origin(self.base)
        self._more = frozenset(more)
        self._local = local
        if self.own[0] != "https" and not local:
            raise Invalid.field("url", "A registry is spoken to by https, unless the channel is local.")

    def locate(self, path_or_url: str) -> str:
        """Return the whole address of a path at the site, or of an address that is permitted."""
        url = self.base + path_or_url if path_or_url.startswith("/") else path_or_url
        self.check(url)
        return url

    def is_own(self, url: str) -> bool:
        """Tell whether the address is the channel's own, where its credentials belong."""
        return find_origin(url) == self.own

    def check(self, url: str) -> None:
        """Raise Refused unless the address is the channel's own or one its platform hands over to."""
        origin = find_origin(url)
        if origin == self.own or self._is_known(*origin):
            return
        raise Refused(
            f"{self.own[1]} led to {origin[0]}://{origin[1]}:{origin[2]}, where it has no business."
        )

    def follow(self, method: str, status: int, url: str, location: str) -> str:
        """Return where a redirect leads; raise Refused if it leads astray or would lose the body."""
        if method not in {"GET", "HEAD"} and status not in _ANY_METHOD:
            raise Refused(
                f"{self.own[1]} answered {method} with a redirect ({status}), which loses the body."
            )
        try:
            target = urljoin(url, location)
            self.check(target)
        except (ValueError, Invalid):
            raise Refused(f"{self.own[1]} redirects to something that is no address.") from None
        return target

    def _is_known(self, scheme: str, host: str, port: int) -> bool:
        if scheme != "https" and not self._local:
            return False
        names = {f"{host}:{port}"} | ({host} if port == _PORTS[scheme] else set())
        endings = tuple(each for each in self._more if each.startswith("."))
        return bool(names & self._more) or (port == 443 and host.endswith(endings))
