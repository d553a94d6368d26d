# SPDX-License-Identifier: Apache-2.0
"""ASCII armor (RFC 9580, section 6): finding the blocks in a text, and the words between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BEGIN = re.compile(rb"^[ \t]*-----BEGIN PGP ([A-Z0-9 ,/]{1,60})-----[ \t]*\r?$", re.MULTILINE)
_END = re.compile(rb"^[ \t]*-----END PGP ([A-Z0-9 ,/]{1,60})-----[ \t]*\r?$", re.MULTILINE)
_USER_ID = re.compile(r"(?m)^\s*uid\s+(?:\[[^\]]*\]\s*)?(?P<name>.*\S)")


@dataclass(frozen=True, slots=True)
class ArmorBlock:
    """One armored block: its kind, its bytes, whether it was closed, and the text before it."""

    kind: str
    data: bytes
    closed: bool
    before: str

    @property
    def label(self) -> str:
        """Return the words that most likely name what is in the block."""
        lines = [line.strip() for line in self.before.splitlines() if line.strip()]
        names = _USER_ID.findall(self.before) or lines[-1:] or [""]
        return "".join(character for character in names[0] if character.isprintable())[:120]


def split_armor(data: bytes) -> Iterator[ArmorBlock]:
    """Yield every armored block of a text; one that is not closed ends where the next one begins."""
    at = 0
    while begin := _BEGIN.search(data, at):
        following = _BEGIN.search(data, begin.end())
        end = _END.search(data, begin.end(), following.start() if following else len(data))
        stop = end.end() if end else (following.start() if following else len(data))
        before = data[at : begin.start()].decode("utf-8", "replace")
        yield ArmorBlock(begin[1].decode(), data[begin.start() : stop] + b"\n", end is not None, before)
        at = stop
