# SPDX-License-Identifier: Apache-2.0
"""What every page of a release shares: its head, the ways between its pages, and how it stays fresh."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from litestar import Response
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MAIN, ReleaseKey, UserId
from atr.domain.people import ActorKind
from atr.schema.releases import PulseAnswer
from atr.services.downloads import find_offered_stage
from atr.services.release_views import ReleaseView, VisitRelease
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.components import Badge, Link, PersonView, make_phase_badge
from atr.web.forms import FormView
from atr.web.pages.release_paths import ReleasePaths, make_crumb_path
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page

PAGES_PATH = RELEASE_PATH
_ANNOUNCING = frozenset({Phase.DISTRIBUTE, Phase.ANNOUNCE})


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """The head of a release's pages; `seen` is what the stream said when the page was made.

    `data` is where programs find the release.
    """

    name: str
    version: str
    badge: Badge
    begun_by: PersonView
    begun_at: datetime
    tabs: tuple[Link, ...]
    stream: str
    seen: str
    data: str


class HasHead(Protocol):
    """The view of any page of a release."""

    @property
    def head(self) -> ReleaseHead:
        """Return the head."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody looking at a release: the request, the release with everything around it, the moment."""

    request: WebRequest
    parts: WebParts
    view: ReleaseView
    seen: str
    now: datetime

    @property
    def key(self) -> ReleaseKey:
        """Return the key of the release."""
        return self.view.release.key

    @property
    def paths(self) -> ReleasePaths:
        """Return the addresses of the release."""
        return ReleasePaths(self.key)

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody signed in."""
        return self.request.user.kind is ActorKind.ANONYMOUS

    @property
    def offered_stage(self) -> Stage | None:
        """Return under which stage the files are offered, if they are."""
        return find_offered_stage(self.view.release)

    @property
    def title(self) -> str:
        """Return name and version as people say them."""
        return f"{self.name} {self.key.version}"

    @property
    def name(self) -> str:
        """Return the name of what is released: the project, or another product line than its main one."""
        return self.view.project.name if self.key.product == MAIN else self.view.line.name

    def name_person(self, label: str) -> PersonView:
        """Return somebody by the label that events and revisions carry."""
        if label in set(ActorKind):
            return PersonView(label, "ATR" if label == ActorKind.SERVICE else "Operator")
        return PersonView(label, self.view.names.get(UserId(label), label))


TheVisit = NamedDependency[SkipValidation[Visit]]
"""Annotate a handler's `visit` with this below PAGES_PATH to be given the release as the asker sees it."""


def open_visit(request: WebRequest, parts: TheParts, release: TheRelease) -> Visit:
    """Look at the release as whoever asks; raise NotFound."""
    found = parts.door.ask(request.user, VisitRelease(release))
    return Visit(request, parts, found.view, PulseAnswer.of(found.pulse).model_dump_json(), parts.clock())


VISIT_DEPENDENCIES = {**RELEASE_DEPENDENCY, "visit": Provide(open_visit, sync_to_thread=True)}


def make_head(visit: Visit, tab: str = "") -> ReleaseHead:
    """Return the head; `tab` is the address of the page one is on."""
    release = visit.view.release
    return ReleaseHead(
        name=visit.name,
        version=release.key.version,
        badge=make_phase_badge(release.phase),
        begun_by=visit.name_person(release.created_by),
        begun_at=release.created_at,
        tabs=_list_tabs(visit, tab or visit.paths.overview),
        stream=f"{visit.paths.api}/stream",
        seen=visit.seen,
        data=visit.paths.api,
    )


def _list_tabs(visit: Visit, current: str) -> tuple[Link, ...]:
    view, paths = visit.view, visit.paths
    findings = sum(view.counts.values()) if view.facts.evaluation else None
    links = [
        ("Overview", paths.overview, "eye", None, "o"),
        ("Files", paths.files, "package", len(view.artifacts), "f"),
        ("Checks", paths.checks, "shield-check", findings, "c"),
        ("Vote", paths.votes, "vote", len(view.rounds) or None, "v"),
    ]
    if view.line.channels or view.release.package_managers:
        links.append(("Channels", paths.distribution, "truck", None, "d"))
    if view.release.phase in _ANNOUNCING or view.facts.announcement is not None:
        links.append(("Announcement", paths.announcement, "megaphone", None, "a"))
    if view.release.published_at is not None:
        links.append(("Download", paths.download, "download", None, "l"))
    return tuple(
        Link(label, href, icon, href == current, count, key) for label, href, icon, count, key in links
    )


def list_complaints(form: FormView) -> tuple[str, ...]:
    """Return everything that was wrong with a form, for where its fields are not in sight."""
    return (*form.reasons, *form.errors.values())


def show_release_page(
    visit: Visit, template: str, view: HasHead, about: str = "", status: int = 200
) -> Response[bytes]:
    """Return a page of the release; `about` says which one, beside the overview."""
    crumbs = [Link("Projects", "/projects"), Link(visit.view.project.name, f"/projects/{visit.key.project}")]
    if visit.key.product != MAIN:
        crumbs.append(Link(visit.view.line.name, make_crumb_path(visit.key.line)))
    if about:
        crumbs.append(Link(visit.key.version, visit.paths.overview))
    title = f"{about} · {visit.title}" if about else visit.title
    crumb = about or visit.key.version
    page = Page(f"pages/{template}", title, view, tuple(crumbs), section="/releases", crumb=crumb)
    return show_page(visit.request, page, status)
