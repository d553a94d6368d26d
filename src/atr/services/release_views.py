# SPDX-License-Identifier: Apache-2.0
"""A release as pages and answers show it: where it is, what blocks it, who does what next."""

from collections.abc import Mapping
from dataclasses import dataclass

from atr.domain.artifact import Artifact, Content, group_artifacts, is_companion
from atr.domain.check import Severity
from atr.domain.lifecycle import Transition, list_transitions
from atr.domain.names import FilePath, ReleaseKey, UserId
from atr.domain.people import Role
from atr.domain.permissions import Activity
from atr.domain.policy import EffectivePolicy
from atr.domain.project import ProductLine, Project, find_policy
from atr.domain.release import Release
from atr.domain.revision import Revision
from atr.domain.verdict import DecidedFinding
from atr.domain.vote import Round, Tally
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import RevisionSummary
from atr.services.door import Command, Place, Query, Work
from atr.services.events import EventView, name_actors
from atr.services.findings import list_undecided
from atr.services.next_steps import NextStep, find_next_step, list_takers
from atr.services.products import find_product
from atr.services.projects import find_project
from atr.services.release_facts import ReleaseFacts, gather_facts, gather_shown_facts
from atr.services.release_phases import may_take
from atr.services.release_streams import Pulse, make_pulse, read_traces
from atr.services.releases import find_release
from atr.services.rounds import count_round
from atr.services.then_look import ThenLook

NEWEST_EVENTS = 20
MOST_HOLDING = 1_000
_ROUTINE_EVENTS = ("upload.begun", "upload.spared")


@dataclass(frozen=True, slots=True)
class StepView:
    """A step out of the present phase: why it is closed now, who may take it, and whether the asker may."""

    transition: Transition
    reasons: tuple[str, ...]
    roles: tuple[Role, ...]
    permitted: bool

    @property
    def is_open(self) -> bool:
        """Tell whether the asker could take it at once."""
        return self.permitted and not self.reasons


@dataclass(frozen=True, slots=True)
class ArtifactView:
    """A downloadable file with what belongs to it, and the content of each by path."""

    artifact: Artifact
    contents: Mapping[FilePath, Content]

    @property
    def content(self) -> Content:
        """Return the artifact's own content."""
        return self.contents[self.artifact.file]


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """Everything that is shown of a release; `permitted` is what the asker may do here.

    `artifacts` are those of the shown revision, each with its companions.
    """

    release: Release
    project: Project
    line: ProductLine
    policy: EffectivePolicy
    facts: ReleaseFacts
    revision: Revision | None
    revisions: tuple[RevisionSummary, ...]
    steps: tuple[StepView, ...]
    next_step: NextStep
    tally: Tally | None
    events: tuple[EventView, ...]
    names: Mapping[UserId, str]
    permitted: frozenset[Activity]
    artifacts: tuple[ArtifactView, ...] = ()

    @property
    def loose_files(self) -> tuple[FilePath, ...]:
        """Return signatures, checksums and SBOMs that belong to no artifact here."""
        paths = [entry.path for entry in self.revision.files] if self.revision else []
        used = {path for each in self.artifacts for path in each.contents}
        return tuple(path for path in paths if is_companion(path) and path not in used)

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Return the rounds of voting, the newest first."""
        return tuple(reversed(self.facts.rounds))

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many findings there are of each severity, waived ones left out."""
        return self.facts.verdict.count_severities(with_waived=False)

    @property
    def blockers(self) -> tuple[str, ...]:
        """Return what stands in the way of the next step, one sentence each."""
        return self.next_step.reasons


@dataclass(frozen=True, slots=True)
class ShowRelease(Query[ReleaseView]):
    """A release with everything around it, in a fixed number of queries."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> ReleaseView:
        """Return the view; raise NotFound."""
        return view_release(work, self.release)


def then_show_release(command: Command[Release]) -> ThenLook[Release, ReleaseView]:
    """Return the command answered with the release's view."""
    return ThenLook(command, lambda work, release: view_release(work, release.key))


def view_release(work: Work, key: ReleaseKey) -> ReleaseView:
    """Return the release with everything around it; raise NotFound."""
    release = find_release(work, key)
    project = find_project(work, release.key.project)
    line = find_product(work, release.key.line)
    revisions = work.unit.revisions.list(release.key)
    shown = next((each for each in revisions if each.number == release.shown_revision), None)
    facts = gather_shown_facts(work, release, shown)
    revision = work.unit.revisions.find(release.key, shown.number) if shown else None
    events = list_newest_events(work, release.key)
    people = _list_people(release, revisions, facts)
    people |= project.roster.release_managers | project.roster.pmc_members
    people |= work.unit.decisions.list_acknowledgers(release.key, release.shown_revision)
    return ReleaseView(
        release=release,
        project=project,
        line=line,
        policy=find_policy(project, line, work.around.foundation.default_policy),
        facts=facts,
        revision=revision,
        revisions=revisions,
        steps=list_steps(work, facts),
        next_step=find_next_step(facts),
        tally=count_round(work, facts.rounds[-1]).tally if facts.rounds else None,
        events=events,
        names=work.unit.people.find_names(people),
        permitted=work.permitted,
        artifacts=list_artifacts(revision) if revision else (),
    )


@dataclass(frozen=True, slots=True)
class ReleaseVisit:
    """A release as a page shows it, and the pulse from which its stream goes on."""

    view: ReleaseView
    pulse: Pulse


@dataclass(frozen=True, slots=True)
class VisitRelease(Query[ReleaseVisit]):
    """A release with everything around it, and its pulse."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> ReleaseVisit:
        """Return both; raise NotFound."""
        # The pulse's traces are read first: what changes after them is told by the stream.
        traces = read_traces(work, self.release)
        view = view_release(work, self.release)
        return ReleaseVisit(view, make_pulse(view.release, view.facts.evaluation, traces))


def list_steps(work: Work, facts: ReleaseFacts) -> tuple[StepView, ...]:
    """Return every step out of the present phase with what keeps it closed."""
    situation = facts.situation
    return tuple(
        StepView(step, step.explain_refusal(situation), list_takers(step), may_take(work, step))
        for step in list_transitions(facts.release.phase)
    )


def list_artifacts(revision: Revision) -> tuple[ArtifactView, ...]:
    """Return the artifacts among the files, each with the contents of all that belongs to it."""
    contents = {entry.path: entry.content for entry in revision.files}
    return tuple(
        ArtifactView(each, {path: contents[path] for path in each.paths})
        for each in group_artifacts(contents)
    )


def list_newest_events(work: Work, key: ReleaseKey) -> tuple[EventView, ...]:
    """Return the newest events of the release, the routine of uploading left out."""
    which = EventFilter(key.project, key.product, key.version, except_names=_ROUTINE_EVENTS)
    return name_actors(work, work.unit.events.list(which, PageRequest(NEWEST_EVENTS)).items)


def _list_people(
    release: Release, revisions: tuple[RevisionSummary, ...], facts: ReleaseFacts
) -> frozenset[UserId]:
    """Return whoever is named on the release's page; ATR itself has no user id."""
    named = {
        release.created_by,
        *(each.created_by for each in revisions),
        *(each.opened_by for each in facts.rounds),
        *(by for each in facts.waivers for by in (each.by, each.confirmed_by) if by is not None),
    }
    return frozenset(map(UserId, named))


@dataclass(frozen=True, slots=True)
class BlockersView:
    """What keeps a release from its next step, and the findings behind it, of very many the first."""

    release: Release
    next_step: NextStep
    facts: ReleaseFacts
    blocking: tuple[DecidedFinding, ...]
    unacknowledged: tuple[DecidedFinding, ...]


@dataclass(frozen=True, slots=True)
class ShowBlockers(Query[BlockersView]):
    """What exactly blocks a release."""

    release: ReleaseKey

    def answer(self, work: Work) -> BlockersView:
        """Return it; raise NotFound."""
        facts = gather_facts(work, find_release(work, self.release))
        grave, waiting = (
            tuple(each for severity in severities for each in self._list(work, facts, severity))
            for severities in ((Severity.ERROR, Severity.BLOCKER), (Severity.CONCERN,))
        )
        return BlockersView(facts.release, find_next_step(facts), facts, grave, waiting)

    @staticmethod
    def _list(work: Work, facts: ReleaseFacts, severity: Severity) -> tuple[DecidedFinding, ...]:
        held = facts.verdict.blocking if severity.is_grave else facts.verdict.unacknowledged
        return list_undecided(work, facts, severity, MOST_HOLDING) if held else ()


@dataclass(frozen=True, slots=True)
class StepsView:
    """A release with the steps that lead out of its present phase."""

    release: Release
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class ListSteps(Query[StepsView]):
    """The steps that lead out of the present phase."""

    release: ReleaseKey

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> StepsView:
        """Return them with what keeps each closed; raise NotFound."""
        release = find_release(work, self.release)
        return StepsView(release, list_steps(work, gather_facts(work, release)))
