# SPDX-License-Identifier: Apache-2.0
"""Who is on a project's roster, with what roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.errors import Invalid
from atr.domain.names import ProjectKey, UserId
from atr.domain.people import Role, Roster
from atr.domain.permissions import Activity
from atr.schema.names import UserIdText
from atr.services.door import Door
from atr.services.project_facts import Member, RosterView
from atr.services.project_views import ShowRoster
from atr.services.projects import SetRoster
from atr.web.addresses import locate_project
from atr.web.components import Column, Link, Option, PersonView
from atr.web.fields import PageForm, SeveralWords, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.editing import require_permission
from atr.web.parts import TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, go_to, show_page

FIELDS = {
    Role.PMC_MEMBER: "pmc_members",
    Role.RELEASE_MANAGER: "release_managers",
    Role.COMMITTER: "committers",
}


@dataclass(frozen=True, slots=True)
class RoleTick:
    """Whether somebody holds a role."""

    name: str
    label: str
    held: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody on the roster."""

    person: PersonView
    ticks: tuple[RoleTick, ...]


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The form with the present roster; `path` is that of the project."""

    project: str
    path: str
    edition: int
    columns: tuple[Column, ...]
    rows: tuple[MemberRow, ...]
    roles: tuple[Option, ...]
    form: FormView


class RosterForm(PageForm):
    """The ticks of everybody shown, and people to add; `edition` is the one that was shown."""

    edition: int
    pmc_members: Ticks = ()
    committers: Ticks = ()
    release_managers: Ticks = ()
    roster: Annotated[tuple[UserIdText, ...], SeveralWords] = ()
    new_roles: Ticks = ()

    def read_roster(self) -> Roster:
        """Return who is to hold which role; raise Invalid when somebody is added without one."""
        if self.roster and not self.new_roles:
            raise Invalid.field("new_roles", "Say what the people you add are to be.")
        held = {name: self._read_role(name) for name in FIELDS.values()}
        return Roster(held["pmc_members"], held["committers"], held["release_managers"])

    def _read_role(self, name: str) -> frozenset[UserId]:
        added = self.roster if name in self.new_roles else ()
        return frozenset(map(UserId, (*getattr(self, name), *added)))


@get("/projects/{project:str}/roster", sync_to_thread=True)
def show_roster(
    request: WebRequest, door: TheDoor, parts: TheParts, project: FromPath[ProjectKey]
) -> Response[bytes]:
    """Show the form with which roles are given."""
    return _show(request, door, parts, project)


@post("/projects/{project:str}/roster", sync_to_thread=True)
def set_roster(
    request: WebRequest, data: FormData, door: TheDoor, parts: TheParts, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Give and take roles, unless somebody else did meanwhile."""

    def save(form: RosterForm) -> RosterView:
        return door.perform(request.user, SetRoster(project, form.read_roster(), form.edition))

    outcome = submit_form(RosterForm, data, save)
    if isinstance(outcome, Rejected):
        return _show(request, door, parts, project, Rejected(outcome.form, outcome.status))
    return go_to(request, locate_project(project), Flash("The roster was saved."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_roster, set_roster)


def _show(
    request: WebRequest, door: Door, parts: WebParts, key: ProjectKey, rejected: Rejected | None = None
) -> Response[bytes]:
    found = door.ask(request.user, ShowRoster(key))
    require_permission(request.user, found.permitted, Activity.PROJECT_ADMIN)
    form = rejected.form if rejected else EMPTY_FORM
    labels = {role: parts.role_labels[role] for role in FIELDS}
    view = RosterPage(
        project=found.project.name,
        path=locate_project(key),
        edition=found.project.edition,
        columns=(Column("Person"), *(Column(label) for label in labels.values())),
        rows=tuple(_make_row(each, form, labels.items()) for each in found.members),
        roles=tuple(Option(FIELDS[role], label) for role, label in labels.items()),
        form=form,
    )
    crumbs = (Link("Projects", "/projects"), Link(found.project.name, locate_project(key)))
    page = Page("pages/project_roster.html", "People", view, crumbs, section="/projects")
    return show_page(request, page, rejected.status if rejected else 200)


def _make_row(member: Member, form: FormView, labels: Iterable[tuple[Role, str]]) -> MemberRow:
    def holds(role: Role) -> bool:
        return member.user in form.chosen(FIELDS[role]) if form.values else role in member.roles

    ticks = tuple(RoleTick(FIELDS[role], label, holds(role)) for role, label in labels)
    return MemberRow(PersonView(member.user, member.name, member.user), ticks)
