# SPDX-License-Identifier: Apache-2.0
"""Somebody at a browser: follows links, sends forms with their token, keeps cookies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from httpx import Response

from atr.services.door import Door
from tests.support.playground import sign_in
from tests.support.website import Client

HTML = {"accept": "text/html,application/xhtml+xml"}
Fields = Mapping[str, str | Sequence[str]]


class _Reader(HTMLParser):
    """Reads what somebody would see, and the values of fields."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember links and fields."""
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        name = given.get("name")
        is_ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
        if tag == "input" and name and is_ticked:
            self.values.setdefault(name, given.get("value") or "")

    def handle_data(self, data: str) -> None:
        """Remember words."""
        self.words += data.split()


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it came: status, the words on it in one line, links, and fields."""

    status: int
    text: str
    links: tuple[str, ...]
    values: Mapping[str, str]
    answer: Response

    @property
    def leads_to(self) -> str:
        """Return where it redirects to, empty if it does not."""
        return str(self.answer.headers.get("location", ""))


@dataclass(slots=True)
class Visitor:
    """A browser of one person, or of nobody."""

    client: Client
    headers: dict[str, str] = field(default_factory=lambda: dict(HTML))

    def look(self, path: str) -> Seen:
        """Open an address, without following redirects."""
        return read_page(self.client.get(path, headers=self.headers, follow_redirects=False))

    def send(self, path: str, fields: Fields | None = None, **more: Any) -> Seen:
        """Send a form with its token, without following the redirect."""
        data = {"_csrf_token": self.find_token(), **(fields or {})}
        return read_page(
            self.client.post(path, data=data, headers=self.headers, follow_redirects=False, **more)
        )

    def upload(self, path: str, files: Mapping[str, bytes], fields: Fields | None = None) -> Seen:
        """Send a form with files and its token."""
        named = {name: (f"{name}.asc" if data else "", data) for name, data in files.items()}
        return self.send(path, fields, files=named)

    def find_token(self) -> str:
        """Return the form token, whose cookie the browser has from then on."""
        if "atr_csrf" not in self.client.cookies:
            self.client.get("/help", headers=self.headers)
        return str(self.client.cookies["atr_csrf"])


def read_page(answer: Response) -> Seen:
    """Return the page as somebody sees it."""
    reader = _Reader()
    reader.feed(answer.text)
    return Seen(answer.status_code, " ".join(reader.words), tuple(reader.links), reader.values, answer)


def walk_in(client: Client, door: Door, user: str = "") -> Visitor:
    """Return the browser of a person who signed in by a link, or of nobody."""
    client.cookies.clear()
    if user:
        client.cookies.set("atr_session", sign_in(door, user).secret)
    return Visitor(client)
