# SPDX-License-Identifier: Apache-2.0
"""Projects: founding them, changing them, and who is on their roster."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from atr.domain.errors import ChangedMeanwhile, Invalid, NotFound
from atr.domain.event import EventDetail, Subject, describe_changes
from atr.domain.keep import apply_change, list_given
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey, refuse_reserved
from atr.domain.people import EMPTY_ROSTER, Roster
from atr.domain.permissions import Activity, Permission
from atr.domain.policy import check_policy
from atr.domain.project import (
    NO_LISTS,
    MailingLists,
    ProductLine,
    Project,
    ProjectChange,
    ProjectStatus,
    check_project,
    find_policy,
)
from atr.services.door import Command, Done, Place, Work
from atr.services.people import require_known
from atr.services.project_facts import ProjectView, RosterView, view_project, view_roster


@dataclass(frozen=True, slots=True)
class CreateProject(Command[ProjectView]):
    """Found a project with its main product line; sysadmins do this."""

    key: ProjectKey
    name: str
    status: ProjectStatus = ProjectStatus.ACTIVE
    description: str = ""
    homepage: str = ""
    mailing_lists: MailingLists = NO_LISTS
    sponsor: ProjectKey | None = None
    roster: Roster = EMPTY_ROSTER
    permission: ClassVar[Permission] = Activity.PROJECT_ADMIN

    def carry_out(self, work: Work) -> Done[ProjectView]:
        """Add the project; raise Conflict when the key is taken, Invalid with every faulty field."""
        refuse_reserved(self.key)
        project = Project(
            key=self.key,
            name=self.name,
            status=self.status,
            description=self.description,
            homepage=self.homepage,
            mailing_lists=self.mailing_lists,
            roster=self.roster,
            sponsor=self.sponsor,
            created_at=work.now,
        )
        check_project(project)
        _check_sponsor(work, project)
        require_known(work, self.roster)
        work.unit.projects.add(project)
        main = ProductRef(self.key, ProductKey(MAIN))
        work.unit.products.add(ProductLine(main, self.name, created_at=work.now))
        view = view_project(work, project)
        return Done(view, "project.created", about_project(self.key), {"status": self.status})


@dataclass(frozen=True, slots=True)
class EditProject(Command[ProjectView]):
    """Change some fields of a project; `expected` is the edition its editor saw."""

    key: ProjectKey
    change: ProjectChange
    expected: int | None = None
    permission: ClassVar[Permission] = Activity.PROJECT_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def carry_out(self, work: Work) -> Done[ProjectView]:
        """Save the changed project; raise Invalid, Conflict or ChangedMeanwhile."""
        old = find_project(work, self.key, self.expected)
        new = apply_change(old, self.change)
        check_project(new)
        _check_sponsor(work, new)
        _check_policies(work, new)
        details = describe_changes(old, new, list_given(self.change))
        view = view_project(work, work.unit.projects.save(new))
        return Done(view, "project.edited", about_project(self.key), details)


@dataclass(frozen=True, slots=True)
class SetRoster(Command[RosterView]):
    """Say who is a PMC member, committer or release manager."""

    key: ProjectKey
    roster: Roster
    expected: int | None = None
    permission: ClassVar[Permission] = Activity.PROJECT_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.key)

    def carry_out(self, work: Work) -> Done[RosterView]:
        """Save the roster; raise Invalid for people nobody knows, Conflict or ChangedMeanwhile."""
        old = find_project(work, self.key, self.expected)
        require_known(work, self.roster)
        saved = work.unit.projects.save(replace(old, roster=self.roster))
        details = dict(_describe_moves(old.roster, self.roster))
        return Done(view_roster(work, saved), "roster.set", about_project(self.key, "roster"), details)


def about_project(key: ProjectKey, kind: str = "project") -> Subject:
    """Return the subject of an event about a project or a part of it."""
    return Subject(kind, key, key)


def find_project(work: Work, key: ProjectKey, expected: int | None = None) -> Project:
    """Return the project; raise NotFound, or ChangedMeanwhile when it is not of the expected edition."""
    project = work.unit.projects.find(key)
    if project is None:
        raise NotFound("project", key)
    if expected is not None and project.edition != expected:
        raise ChangedMeanwhile("project", key)
    return project


def _check_sponsor(work: Work, project: Project) -> None:
    if project.sponsor is None:
        return
    sponsor = work.unit.projects.find(project.sponsor)
    if sponsor is None or sponsor.status is not ProjectStatus.ACTIVE:
        raise Invalid.field("sponsor", f"{project.sponsor} is not an active project here.")


def _check_policies(work: Work, project: Project) -> None:
    floor = work.around.foundation.default_policy
    for line in (None, *work.unit.products.list(project.key)):
        check_policy(find_policy(project, line, floor).policy, floor, podling=project.is_podling)


def _describe_moves(old: Roster, new: Roster) -> Iterable[tuple[str, EventDetail]]:
    for name in ("pmc_members", "committers", "release_managers"):
        before, after = getattr(old, name), getattr(new, name)
        if after - before:
            yield f"{name}_added", tuple(sorted(after - before))
        if before - after:
            yield f"{name}_removed", tuple(sorted(before - after))
