# SPDX-License-Identifier: Apache-2.0
"""Opening archives of every format that releases come in, whichever way they are wrapped."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import BinaryIO

from atr.formats.budget import Budget
from atr.formats.decompression import (
    CHUNK,
    DecompressedStream,
    PlainStream,
    Reader,
    recognise_compression,
)
from atr.formats.member import Defect, DefectKind, Entry, ReportDefect, Unreadable
from atr.formats.tar_reader import TarReader
from atr.formats.zip_reader import ZipReader


class Family(StrEnum):
    """How an archive is built inside."""

    TAR = "tar"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class ArchiveFormat:
    """What a file name promises: the family, and the compression around it."""

    family: Family
    compression: str | None = None


_TAR_SUFFIXES = {
    ".tar": None,
    ".tar.gz": "gzip",
    ".tgz": "gzip",
    ".crate": "gzip",
    ".tar.bz2": "bzip2",
    ".tbz2": "bzip2",
    ".tar.xz": "xz",
    ".txz": "xz",
    ".tar.zst": "zstd",
    ".gem": None,
}
_ZIP_SUFFIXES = (
    ".zip", ".jar", ".war", ".ear", ".aar", ".kar", ".nar", ".whl", ".nupkg", ".snupkg", ".vsix", ".nbm",
)  # fmt: skip
FORMATS: dict[str, ArchiveFormat] = {
    **{suffix: ArchiveFormat(Family.TAR, compression) for suffix, compression in _TAR_SUFFIXES.items()},
    **{suffix: ArchiveFormat(Family.ZIP) for suffix in _ZIP_SUFFIXES},
}
_SUFFIXES = tuple(FORMATS)
_ZIP_MAGIC = (b"PK\3\4", b"PK\5\6")


def find_suffix(name: str) -> str | None:
    """Return the longest suffix of the name that means an archive, in lower case."""
    lower = name.lower()
    if not lower.endswith(_SUFFIXES):
        return None
    return max((suffix for suffix in FORMATS if lower.endswith(suffix)), key=len)


def strip_suffix(name: str) -> str:
    """Return the name of an archive without its suffix."""
    return name[: len(name) - len(find_suffix(name) or "")]


def read_archive(file: BinaryIO, name: str, budget: Budget, report: ReportDefect) -> Iterator[Entry]:
    """Yield the members of an archive file; raise Unreadable where it cannot be read any further.

    What is wrong but does not end the reading goes to `report`. The file must allow `seek`.
    """
    head = file.read(8)
    file.seek(0)
    promised = FORMATS[find_suffix(name) or ".tar"]
    found = _recognise(head)
    if promised.family is Family.ZIP and found == ArchiveFormat(Family.TAR):
        found = promised  # a program may stand before the archive; the reader says so
    if found != promised:
        report(
            Defect(DefectKind.WRONG_FORMAT, f"The name promises {_word(promised)}, inside is {_word(found)}.")
        )
    if found.family is Family.ZIP:
        return ZipReader(file, budget, report).entries()
    return _read_tar(file, found, budget, report)


def read_nested(
    stream: Reader, containers: tuple[str, ...], budget: Budget, report: ReportDefect
) -> Iterator[Entry]:
    """Yield the members of an archive that is a member itself, named last of the `containers`.

    A zip is held in memory, within limits.
    """
    promised = FORMATS[find_suffix(containers[-1]) or ".tar"]
    if promised.family is Family.ZIP:
        held = _hold(stream, budget.limits.nested_zip_bytes)
        return ZipReader(held, budget, report, containers).entries()
    return _read_tar(stream, promised, budget, report, containers)


def _read_tar(
    source: Reader,
    form: ArchiveFormat,
    budget: Budget,
    report: ReportDefect,
    containers: tuple[str, ...] = (),
) -> Iterator[Entry]:
    stream: Reader = PlainStream(source, budget)
    if form.compression is not None:
        stream = DecompressedStream(source, form.compression, budget, report)
    return TarReader(stream, budget, report, containers).entries()


def _recognise(head: bytes) -> ArchiveFormat:
    if head.startswith(_ZIP_MAGIC):
        return ArchiveFormat(Family.ZIP)
    return ArchiveFormat(Family.TAR, recognise_compression(head))


def _word(form: ArchiveFormat) -> str:
    return f"{form.family}" if form.compression is None else f"{form.family} in {form.compression}"


def _hold(stream: Reader, limit: int) -> BinaryIO:
    held = BytesIO()
    while data := stream.read(CHUNK):
        if held.tell() + len(data) > limit:
            message = f"It is a nested zip of more than {limit} bytes, which is not looked into."
            raise Unreadable(Defect(DefectKind.OVER_BUDGET, message))
        held.write(data)
    held.seek(0)
    return held
