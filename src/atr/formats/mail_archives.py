# SPDX-License-Identifier: Apache-2.0
"""Mails kept in an mbox, a maildir, a single file, or as Pony Mail's JSON, one after the other."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, BinaryIO

from atr.domain.errors import Invalid
from atr.formats.mail_vote import LONGEST_MAIL

LARGEST_JSON = 256 * 1024 * 1024
_LONGEST_LINE = 1024 * 1024
# The line between two mails; a sentence that begins with From has no time of day after a first word.
_BETWEEN = re.compile(rb"From \S{1,300} (?:.{0,40} )?\d{1,2}:\d\d(?::\d\d)?\b.{0,60}$")
_STUFFED = re.compile(rb">+From ")
_BREAKS = re.compile(r"[\r\n\0]+[ \t]*")
_FIELDS = (
    ("from_raw", "from", "From"),
    ("subject", "subject", "Subject"),
    ("message-id", "message_id", "Message-ID"),
    ("in-reply-to", "in_reply_to", "In-Reply-To"),
    ("references", "references", "References"),
    ("to_raw", "to", "To"),
)


def read_mails(path: Path) -> Iterator[bytes]:
    """Return the mails of a file or folder as bytes, of each no more than is read for votes.

    Raise Invalid when JSON holds no mails, and OSError when something cannot be opened.
    """
    if path.is_dir():
        yield from read_maildir(path)
        return
    with path.open("rb") as stream:
        first = stream.read(4096)
        stream.seek(0)
        if first.startswith(b"From "):
            yield from read_mbox(stream)
        elif first.lstrip()[:1] in (b"{", b"["):
            yield from read_pony_mail(stream.read(LARGEST_JSON + 1))
        elif first.strip():
            yield stream.read(LONGEST_MAIL + 1)


def read_maildir(folder: Path) -> Iterator[bytes]:
    """Return the mails of a maildir, or of a folder of single mails, in the order of their names."""
    inner = [folder / name for name in ("cur", "new") if (folder / name).is_dir()]
    found = (path for each in (inner or [folder]) for path in each.iterdir() if path.is_file())
    for path in sorted(found, key=lambda path: path.name):
        if not path.name.startswith("."):
            with path.open("rb") as stream:
                yield stream.read(LONGEST_MAIL + 1)


def read_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """Return the mails of an mbox, `>From` lines as they were written; a long one is cut, not held."""
    lines: list[bytes] = []
    size, blank, begun = 0, True, False
    for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):
        if blank and line.startswith(b"From ") and _BETWEEN.match(line.rstrip(b"\r\n")):
            if begun:
                yield b"".join(lines)
            lines, size, begun = [], 0, True
        elif size <= LONGEST_MAIL:
            lines.append(line[1:] if _STUFFED.match(line) else line)
            size += len(line)
        blank = line in (b"\n", b"\r\n")
    if begun or lines:
        yield b"".join(lines)


def read_pony_mail(data: bytes) -> Iterator[bytes]:
    """Return the mails of an answer of Pony Mail: one mail, a list, or a thread with its `emails`.

    Each is put together anew from what the archive tells of it. Raise Invalid when there are none.
    """
    found = False
    seen: set[str] = set()
    for each in _find_mails(_load(data)):
        found = True
        name = str(each.get("message-id") or each.get("mid") or each.get("id") or id(each))
        if name not in seen:
            seen.add(name)
            yield _write_mail(each)
    if not found:
        raise Invalid.field(
            "mails", "The JSON holds no mails with a body and a sender, as Pony Mail writes them."
        )


def _load(data: bytes) -> Any:
    if len(data) > LARGEST_JSON:
        raise Invalid.field("mails", f"The JSON is larger than {LARGEST_JSON} bytes.")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid.field("mails", "The file is no JSON that can be read.") from None


def _find_mails(data: Any) -> Iterator[dict[str, Any]]:
    waiting = [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            if isinstance(each.get("body"), str) and isinstance(each.get("from"), str):
                yield each
            waiting.extend(each[key] for key in ("children", "thread", "emails") if key in each)


def _write_mail(mail: dict[str, Any]) -> bytes:
    """Write the mail with one line a header, whatever the archive says."""
    lines = []
    for first, second, name in _FIELDS:
        value = mail.get(first) or mail.get(second)
        if isinstance(value, list):
            value = " ".join(map(str, value))
        if value:
            lines.append(f"{name}: {_BREAKS.sub(' ', str(value))}")
    moment = _read_moment(mail.get("epoch"))
    lines += [f"Date: {format_datetime(moment)}"] if moment else []
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", mail["body"]]
    return "\n".join(lines).encode("utf-8", "replace")


def _read_moment(epoch: Any) -> datetime | None:
    if not isinstance(epoch, int | float):
        return None
    try:
        return datetime.fromtimestamp(epoch, UTC)
    except (ValueError, OverflowError, OSError):
        return None
