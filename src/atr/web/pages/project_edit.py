# SPDX-License-Identifier: Apache-2.0
"""Changing a project, and who is on its roster."""

from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from pydantic import Field

from atr.domain.names import MailAddress, ProjectKey
from atr.domain.permissions import Activity
from atr.domain.project import LONGEST_DESCRIPTION, MailingLists, Project, ProjectChange, ProjectStatus
from atr.schema.names import MailText, ProjectKeyText
from atr.services.door import Door
from atr.services.project_views import ShowProject
from atr.services.projects import EditProject
from atr.web.addresses import locate_project
from atr.web.components import Link, Option
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.editing import require_permission
from atr.web.pages.projects import STATUSES
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


@dataclass(frozen=True, slots=True)
class EditView:
    """The form with the project's present state; `path` is that of the project."""

    project: Project
    path: str
    statuses: tuple[Option, ...]
    form: FormView


class ProjectForm(PageForm):
    """A project as somebody wants it; `edition` is the one that was shown."""

    edition: int
    name: str
    status: ProjectStatus
    description: Annotated[str, Field(max_length=LONGEST_DESCRIPTION)] = ""
    homepage: str = ""
    sponsor: ProjectKeyText | None = None
    dev: MailText | None = None
    announce: MailText | None = None
    private: MailText | None = None

    @property
    def change(self) -> ProjectChange:
        """Return what is to be changed: everything the form shows."""
        lists = (MailAddress(each) if each else None for each in (self.dev, self.announce, self.private))
        return ProjectChange(
            name=self.name,
            status=self.status,
            description=self.description,
            homepage=self.homepage,
            mailing_lists=MailingLists(*lists),
            sponsor=ProjectKey(self.sponsor) if self.sponsor else None,
        )


@get("/projects/{project:str}/edit", sync_to_thread=True)
def show_project_edit(request: WebRequest, door: TheDoor, project: FromPath[ProjectKey]) -> Response[bytes]:
    """Show the form with which a project is changed."""
    return _show(request, door, project)


@post("/projects/{project:str}/edit", sync_to_thread=True)
def edit_project(
    request: WebRequest, data: FormData, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[bytes] | Response[None]:
    """Change a project, unless somebody else did meanwhile."""

    def edit(form: ProjectForm) -> Project:
        return door.perform(request.user, EditProject(project, form.change, form.edition)).project

    outcome = submit_form(ProjectForm, data, edit)
    if isinstance(outcome, Rejected):
        return _show(request, door, project, outcome.form, outcome.status)
    return go_to(request, locate_project(project), Flash(f"{outcome.result.name} was changed."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_project_edit, edit_project)


def _show(
    request: WebRequest, door: Door, key: ProjectKey, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowProject(key))
    require_permission(request.user, found.permitted, Activity.PROJECT_ADMIN)
    here = locate_project(key)
    view = EditView(found.project, here, STATUSES, form)
    crumbs = (Link("Projects", "/projects"), Link(found.project.name, here))
    page = Page("pages/project_edit.html", "Edit the project", view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)
