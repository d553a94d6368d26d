# SPDX-License-Identifier: Apache-2.0
"""Links inside an archive that lead elsewhere than their own words say, because of other links.

Both look at the sorted rows of a tree, where whatever is below a path stands together.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from atr.formats.member import MemberKind

_SYMLINK = f"\0{MemberKind.SYMLINK}\0".encode()
_HARDLINK = f"\0{MemberKind.HARDLINK}\0".encode()


def find_passages(rows: Sequence[bytes]) -> Iterator[tuple[str, str]]:
    """Yield, for each link that members stand below, the first of them and the link."""
    for row in rows:
        if _SYMLINK in row or _HARDLINK in row:
            path = row.partition(b"\0")[0]
            below = bisect_left(rows, path + b"/")
            if below < len(rows) and rows[below].startswith(path + b"/"):
                yield _decode(rows[below].partition(b"\0")[0]), _decode(path)


def find_detours(rows: Sequence[bytes]) -> Iterator[str]:
    """Yield the path of each symbolic link that goes through another one and then up again.

    Where it ends is decided by the other link's target: `..` behind a link is not the folder the link is in.
    """
    for row in rows:
        if _SYMLINK in row and _turns_behind_link(rows, row):
            yield _decode(row.partition(b"\0")[0])


def _turns_behind_link(rows: Sequence[bytes], row: bytes) -> bool:
    path, target = row.partition(b"\0")[0], row.rpartition(b"\0")[2][1:]
    place = path.split(b"/")[:-1]
    behind = False
    for segment in target.split(b"/"):
        if segment == b"..":
            if behind:
                return True
            del place[-1:]
        elif segment not in {b"", b"."}:
            place.append(segment)
            behind = behind or _is_symlink(rows, b"/".join(place))
    return False


def _is_symlink(rows: Sequence[bytes], path: bytes) -> bool:
    at = bisect_left(rows, path + _SYMLINK)
    return at < len(rows) and rows[at].startswith(path + _SYMLINK)


def _decode(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
