# SPDX-License-Identifier: Apache-2.0
"""Archives, good ones and such as no release may contain, made member by member."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from atr.checks.local_revision import hash_file
from atr.domain.artifact_names import write_checksum
from tests.support.keys import TestKey

LICENCE = (files("atr.checks") / "data" / "Apache-2.0.txt").read_bytes()
NOTICE = b"""Example Project
Copyright 2020-2026 The Example Foundation

This product includes software developed at
The Example Foundation (https://example.org/).
"""
DISCLAIMER = b"Apache Example (incubating) " + (files("atr.checks") / "data" / "DISCLAIMER.txt").read_bytes()
LEGAL = {"LICENSE": LICENCE, "NOTICE": NOTICE}


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member, with whatever its header is to say."""

    path: str
    content: bytes = b""
    type: bytes = tarfile.REGTYPE
    mode: int = 0o644
    link: str = ""

    def describe(self) -> tarfile.TarInfo:
        """Return the header."""
        info = tarfile.TarInfo(self.path)
        info.size, info.mode, info.type, info.linkname = len(self.content), self.mode, self.type, self.link
        return info


def make_tar(*members: TarMember, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive, not compressed."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for member in members:
            archive.addfile(member.describe(), io.BytesIO(member.content))
    return target.getvalue()


def make_tar_gz(*members: TarMember) -> bytes:
    """Return a tar archive in gzip."""
    return gzip.compress(make_tar(*members), 1, mtime=0)


def make_zip(
    contents: Mapping[str, bytes] | Iterable[tuple[str | zipfile.ZipInfo, bytes]], method: int = 8
) -> bytes:
    """Return a zip file; pairs instead of a mapping allow a name twice, and headers of one's own."""
    target = io.BytesIO()
    pairs = contents.items() if isinstance(contents, Mapping) else contents
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
    return target.getvalue()


def make_source(root: str, extra: Iterable[TarMember] = ()) -> bytes:
    """Return a source archive that every check is content with."""
    legal = (TarMember(f"{root}/{name}", content) for name, content in LEGAL.items())
    return make_tar_gz(TarMember(root, type=tarfile.DIRTYPE, mode=0o755), *legal, *extra)


def write_triple(folder: Path, name: str, content: bytes, key: TestKey) -> Path:
    """Write an artifact with its signature and checksum."""
    path = folder / name
    path.write_bytes(content)
    path.with_name(f"{name}.asc").write_bytes(key.sign(content))
    path.with_name(f"{name}.sha512").write_bytes(write_checksum(name, hash_file(path).sha512))
    return path
