# SPDX-License-Identifier: Apache-2.0
"""Fetching through the public address, as a downloader does."""

import hashlib
from urllib.parse import urljoin, urlsplit

from httpx2 import Client, HTTPError, InvalidURL, Response, Timeout

from atr.domain.artifact import Digest
from atr.domain.errors import Conflict, NotFound

_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 60.0
_MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What arrives is what is hashed: not compressed on the way, nor from a cache that was not asked again.
_HEADERS = {"accept-encoding": "identity", "cache-control": "no-cache", "user-agent": "atr-downloads"}


class PublicDownloads:
    """Fetches files of any size by streaming; follows redirects on the public host alone."""

    def __init__(self, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._timeout = Timeout(_SILENCE_SECONDS, connect=_CONNECT_SECONDS)

    def fetch_digest(self, path: str) -> Digest:
        """Return the sha512 of what the address answers; raise NotFound, or Conflict without an answer."""
        try:
            with Client(timeout=self._timeout, headers=_HEADERS, follow_redirects=False) as client:
                return self._fetch(client, path)
        except (HTTPError, InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise Conflict(f"The public address did not answer for {path}: {reason}.") from error

    def _fetch(self, client: Client, path: str) -> Digest:
        url = self._base + path
        for _ in range(_MOST_HOPS):
            with client.stream("GET", url) as response:
                if response.status_code not in _REDIRECTS:
                    return _digest_answer(response, path)
                url = self._follow(url, response.headers.get("location", ""), path)
        raise Conflict(f"The public address redirects {path} more than {_MOST_HOPS} times.")

    def _follow(self, url: str, location: str, path: str) -> str:
        target = urljoin(url, location)
        if urlsplit(target)[:2] != urlsplit(self._base)[:2]:
            raise Conflict(f"The public address sends {path} to another place: {target}.")
        return target


def _digest_answer(response: Response, path: str) -> Digest:
    if response.status_code in {404, 410}:
        raise NotFound("public download", path)
    if response.status_code != 200:
        raise Conflict(f"The public address answered {response.status_code} for {path}.")
    sha512 = hashlib.sha512()
    for chunk in response.iter_raw():
        sha512.update(chunk)
    return Digest("sha512", sha512.hexdigest())
