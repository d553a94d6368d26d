# SPDX-License-Identifier: Apache-2.0
"""RECORD files that fit their wheels, and such as do not."""

import base64
import hashlib

import pytest

from atr.domain.check import Finding
from tests.support.archives import make_zip
from tests.unit.checks.examination import Release

DIST = "example-1.0.dist-info"
SUM = base64.urlsafe_b64encode(hashlib.sha256(b"code").digest()).rstrip(b"=").decode()


def records_of(release: Release, record: str, name: str = "example-1.0-py3-none-any.whl") -> list[Finding]:
    release.add(name, make_zip({"a.py": b"code", "folder/": b"", f"{DIST}/RECORD": record.encode()}))
    return [each for each in release.examine() if each.rule == "archive.wheel-record"]


@pytest.mark.parametrize(
    "record",
    [
        f"a.py,sha256={SUM},4\n{DIST}/RECORD,,\n{DIST}/RECORD.jws,,\n",
        f'"a.py",sha256={SUM},4\r\n\r\n',
        "a.py,sha512=abc,4",
        "a.py,,",
        "a.py",
    ],
)
def test_a_record_of_all_files_is_fine(release: Release, record: str) -> None:
    assert records_of(release, record) == []


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("", "1 files are in the wheel, but not in its RECORD, such as a.py."),
        ("a.py,,\nb.py,,", "1 files are in RECORD, but not in the wheel, such as b.py."),
        (f"a.py,sha256={SUM[::-1]},4", "1 files are not what RECORD has a digest of, such as a.py."),
        ("a.py,sha256=?,4", "1 files are not what RECORD has a digest of, such as a.py."),
    ],
)
def test_each_difference_is_told(release: Release, record: str, words: str) -> None:
    (finding,) = records_of(release, record)
    assert (finding.message, finding.severity, finding.data["count"]) == (words, "concern", 1)


def test_other_archives_have_no_record(release: Release) -> None:
    assert records_of(release, "", "example-1.0-bin.zip") == []


def test_of_a_broken_wheel_nothing_is_said(release: Release) -> None:
    name = "example-1.0-py3-none-any.whl"
    data = make_zip({f"{DIST}/RECORD": b"", "a.py": b"code"})
    release.add(name, data[: len(data) // 2])
    assert [each for each in release.examine() if each.rule == "archive.wheel-record"] == []
