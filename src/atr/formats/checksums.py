# SPDX-License-Identifier: Apache-2.0
"""Checksum files in every shape that release managers produce.

`HASH`, `HASH  name`, `HASH *name`, `SHA512 (name) = HASH` (BSD), `name: HEX HEX ...` over several lines
(GnuPG), and `SHA512 hash of name:` with the digits below (certutil of Windows).
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from atr.domain.errors import Invalid

HEX_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
LARGEST_FILE = 256 * 1024
_BSD = re.compile(r"(?P<algorithm>[A-Za-z0-9-]{2,10}) ?\((?P<name>.+)\) ?= ?(?P<hex>[0-9A-Fa-f]+)")
_GNU = re.compile(r"\\?(?P<hex>[0-9A-Fa-f]{32,})(?:[ \t]+\*?(?P<name>\S.*))?")
_NAMED = re.compile(r"(?P<name>[^\s:][^:]*): *(?P<hex>[0-9A-Fa-f \t]*)")
_CERTUTIL = re.compile(r"[A-Za-z0-9]{3,6} [Hh]ash of(?: file)? (?P<name>.+):")
_CERTUTIL_END = "CertUtil: "
_HEX_GROUPS = re.compile(r"[0-9A-Fa-f \t]+")


@dataclass(frozen=True, slots=True)
class ChecksumEntry:
    """One line's claim: these hexadecimal digits belong to this file, or to the only one there is."""

    name: str | None
    hex: str
    line: int


def read_checksums(data: bytes) -> tuple[ChecksumEntry, ...]:
    """Return every entry of a checksum file; raise Invalid with the line that cannot be read."""
    if len(data) > LARGEST_FILE:
        raise Invalid.field("checksum", f"It has {len(data)} bytes, which no checksum file has.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid.field("checksum", f"It is not text: byte {error.start} is not UTF-8.") from error
    entries = tuple(_read_entries(text))
    if not entries:
        raise Invalid.field("checksum", "It holds no checksum.")
    return entries


def _read_entries(text: str) -> Iterator[ChecksumEntry]:
    numbered = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    ignored = ("#", "-----", _CERTUTIL_END)
    lines = deque((number, line) for number, line in numbered if line and not line.startswith(ignored))
    while lines:
        number, line = lines.popleft()
        if match := _BSD.fullmatch(line) or _GNU.fullmatch(line):
            yield ChecksumEntry(match["name"], match["hex"].lower(), number)
        elif match := _CERTUTIL.fullmatch(line):
            yield ChecksumEntry(match["name"], _join_groups("".join(_take_groups(lines)), number), number)
        elif match := _NAMED.fullmatch(line):
            groups = [match["hex"], *_take_groups(lines)]
            yield ChecksumEntry(match["name"], _join_groups("".join(groups), number), number)
        elif _HEX_GROUPS.fullmatch(line):
            yield ChecksumEntry(None, _join_groups("".join([line, *_take_groups(lines)]), number), number)
        else:
            raise Invalid.field("checksum", f"Line {number} is no known form of a checksum: {line[:80]!r}.")


def _take_groups(lines: deque[tuple[int, str]]) -> Iterator[str]:
    while lines and _HEX_GROUPS.fullmatch(lines[0][1]):
        yield lines.popleft()[1]


def _join_groups(text: str, line: int) -> str:
    digits = "".join(text.split()).lower()
    if len(digits) not in HEX_DIGITS.values():
        raise Invalid.field(
            "checksum", f"The checksum on line {line} has {len(digits)} digits, which fits no hash."
        )
    return digits


def find_entry(entries: tuple[ChecksumEntry, ...], name: str) -> ChecksumEntry | None:
    """Return the entry for the file; an entry without a name counts when it is the only one."""
    for entry in entries:
        if entry.name is not None and entry.name.replace("\\", "/").rpartition("/")[2] == name:
            return entry
    return entries[0] if len(entries) == 1 and entries[0].name is None else None
