# SPDX-License-Identifier: Apache-2.0
"""The first page: what waits for whoever asks, and what goes on; for strangers, what this is."""

from dataclasses import dataclass, replace
from datetime import datetime

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.domain.names import MAIN
from atr.domain.people import ActorKind
from atr.domain.project import ProjectStatus
from atr.ports.repositories.paging import PageRequest
from atr.services import events
from atr.services.home_views import OpenVote, OverviewView, ShowOverview, ShowWaiting
from atr.services.project_views import ListProjects
from atr.web.addresses import locate_project, locate_subject
from atr.web.components import EventView, Link
from atr.web.pages.event_lines import describe_event
from atr.web.pages.first_release import FirstReleaseView, find_guide
from atr.web.pages.home_tasks import TaskRow, list_tasks, summarize_tasks
from atr.web.pages.project_rows import ProjectRow, make_project_row
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.release_rows import ReleaseRow, make_release_row, make_row, name_line
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page
from atr.web.reuse import reuse_page

_SHOWN_PROJECTS = 12


@dataclass(frozen=True, slots=True)
class VoteRow:
    """An open vote in a list; `note` says what the reader has to do with it."""

    name: str
    version: str
    href: str
    note: str
    deadline_at: datetime | None


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A release that others have to move on."""

    row: ReleaseRow
    sentence: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """The page of somebody who is signed in."""

    name: str
    summary: str
    tasks: tuple[TaskRow, ...]
    pending: tuple[PendingRow, ...]
    votes: tuple[VoteRow, ...]
    recent: tuple[ReleaseRow, ...]
    projects: tuple[Link, ...]
    done: tuple[EventView, ...]
    guide: FirstReleaseView | None


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """The page of everybody else."""

    votes: tuple[VoteRow, ...]
    recent: tuple[ReleaseRow, ...]
    projects: tuple[ProjectRow, ...]
    has_more: bool


@get("/", sync_to_thread=True)
def show_home(request: WebRequest, door: TheDoor, actor: TheActor, parts: TheParts) -> Response[bytes]:
    """Show what waits for the reader, or what this is."""
    return reuse_page(request, parts, lambda: _show_home(request, door, actor, parts))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_home,)


def _show_home(request: WebRequest, door: TheDoor, actor: TheActor, parts: WebParts) -> Response[bytes]:
    overview = door.ask(actor, ShowOverview())
    if actor.kind is not ActorKind.PERSON:
        return _show_welcome(request, door, actor, overview)
    waiting = door.ask(actor, ShowWaiting())
    known = {each.vote.release for each in waiting.votes}
    voted = {each.vote.release for each in waiting.voted}
    tasks = list_tasks(waiting)
    view = HomeView(
        name=waiting.person.name,
        summary=summarize_tasks(waiting),
        tasks=tasks,
        pending=tuple(
            PendingRow(make_row(each.release, each.project_name), each.next_step.sentence)
            for each in waiting.releases
            if not each.mine and each.release.key not in known
        ),
        votes=tuple(
            _make_vote(each, "You have voted" if each.vote.release in voted else "Open to everybody")
            for each in overview.open_votes
            if each.vote.release not in known
        ),
        recent=tuple(map(make_release_row, overview.recent)),
        projects=tuple(Link(each.name, locate_project(each.key)) for each in waiting.projects),
        done=tuple(_recall(each, parts) for each in waiting.done),
        guide=find_guide(request, door) if waiting.is_new else None,
    )
    return show_page(request, Page("pages/home.html", "Home", view))


def _show_welcome(
    request: WebRequest, door: TheDoor, actor: TheActor, overview: OverviewView
) -> Response[bytes]:
    pages = [
        door.ask(actor, ListProjects(status, page=PageRequest(_SHOWN_PROJECTS)))
        for status in (ProjectStatus.ACTIVE, ProjectStatus.PODLING)
    ]
    projects = [summary for page in pages for summary in page.items]
    view = WelcomeView(
        votes=tuple(_make_vote(each, "Open to everybody") for each in overview.open_votes),
        recent=tuple(map(make_release_row, overview.recent)),
        projects=tuple(map(make_project_row, projects[:_SHOWN_PROJECTS])),
        has_more=len(projects) > _SHOWN_PROJECTS,
    )
    return show_page(request, Page("pages/home_public.html", "Official releases", view))


def _recall(each: events.EventView, parts: WebParts) -> EventView:
    """Return something the reader did, with the project and the release it was about."""
    subject = each.event.subject
    line = subject.product if subject.product != MAIN else None
    place = " ".join(filter(None, (subject.project, line, subject.version)))
    shown = describe_event(each, parts.role_labels, locate_subject(subject))
    sentence = f"{shown.sentence}: {place}" if place else shown.sentence
    return replace(shown, sentence=sentence[:1].upper() + sentence[1:], actor=None, details=())


def _make_vote(each: OpenVote, note: str) -> VoteRow:
    key = each.vote.release
    return VoteRow(
        name=name_line(key, each.project_name),
        version=key.version,
        href=ReleasePaths(key).vote(each.vote.number),
        note="Held on the project's list" if each.vote.policy.manual_vote else note,
        deadline_at=each.vote.deadline_at,
    )
