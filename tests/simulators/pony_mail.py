# SPDX-License-Identifier: Apache-2.0
"""An archive of mailing lists as Pony Mail is one, over HTTP on the loopback, with real raw mails.

Rules from docs/API.md and docs/api_client_guide.md of apache/incubator-ponymail-foal (`.lua`, by GET):
`stats` lists the mails of `list` at `domain` within `d` (`dfr=DAY|dto=DAY`, both included); `thread` takes a
permalink or a Message-ID and answers that mail with what answers it, or `null`; `source` answers the raw mail
as text/plain, or 404. Unknown endpoints are 404.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Archived:
    """A mail in the archive, with the names by which it is found."""

    name: str
    listid: str
    message_id: str
    answers: str
    subject: str
    at: datetime
    raw: bytes

    def describe(self) -> dict[str, object]:
        """Return the mail as listings have it."""
        return {
            "id": self.name,
            "mid": self.name,
            "message-id": self.message_id,
            "in-reply-to": self.answers,
            "subject": self.subject,
            "epoch": int(self.at.timestamp()),
            "list_raw": self.listid,
            "private": False,
        }


@dataclass(slots=True)
class PonyMailSimulator:
    """The archive: what it holds, what was asked, and answers that a test puts in place of the next ones."""

    mails: list[Archived] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    next_answers: list[Callable[[], Answer]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    url: str = ""

    def add(self, raw: bytes, address: str = "dev@demo.example.org") -> str:
        """Archive a mail that came to a list; return its permalink."""
        mail = message_from_bytes(raw, policy=default)
        name = sha256(raw).hexdigest()[:32]
        moment = parsedate_to_datetime(str(mail["Date"])).astimezone(UTC)
        listid = f"<{address.replace('@', '.')}>"
        answers = str(mail["In-Reply-To"] or "")
        self.mails.append(
            Archived(name, listid, str(mail["Message-ID"]), answers, str(mail["Subject"]), moment, raw)
        )
        return name

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Return what the archive answers."""
        self.asked.append(path)
        if self.next_answers:
            return self.next_answers.pop(0)()
        match path:
            case "/api/stats.lua":
                return self._list(query)
            case "/api/thread.lua":
                return self._find_thread(query)
            case "/api/source.lua":
                found = self._find(query["id"], "")
                there = found is not None and found.name not in self.gone
                return (200, found.raw) if found and there else (404, b"Email not found")
            case _:
                return 404, b"No such endpoint"

    def _find(self, name: str, listid: str) -> Archived | None:
        for mail in self.mails:
            if name in {mail.name, mail.message_id} and listid in {"", mail.listid}:
                return mail
        return None

    def _list(self, query: dict[str, str]) -> Answer:
        span = dict(part.split("=") for part in query["d"].split("|"))
        listid = f"<{query['list']}.{query['domain']}>"
        found = [
            mail.describe()
            for mail in self.mails
            if mail.listid == listid and span["dfr"] <= mail.at.date().isoformat() <= span["dto"]
        ]
        return 200, json.dumps({"hits": len(found), "emails": found or {}}).encode()

    def _find_thread(self, query: dict[str, str]) -> Answer:
        root = self._find(query["id"], query.get("listid", ""))
        if root is None:
            return 200, b"null"
        thread = [root]
        for mail in thread:
            thread += [each for each in self.mails if each.answers == mail.message_id]
        described = [mail.describe() for mail in thread]
        return 200, json.dumps({"thread": described[0], "emails": described}).encode()


@contextmanager
def run_pony_mail() -> Iterator[PonyMailSimulator]:
    """Serve an empty archive on the loopback."""
    simulator = PonyMailSimulator()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, body = simulator.answer(parts.path, query)
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("location", body.decode())
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # who asked went away
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    simulator.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield simulator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
