# SPDX-License-Identifier: Apache-2.0
"""Releases in the API: finding them, beginning them, and moving them through their life."""

from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.release import Release
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.schema.events import EventAnswer
from atr.schema.files import ArtifactAnswer, SbomAnswer
from atr.schema.pages import ItemPage
from atr.schema.releases import (
    BlockersAnswer,
    PhaseMove,
    PhasesAnswer,
    ReleaseAnswer,
    ReleaseCreate,
    ReleaseItem,
)
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.phase_steps import SetAside, TakeStep
from atr.services.release_views import (
    ListSteps,
    ReleaseView,
    ShowBlockers,
    ShowRelease,
    list_artifacts,
    then_show_release,
)
from atr.services.releases import CreateRelease, ListReleases
from atr.services.revisions import ShowRevision
from atr.web.api import events
from atr.web.api.release_answers import (
    describe_artifact,
    describe_blockers,
    describe_listed,
    describe_phases,
    describe_release,
    list_sboms,
)
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.conditional import make_etag, require_match
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter
from atr.web.parts import TheActor, TheDoor, WebRequest

_Text = Annotated[str, QueryParameter(name="q", description="Beginnings of words that all occur.")]


TheFilter = NamedDependency[SkipValidation[ReleaseFilter]]


def read_filter(
    stage: FromQuery[Stage | None] = None,
    phase: FromQuery[Phase | None] = None,
    project: FromQuery[ProjectKey | None] = None,
    product: FromQuery[ProductKey | None] = None,
    text: _Text = "",
) -> ReleaseFilter:
    """Return what a list of releases is narrowed to."""
    return ReleaseFilter(stage, phase, project, product, text)


@get("/releases", dependencies={"which": Provide(read_filter, sync_to_thread=False)}, sync_to_thread=True)
def list_releases(
    actor: TheActor,
    door: TheDoor,
    which: TheFilter,
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[ReleaseItem]:
    """List releases, the latest change of phase first."""
    found = door.ask(actor, ListReleases(which, PageRequest(limit, cursor)))
    return ItemPage[ReleaseItem](items=tuple(map(describe_listed, found.items)), next=found.next)


@post("/projects/{project:str}/products/{product:str}/releases", sync_to_thread=True)
def create_release(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: JSONBody[ReleaseCreate],
) -> Response[ReleaseAnswer]:
    """Begin the candidate of a version."""
    command = CreateRelease(ProductRef(project, product), Version(data.version))
    return reply_once(Asking(request, door, data), then_show_release(command), _reply_created)


@get("/", sync_to_thread=True)
def show_release(actor: TheActor, door: TheDoor, release: TheRelease) -> Response[ReleaseAnswer]:
    """Show a release with everything around it."""
    view = door.ask(actor, ShowRelease(release))
    return Response(describe_release(view), headers={"etag": tag_release(view.release)})


@delete("/", sync_to_thread=True, status_code=200)
def set_release_aside(
    request: WebRequest, door: TheDoor, release: TheRelease, reason: FromQuery[str] = ""
) -> Response[ReleaseAnswer]:
    """Abandon a candidate, or archive a release; the record is kept for ever."""
    _require_seen(request, door, release)
    return reply_once(Asking(request, door), then_show_release(SetAside(release, reason)), _reply_moved)


@get("/phase", sync_to_thread=True)
def show_phases(actor: TheActor, door: TheDoor, release: TheRelease) -> Response[PhasesAnswer]:
    """Show where a release is, and which steps lead on, each with every unmet condition."""
    view = door.ask(actor, ListSteps(release))
    answer = describe_phases(view.release, view.steps)
    return Response(answer, headers={"etag": tag_release(view.release)})


@post("/phase", sync_to_thread=True, status_code=200)
def move_release(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[PhaseMove]
) -> Response[ReleaseAnswer]:
    """Move a release on; `vote`, `distribute`, `failed` and `released` do what those steps consist of."""
    _require_seen(request, door, release)
    command = TakeStep(release, data.to, data.reason)
    return reply_once(Asking(request, door, data), then_show_release(command), _reply_moved)


@get("/blockers", sync_to_thread=True)
def show_blockers(actor: TheActor, door: TheDoor, release: TheRelease) -> BlockersAnswer:
    """Show what exactly keeps a release from its next step."""
    return describe_blockers(door.ask(actor, ShowBlockers(release)))


@get("/events", dependencies=events.FILTER, sync_to_thread=True)
def list_release_events(
    actor: TheActor,
    door: TheDoor,
    release: TheRelease,
    which: events.TheFilter,
    cursor: CursorParameter = None,
    limit: LimitParameter = DEFAULT_LIMIT,
) -> ItemPage[EventAnswer]:
    """List what happened to a release, newest first."""
    place = which.within(release.project, release.product, release.version)
    return events.describe_events(door.ask(actor, ListEvents(place, PageRequest(limit, cursor))))


@get("/artifacts", sync_to_thread=True)
def show_artifacts(actor: TheActor, door: TheDoor, release: TheRelease) -> ItemPage[ArtifactAnswer]:
    """List the artifacts of the shown revision, each with its signature, checksums and SBOMs."""
    found = list_artifacts(door.ask(actor, ShowRevision(release)))
    return ItemPage[ArtifactAnswer](items=tuple(map(describe_artifact, found)))


@get("/sboms", sync_to_thread=True)
def show_sboms(actor: TheActor, door: TheDoor, release: TheRelease) -> ItemPage[SbomAnswer]:
    """List the bills of materials among the files of the shown revision."""
    revision = door.ask(actor, ShowRevision(release))
    return ItemPage[SbomAnswer](items=list_sboms(list_artifacts(revision), revision.files))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    list_releases,
    create_release,
    Router(
        RELEASE_PATH,
        route_handlers=[
            show_release,
            set_release_aside,
            show_phases,
            move_release,
            show_blockers,
            list_release_events,
            show_artifacts,
            show_sboms,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def tag_release(release: Release) -> str:
    """Return the entity tag of a release; it changes with every step and every revision."""
    return make_etag("release", release.key, release.edition)


def _require_seen(request: WebRequest, door: Door, key: ReleaseKey) -> None:
    if "if-match" in request.headers:
        require_match(request, tag_release(door.ask(request.user, ListSteps(key)).release))


def _reply_created(view: ReleaseView) -> Reply[ReleaseAnswer]:
    key = view.release.key
    address = f"/api/v1/releases/{key.storage_key}"
    return Reply(describe_release(view), address, tag_release(view.release))


def _reply_moved(view: ReleaseView) -> Reply[ReleaseAnswer]:
    return Reply(describe_release(view), etag=tag_release(view.release), status=200)
