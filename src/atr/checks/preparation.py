# SPDX-License-Identifier: Apache-2.0
"""Loading whatever the checks load late, before a process loses the right to open files."""

import encodings.cp437
import hashlib
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from atr.checks import CHECKS
from atr.checks.contract import ArchiveCheck, ArchiveTask, ArchiveView
from atr.checks.onepass import scan_file
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import RevisionFacts
from atr.domain.check_policy import CheckPolicy
from atr.domain.names import FilePath

LATE_MODULES = (encodings.cp437,)  # zip files of old name their members in it
_FOREIGN_TERMS = b"""/*
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
 * associated documentation files (the "Software"), to deal in the Software without restriction, including
 * without limitation the rights to use, copy, modify, merge, publish, distribute and sell copies.
 */
"""
_MEMBERS = {
    "LICENSE": b"Apache License\nVersion 2.0, January 2004\n\n" + _FOREIGN_TERMS,
    "NOTICE": b"Example\nCopyright 2026 Example\n",
    "DISCLAIMER": b"Example is undergoing incubation.\n",
    "DISCLAIMER-WIP": b"Example is undergoing incubation.\n",
    "a.c": _FOREIGN_TERMS,
    "b.py": b"# Licensed under the MIT license\nprint()\n",
    "c.class": b"\xca\xfe\xba\xbe",
    "\N{LATIN SMALL LETTER E WITH ACUTE}.txt": b"text",
}
_FACTS = RevisionFacts("a", "a", "1", True, None, CheckPolicy(), datetime(2026, 1, 1, tzinfo=UTC))


def prepare_checks() -> None:
    """Let every archive check see archives that make it load what it needs, in this process."""
    checks = tuple(check for check in CHECKS if isinstance(check, ArchiveCheck))
    for name, data in (("a-1-src.tar.gz", _write_tar()), ("a-1-bin.zip", _write_zip())):
        content = Content(_hash(data, "sha512"), _hash(data, "sha256"), len(data))
        view = ArchiveView(FileEntry(FilePath(name), content), _FACTS)
        scan_file(io.BytesIO(data), ArchiveTask(Path(name), view, checks))


def _hash(data: bytes, algorithm: str) -> Digest:
    return Digest(algorithm, hashlib.new(algorithm, data).hexdigest())


def _write_tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in _MEMBERS.items():
            header = tarfile.TarInfo(f"a-1/{name}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return target.getvalue()


def _write_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _MEMBERS.items():
            archive.writestr(f"a-1/{name}", content)
    return target.getvalue()
