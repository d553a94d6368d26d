# SPDX-License-Identifier: Apache-2.0
"""Passes in confined processes: the same findings, and one finding for whatever goes wrong in there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from atr.checks import CHECKS, sandbox
from atr.checks.contract import ArchiveCheck, ArchiveTask, ArchiveView, ScanStopped
from atr.checks.local_revision import hash_file
from atr.checks.onepass import scan_archive
from atr.checks.sandbox import Sandbox, open_scanner
from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, Rule, Severity
from atr.domain.names import FilePath
from atr.formats.budget import Limits
from atr.isolation import describe_confinement
from tests.support.archives import TarMember, make_source
from tests.unit.checks.cases import ALL_CASES
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import FACTS, NAME, MemoryCache, Release

pytestmark = pytest.mark.skipif(not sandbox.has_processes(), reason="this system cannot fork")
ARCHIVE_CHECKS = tuple(check for check in CHECKS if isinstance(check, ArchiveCheck))
PATIENCE = 20.0


@pytest.fixture(scope="module")
def scan() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def task(release: Release) -> ArchiveTask:
    path = release.folder / NAME
    view = ArchiveView(FileEntry(FilePath(NAME), hash_file(path)), FACTS)
    return ArchiveTask(path, view, ARCHIVE_CHECKS)


@dataclass(frozen=True)
class Smuggled:
    """A check whose source travels with the task, so that it can do in the other process what it likes."""

    source: str
    name: str = "smuggled"
    rules: tuple[Rule, ...] = ()

    def __reduce__(self) -> tuple[object, tuple[str]]:
        frame = (
            "from atr.checks.contract import ArchiveCheck\n"
            "class Observer:\n"
            "    def meet(self, member, head): act()\n"
            "    def conclude(self, outcome): return ()\n"
            "check = ArchiveCheck('smuggled', (), lambda view: (), lambda view: Observer())\n"
        )
        return eval, (f"(lambda space: (exec({self.source + frame!r}, space), space['check'])[1])({{}})",)


def smuggle(task: ArchiveTask, source: str, seconds: float = 60.0) -> ArchiveTask:
    checks = (Smuggled(source),)
    return replace(task, checks=checks, limits=Limits(seconds=seconds))  # type: ignore[arg-type]


def stop(scan: Sandbox, task: ArchiveTask, source: str, seconds: float = 60.0) -> Finding:
    """Return the one finding of a pass that something ends."""
    with pytest.raises(ScanStopped) as stopped:
        scan(smuggle(task, source, seconds))
    return stopped.value.finding


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_a_confined_pass_finds_the_same(case: Case, release: Release, scan: Sandbox) -> None:
    case.build(release)
    assert release.examine(lambda engine: replace(engine, scan=scan)) == release.examine()


def test_findings_and_members_are_those_of_a_pass_in_this_process(scan: Sandbox, task: ArchiveTask) -> None:
    assert scan(task) == scan_archive(task)


def test_a_pass_without_checks_lists_the_members(scan: Sandbox, task: ArchiveTask) -> None:
    result = scan(replace(task, checks=()))
    assert (result.findings, result.tree) == ({}, scan_archive(task).tree)


ENDINGS = [
    ("import ctypes\ndef act(): ctypes.string_at(0)\n", "check.failed", "SIGSEGV"),
    ("import os\ndef act(): os._exit(7)\n", "check.failed", "code 7"),
    ("import os\ndef act(): os.abort()\n", "check.failed", "ended by"),
    (
        "held = []\ndef act():\n    while True: held.append(bytearray(1 << 24))\n",
        "archive.over-budget",
        "memory",
    ),
    (
        "import resource as r\nr.setrlimit(r.RLIMIT_CPU, (1, 90))\ndef act():\n    while True: pass\n",
        "archive.over-budget",
        "60 seconds",
    ),
    (
        "import __main__\n__main__.write_answer = lambda result: b'{}'\ndef act(): pass\n",
        "check.failed",
        "answer",
    ),
    (
        "import __main__\n__main__.write_answer = lambda result: bytes(20)\ndef act(): pass\n",
        "check.failed",
        "answer",
    ),
    (
        "import __main__\n__main__.confine_process = lambda *_: open('/nowhere')\ndef act(): pass\n",
        "check.failed",
        "conf",
    ),
    (
        "import __main__\n__main__.scan_file = lambda *_: [][0]\ndef act(): pass\n",
        "check.failed",
        "IndexError",
    ),
]


@pytest.mark.parametrize(("source", "rule", "words"), ENDINGS, ids=lambda value: value[-20:])
def test_whatever_ends_a_pass_is_one_finding(
    scan: Sandbox, task: ArchiveTask, source: str, rule: str, words: str
) -> None:
    finding = stop(scan, task, source)
    assert (finding.rule, finding.artifact) == (rule, NAME)
    assert words in finding.message
    assert scan(task) == scan_archive(task)


def test_a_pass_that_takes_too_long_is_ended(task: ArchiveTask) -> None:
    with Sandbox(grace=0.2) as scan:
        scan(task)
        started = time.monotonic()
        finding = stop(scan, task, "import time\ndef act(): time.sleep(60)\n", seconds=0.3)
        assert (finding.rule, time.monotonic() - started < PATIENCE) == ("check.failed", True)
        assert "0.3 seconds" in finding.message
        assert scan(task) == scan_archive(task)


REFUSED = {
    "a file": "open('/etc/passwd')",
    "a socket": "__import__('socket').socket()",
    "a program": "__import__('os').execv('/bin/true', ['true'])",
    "a process": "__import__('os').fork()",
    "a signal": "__import__('os').kill(__import__('os').getppid(), 9)",
}


@pytest.mark.skipif(not describe_confinement().is_complete, reason="this kernel lacks a layer")
@pytest.mark.parametrize("what", REFUSED)
def test_a_pass_gets_nothing_from_outside(scan: Sandbox, task: ArchiveTask, what: str) -> None:
    source = f"import os, socket\ndef act(): {REFUSED[what]}\n"
    (finding,) = scan(smuggle(task, source)).findings["smuggled"]
    assert (finding.severity, finding.data["error"]) == (Severity.ERROR, "PermissionError")


def test_a_pass_sees_no_file_of_another_and_no_environment(scan: Sandbox, task: ArchiveTask) -> None:
    source = (
        "import os\nassert not set(os.environ) - {'LC_CTYPE', 'LD_LIBRARY_PATH'}, sorted(os.environ)\n"
        "def act():\n    alive = 0\n    for number in range(64):\n"
        "        try: os.fstat(number); alive += 1\n        except OSError: pass\n"
        "    assert alive == 5, alive\n"
    )
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(scan, [smuggle(task, source)] * 8))
    assert [result.findings for result in results] == [{"smuggled": ()}] * 8


def test_an_answer_without_end_is_not_read_to_its_end(
    scan: Sandbox, task: ArchiveTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "LARGEST_ANSWER", 10)
    finding = stop(scan, task, "def act(): pass\n")
    assert (finding.rule, "too much" in finding.message) == ("archive.over-budget", True)


def test_a_stopped_pass_is_not_remembered(release: Release) -> None:
    cache = release.cache = MemoryCache()
    stopped = ScanStopped(Finding("archive.over-budget", Severity.BLOCKER, NAME, "stopped"))

    def refuse(_: ArchiveTask) -> None:
        raise stopped

    found = release.examine(lambda engine: replace(engine, scan=refuse))  # type: ignore[arg-type]
    assert [each for each in found if each.rule.startswith("archive")] == [stopped.finding]
    release.examine(lambda engine: engine)
    assert "archive.contents" in [each.rule for kept in cache.kept.values() for each in kept]


def test_several_passes_at_once_are_kept_apart(scan: Sandbox, release: Release) -> None:
    tasks = []
    for number in range(12):
        root = f"example-{number}"
        path = release.add(
            f"{root}-src.tar.gz", make_source(root, [TarMember(f"{root}/{number}", mode=0o4755)])
        )
        view = ArchiveView(FileEntry(FilePath(path.name), hash_file(path)), FACTS)
        tasks.append(ArchiveTask(path, view, ARCHIVE_CHECKS))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(scan, tasks)) == list(map(scan_archive, tasks))


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what is open")
def test_passes_leave_nothing_open(scan: Sandbox, task: ArchiveTask) -> None:
    scan(task)
    stop(scan, task, ENDINGS[0][0])
    most = len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{scan.pid}/fd"))  # noqa: PTH208
    for _ in range(3):
        scan(task)
        stop(scan, task, ENDINGS[0][0])
    assert len(os.listdir("/proc/self/fd")) <= most[0]  # noqa: PTH208
    until = time.monotonic() + PATIENCE
    while len(os.listdir(f"/proc/{scan.pid}/fd")) > most[1]:  # noqa: PTH208  # the zygote closes a little later
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_dead_zygote_is_replaced(task: ArchiveTask) -> None:
    with Sandbox() as scan:
        scan(task)
        first = scan.pid or 0
        os.kill(first, signal.SIGKILL)
        assert scan(task) == scan_archive(task)
        assert scan.pid != first


def test_a_zygote_that_dies_under_every_pass_is_one_finding(task: ArchiveTask) -> None:
    with Sandbox() as scan:
        finding = stop(scan, task, "import os\nos.kill(os.getppid(), 9)\ndef act(): pass\n")
        assert (finding.rule, "gone" in finding.message) == ("check.failed", True)
        assert scan(task) == scan_archive(task)


def test_a_zygote_that_hangs_is_replaced(task: ArchiveTask) -> None:
    with Sandbox(grace=0.3) as scan:
        scan(task)
        first = scan.pid or 0
        os.kill(first, signal.SIGSTOP)
        finding = stop(scan, task, "import time\ndef act(): time.sleep(60)\n", seconds=0.1)
        assert finding.rule == "check.failed"
        assert scan.pid != first


def test_closing_ends_the_zygote(task: ArchiveTask) -> None:
    scan = Sandbox()
    scan(task)
    pid = scan.pid
    scan.close()
    assert pid is not None
    assert not is_running(pid)
    scan.close()


KILLED = """
import sys, threading, time
from atr.checks.sandbox import Sandbox
with Sandbox() as scan:
    print(scan.pid, flush=True)
    time.sleep(60)
"""


def test_the_zygote_ends_when_its_starter_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    wait_for_end(pid)


def test_passes_under_way_end_with_the_zygote(scan: Sandbox, task: ArchiveTask, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    source = (
        f"import os, time\nopen({str(noted)!r}, 'w').write(str(os.getpid()))\ndef act(): time.sleep(60)\n"
    )
    with Sandbox() as own:
        thread = threading.Thread(target=stop, args=(own, task, source))
        thread.start()
        until = time.monotonic() + PATIENCE
        while not (noted.exists() and noted.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        first = int(noted.read_text())
        while thread.is_alive() and time.monotonic() < until:
            if own.pid is not None:
                os.kill(own.pid, signal.SIGKILL)
            time.sleep(0.05)
        thread.join()
    wait_for_end(first)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for_end(pid: int) -> None:
    until = time.monotonic() + PATIENCE
    while is_running(pid):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_system_that_cannot_fork_reads_in_this_process(
    task: ArchiveTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "has_processes", lambda: False)
    with open_scanner() as scan:
        assert scan is scan_archive


@pytest.mark.parametrize("at_once", [True, False])
def test_a_sandbox_is_started_at_once_or_with_its_first_pass(task: ArchiveTask, at_once: bool) -> None:
    with open_scanner(at_once=at_once) as scan:
        assert isinstance(scan, Sandbox)
        assert (scan.pid is not None) is at_once
        scan(task)
        assert scan.pid is not None
    assert scan.pid is None
