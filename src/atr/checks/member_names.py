# SPDX-License-Identifier: Apache-2.0
"""Members that stand in each other's way: two of one name, or of names that some file systems take for one.

Both look at the sorted rows of a tree, and at hashes rather than names: there may be half a million of them.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from atr.formats.member import MemberKind

_DIRECTORY = str(MemberKind.DIRECTORY).encode()


def find_repeats(rows: Sequence[bytes]) -> Iterator[tuple[str, bool]]:
    """Yield the path of each member that was there before, and whether its content is the same."""
    before, known = b"", b""
    for row in rows:
        path, _, rest = row.partition(b"\0")
        if path == before and not rest.startswith(_DIRECTORY):
            yield _decode(path), _drop_mode(rest) == _drop_mode(known)
        before, known = path, rest


def _drop_mode(rest: bytes) -> tuple[bytes, bytes]:
    kind, _, facts = rest.partition(b"\0")
    return kind, facts.partition(b"\0")[2]


def find_collisions(rows: Sequence[bytes]) -> Iterator[str]:
    """Yield the later paths of those that differ only in case or Unicode form, directories left out."""
    hashes = sorted(map(_hash_folded, _list_paths(rows)))
    suspects = {one for one, other in pairwise(hashes) if one == other}
    if not suspects:
        return
    seen: set[str] = set()
    for path in _list_paths(rows):
        if _hash_folded(path) in suspects:
            folded = _fold(_decode(path))
            if folded in seen:
                yield _decode(path)
            seen.add(folded)


def _list_paths(rows: Sequence[bytes]) -> Iterator[bytes]:
    """Yield each path once."""
    before = b""
    for row in rows:
        path, _, rest = row.partition(b"\0")
        if path != before and not rest.startswith(_DIRECTORY):
            yield path
            before = path


def _hash_folded(path: bytes) -> int:
    return hash(path.lower() if path.isascii() else _fold(_decode(path)).encode("utf-8", "surrogateescape"))


def _fold(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _decode(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
