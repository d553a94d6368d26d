# SPDX-License-Identifier: Apache-2.0
"""Every hostile archive costs a few findings and little of the machine, and never its reader."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from atr.checks import CHECKS, sandbox
from atr.checks.contract import ArchiveCheck, ArchiveTask, ArchiveView, ScanStopped
from atr.checks.local_revision import hash_file
from atr.checks.sandbox import Sandbox
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding
from atr.domain.names import FilePath
from tests.support.hostile import HARMLESS, SAMPLES, Hostile
from tests.support.tracing import untraced
from tests.unit.checks.examination import FACTS

pytestmark = pytest.mark.skipif(not sandbox.has_processes(), reason="this system cannot fork")
ARCHIVE_CHECKS = tuple(check for check in CHECKS if isinstance(check, ArchiveCheck))
MOST_SECONDS = 120.0  # far more than any of them takes, for machines that are busy
MOST_MEMORY = 256 * 1024 * 1024
MOST_FINDINGS = 1200


@pytest.fixture(scope="module")
def scan() -> Iterator[Sandbox]:
    with ExitStack() as stack:
        with untraced():
            opened = stack.enter_context(Sandbox())
        yield opened


def examine(scan: Sandbox, sample: Hostile, folder: Path) -> list[Finding]:
    """Return what is found in the sample."""
    path = folder / sample.name
    path.write_bytes(sample.make())
    view = ArchiveView(FileEntry(FilePath(path.name), hash_file(path)), FACTS)
    try:
        result = scan(ArchiveTask(path, view, ARCHIVE_CHECKS))
    except ScanStopped as stopped:
        return [stopped.finding]
    return [finding for found in result.findings.values() for finding in found]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_hostile_archive_costs_little(sample: Hostile, scan: Sandbox, tmp_path: Path) -> None:
    started = time.monotonic()
    found = examine(scan, sample, tmp_path)
    rules = {finding.rule for finding in found}
    assert sample.rules - rules == set()
    assert "check.failed" not in rules
    assert any(rule.startswith("archive.") for rule in rules)
    assert len(found) < MOST_FINDINGS
    assert time.monotonic() - started < MOST_SECONDS
    assert scan.most_memory < MOST_MEMORY


@pytest.mark.parametrize("sample", HARMLESS, ids=lambda sample: sample.name)
def test_what_only_looks_hostile_is_let_pass(sample: Hostile, scan: Sandbox, tmp_path: Path) -> None:
    rules = {finding.rule for finding in examine(scan, sample, tmp_path)}
    assert {rule for rule in rules if rule.startswith("archive.")} <= {
        "archive.contents",
        "archive.root-name",
    }


def test_one_process_has_read_them_all(scan: Sandbox, tmp_path: Path) -> None:
    """The zygote outlives every hostile archive: its children die, it does not."""
    examine(scan, HARMLESS[0], tmp_path)
    first = scan.pid
    for sample in SAMPLES[:20]:
        examine(scan, sample, tmp_path)
    assert scan.pid == first
