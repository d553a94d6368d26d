# SPDX-License-Identifier: Apache-2.0
"""What an index shows: its JSON interface, and the simple index that pip reads (PEP 503 and PEP 691)."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import canonicalize_name

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.platforms._http import RegistryClient
from atr.ports.platforms import RegistryDown

_SIMPLE = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_FRESH = {"cache-control": "no-cache"}
_MISSING = frozenset({200, 404})


@dataclass(frozen=True, slots=True)
class Listed:
    """One file as an index lists it."""

    url: str
    digest: Digest | None
    is_yanked: bool = False


Listing = dict[str, Listed]
"""By the file's name."""


class Index:
    """One project in an index, read without credentials."""

    def __init__(self, client: RegistryClient, root: str, project: str, version: str) -> None:
        self._client = client
        name = canonicalize_name(project)
        self.json_url = f"{root}/pypi/{name}/{version}/json"
        self.simple_url = f"{root}/simple/{name}/"

    def read_json(self) -> Listing | None:
        """Return the files of the version; None where the index has no such interface, or no such version."""
        answer = self._client.send("GET", self.json_url, headers=_FRESH, expect=_MISSING, anonymous=True)
        if answer.status == 404:
            return None
        files = answer.parse_object().get("urls")
        if not isinstance(files, list):
            raise RegistryDown(f"{self.json_url} lists no files.")
        return dict(_read_entries(files, "digests", self.json_url))

    def read_simple(self) -> Listing:
        """Return the files of all versions, as pip finds them."""
        headers = {"accept": _SIMPLE, **_FRESH}
        answer = self._client.send(
            "GET", self.simple_url, headers=headers, expect={200, 303, 404}, anonymous=True
        )
        if answer.status != 200:  # some send people to another index instead of saying 404
            return {}
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        if kind == "application/vnd.pypi.simple.v1+json":
            files = answer.parse_object().get("files")
            return dict(_read_entries(files if isinstance(files, list) else [], "hashes", self.simple_url))
        if kind not in {"text/html", "application/vnd.pypi.simple.v1+html"}:
            raise RegistryDown(f"{self.simple_url} was answered by {kind or 'nothing named'}.")
        page = _SimplePage(self.simple_url)
        page.feed(answer.body.decode("utf-8", "replace"))
        return page.listing


def _read_entries(files: list[Any], digests: str, base: str) -> Iterator[tuple[str, Listed]]:
    for each in files:
        name, url = (each.get("filename"), each.get("url")) if isinstance(each, dict) else (None, None)
        if isinstance(name, str) and isinstance(url, str):
            claimed = each.get(digests)
            digest = _read_digest(claimed.get("sha256") if isinstance(claimed, dict) else None)
            yield name, Listed(urljoin(base, url), digest, bool(each.get("yanked")))


def _read_digest(text: object) -> Digest | None:
    try:
        return Digest("sha256", text.lower()) if isinstance(text, str) else None
    except Invalid:
        return None


class _SimplePage(HTMLParser):
    """Collects the links of a page as PEP 503 has it: the digest behind the address, yanked as attribute."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.listing: Listing = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        href = values.get("href")
        if tag != "a" or not href:
            return
        url, fragment = urldefrag(urljoin(self._base, href))
        algorithm, _, digest = fragment.partition("=")
        name = unquote(urlsplit(url).path.rpartition("/")[2])
        claimed = _read_digest(digest) if algorithm == "sha256" else None
        self.listing[name] = Listed(url, claimed, "data-yanked" in values)
