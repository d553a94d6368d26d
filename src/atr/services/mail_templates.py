# SPDX-License-Identifier: Apache-2.0
"""The wording of a project's mails: saved as versions, checked when it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from atr.domain.errors import ChangedMeanwhile
from atr.domain.event import EventDetail
from atr.domain.mail_defaults import DEFAULT_TEMPLATES
from atr.domain.mail_template import MailTemplate, TemplateKind, TemplateVersion, check_template
from atr.domain.names import ProjectKey
from atr.domain.permissions import Activity, Permission
from atr.services.door import Command, Done, Place, Query, Work
from atr.services.projects import about_project, find_project


@dataclass(frozen=True, slots=True)
class TemplateView:
    """The wording in force; version 0 is the foundation's, `is_own` tells whether it is the project's."""

    project: ProjectKey
    kind: TemplateKind
    template: MailTemplate
    number: int
    is_own: bool
    permitted: frozenset[Activity]


@dataclass(frozen=True, slots=True)
class ShowTemplate(Query[TemplateView]):
    """How a project words one of its mails."""

    project: ProjectKey
    kind: TemplateKind

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def answer(self, work: Work) -> TemplateView:
        """Return the wording in force; raise NotFound."""
        return _view_template(work, find_project(work, self.project).key, self.kind)


@dataclass(frozen=True, slots=True)
class ListTemplateVersions(Query[tuple[TemplateVersion, ...]]):
    """Every wording a project ever saved for one of its mails."""

    project: ProjectKey
    kind: TemplateKind

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def answer(self, work: Work) -> tuple[TemplateVersion, ...]:
        """Return all versions, newest first; raise NotFound."""
        return work.unit.mail_templates.list_versions(find_project(work, self.project).key, self.kind)


@dataclass(frozen=True, slots=True)
class SetTemplate(Command[TemplateView]):
    """Word a mail; None goes back to the foundation's wording. Each save is a version."""

    project: ProjectKey
    kind: TemplateKind
    template: MailTemplate | None
    expected: int | None = None

    permission: ClassVar[Permission] = Activity.PROJECT_ADMIN

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def carry_out(self, work: Work) -> Done[TemplateView]:
        """Save it; raise Invalid with every problem at once, or ChangedMeanwhile."""
        known = _view_template(work, find_project(work, self.project).key, self.kind)
        if self.expected not in {None, known.number}:
            raise ChangedMeanwhile(f"{self.kind} template of", self.project)
        if self.template is not None:
            check_template(self.kind, self.template)
        number = known.number + 1
        work.unit.mail_templates.add(
            TemplateVersion(self.project, self.kind, number, self.template, work.now, work.actor.user)
        )
        details: dict[str, EventDetail] = {
            "kind": str(self.kind),
            "version": number,
            "own": self.template is not None,
        }
        view = _view_template(work, self.project, self.kind)
        return Done(view, "mail-template.saved", about_project(self.project, "mail template"), details)


def load_templates(work: Work, project: ProjectKey) -> Mapping[TemplateKind, MailTemplate]:
    """Return the wording in force of every mail of the project."""
    newest = work.unit.mail_templates.list_newest(project)
    own = {version.kind: version.template for version in newest if version.template is not None}
    return MappingProxyType({**DEFAULT_TEMPLATES, **own})


def _view_template(work: Work, project: ProjectKey, kind: TemplateKind) -> TemplateView:
    newest = next((each for each in work.unit.mail_templates.list_newest(project) if each.kind is kind), None)
    own = newest.template if newest is not None else None
    return TemplateView(
        project=project,
        kind=kind,
        template=own or DEFAULT_TEMPLATES[kind],
        number=newest.number if newest is not None else 0,
        is_own=own is not None,
        permitted=work.permitted,
    )
