# SPDX-License-Identifier: Apache-2.0
"""Releases compared with their other formats, the release before, version control, and rebuilds."""

from collections.abc import Callable
from dataclasses import replace

from atr.domain.check_policy import CheckPolicy
from atr.domain.source import SOURCE_FILE
from tests.support.archives import LEGAL, TarMember, make_zip
from tests.unit.checks.cases.case import Case
from tests.unit.checks.comparing import (
    COMMIT,
    PREVIOUS_NAME,
    add_previous,
    fail_to_fetch,
    know_source,
    name_blobs,
    pack,
)
from tests.unit.checks.examination import NAME, Release

ZIP = "example-1.0-src.zip"
CODE = TarMember("code.py", b"pass\n")
CLASS = b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100)
PICTURE = b"\x89PNG\r\n\x1a\n\0\0"
BIG = TarMember("data.txt", b"data\n" * 50_000)
REBUILT = f".atr/rebuilds/debian/{NAME}"


def _add_zip(*, code: bytes) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        release.add(NAME, pack(CODE))
        files = {**LEGAL, "code.py": code}
        release.add(ZIP, make_zip({f"example-1.0/{name}": content for name, content in files.items()}))

    return build


def _follow(before: TarMember, after: TarMember) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        release.add(NAME, pack(after))
        add_previous(release, {PREVIOUS_NAME: pack(before, root="example-0.9")})

    return build


def _lose(*names: str) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        content = release.folder.joinpath(NAME).read_bytes()
        add_previous(release, dict.fromkeys((PREVIOUS_NAME, *names), content))

    return build


def _commit(*missing: str, **files: bytes) -> Callable[[Release], object]:
    return lambda release: know_source(release, lambda _: name_blobs(files, missing))


def _require(check: str, build: Callable[[Release], object]) -> Callable[[Release], object]:
    def demand(release: Release) -> None:
        build(release)
        release.describe(policy=replace(CheckPolicy(), required_checks=(check,)))

    return demand


def _write_source(content: bytes) -> Callable[[Release], object]:
    return lambda release: release.write(SOURCE_FILE, content)


def _rebuild(name: str = REBUILT, content: bytes | None = None) -> Callable[[Release], object]:
    def build(release: Release) -> None:
        release.write(name, content or release.folder.joinpath(NAME).read_bytes())

    return build


def _do_nothing(_release: Release) -> None:
    """Leave the release as it is."""


CASES: tuple[Case, ...] = (
    Case("parity.differs", "other code in the zip", _add_zip(code=b"evil()\n"), finds=True),
    Case("parity.differs", "a zip of the same files", _add_zip(code=CODE.content), finds=False),
    Case("previous.compared", "a release before", _follow(CODE, CODE), finds=True),
    Case("previous.compared", "a first release", _do_nothing, finds=False),
    Case("previous.artifact-missing", "an archive less", _lose("example-0.9-bin.zip"), finds=True),
    Case("previous.artifact-missing", "the same archives", _lose(), finds=False),
    Case(
        "previous.new-compiled",
        "a class instead of code",
        _follow(CODE, replace(CODE, content=CLASS)),
        finds=True,
    ),
    Case(
        "previous.new-compiled",
        "a class that was there",
        _follow(replace(CODE, content=CLASS), replace(CODE, content=CLASS + b"x")),
        finds=False,
    ),
    Case("previous.new-binary", "a picture", _follow(CODE, TarMember("a.png", PICTURE)), finds=True),
    Case("previous.new-binary", "a new text", _follow(CODE, TarMember("a.txt", b"words")), finds=False),
    Case(
        "previous.much-larger", "a file that exploded", _follow(replace(BIG, content=b"x"), BIG), finds=True
    ),
    Case(
        "previous.much-larger",
        "a file that grew",
        _follow(BIG, replace(BIG, content=BIG.content * 2)),
        finds=False,
    ),
    Case(
        "previous.mode-changed",
        "a text that can be run",
        _follow(CODE, replace(CODE, mode=0o755)),
        finds=True,
    ),
    Case("previous.mode-changed", "another umask", _follow(CODE, replace(CODE, mode=0o664)), finds=False),
    Case("source.unknown", "a missing commit", _require("version control", _do_nothing), finds=True),
    Case("source.unknown", "a commit that is there", _require("version control", _commit()), finds=False),
    Case("source.unreadable", "half a commit", _write_source(b'{"commit": "12"}'), finds=True),
    Case("source.unreadable", "a commit", _commit(), finds=False),
    Case(
        "source.not-allowed",
        "a commit that nobody may fetch",
        _write_source(b'{"repository": "https://example.org/x", "commit": "%s"}' % COMMIT.encode()),
        finds=True,
    ),
    Case("source.not-allowed", "a commit that may be fetched", _commit(), finds=False),
    Case(
        "source.unavailable",
        "a commit that is lost",
        lambda release: know_source(release, fail_to_fetch),
        finds=True,
    ),
    Case("source.unavailable", "a commit that is there", _commit(), finds=False),
    Case("source.not-in-commit", "a file more", _commit("NOTICE"), finds=True),
    Case("source.not-in-commit", "a file less", _commit(more=b"more"), finds=False),
    Case("source.differs", "other bytes", _commit(NOTICE=b"other"), finds=True),
    Case("source.differs", "the same bytes", _commit(), finds=False),
    Case("source.matches", "the same files", _commit(), finds=True),
    Case("source.matches", "other bytes", _commit(NOTICE=b"other"), finds=False),
    Case("rebuild.identical", "the same bytes", _rebuild(), finds=True),
    Case("rebuild.identical", "other bytes", _rebuild(content=pack()), finds=False),
    Case("rebuild.differs", "other bytes", _rebuild(content=pack(CODE)), finds=True),
    Case("rebuild.differs", "the same bytes", _rebuild(), finds=False),
    Case("rebuild.orphan", "an unknown file", _rebuild(".atr/rebuilds/debian/other.zip"), finds=True),
    Case("rebuild.orphan", "an artifact", _rebuild(), finds=False),
    Case("rebuild.missing", "no rebuild", _require("rebuild", _do_nothing), finds=True),
    Case("rebuild.missing", "a rebuild", _require("rebuild", _rebuild()), finds=False),
)
