# SPDX-License-Identifier: Apache-2.0
"""The headers of a mail as somebody may have made them: missing, doubled, broken, in any charset.

The standard library's header classes raise on some of these, recurse on others, and take a millisecond for an
address; a thread of 10,000 mails is to be read in seconds.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from atr.domain.errors import Invalid
from atr.domain.names import MailAddress
from atr.formats.mail_text import decode_text

LONGEST_HEAD = 256 * 1024
_LONGEST_VALUE = 8_000
_MOST_FIELDS = 1_000
_MOST_REFERENCES = 100
_NAME = re.compile(r"[!-9;-~]{1,80}")
_ID = re.compile(r"<([^<>]{1,500})>")
_BARE_ID = re.compile(r"[^\s<>@]{1,200}@[^\s<>@]{1,200}")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,2000})\?=")
_BETWEEN_WORDS = re.compile(r"\?=\s+=\?")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT = re.compile(r"\([^()]*\)")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_ONE_ADDRESS = re.compile(r"[^<>]*<\s*([^<>\s]+)\s*>\s*|\s*([^<>\s,;:]+)\s*")
_SEPARATOR = re.compile(r"[,;:]")
_PARAMETER = re.compile(r';\s*([!-:<>-~]{1,60}?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))')


@dataclass(frozen=True, slots=True)
class Headers:
    """Every field by its name in lower case, unfolded; encoded words are as they were sent."""

    fields: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> str:
        """Return the first field of that name, or nothing."""
        return self.fields.get(name, ("",))[0]

    def get_only(self, name: str) -> str:
        """Return the field if there is exactly one of that name, otherwise nothing."""
        found = self.fields.get(name, ())
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Parameterized:
    """A value such as `text/plain; charset=utf-8`, value and names in lower case."""

    value: str
    parameters: Mapping[str, str]


def split_head(data: bytes, start: int = 0, end: int | None = None) -> tuple[Headers, int]:
    """Return the headers of what begins at `start`, and where its body begins; line ends are line feeds."""
    end = len(data) if end is None else end
    if data[start : start + 1] == b"\n":
        return Headers({}), start + 1
    limit = min(end, start + LONGEST_HEAD)
    blank = data.find(b"\n\n", start, limit)
    head_end = limit if blank < 0 else blank
    return read_headers(data[start:head_end]), min(end, head_end + 2)


def read_headers(head: bytes) -> Headers:
    """Return the fields; lines that are none, such as an mbox's first, are passed over."""
    fields: dict[str, list[str]] = {}
    text = decode_text(head, "")
    text = text.replace("\n ", " ").replace("\n\t", " ")
    for line in text.split("\n", _MOST_FIELDS)[:_MOST_FIELDS]:
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name.rstrip(" \t")):
            fields.setdefault(name.rstrip(" \t").lower(), []).append(value[:_LONGEST_VALUE].strip())
    return Headers({name: tuple(values) for name, values in fields.items()})


def read_parameters(value: str) -> Parameterized:
    """Read a value with parameters, those in several pieces or other charsets included (RFC 2231)."""
    value = value[:2_000]
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        name, star, kind = match[1].lower().partition("*")
        said = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        if kind.endswith("*") or (star and not kind):
            said = unquote_to_bytes(said.rpartition("'")[2]).decode("utf-8", "replace")
        if star and kind.strip("*") not in ("", "0"):
            found[name] = found.get(name, "") + said
        else:
            found.setdefault(name, said)
    return Parameterized(value.partition(";")[0].strip().lower(), found)


def decode_words(value: str) -> str:
    """Return the text of a header on one line, encoded words decoded (RFC 2047)."""
    if "=?" not in value and value.isprintable() and value.isascii() and "  " not in value:
        return value.strip()
    if "=?" in value:
        value = _WORD.sub(_decode_word, _BETWEEN_WORDS.sub("?==?", value))
    return _BREAKS.sub(" ", value).strip()


def _decode_word(match: re.Match[str]) -> str:
    charset, kind, data = match[1].partition("*")[0], match[2].lower(), match[3].encode("ascii", "replace")
    try:
        raw = binascii.a2b_base64(data + b"===") if kind == "b" else binascii.a2b_qp(data, header=True)
    except binascii.Error:
        return match[0]
    return decode_text(raw, charset)


def read_address(value: str) -> tuple[MailAddress | None, str]:
    """Return the address, if the field names exactly one, and the name that stands with it."""
    bare = _strip_comments(_QUOTED.sub(" ", value))
    several = bare.count("@") != 1 and _SEPARATOR.search(bare)  # "Doe, John <a@b>" is one all the same
    match = None if several else _ONE_ADDRESS.fullmatch(bare)
    name = decode_words(value.rpartition("<")[0] or "").strip('" ')
    return (None if match is None else make_address(match[1] or match[2])), name


def _strip_comments(value: str) -> str:
    for _ in range(5):
        value, number = _COMMENT.subn(" ", value)
        if not number:
            break
    return value


def make_address(text: str) -> MailAddress | None:
    """Return the address with its host in lower case; None when it is none."""
    user, _, host = text.rpartition("@")
    try:
        return MailAddress(f"{user}@{host.lower()}")
    except Invalid:
        return None


def read_ids(value: str) -> tuple[str, ...]:
    """Return the message ids of a field, each as <...> without blanks, in order and once."""
    found = [f"<{''.join(inner.split())}>" for inner in _ID.findall(value)]
    if not found:
        found = [f"<{bare}>" for bare in _BARE_ID.findall(value[:1_000])]
    unique = tuple(dict.fromkeys(each for each in found if len(each) > 2))
    return unique if len(unique) <= _MOST_REFERENCES else (unique[0], *unique[1 - _MOST_REFERENCES :])


def read_date(value: str) -> datetime | None:
    """Return the moment in UTC; None when it is none."""
    try:
        moment = parsedate_to_datetime(value[:200])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
