# SPDX-License-Identifier: Apache-2.0
"""Projects and their rosters in the API."""

from collections.abc import Iterable

from litestar import Response, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.keep import KEEP
from atr.domain.names import MailAddress, ProjectKey, UserId
from atr.domain.people import Role, Roster
from atr.domain.project import MailingLists, Project, ProjectChange, ProjectStatus
from atr.ports.repositories.paging import PageRequest
from atr.schema.pages import ItemPage
from atr.schema.people import MemberAnswer
from atr.schema.policies import VotePolicyAnswer
from atr.schema.projects import (
    MailingListsAnswer,
    MailingListsBody,
    ProjectAnswer,
    ProjectCreate,
    ProjectItem,
    ProjectPatch,
    RosterAnswer,
    RosterPut,
)
from atr.services.door import Door
from atr.services.project_facts import ProjectView, RosterView
from atr.services.project_views import (
    ListProjects,
    ProjectSummary,
    ShowProject,
    ShowRoster,
)
from atr.services.projects import CreateProject, EditProject, SetRoster
from atr.web.api.products import describe_line
from atr.web.api.replies import Asking, Reply, read_expected, reply_once
from atr.web.conditional import make_etag
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/projects", sync_to_thread=True)
def list_projects(
    actor: TheActor,
    door: TheDoor,
    status: FromQuery[ProjectStatus | None] = None,
    q: FromQuery[str] = "",
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[ProjectItem]:
    """List projects in order of their names; `q` looks for words in key, name and description."""
    found = door.ask(actor, ListProjects(status, q, PageRequest(limit, cursor)))
    return ItemPage[ProjectItem](items=tuple(map(describe_item, found.items)), next=found.next)


@post("/projects", sync_to_thread=True)
def create_project(
    request: WebRequest, door: TheDoor, data: JSONBody[ProjectCreate]
) -> Response[ProjectAnswer]:
    """Found a project with its main product line."""
    command = CreateProject(
        key=ProjectKey(data.key),
        name=data.name,
        status=data.status,
        description=data.description,
        homepage=data.homepage,
        mailing_lists=_read_lists(data.mailing_lists),
        sponsor=_read_sponsor(data.sponsor),
        roster=_read_roster(data.roster),
    )

    def describe(view: ProjectView) -> Reply[ProjectAnswer]:
        return Reply(_describe_project(view), _address(view.project.key), tag_project(view.project))

    return reply_once(Asking(request, door, data), command, describe)


@get("/projects/{project:str}", sync_to_thread=True)
def show_project(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> Response[ProjectAnswer]:
    """Show a project with its product lines."""
    return _send_project(door.ask(actor, ShowProject(project)))


@patch("/projects/{project:str}", sync_to_thread=True)
def edit_project(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[ProjectPatch]
) -> Response[ProjectAnswer]:
    """Change some fields of a project; send `If-Match` so as to overwrite nothing unseen."""
    expected = _read_expected(request, door, project)
    return _send_project(door.perform(request.user, EditProject(project, _read_change(data), expected)))


@get("/projects/{project:str}/roster", sync_to_thread=True)
def show_roster(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> Response[RosterAnswer]:
    """Show who is PMC member, committer or release manager."""
    return _send_roster(door.ask(actor, ShowRoster(project)))


@put("/projects/{project:str}/roster", sync_to_thread=True)
def set_roster(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[RosterPut]
) -> Response[RosterAnswer]:
    """Replace the roster; send `If-Match` so as to overwrite nothing unseen."""
    expected = _read_expected(request, door, project)
    return _send_roster(door.perform(request.user, SetRoster(project, _read_roster(data), expected)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    list_projects,
    create_project,
    show_project,
    edit_project,
    show_roster,
    set_roster,
)


def tag_project(project: Project) -> str:
    """Return the entity tag of a project, its roster and its policy."""
    return make_etag("project", project.key, project.edition)


def _read_expected(request: WebRequest, door: Door, key: ProjectKey) -> int | None:
    if "if-match" not in request.headers:
        return None
    project = door.ask(request.user, ShowProject(key)).project
    return read_expected(request, tag_project(project), project.edition)


def _read_lists(body: MailingListsBody) -> MailingLists:
    return MailingLists(
        *(MailAddress(each) if each else None for each in (body.dev, body.announce, body.private))
    )


def _read_roster(body: RosterPut) -> Roster:
    def read(users: Iterable[str]) -> frozenset[UserId]:
        return frozenset(map(UserId, users))

    return Roster(read(body.pmc_members), read(body.committers), read(body.release_managers))


def _read_change(data: ProjectPatch) -> ProjectChange:
    given = data.model_fields_set
    return ProjectChange(
        name=data.name if "name" in given else KEEP,
        status=data.status if "status" in given else KEEP,
        description=data.description if "description" in given else KEEP,
        homepage=data.homepage if "homepage" in given else KEEP,
        mailing_lists=_read_lists(data.mailing_lists) if "mailing_lists" in given else KEEP,
        sponsor=_read_sponsor(data.sponsor) if "sponsor" in given else KEEP,
    )


def _read_sponsor(text: str | None) -> ProjectKey | None:
    return ProjectKey(text) if text else None


def _address(key: ProjectKey) -> str:
    return f"/api/v1/projects/{key}"


def _send_project(view: ProjectView) -> Response[ProjectAnswer]:
    return Response(_describe_project(view), headers={"etag": tag_project(view.project)})


def _send_roster(view: RosterView) -> Response[RosterAnswer]:
    return Response(_describe_roster(view), headers={"etag": tag_project(view.project)})


def describe_item(summary: ProjectSummary) -> ProjectItem:
    """Return a project as an item of a list."""
    project = summary.project
    return ProjectItem(
        key=project.key,
        name=project.name,
        status=project.status,
        description=project.description,
        lines=summary.line_count,
        latest=summary.latest,
    )


def _describe_project(view: ProjectView) -> ProjectAnswer:
    project = view.project
    return ProjectAnswer(
        key=project.key,
        name=project.name,
        status=project.status,
        description=project.description,
        homepage=project.homepage,
        mailing_lists=MailingListsAnswer.of(project.mailing_lists),
        sponsor=project.sponsor,
        sponsor_name=view.sponsor_name,
        products=tuple(map(describe_line, view.lines)),
        policy=VotePolicyAnswer.of(view.policy.policy),
        policy_version=view.policy.version,
        created_at=project.created_at,
        permitted=tuple(sorted(view.permitted)),
    )


def _describe_roster(view: RosterView) -> RosterAnswer:
    def name_holders(role: Role) -> tuple[str, ...]:
        return tuple(each.user for each in view.list_holders(role))

    return RosterAnswer(
        pmc_members=name_holders(Role.PMC_MEMBER),
        committers=name_holders(Role.COMMITTER),
        release_managers=name_holders(Role.RELEASE_MANAGER),
        members=tuple(map(MemberAnswer.of, view.members)),
        permitted=tuple(sorted(view.permitted)),
    )
