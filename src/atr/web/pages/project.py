# SPDX-License-Identifier: Apache-2.0
"""The page of a project: its lines, releases, people, policy, keys, lists and history."""

from dataclasses import dataclass
from typing import Literal

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, ProductRef, ProjectKey, ReleaseKey, UserId
from atr.domain.people import ActorKind, Role
from atr.domain.permissions import Activity
from atr.domain.project import MailingLists, Project
from atr.domain.versions import VersionOrder
from atr.services.project_facts import LineView, RosterView
from atr.services.project_pages import ProjectPageView, ShowProjectPage
from atr.web.addresses import (
    locate_events,
    locate_keys_file,
    locate_line,
    locate_project,
    locate_release,
)
from atr.web.components import ActionView, Badge, EventView, Fact, Link, PersonView
from atr.web.pages.feed_links import Alternate, locate_feed, make_data_link, make_feed_link
from atr.web.pages.policy_rows import PolicyRow, list_policy_brief
from atr.web.pages.project_rows import STATUS_BADGES
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.stage_lists import StageList, list_stages
from atr.web.pages.subject_events import describe_here
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page

ORDERS = {
    VersionOrder.SEMVER: "semantic versions",
    VersionOrder.CALVER: "calendar versions",
    VersionOrder.DATE: "dates",
}
_SHOWN_PEOPLE = 12
_LIST_LABELS: tuple[tuple[Literal["dev", "announce", "private"], str], ...] = (
    ("dev", "Development"),
    ("announce", "Announcements"),
    ("private", "Private"),
)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A product line in the list; strangers are offered the latest release, members a new candidate."""

    name: str
    key: str
    href: str
    order: str
    latest: str
    latest_href: str
    download_href: str
    history_href: str
    counts: tuple[str, ...]
    begin: ActionView | None


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """Those whose first role it is; `more` are those for whom there is no room at once."""

    label: str
    people: tuple[PersonView, ...]
    more: tuple[PersonView, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything the page shows; `manage` are the ways to change it, for those who may."""

    name: str
    badge: Badge
    description: str
    homepage: str
    sponsor: Link | None
    manage: tuple[Link, ...]
    lines: tuple[LineRow, ...]
    new_line_href: str
    stages: tuple[StageList, ...]
    groups: tuple[RoleGroup, ...]
    policy: tuple[PolicyRow, ...]
    policy_href: str
    keys_href: str
    keys_label: str
    keys_file: str
    channels: tuple[Fact, ...]
    lists: tuple[Fact, ...]
    events: tuple[EventView, ...]
    events_href: str
    activity_href: str
    alternates: tuple[Alternate, ...]


@get("/projects/{project:str}", sync_to_thread=True)
def show_project(
    request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts, project: FromPath[ProjectKey]
) -> Response[bytes]:
    """Show a project."""
    found = door.ask(actor, ShowProjectPage(project))
    page = Page(
        "pages/project.html",
        found.shown.project.name,
        _make_view(found, parts, is_stranger=actor.kind is ActorKind.ANONYMOUS),
        (Link("Projects", "/projects"),),
        section="/projects",
    )
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_project,)


def _make_view(found: ProjectPageView, parts: WebParts, *, is_stranger: bool) -> ProjectPage:
    shown, project = found.shown, found.shown.project
    here = locate_project(project.key)
    return ProjectPage(
        name=project.name,
        badge=STATUS_BADGES[project.status],
        description=project.description,
        homepage=project.homepage,
        sponsor=_link_sponsor(project, shown.sponsor_name),
        manage=_list_ways(shown.permitted, here),
        lines=tuple(_make_line(each, None if is_stranger else found.begin_reasons) for each in shown.lines),
        new_line_href=f"{here}/new-line" if Activity.PRODUCT_ADMIN in shown.permitted else "",
        stages=list_stages(found.releases, str(project.key)),
        groups=_group_people(found.roster, parts),
        policy=list_policy_brief(found.policy),
        policy_href=f"{here}/policy",
        keys_href=f"{here}/keys",
        keys_label=_count_keys(found.key_count),
        keys_file=locate_keys_file(project.key) if found.key_count else "",
        channels=tuple(_name_channels(each) for each in shown.lines),
        lists=_list_addresses(project.mailing_lists),
        events=tuple(describe_here(each, parts.role_labels) for each in found.events),
        events_href=locate_events(project.key),
        activity_href=f"{locate_project(project.key)}/activity",
        alternates=(
            make_feed_link(project.name, locate_feed(project.key)),
            make_data_link("The project in the API", f"/api/v1{here}"),
            make_data_link("Its releases in the API", f"/api/v1/releases?project={project.key}"),
        ),
    )


def _link_sponsor(project: Project, name: str | None) -> Link | None:
    if project.sponsor is None:
        return None
    return Link(name or project.sponsor, locate_project(project.sponsor))


def _count_keys(count: int) -> str:
    if not count:
        return "No key may sign for the project yet."
    return f"{'1 key' if count == 1 else f'{count} keys'} may sign for the project."


def _list_ways(permitted: frozenset[Activity], here: str) -> tuple[Link, ...]:
    if Activity.PROJECT_ADMIN not in permitted:
        return ()
    return (Link("Edit", f"{here}/edit", "pencil"), Link("People", f"{here}/roster", "users"))


def _name_channels(view: LineView) -> Fact:
    line = view.product
    names = ", ".join(line.channels) or "download area only"
    return Fact(line.name, names, f"{locate_line(line.ref)}/channels")


def _make_line(view: LineView, begin_reasons: tuple[str, ...] | None) -> LineRow:
    line = view.product
    here = locate_line(line.ref)
    latest = ReleaseKey(line.ref.project, line.ref.product, view.latest) if view.latest else None
    counted = ((Stage.CANDIDATE, "candidate", "candidates"), (Stage.CURRENT, "current", "current"))
    counts = [(view.counts.get(stage, 0), one, many) for stage, one, many in counted]
    return LineRow(
        name=line.name,
        key="main line" if line.ref.product == MAIN else line.ref.product,
        href=here,
        order=ORDERS[line.version_order],
        latest=view.latest or "",
        latest_href=locate_release(latest) if latest else "",
        download_href=ReleasePaths(latest).download if latest else "",
        history_href=f"{here}/downloads" if latest or view.counts.get(Stage.ARCHIVED) else "",
        counts=tuple(f"{number} {one if number == 1 else many}" for number, one, many in counts if number),
        begin=make_begin_action(line.ref, begin_reasons, "small") if begin_reasons is not None else None,
    )


def make_begin_action(ref: ProductRef, reasons: tuple[str, ...], style: str = "primary") -> ActionView:
    """Return the button that leads to where a candidate is begun."""
    path = f"{locate_line(ref)}/new-release"
    return ActionView("New candidate", path, reasons, style, "plus", is_link=True)


def _group_people(roster: RosterView, parts: WebParts) -> tuple[RoleGroup, ...]:
    named: set[UserId] = set()
    groups = []
    for role in (Role.PMC_MEMBER, Role.RELEASE_MANAGER, Role.COMMITTER):
        holders = [each for each in roster.list_holders(role) if each.user not in named]
        named |= {each.user for each in holders}
        people = tuple(PersonView(each.user, each.name) for each in holders)
        label = parts.role_labels[role] + ("" if len(people) == 1 else "s")
        groups.append(RoleGroup(label, people[:_SHOWN_PEOPLE], people[_SHOWN_PEOPLE:]))
    return tuple(group for group in groups if group.people)


def _list_addresses(lists: MailingLists) -> tuple[Fact, ...]:
    given = ((label, getattr(lists, name)) for name, label in _LIST_LABELS)
    return tuple(Fact(label, address, f"mailto:{address}") for label, address in given if address)
