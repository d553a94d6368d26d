# SPDX-License-Identifier: Apache-2.0
"""Evaluations: revisions examined by jobs with the real engine, and nothing examined twice."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from atr.bootstrap.checks import build_examiner, build_rat
from atr.checks.contract import ArchiveTask, ScanResult
from atr.checks.onepass import scan_archive
from atr.config import load_settings
from atr.domain.check import EvaluationState, Severity
from atr.domain.check_policy import CheckPolicyChange, LicenceChecker
from atr.domain.errors import Conflict, Denied, Invalid, NotFound, Refused
from atr.domain.names import Fingerprint, ProjectKey, ReleaseKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE
from atr.openpgp.keyring import LocalKeyring
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.findings import FindingFilter
from atr.services.check_policies import SetCheckPolicy
from atr.services.door import Door
from atr.services.evaluations import (
    BeginEvaluation,
    EvaluateRevision,
    FinishEvaluation,
    NoteProgress,
    RequestEvaluation,
)
from atr.services.events import ListEvents
from atr.services.findings import ChecksView, ShowChecks
from atr.services.key_proofs import NoteDirectoryKeys
from atr.services.keys import AddKeys, DetachKey
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from tests.support.archives import make_source, write_triple
from tests.support.door import RecordedQueue, SettableClock
from tests.support.keys import TestKey
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, Bench, StoreFiles, make_bench

DEMO = ProjectKey("demo")
NAME = "demo-1.0-src.tar.gz"


@dataclass(slots=True)
class Laboratory:
    """A bench whose examiner is the real engine, every pass through an archive recorded."""

    bench: Bench
    key: TestKey
    folder: Path
    passes: list[str] = field(default_factory=list)

    @property
    def door(self) -> Door:
        return self.bench.tools.door

    def make_files(self, *names: str, root: str = "demo-1.0") -> dict[str, bytes]:
        """Return artifacts with signature and checksum."""
        for name in names:
            write_triple(self.folder, name, make_source(root), self.key)
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def add_revision(self, files: dict[str, bytes], key: ReleaseKey = KEY, base: int = 0) -> None:
        """Make a revision, and the release when it is the first."""
        rm = act_as(self.door, "rm")
        if base == 0:
            self.door.perform(rm, CreateRelease(key.line, key.version))
        self.door.perform(rm, AddRevision(key, base, self.door.keep(StoreFiles(files))))

    def examine(self) -> list[str]:
        """Do all evaluations that were asked for; return the archives gone through."""
        self.passes.clear()
        for argument in self.bench.queue.list_arguments(JobKind.EVALUATE_REVISION):
            EvaluateRevision.parse(argument).run(self.bench.tools)
        self.bench.queue.forget()
        return self.passes

    def show(self, key: ReleaseKey = KEY, severity: Severity | None = None) -> ChecksView:
        """Return what the checks found."""
        return self.door.ask(ANONYMOUS, ShowChecks(key, FindingFilter(severity)))


@pytest.fixture
def laboratory(door: Door, surroundings: Surroundings, queue: RecordedQueue, tmp_path: Path) -> Laboratory:
    make_project(door)
    bench = make_bench(door, surroundings, queue)
    folder = tmp_path / "files"
    folder.mkdir()
    made = Laboratory(bench, TestKey(), folder)
    engine = build_examiner(door, surroundings.blobs, surroundings.keyring)

    def scan(task: ArchiveTask) -> ScanResult:
        made.passes.append(task.view.name)
        return scan_archive(task)

    bench.tools = replace(bench.tools, examiner=replace(engine, scan=scan))
    door.perform(act_as(door, "rm"), AddKeys(made.key.armored.encode(), DEMO))
    door.perform(OPERATOR, NoteDirectoryKeys(UserId("rm"), (made.key.public.fingerprint,)))
    queue.forget()
    return made


def test_a_new_revision_is_examined_by_a_job_and_a_good_one_has_nothing_against_it(
    laboratory: Laboratory,
) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    assert laboratory.bench.queue.jobs == [
        Job(JobKind.EVALUATE_REVISION, "demo/main/1.0@1", lock="evaluate demo/main/1.0@1")
    ]
    before = laboratory.show()
    assert before.evaluation is not None
    assert (before.evaluation.state, before.findings) == (EvaluationState.WAITING, ())
    assert laboratory.examine() == [NAME]
    view = laboratory.show()
    assert view.evaluation is not None
    assert (view.evaluation.state, view.evaluation.done, view.evaluation.total) == ("finished", 3, 3)
    assert view.evaluation.started_at is not None
    assert [each.finding.rule for each in view.findings if each.finding.severity is not Severity.NOTE] == []
    assert view.verdict.blocking == 0
    newest = laboratory.door.ask(OPERATOR, ListEvents(EventFilter())).items[0].event
    assert (newest.name, newest.actor, newest.details["revision"]) == ("evaluation.finished", "service", 1)


def test_faults_are_found_and_shown_by_severity(laboratory: Laboratory) -> None:
    files = laboratory.make_files(NAME) | {f"{NAME}.asc": laboratory.key.sign(b"something else")}
    laboratory.add_revision(files)
    laboratory.examine()
    blockers = laboratory.show(severity=Severity.BLOCKER)
    assert [each.finding.artifact for each in blockers.findings] == [NAME]
    assert laboratory.show().verdict.blocking == len(blockers.findings)
    assert laboratory.show(severity=Severity.ERROR).findings == ()


def test_progress_is_there_for_whoever_watches(laboratory: Laboratory, door: Door) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    seen: list[tuple[str, int, int]] = []
    for done in (0, 2, 3):
        door.keep(NoteProgress(KEY, 1, done, 3))
        evaluation = laboratory.show().evaluation
        assert evaluation is not None
        seen.append((evaluation.state, evaluation.done, evaluation.total))
    assert seen == [("running", 0, 3), ("running", 2, 3), ("running", 3, 3)]
    laboratory.examine()
    door.keep(NoteProgress(KEY, 1, 1, 3))  # from a worker that was taken for dead
    evaluation = laboratory.show().evaluation
    assert evaluation is not None
    assert evaluation.state is EvaluationState.FINISHED


def test_a_job_done_twice_leaves_the_same(laboratory: Laboratory) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    laboratory.examine()
    before = laboratory.show()
    EvaluateRevision(KEY, 1).run(laboratory.bench.tools)
    assert laboratory.show() == before
    assert laboratory.passes == [NAME]


def test_the_same_content_is_examined_once_across_revisions_and_releases(laboratory: Laboratory) -> None:
    files = laboratory.make_files(NAME)
    laboratory.add_revision(files)
    assert laboratory.examine() == [NAME]
    second = "demo-1.0-extra-src.tar.gz"
    more = laboratory.make_files(second, root="demo-extra-1.0")
    laboratory.add_revision({path: data for path, data in more.items() if path not in files}, base=1)
    assert laboratory.examine() == [second]
    other = ReleaseKey.parse("demo/1.1")
    laboratory.add_revision(files, other)
    laboratory.examine()
    assert NAME not in laboratory.passes
    view = laboratory.show(other)
    assert view.evaluation is not None
    assert view.evaluation.state is EvaluationState.FINISHED


def test_what_changed_outside_the_files_counts_at_the_next_request(laboratory: Laboratory) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    laboratory.examine()
    door, rm = laboratory.door, act_as(laboratory.door, "rm")
    door.perform(rm, DetachKey(DEMO, Fingerprint(laboratory.key.fingerprint)))
    assert laboratory.show().verdict.blocking == 0
    assert door.perform(rm, RequestEvaluation(KEY)) == 1
    waiting = laboratory.show().evaluation
    assert waiting is not None
    assert waiting.state is EvaluationState.WAITING
    assert laboratory.examine() == []
    assert [each.artifact for each in laboratory.show().verdict.tallies if each.severity.is_grave] == [NAME]


def test_who_may_have_it_examined_again(laboratory: Laboratory) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    with pytest.raises(Denied):
        laboratory.door.perform(act_as(laboratory.door, "dave"), RequestEvaluation(KEY))


def test_there_has_to_be_something_to_examine(laboratory: Laboratory) -> None:
    door, rm = laboratory.door, act_as(laboratory.door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    with pytest.raises(Refused, match="There are no files yet"):
        door.perform(rm, RequestEvaluation(KEY))
    with pytest.raises(NotFound):
        door.perform(rm, RequestEvaluation(ReleaseKey.parse("demo/9.9")))
    with pytest.raises(NotFound):
        EvaluateRevision(KEY, 1).run(laboratory.bench.tools)


@pytest.mark.parametrize("argument", ["", "demo/main/1.0", "demo/main/1.0@", "demo/main/1.0@one", "demo@1"])
def test_an_argument_that_names_no_revision_is_invalid(argument: str) -> None:
    with pytest.raises(Invalid):
        EvaluateRevision.parse(argument)


def count_endings(laboratory: Laboratory) -> int:
    """Return how many examinations of the release came to their end."""
    which = EventFilter(name="evaluation.finished")
    return len(laboratory.door.ask(OPERATOR, ListEvents(which)).items)


def test_a_job_done_again_after_a_crash_finds_nothing_to_do(laboratory: Laboratory) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    errand = EvaluateRevision(KEY, 1)
    errand.run(laboratory.bench.tools)
    errand.run(laboratory.bench.tools)
    assert count_endings(laboratory) == 1


def test_an_examination_does_not_answer_what_was_asked_after_its_beginning(
    laboratory: Laboratory, clock: SettableClock
) -> None:
    laboratory.add_revision(laboratory.make_files(NAME))
    begun_at = laboratory.door.keep(BeginEvaluation(KEY, 1))
    assert begun_at is not None
    clock.advance(seconds=1)
    laboratory.door.perform(act_as(laboratory.door, "rm"), RequestEvaluation(KEY))
    with pytest.raises(Conflict, match="asked for again"):
        laboratory.door.perform(SERVICE, FinishEvaluation(KEY, 1, (), begun_at))
    evaluation = laboratory.show().evaluation
    assert evaluation is not None
    assert evaluation.state is EvaluationState.WAITING


def test_apache_rat_is_asked_by_the_worker_where_the_project_wants_it(
    laboratory: Laboratory, door: Door, tmp_path: Path
) -> None:
    jar = tmp_path / "rat.jar"
    jar.write_text("new")
    java = Path(__file__).parents[2] / "simulators" / "rat" / "java.sh"
    settings = load_settings({}, overrides={"data_dir": tmp_path, "rat_jar": jar, "java": str(java)})
    engine = build_examiner(door, laboratory.bench.tools.blobs, LocalKeyring(), rat=build_rat(settings))
    laboratory.bench.tools = replace(laboratory.bench.tools, examiner=engine)
    wanted = CheckPolicyChange(licence_checker=LicenceChecker.BOTH)
    door.perform(act_as(door, "alice"), SetCheckPolicy(DEMO, wanted))
    laboratory.add_revision(laboratory.make_files(NAME))
    laboratory.examine()
    found = {each.finding.rule: each.finding for each in laboratory.show().findings}
    assert found["rat.summary"].data["examined"] == 2
    assert build_rat(load_settings({}, overrides={"data_dir": tmp_path})) is None
