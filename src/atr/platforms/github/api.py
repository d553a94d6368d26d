# SPDX-License-Identifier: Apache-2.0
"""GitHub's REST API: its headers, its limits on how often one may ask, and its pages."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Unpack
from urllib.parse import urlsplit

from httpx2 import Headers

from atr.domain.artifact import Content
from atr.platforms._http import Answer, Limits, RegistryClient, SendOptions
from atr.platforms._http.answers import read_retry_after
from atr.ports.platforms import BadCredentials, RegistryDown, Site

PUBLIC_API = "https://api.github.com"
_PAGES = "https://github.com"
_SHOP_WINDOWS = frozenset({"github.com", "www.github.com"})
_ENTERPRISE = "/api/v3"
# Uploads and downloads leave the API's host for these.
_MORE_HOSTS = (
    "uploads.github.com",
    "github.com",
    "objects.githubusercontent.com",
    "release-assets.githubusercontent.com",
)
_HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
_TOO_OFTEN = frozenset({403, 429})
_PATIENCE = 60.0  # seconds, when GitHub says that it was too often but not until when
_PAGE_SIZE, _MOST_PAGES = 100, 20

Read = Callable[[], Iterable[bytes]]


def find_api(url: str) -> str:
    """Return the address of the API, also for the pages that people know."""
    return PUBLIC_API if urlsplit(url).hostname in _SHOP_WINDOWS else url.rstrip("/")


def find_pages(api: str) -> str:
    """Return the address at which people and downloads begin."""
    return _PAGES if api == PUBLIC_API else api.removesuffix(_ENTERPRISE)


class GithubApi:
    """Calls below one API, signed with a token."""

    def __init__(self, site: Site, limits: Limits) -> None:
        self.base = find_api(site.url)
        self.pages = find_pages(self.base)
        self._token = site.secret.get("token", "")
        own = Site(self.base, site.secret, site.local)
        host = urlsplit(self.base).hostname or ""
        more = _MORE_HOSTS if self.base == PUBLIC_API else (f".{host}", host)
        self.client = RegistryClient(own, more_hosts=more, authorize=self._authorize, limits=limits)

    def send(self, method: str, path: str, **options: Unpack[SendOptions]) -> Answer:
        """Make a call; raise RegistryDown with how long to wait when it was one too many."""
        expect = frozenset(options.get("expect", {200}))
        options["expect"] = expect | _TOO_OFTEN
        options["headers"] = {**_HEADERS, **options.get("headers", {})}
        return _refuse_limits(self.client.send(method, path, **options), expect)

    def list_pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of every page, newest first as GitHub lists them."""
        for page in range(1, _MOST_PAGES + 1):
            rows = self.send("GET", f"{path}?per_page={_PAGE_SIZE}&page={page}").parse_json()
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise RegistryDown(f"{path} was not answered by a list.")
            yield from rows
            if len(rows) < _PAGE_SIZE:
                return

    def upload(self, url: str, read: Read, size: int, expect: frozenset[int]) -> Answer:
        """Send a file to the address that a release names for it, which may be on the host for uploads."""
        headers = Headers({**_HEADERS, "content-type": "application/octet-stream"})
        self._authorize(headers)
        answer = self.client.upload(
            "POST", url, read, size, headers=headers, expect=expect | _TOO_OFTEN, anonymous=True
        )
        return _refuse_limits(answer, expect)

    def digest_asset(self, path: str) -> Content:
        """Download an asset that may not be public yet; raise NotFound."""
        return self.client.digest(path, headers={**_HEADERS, "accept": "application/octet-stream"})

    def digest_download(self, url: str) -> Content:
        """Download as anybody does; raise NotFound."""
        return self.client.digest(url, anonymous=True)

    def _authorize(self, headers: Headers) -> None:
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"


def _refuse_limits(answer: Answer, expect: frozenset[int]) -> Answer:
    if answer.status in expect or answer.status not in _TOO_OFTEN:
        return answer
    explain = f"{answer.source} was answered by {answer.status}: {answer.saying}"
    wait = read_retry_after(answer.headers, 3600.0)
    if wait is None and answer.headers.get("x-ratelimit-remaining") == "0":
        reset = answer.headers.get("x-ratelimit-reset", "")
        wait = min(max(float(reset) - time.time(), 1.0), 3600.0) if reset.isdigit() else _PATIENCE
    if wait is not None or answer.status == 429 or "rate limit" in answer.saying.lower():
        raise RegistryDown(explain, _PATIENCE if wait is None else wait)
    raise BadCredentials(explain)
