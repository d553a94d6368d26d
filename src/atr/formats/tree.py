# SPDX-License-Identifier: Apache-2.0
"""What is inside an archive, as a list to keep and compare: every member with mode and digests."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from backports import zstd

from atr.formats.content import ContentKind
from atr.formats.member import Member, MemberKind

TREE_VERSION = 1
_FIELDS = 8
_LEVEL = 3
_ROWS_AT_ONCE = 4096
_LARGEST = 512 * 1024 * 1024
_PIECE = 1024 * 1024
_NAMES = ("utf-8", "surrogateescape")


class TreeEntry(NamedTuple):
    """One member; `path` stands without `./`. A tuple, because half a million of them are made at once.

    `sha256` is of the content, `git` the SHA-1 of its git blob; both are empty for what is no file.
    """

    path: str
    kind: MemberKind
    mode: int
    size: int
    sha256: str
    git: str
    content: ContentKind
    link: str | None


def simplify_path(path: str) -> str:
    """Return the path without `./` and double slashes, as every program unpacks it."""
    if "//" not in path and not path.startswith("./") and "/./" not in path:
        return path.rstrip("/")
    return "/".join(segment for segment in path.split("/") if segment not in {"", "."})


def write_row(member: Member, path: str, sha256: str, git: str, content: ContentKind) -> bytes:
    """Return one entry as a row; rows sort by path, and `pack_rows` makes a tree of sorted ones."""
    link = "" if member.link is None else f"@{member.link}"
    if "\0" in path or "\0" in link:
        path, link = path.replace("\0", "\ufffd"), link.replace("\0", "\ufffd")
    row = f"{path}\0{member.kind}\0{member.mode:o}\0{member.size}\0{sha256}\0{git}\0{content}\0{link}"
    return row.encode(*_NAMES)


def pack_rows(rows: Iterable[bytes]) -> bytes:
    """Return sorted rows as a tree; half a million of them are never held as one text."""
    compressor = zstd.ZstdCompressor(_LEVEL)
    packed = [compressor.compress(piece) for piece in _join_rows(rows)]
    return b"".join((*packed, compressor.flush()))


def _join_rows(rows: Iterable[bytes]) -> Iterator[bytes]:
    rest = iter(rows)
    separator = b""
    while some := list(islice(rest, _ROWS_AT_ONCE)):
        yield separator + b"\0".join(some)
        separator = b"\0"


def write_tree(entries: Iterable[TreeEntry]) -> bytes:
    """Return the entries as a tree."""
    return pack_rows(sorted(map(_write_entry, entries)))


def _write_entry(entry: TreeEntry) -> bytes:
    member = Member(entry.path, entry.kind, entry.mode, entry.size, entry.link)
    return write_row(member, entry.path, entry.sha256, entry.git, entry.content)


def read_tree(data: bytes) -> Iterator[TreeEntry]:
    """Yield the entries in order of their paths; raise ValueError when this is no tree."""
    return _read_rows(_split_rows(_decompress(data)))


def _read_rows(rows: Iterable[tuple[str, ...]]) -> Iterator[TreeEntry]:
    kinds, contents = {str(kind): kind for kind in MemberKind}, {str(kind): kind for kind in ContentKind}
    for path, kind, mode, size, sha256, git, content, link in rows:
        try:
            entry = TreeEntry(
                path, kinds[kind], int(mode, 8), int(size), sha256, git, contents[content], link[1:] or None
            )
        except KeyError as error:
            raise ValueError("A list of an archive's members names an unknown kind.") from error
        yield entry


def _decompress(data: bytes) -> bytes:
    decompressor = zstd.ZstdDecompressor()
    try:
        text = decompressor.decompress(data, _LARGEST)
    except zstd.ZstdError as error:
        raise ValueError("This is no list of an archive's members.") from error
    if not decompressor.eof:
        raise ValueError("A list of an archive's members is cut or too long.")
    return text


def _split_rows(text: bytes) -> Iterator[tuple[str, ...]]:
    """Yield the rows piece by piece: half a million of them as strings would take hundreds of megabytes."""
    at = 0
    while at < len(text):
        end = at + _PIECE if at + _PIECE >= len(text) else text.rfind(b"\0", at, at + _PIECE)
        fields = text[at : max(end, at)].decode(*_NAMES).split("\0")
        left = len(fields) % _FIELDS
        if len(fields) < _FIELDS or (left and end >= len(text)):
            raise ValueError("A list of an archive's members has an incomplete row.")
        beyond = "\0".join(fields[len(fields) - left :]).encode(*_NAMES) if left else b""
        at = end + 1 - len(beyond) - bool(left)
        rows = iter(fields[: len(fields) - left])
        yield from zip(*(rows,) * _FIELDS, strict=True)
