# SPDX-License-Identifier: Apache-2.0
"""Archives that are whole and harmless, and archives that are not."""

import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.support.archives import TarMember, make_source, make_zip
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

ROOT = "example-1.0"
ZIP = "example-1.0-bin.zip"
STORED = make_zip({f"{ROOT}-bin/a": b"alpha", f"{ROOT}-bin/b": b"beta"}, zipfile.ZIP_STORED)
DIRECTORY = STORED.index(b"PK\1\2")


def _hold(*members: TarMember) -> Callable[[Release], object]:
    """Return a builder of a source archive that also holds these members."""
    return lambda release: release.add(NAME, make_source(ROOT, members))


def _link(path: str, target: str, kind: bytes = tarfile.SYMTYPE) -> Callable[[Release], object]:
    return _hold(TarMember(f"{ROOT}/{path}", type=kind, link=target))


def _be(content: bytes, name: str = NAME) -> Callable[[Release], object]:
    return lambda release: release.add(name, content)


def _keep(_release: Release) -> None:
    """Leave the good release as it is."""


def _patch(at: int, form: str, *values: int) -> bytes:
    """Return the stored zip with other values in the directory's first record."""
    data = bytearray(STORED)
    struct.pack_into(form, data, DIRECTORY + at, *values)
    return bytes(data)


def _stream_zip() -> bytes:
    """Return a zip written to a pipe: sizes stand behind the content."""
    target = io.BytesIO()
    target.seekable = lambda: False  # type: ignore[method-assign]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{ROOT}-bin/a", b"alpha")
    return target.getvalue()


_SOURCE = make_source(ROOT)
_DUPLICATES = (TarMember(f"{ROOT}/x", b"one"), TarMember(f"./{ROOT}//x", b"two"))
_REPEATS = (TarMember(f"{ROOT}/x", b"same"), TarMember(f"{ROOT}/x", b"same"))

CASES: tuple[Case, ...] = (
    Case("archive.wrong-format", "a zip named .tar.gz", _be(make_zip({"a": b"b"})), finds=True),
    Case("archive.wrong-format", "a zip named .zip", _be(STORED, ZIP), finds=False),
    Case("archive.truncated", "a missing end", _be(_SOURCE[:-10]), finds=True),
    Case("archive.truncated", "a zip without directory", _be(STORED[:DIRECTORY], ZIP), finds=True),
    Case("archive.truncated", "a whole archive", _keep, finds=False),
    Case("archive.damaged", "a wrong check sum of gzip", _be(_SOURCE[:-8] + bytes(8)), finds=True),
    Case("archive.damaged", "a changed zip member", _be(STORED.replace(b"alpha", b"omega"), ZIP), finds=True),
    Case("archive.damaged", "a zip written as a stream", _be(_stream_zip(), ZIP), finds=False),
    Case("archive.trailing-data", "garbage at the end", _be(_SOURCE + b"more"), finds=True),
    Case("archive.trailing-data", "an archive that ends", _keep, finds=False),
    Case("archive.leading-data", "a program before a zip", _be(b"#!/bin/sh\n" + STORED, ZIP), finds=True),
    Case("archive.leading-data", "a plain zip", _be(STORED, ZIP), finds=False),
    Case(
        "archive.confusing",
        "a member with two names",
        _be(STORED.replace(b"/a", b"/c", 1), ZIP),
        finds=True,
    ),
    Case("archive.confusing", "a plain zip", _be(STORED, ZIP), finds=False),
    Case("archive.encrypted", "an encrypted member", _be(_patch(8, "<H", 1), ZIP), finds=True),
    Case("archive.encrypted", "an open member", _be(STORED, ZIP), finds=False),
    Case("archive.unsupported", "an unknown method", _be(_patch(10, "<H", 99), ZIP), finds=True),
    Case("archive.unsupported", "a stored member", _be(STORED, ZIP), finds=False),
    Case(
        "archive.over-budget", "a path of 5000 bytes", _hold(TarMember(f"{ROOT}/" + "x/" * 2500)), finds=True
    ),
    Case(
        "archive.over-budget", "a path of 500 bytes", _hold(TarMember(f"{ROOT}/" + "x/" * 250)), finds=False
    ),
    Case("archive.duplicate-member", "one path twice", _hold(*_DUPLICATES), finds=True),
    Case(
        "archive.duplicate-member",
        "one name in two folders",
        _hold(TarMember(f"{ROOT}/x/NOTICE")),
        finds=False,
    ),
    Case("archive.repeated-member", "the same twice", _hold(*_REPEATS), finds=True),
    Case(
        "archive.repeated-member",
        "the same content elsewhere",
        _hold(TarMember(f"{ROOT}/x", b"same"), TarMember(f"{ROOT}/y", b"same")),
        finds=False,
    ),
    Case("archive.unsafe-path", "an absolute path", _hold(TarMember("/etc/passwd")), finds=True),
    Case("archive.unsafe-path", "a way up", _hold(TarMember(f"{ROOT}/../../x")), finds=True),
    Case(
        "archive.unsafe-path",
        "a member that goes through a link",
        _hold(TarMember(f"{ROOT}/x", type=tarfile.SYMTYPE, link="y"), TarMember(f"{ROOT}/x/z")),
        finds=True,
    ),
    Case(
        "archive.unsafe-path", "a way up with backslashes", _hold(TarMember(f"{ROOT}\\..\\..\\x")), finds=True
    ),
    Case(
        "archive.unsafe-path", "a way up with a blank behind", _hold(TarMember(f"{ROOT}/.. /x")), finds=True
    ),
    Case("archive.unsafe-path", "a drive of Windows", _hold(TarMember("C:/x")), finds=True),
    Case(
        "archive.unsafe-path",
        "a member beside a link",
        _hold(TarMember(f"{ROOT}/x", type=tarfile.SYMTYPE, link="y"), TarMember(f"{ROOT}/x.txt")),
        finds=False,
    ),
    Case(
        "archive.unsafe-link",
        "a link that turns behind another link",
        _hold(
            TarMember(f"{ROOT}/a", type=tarfile.SYMTYPE, link="."),
            TarMember(f"{ROOT}/b", type=tarfile.SYMTYPE, link="a/a/../.."),
        ),
        finds=True,
    ),
    Case(
        "archive.unsafe-link",
        "a link to what is behind another link",
        _hold(
            TarMember(f"{ROOT}/a", type=tarfile.SYMTYPE, link="c"),
            TarMember(f"{ROOT}/d/b", type=tarfile.SYMTYPE, link="../a/./x"),
        ),
        finds=False,
    ),
    Case("archive.unsafe-path", "a path that starts with ./", _hold(TarMember(f"./{ROOT}/..x")), finds=False),
    Case("archive.unsafe-link", "a link out", _link("x", "../../y"), finds=True),
    Case("archive.unsafe-link", "a hard link out", _link("x", "../y", tarfile.LNKTYPE), finds=True),
    Case("archive.unsafe-link", "a link that stays", _link("below/x", "../NOTICE"), finds=False),
    Case(
        "archive.special-file", "a device", _hold(TarMember(f"{ROOT}/null", type=tarfile.CHRTYPE)), finds=True
    ),
    Case("archive.special-file", "a link", _link("x", "NOTICE"), finds=False),
    Case("archive.set-id", "a set-uid program", _hold(TarMember(f"{ROOT}/run", mode=0o4755)), finds=True),
    Case("archive.set-id", "a program", _hold(TarMember(f"{ROOT}/run", mode=0o755)), finds=False),
    Case("archive.member-name", "an escape sequence", _hold(TarMember(f"{ROOT}/a\x1b[2Jb")), finds=True),
    Case("archive.member-name", "bytes that are no UTF-8", _hold(TarMember(f"{ROOT}/a\udcffb")), finds=True),
    Case("archive.member-name", "an accent", _hold(TarMember(f"{ROOT}/é")), finds=False),
    Case("archive.member-collision", "another case", _hold(TarMember(f"{ROOT}/notice")), finds=True),
    Case("archive.member-collision", "a longer name", _hold(TarMember(f"{ROOT}/notices")), finds=False),
    Case("archive.macos-metadata", "a ._ file", _hold(TarMember(f"{ROOT}/._NOTICE")), finds=True),
    Case("archive.macos-metadata", "a .NOTICE file", _hold(TarMember(f"{ROOT}/.NOTICE")), finds=False),
    Case(
        "archive.nested-unreadable", "a broken jar", _hold(TarMember(f"{ROOT}/x.jar", b"PK\3\4")), finds=True
    ),
    Case("archive.nested-unreadable", "a good jar", _hold(TarMember(f"{ROOT}/x.jar", STORED)), finds=False),
    Case("archive.contents", "a whole archive", _keep, finds=True),
    Case("archive.contents", "an archive that was not read to its end", _be(_SOURCE[:-200]), finds=False),
)
