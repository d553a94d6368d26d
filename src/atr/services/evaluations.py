# SPDX-License-Identifier: Apache-2.0
"""Evaluations: every revision is examined by a job, and its findings are what the guards look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self

from atr.domain.artifact import FileEntry
from atr.domain.check import UNKNOWN_BASIS, Basis, Finding, RevisionFacts, count_severities, digest_rules
from atr.domain.errors import Invalid, NotFound, Refused
from atr.domain.event import EventDetail, Subject
from atr.domain.key import SigningKey
from atr.domain.lifecycle import Phase
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.permissions import Activity, Permission
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.checks_in_force import find_check_policy
from atr.services.door import Bookkeeping, Command, Done, Door, Place, Query, Work
from atr.services.errand import Errand, Tools
from atr.services.previous_release import find_previous
from atr.services.releases import find_release, list_all_releases


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything the checks need to know of a revision, and what they go by."""

    facts: RevisionFacts
    files: tuple[FileEntry, ...]
    keys: tuple[SigningKey, ...]
    basis: Basis


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
        checks = find_check_policy(work, self.release.line)
        facts = RevisionFacts(
            project=self.release.project,
            product=self.release.product,
            version=self.release.version,
            podling=project.is_podling,
            uploader=revision.created_by,
            policy=checks.policy,
            now=work.now,
            previous=find_previous(work, self.release),
        )
        keys = work.unit.keys.list_attached(self.release.project)
        return Examination(facts, revision.files, keys, find_basis(work, self.release))


def find_basis(work: Work, release: ReleaseKey) -> Basis:
    """Return what an examination of the release goes by now."""
    return Basis(find_check_policy(work, release.line).version, digest_rules(work.around.rules.values()))


@dataclass(frozen=True, slots=True)
class BeginEvaluation(Bookkeeping[datetime | None]):
    """Note that an examination begins, unless the one that was asked for is finished."""

    release: ReleaseKey
    revision: int

    def note(self, work: Work) -> datetime | None:
        """Return the moment, which names this examination; None when it is over; raise NotFound."""
        if work.unit.checks.find_evaluation(self.release, self.revision) is None:
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
    basis: Basis = UNKNOWN_BASIS
    permission: ClassVar[Permission] = Activity.RUN_PHASE

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[None]:
        """Replace whatever findings an earlier examination left; raise Conflict unless begun last.

        What was acknowledged on an earlier revision, and stands there again, stays acknowledged.
        """
        unit, place = work.unit, (self.release, self.revision)
        unit.checks.finish_evaluation(*place, self.findings, work.now, self.begun_at, self.basis)
        carried = unit.decisions.carry_acknowledgements(*place)
        details: dict[str, EventDetail] = {"revision": self.revision, **count_severities(self.findings)}
        details |= {"policy": self.basis.policy, "rules": self.basis.rules}
        if carried:
            details["acknowledged_before"] = carried
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
class RenewEvaluations(Bookkeeping[int]):
    """Have open candidates examined again that were examined by other rules than this program's.

    Only those whose examination ended `settled` ago: where an older program still works beside this one,
    the two do not ask against each other without end.
    """

    settled: timedelta = timedelta(0)

    def note(self, work: Work) -> int:
        """Return how many were asked for."""
        return renew_evaluations(work, self.settled)


def renew_evaluations(work: Work, settled: timedelta) -> int:
    """Ask for what `RenewEvaluations` says, in the caller's transaction; return how many there were."""
    rules = digest_rules(work.around.rules.values())
    outdated = work.unit.checks.list_outdated(rules, work.now - settled)
    for release, revision in outdated:
        request_evaluation(work, release, revision)
    return len(outdated)


def examine_open_again(work: Work, project: ProjectKey, product: ProductKey | None) -> int:
    """Have the open candidates of a project or line examined again; return how many there are."""
    count = 0
    for phase in (Phase.COMPOSE, Phase.EVALUATE):
        which = ReleaseFilter(phase=phase, project=project, product=product)
        for release in list_all_releases(work, which):
            if release.shown_revision:
                request_evaluation(work, release.key, release.shown_revision)
                count += 1
    return count


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
        basis = examination.basis
        tools.door.perform(SERVICE, FinishEvaluation(self.release, self.revision, findings, begun_at, basis))

    def _report_to(self, door: Door) -> Callable[[int, int], None]:
        def report(done: int, total: int) -> None:
            door.keep(NoteProgress(self.release, self.revision, done, total))

        return report
