# SPDX-License-Identifier: Apache-2.0
"""The answer of a confined pass: believed where it is well formed, refused wherever it is not."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies

from atr.checks.archive_integrity import ARCHIVE_INTEGRITY
from atr.checks.contract import ArchiveTask, ArchiveView, ScanResult
from atr.checks.runner import CHECK_FAILED
from atr.checks.wire import MalformedAnswer, read_answer, write_answer
from atr.domain.artifact import Content, Digest, FileEntry
from atr.domain.check import Finding, Severity
from atr.domain.names import FilePath
from tests.unit.checks.examination import FACTS, NAME

CONTENT = Content(Digest("sha512", "0" * 128), Digest("sha256", "0" * 64), 1)
TASK = ArchiveTask(Path(NAME), ArchiveView(FileEntry(FilePath(NAME), CONTENT), FACTS), (ARCHIVE_INTEGRITY,))
FINDING = Finding(
    "archive.set-id", Severity.BLOCKER, NAME, "message", "member", {"n": 1, "b": True, "w": ("a",)}
)
RESULT = ScanResult({"archive integrity": (FINDING,)}, b"tree")
ROW = ["archive.set-id", "blocker", "message", "member", {"n": 1}]


def pack(content: object, tree: bytes = b"") -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack("!QQ", len(text), len(tree)) + text + tree


def answer(*row: object) -> bytes:
    return pack({"findings": {"archive integrity": [list(row)]}})


def test_a_result_arrives_as_it_was_sent() -> None:
    assert read_answer(write_answer(RESULT), TASK, CHECK_FAILED) == RESULT
    bare = ScanResult({"archive integrity": ()}, None)
    assert read_answer(write_answer(bare), TASK, CHECK_FAILED) == bare


def test_a_failure_arrives_as_it_was_sent() -> None:
    failure = Finding(CHECK_FAILED.id, Severity.ERROR, NAME, "it failed")
    assert read_answer(write_answer(failure), TASK, CHECK_FAILED) == failure
    with pytest.raises(MalformedAnswer):
        read_answer(write_answer(FINDING), TASK, CHECK_FAILED)


def test_findings_are_told_of_the_archive_that_was_asked_about() -> None:
    told = Finding("archive.set-id", Severity.BLOCKER, "another", "message")
    read = read_answer(write_answer(ScanResult({"archive integrity": (told,)}, None)), TASK, CHECK_FAILED)
    assert isinstance(read, ScanResult)
    assert read.findings["archive integrity"][0].artifact == NAME


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"short",
        struct.pack("!QQ", 1 << 60, 0),
        write_answer(RESULT)[:-1],
        write_answer(RESULT) + b"x",
        pack(b"\xff"),
        pack(b"[" * 100_000),
        pack([]),
        pack({}),
        pack({"findings": {}}),
        pack({"findings": {"archive integrity": [], "another": []}}),
        pack({"findings": {"archive integrity": {}}}),
        pack({"findings": {"archive integrity": []}, "more": 1}),
        pack({"failure": ROW}),
        answer(),
        answer(*ROW, 1),
        answer("signature.bad", *ROW[1:]),
        answer(ROW[0], "harmless", *ROW[2:]),
        answer(*ROW[:2], 7, *ROW[3:]),
        answer(*ROW[:2], "x" * 20_001, *ROW[3:]),
        answer(*ROW[:2], "nul\0", *ROW[3:]),
        answer(*ROW[:2], "\ud800", *ROW[3:]),
        answer(*ROW[:3], 7, {}),
        answer(*ROW[:3], "\udfff", {}),
        answer(*ROW[:4], []),
        answer(*ROW[:4], {"k": None}),
        answer(*ROW[:4], {"k": 1.5}),
        answer(*ROW[:4], {"k": {}}),
        answer(*ROW[:4], {"k": 1 << 64}),
        answer(*ROW[:4], {"k": [1]}),
        answer(*ROW[:4], {"k": ["\0"]}),
        answer(*ROW[:4], {"\0": 1}),
        answer(*ROW[:4], {str(number): 1 for number in range(10_001)}),
        answer(*ROW[:4], {"k": ["x"] * 10_001}),
        pack({"findings": {"archive integrity": [ROW] * 250_001}}),
        pack(
            b'{"findings":{"archive integrity":[["archive.set-id","note","m",null,{"k":'
            + b"9" * 5000
            + b"}]]}}"
        ),
    ],
    ids=lambda data: repr(data[16:60]),
)
def test_whatever_is_no_answer_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        read_answer(data, TASK, CHECK_FAILED)


@given(
    strategies.binary(max_size=40),
    strategies.integers(0, 400),
    strategies.sampled_from([bytes.__add__, lambda head, _: head]),
)
def test_a_changed_answer_is_read_or_refused(
    noise: bytes, at: int, join: Callable[[bytes, bytes], bytes]
) -> None:
    good = write_answer(RESULT)
    changed = join(good[:at] + noise, good[at + len(noise) :])
    try:
        read = read_answer(changed, TASK, CHECK_FAILED)
    except MalformedAnswer:
        return
    assert isinstance(read, ScanResult)
    assert all(finding.artifact == NAME for found in read.findings.values() for finding in found)
