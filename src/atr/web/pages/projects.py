# SPDX-License-Identifier: Apache-2.0
"""The directory of projects, and founding one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.names import MailAddress, ProjectKey
from atr.domain.project import LONGEST_DESCRIPTION, MailingLists, ProjectStatus
from atr.ports.repositories.paging import PageRequest
from atr.schema.names import MailText, ProjectKeyText
from atr.services.door import Door
from atr.services.foundation_views import CheckFounding, ShowFoundation
from atr.services.project_views import CountProjects, ListProjects
from atr.services.projects import CreateProject
from atr.web.addresses import locate_project
from atr.web.components import FilterView, Link, Option
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.project_rows import ProjectRow, make_project_row
from atr.web.paging import CursorParameter
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page

PROJECTS_PATH = "/projects"
STATUSES = (
    Option(ProjectStatus.ACTIVE, "Active"),
    Option(ProjectStatus.PODLING, "Podling"),
    Option(ProjectStatus.RETIRED, "Retired"),
)
_TABS: tuple[tuple[ProjectStatus | Literal[""], str], ...] = (
    ("", "All"),
    (ProjectStatus.ACTIVE, "Active"),
    (ProjectStatus.PODLING, "Podlings"),
    (ProjectStatus.RETIRED, "Retired"),
)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class DirectoryView:
    """Projects that match, in order of their names."""

    filter: FilterView
    statuses: tuple[Link, ...]
    rows: tuple[ProjectRow, ...]
    next_href: str
    is_narrowed: bool
    new_href: str


@dataclass(frozen=True, slots=True)
class FoundView:
    """The form with which a project is founded."""

    action: str
    statuses: tuple[Option, ...]
    form: FormView


class FoundForm(PageForm):
    """A new project."""

    key: ProjectKeyText
    name: str
    status: ProjectStatus = ProjectStatus.ACTIVE
    sponsor: ProjectKeyText | None = None
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    homepage: str = ""
    dev: MailText | None = None

    @property
    def command(self) -> CreateProject:
        """Return what founds it."""
        return CreateProject(
            key=ProjectKey(self.key),
            name=self.name,
            status=self.status,
            description=self.description,
            homepage=self.homepage,
            mailing_lists=MailingLists(dev=MailAddress(self.dev) if self.dev else None),
            sponsor=ProjectKey(self.sponsor) if self.sponsor else None,
        )


@get(PROJECTS_PATH, sync_to_thread=True)
def list_projects(
    request: WebRequest,
    door: TheDoor,
    actor: TheActor,
    q: FromQuery[str] = "",
    status: FromQuery[str] = "",
    cursor: CursorParameter = None,
) -> Response[bytes]:
    """Show the projects that match."""
    wanted = ProjectStatus(status) if status in set(ProjectStatus) else None
    found = door.ask(actor, ListProjects(wanted, q.strip(), PageRequest(_AT_ONCE, cursor)))
    counts = door.ask(actor, CountProjects(q.strip()))
    kept = (("status", str(wanted)),) if wanted else ()
    more = {"q": q, "status": wanted or "", "cursor": found.next or ""}
    may_found = door.ask(actor, ShowFoundation()).may_found
    view = DirectoryView(
        filter=FilterView(PROJECTS_PATH, q, "Filter projects", target="#projects", kept=kept),
        statuses=_link_statuses(q, wanted, counts),
        rows=tuple(map(make_project_row, found.items)),
        next_href=f"{PROJECTS_PATH}?{urlencode(more)}" if found.next else "",
        is_narrowed=bool(q.strip() or wanted or cursor),
        new_href=f"{PROJECTS_PATH}/new" if may_found else "",
    )
    return show_page(request, Page("pages/projects.html", "Projects", view, section=PROJECTS_PATH))


@get(f"{PROJECTS_PATH}/new", sync_to_thread=True)
def show_founding(request: WebRequest, door: TheDoor) -> Response[bytes]:
    """Show the form with which a project is founded, to those who may."""
    return _show_founding(request, door)


@post(PROJECTS_PATH, sync_to_thread=True)
def found_project(request: WebRequest, data: FormData, door: TheDoor) -> Response[bytes] | Response[None]:
    """Found a project."""
    outcome = submit_form(FoundForm, data, lambda form: door.perform(request.user, form.command).project)
    if isinstance(outcome, Rejected):
        return _show_founding(request, door, outcome.form, outcome.status)
    founded = outcome.result
    message = Flash(f"{founded.name} was founded: now say who is on its roster.")
    return go_to(request, f"{locate_project(founded.key)}/roster", message)


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_projects, show_founding, found_project)


def _link_statuses(
    q: str, wanted: ProjectStatus | None, counts: Mapping[ProjectStatus, int]
) -> tuple[Link, ...]:
    def link(status: ProjectStatus | Literal[""], label: str) -> Link:
        query = urlencode({name: value for name, value in (("q", q), ("status", status)) if value})
        href = f"{PROJECTS_PATH}?{query}" if query else PROJECTS_PATH
        count = counts.get(status, 0) if status else sum(counts.values())
        return Link(label, href, current=status == (wanted or ""), count=count)

    return tuple(link(status, label) for status, label in _TABS)


def _show_founding(
    request: WebRequest, door: Door, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    door.ask(request.user, CheckFounding())
    view = FoundView(PROJECTS_PATH, STATUSES, form)
    crumbs = (Link("Projects", PROJECTS_PATH),)
    page = Page("pages/project_new.html", "Found a project", view, crumbs, PROJECTS_PATH, narrow=True)
    return show_page(request, page, status)
