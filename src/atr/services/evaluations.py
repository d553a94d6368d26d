# SPDX-License-Identifier: Apache-2.0
"""Evaluations: every revision is examined by a job, and its findings are what the guards look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from atr.domain.artifact import FileEntry
from atr.domain.check import Finding, RevisionFacts, count_severities
from atr.domain.check_policy import CheckPolicy
from atr.domain.errors import Invalid, NotFound, Refused
from atr.domain.event import Subject
from atr.domain.key import SigningKey
from atr.domain.names import ReleaseKey
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.permissions import Activity, Permission
from atr.ports.jobs import Job, JobKind
from atr.services.door import Bookkeeping, Command, Done, Door, Place, Query, Work
from atr.services.errand import Errand, Tools
from atr.services.releases import find_release


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything the checks need to know of a revision."""

    facts: RevisionFacts
    files: tuple[FileEntry, ...]
    keys: tuple[SigningKey, ...]


@dataclass(frozen=True, slots=True)
class PrepareExamination(Query[Examination]):
    """Gather what the checks need."""

    release: ReleaseKey
    revision: int

    def answer(self, work: Work) -> Examination:
        """Return files, keys and facts; raise NotFound."""
        revision = work.unit.revisions.find(self.release, self.revision)
        project = work.unit.projects.find(self.release.project)
        if revision is None or project is None:
            raise NotFound("revision", f"{self.release}@{self.revision}")
        facts = RevisionFacts(
            project=self.release.project,
            product=self.release.product,
            version=self.release.version,
            podling=project.is_podling,
            uploader=revision.created_by,
            policy=CheckPolicy(),
            now=work.now,
        )
        return Examination(facts, revision.files, work.unit.keys.list_attached(self.release.project))


@dataclass(frozen=True, slots=True)
class BeginEvaluation(Bookkeeping[datetime | None]):
    """Note that an examination begins, unless the one that was asked for is finished."""

    release: ReleaseKey
    revision: int

    def note(self, work: Work) -> datetime | None:
        """Return the moment, which names this examination; None when it is over; raise NotFound."""
        if work.unit.checks.find_evaluation(self.release, self.revision, with_findings=False) is None:
            raise NotFound("revision", f"{self.release}@{self.revision}")
        begun = work.unit.checks.begin_evaluation(self.release, self.revision, work.now)
        return work.now if begun else None


@dataclass(frozen=True, slots=True)
class NoteProgress(Bookkeeping[None]):
    """Record how far an examination is."""

    release: ReleaseKey
    revision: int
    done: int
    total: int

    def note(self, work: Work) -> None:
        """Write the numbers down for whoever watches."""
        work.unit.checks.note_progress(self.release, self.revision, self.done, self.total, work.now)


@dataclass(frozen=True, slots=True)
class FinishEvaluation(Command[None]):
    """Record the findings of a revision."""

    release: ReleaseKey
    revision: int
    findings: tuple[Finding, ...]
    begun_at: datetime
    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[None]:
        """Replace whatever findings an earlier examination left; raise Conflict unless begun last."""
        work.unit.checks.finish_evaluation(
            self.release, self.revision, self.findings, work.now, self.begun_at
        )
        details = {"revision": self.revision, **count_severities(self.findings)}
        return Done(None, "evaluation.finished", Subject.of_release(self.release), details)


@dataclass(frozen=True, slots=True)
class RequestEvaluation(Command[int]):
    """Have the shown revision examined again, for example after a key was added."""

    release: ReleaseKey
    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[int]:
        """Put the evaluation back to waiting and ask a worker for it; return the revision's number."""
        number = find_release(work, self.release).shown_revision
        if number == 0:
            raise Refused("There are no files yet: upload the candidate's files first.")
        request_evaluation(work, self.release, number)
        subject = Subject.of_release(self.release)
        return Done(number, "evaluation.requested", subject, {"revision": number})


def request_evaluation(work: Work, release: ReleaseKey, revision: int) -> None:
    """Put the evaluation to waiting and enqueue it, in the caller's transaction."""
    work.unit.checks.request_evaluation(release, revision)
    argument = f"{release.storage_key}@{revision}"
    work.unit.jobs.enqueue(Job(JobKind.EVALUATE_REVISION, argument, lock=f"evaluate {argument}"))


@dataclass(frozen=True, slots=True)
class EvaluateRevision(Errand):
    """Examine a revision; findings already known by content cost nothing, so a repeat is cheap."""

    release: ReleaseKey
    revision: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION@REVISION`."""
        key, _, number = argument.rpartition("@")
        if not number.isdecimal():
            raise Invalid.field("argument", f"{argument!r} does not name a revision.")
        return cls(ReleaseKey.parse(key), int(number))

    def run(self, tools: Tools) -> None:
        """Run every check over the revision and record what they found, unless that is done.

        What was asked for again meanwhile is not taken for finished: Conflict has this job come back.
        """
        begun_at = tools.door.keep(BeginEvaluation(self.release, self.revision))
        if begun_at is None:
            return
        examination = tools.door.ask(ANONYMOUS, PrepareExamination(self.release, self.revision))
        report = self._report_to(tools.door)
        report(0, len(examination.files))
        findings = tools.examiner.examine(examination.facts, examination.files, examination.keys, report)
        tools.door.perform(SERVICE, FinishEvaluation(self.release, self.revision, findings, begun_at))

    def _report_to(self, door: Door) -> Callable[[int, int], None]:
        def report(done: int, total: int) -> None:
            door.keep(NoteProgress(self.release, self.revision, done, total))

        return report
