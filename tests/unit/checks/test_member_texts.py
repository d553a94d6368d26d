# SPDX-License-Identifier: Apache-2.0
"""Texts read out of archives: confined, within limits, and only where they are texts."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import BinaryIO

import pytest

from atr.checks.contract import ArchiveTask, ScanArchive, ScanResult, ScanStopped
from atr.checks.member_texts import ScannedTexts
from atr.checks.onepass import scan_archive
from atr.checks.sandbox import open_scanner
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import Finding, Severity
from atr.domain.errors import Refused, TooMany
from atr.domain.names import FilePath
from atr.formats.text_lines import split_lines
from tests.support.archives import TarMember, make_tar_gz, make_zip

ARCHIVE = make_tar_gz(
    TarMember("./demo//code.py", b"one\r\ntwo\n"),
    TarMember("demo/empty", b""),
    TarMember("demo/long", b"x" * 5_001),
    TarMember("demo/logo.png", b"\x89PNG\r\n\0"),
    TarMember("demo/large.txt", b"line\n" * 300_000),
    TarMember("demo/inner.zip", make_zip({"demo/hidden": b"never met"})),
)
Read = Callable[[str], tuple[str, ...] | None]


def read_with(scan: ScanArchive, data: bytes = ARCHIVE, lanes: int = 2) -> Read:
    digest = Digest("sha512", hashlib.sha512(data).hexdigest())
    entry = FileEntry(FilePath("demo.tar.gz"), Content(digest, Digest("sha256", "a" * 64), len(data)))

    @contextmanager
    def open_file(_entry: FileEntry) -> Iterator[BinaryIO]:
        yield io.BytesIO(data)

    texts = ScannedTexts(open_file, scan, BoundedSemaphore(lanes))
    return lambda member: texts.read(entry, member)


def test_a_text_is_read_in_a_confined_process() -> None:
    with open_scanner() as scan:
        read = read_with(scan)
        assert read("demo/code.py") == ("one\r", "two")
        assert read("demo/empty") == ()
        assert read("demo/nothing") is None
        with pytest.raises(Refused, match="no text"):
            read("demo/logo.png")


def test_what_is_not_a_file_of_the_archive_itself_is_not_there() -> None:
    assert read_with(scan_archive)("demo/hidden") is None
    assert read_with(scan_archive)("demo") is None


@pytest.mark.parametrize(
    ("member", "words"), [("demo/large.txt", "more than 1024 KiB"), ("demo/long", "longer ones")]
)
def test_more_than_can_be_shown_is_refused(member: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_with(scan_archive)(member)


def test_an_archive_that_ends_its_reader_is_refused() -> None:
    def stop(task: ArchiveTask) -> ScanResult:
        finding = Finding("check.failed", Severity.ERROR, task.view.name, "It took too long.")
        raise ScanStopped(finding)

    with pytest.raises(Refused, match="It took too long"):
        read_with(stop)("demo/x")


def test_only_a_few_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atr.checks.member_texts._PATIENCE_SECONDS", 0.01)
    with pytest.raises(TooMany, match="try again in a moment"):
        read_with(scan_archive, lanes=0)("demo/code.py")


def test_bytes_that_are_no_text_of_ours_are_still_lines() -> None:
    assert split_lines(b"caf\xe9 au lait\nand more\n") == ("caf\ufffd au lait", "and more")
    assert split_lines(b"") == ()
