# SPDX-License-Identifier: Apache-2.0
"""What the page of a release shows, the same frame in every phase."""

from dataclasses import dataclass, replace
from datetime import datetime

from atr.domain.announcement import Announcement, AnnouncementState
from atr.domain.artifact import Digest
from atr.domain.lifecycle import Phase
from atr.domain.permissions import Activity
from atr.ports.repositories.releases import RevisionSummary
from atr.web.components import (
    Badge,
    EventView,
    Fact,
    FileView,
    PersonView,
    SituationView,
    Step,
)
from atr.web.flash import Tone
from atr.web.forms import EMPTY_FORM, FormView
from atr.web.pages.event_lines import describe_event
from atr.web.pages.release_files import MOST_SHOWN, LooseFile, list_files, list_loose_files
from atr.web.pages.release_findings import CheckState, FindingGroup, describe_checks, group_findings
from atr.web.pages.release_frame import ReleaseHead, Visit, list_complaints, make_head
from atr.web.pages.release_install import InstallView, list_installs
from atr.web.pages.release_paths import ReleasePaths, make_crumb_path, make_line_path
from atr.web.pages.release_situation import make_situation, make_way
from atr.web.pages.release_steps import SideStep, list_side_steps
from atr.web.pages.release_votes import RoundSummary, summarize_round

_MOST_REVISIONS = 6
_ANNOUNCED = {
    AnnouncementState.DRAFT: Badge("Draft"),
    AnnouncementState.APPROVED: Badge("Approved, about to be sent", Tone.INFO),
    AnnouncementState.SENT: Badge("Sent", Tone.GOOD),
}


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A revision in a list."""

    number: int
    href: str
    compare_href: str
    restore_href: str
    by: PersonView
    at: datetime
    files: int
    size: int
    description: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class AnnouncementBrief:
    """How far the announcement is."""

    badge: Badge
    subject: str
    at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Everything the page shows; `form` is a step that was refused."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    situation: SituationView
    way: tuple[Step, ...]
    side_steps: tuple[SideStep, ...]
    set_aside_reason: str
    sections: tuple[str, ...]
    checks: CheckState
    groups: tuple[FindingGroup, ...]
    files: tuple[FileView, ...]
    more_files: int
    loose_files: tuple[LooseFile, ...]
    rounds: tuple[RoundSummary, ...]
    announcement: AnnouncementBrief | None
    facts: tuple[Fact, ...]
    manifest: Digest | None
    installs: tuple[InstallView, ...]
    revisions: tuple[RevisionRow, ...]
    older_revisions: int
    events: tuple[EventView, ...]
    may_change_files: bool

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


def make_overview(visit: Visit, form: FormView = EMPTY_FORM) -> OverviewView:
    """Return what the page shows to whoever asks."""
    view, revisions = visit.view, visit.view.revisions
    announcement, groups = view.facts.announcement, group_findings(visit)[0]
    return OverviewView(
        head=make_head(visit),
        paths=visit.paths,
        form=form,
        situation=make_situation(visit),
        way=make_way(view),
        side_steps=list_side_steps(visit),
        set_aside_reason=view.release.set_aside_reason,
        sections=_order_sections(visit, groups),
        checks=describe_checks(visit),
        groups=groups,
        files=list_files(visit, MOST_SHOWN),
        more_files=max(0, len(view.artifacts) - MOST_SHOWN),
        loose_files=list_loose_files(visit),
        rounds=list_rounds(visit),
        announcement=_brief(announcement) if announcement is not None else None,
        facts=_list_facts(visit),
        manifest=view.revision.manifest_digest if view.revision else None,
        installs=list_installs(visit),
        revisions=tuple(show_revision(visit, each) for each in revisions[:_MOST_REVISIONS]),
        older_revisions=max(0, len(revisions) - _MOST_REVISIONS),
        events=tuple(
            replace(describe_event(each, visit.parts.role_labels), details=()) for each in view.events
        ),
        may_change_files=may_change_files(visit),
    )


def _order_sections(visit: Visit, groups: tuple[FindingGroup, ...]) -> tuple[str, ...]:
    """Return the sections, beginning with what people come for in this phase."""
    phase = visit.view.release.phase
    if any(each.needs_decision for each in groups):
        return ("checks", "files", "votes", "announcement")
    if phase is Phase.VOTE:
        return ("votes", "files", "checks")
    if phase is Phase.ANNOUNCE:
        return ("announcement", "files", "votes", "checks")
    return ("files", "checks", "votes", "announcement")


def list_rounds(visit: Visit) -> tuple[RoundSummary, ...]:
    """Return the rounds, the newest first; older ones with the count they were closed with."""
    rounds = visit.view.rounds
    counts = (visit.view.tally, *(each.tally for each in rounds[1:]))
    return tuple(
        summarize_round(vote, tally, visit.paths.vote(vote.number))
        for vote, tally in zip(rounds, counts, strict=False)
    )


def show_revision(visit: Visit, summary: RevisionSummary) -> RevisionRow:
    """Return a revision as a list shows it."""
    return RevisionRow(
        number=summary.number,
        href=visit.paths.revision(summary.number),
        compare_href=f"{visit.paths.revision(summary.number)}#changes",
        restore_href=f"{visit.paths.revision(summary.number)}#restore",
        by=visit.name_person(summary.created_by),
        at=summary.created_at,
        files=summary.file_count,
        size=summary.total_size,
        description=summary.description,
        sealed=summary.number == visit.view.release.sealed_revision,
    )


def may_change_files(visit: Visit) -> bool:
    """Tell whether the asker may change files now."""
    return visit.view.release.phase is Phase.COMPOSE and Activity.RUN_PHASE in visit.view.permitted


def _brief(announcement: Announcement) -> AnnouncementBrief:
    return AnnouncementBrief(
        _ANNOUNCED[announcement.state],
        announcement.subject,
        announcement.sent_at or announcement.approved_at,
        announcement.last_problem or "",
    )


def _list_facts(visit: Visit) -> tuple[Fact, ...]:
    view = visit.view
    project = Fact("Project", view.project.name, f"/projects/{visit.key.project}")
    line = Fact("Product line", view.line.name, make_crumb_path(visit.key.line), word="product line")
    needed = ", ".join(view.release.package_managers)
    reach = (
        (Fact("Must reach", needed, f"{make_line_path(visit.key.line)}/channels", word="channel"),)
        if needed
        else ()
    )
    return (project, line, *reach, *_list_policy_facts(visit))


def _list_policy_facts(visit: Visit) -> tuple[Fact, ...]:
    policy = visit.view.policy.policy
    if policy.manual_vote:
        return (Fact("Vote", "held elsewhere, its result is recorded here"),)
    hours = f"at least {policy.min_hours} hours" if policy.min_hours else "until the count passes"
    needed = f"{policy.min_binding} binding +1 and more +1 than -1"
    asked = ", ".join(policy.mail_to) or "nowhere yet: set the dev list"
    return (
        Fact("Vote", hours, word="vote policy"),
        Fact("Passes with", needed, word="binding vote"),
        Fact("Called for at", asked),
    )
