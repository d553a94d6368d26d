# SPDX-License-Identifier: Apache-2.0
"""Where the public downloads: which file is for whom, how it is verified, and the releases of a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import Coordinate
from atr.domain.errors import NotFound
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.offer import Offer, OfferGroup, describe_offer
from atr.domain.vote import Round, RoundState
from atr.services.offers import OfferView, PublicPlace, ShowOffer
from atr.services.release_views import ArtifactView
from atr.web.components import Badge, FileView, Link, make_phase_badge
from atr.web.flash import Tone
from atr.web.pages.feed_links import Alternate, locate_feed, make_data_link, make_feed_link
from atr.web.pages.release_files import LooseFile, list_files, list_loose_files
from atr.web.pages.release_frame import Visit, open_visit
from atr.web.pages.release_paths import make_crumb_path, make_line_path
from atr.web.pages.verify_steps import VerifyView, locate_choice, make_verify_view
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import Page, show_page

_PUBLIC = frozenset({Phase.RELEASED, Phase.ARCHIVED, Phase.END_OF_LIFE, Phase.REVOKED})
_WARNINGS = {
    Phase.ARCHIVED: "This release is archived: a newer one has replaced it. Use it to look back.",
    Phase.END_OF_LIFE: "This release is at the end of its life: nothing in it will be repaired any more.",
    Phase.REVOKED: "This release was revoked: do not use it.",
}
_GROUPS = {
    OfferGroup.SOURCE: ("Source code", "What the project makes: read it, change it, build from it."),
    OfferGroup.READY: ("Ready to use", "Built from the source, for your convenience."),
    OfferGroup.DOCUMENTATION: ("Documentation", ""),
    OfferGroup.OTHER: ("More files", ""),
}


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file that is offered: what it is, and where its steps of verifying are."""

    file: FileView
    label: str
    verify_href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class OfferedGroup:
    """Files that are for the same people; `is_first` are those that most come for."""

    id: str
    label: str
    hint: str
    files: tuple[OfferedFile, ...]
    is_first: bool


@dataclass(frozen=True, slots=True)
class DownloadView:
    """Everything the page of a release's downloads shows."""

    name: str
    version: str
    badge: Badge
    description: str
    homepage: str
    released_at: datetime | None
    warning: str
    reason: str
    tone: Tone
    newer: Link | None
    release_href: str
    groups: tuple[OfferedGroup, ...]
    loose_files: tuple[LooseFile, ...]
    places: tuple[PublicPlace, ...]
    verify: VerifyView | None
    everything: str
    manifest: str
    vote: str
    vote_href: str
    keys_href: str
    others_href: str
    alternates: tuple[Alternate, ...]


@get("/projects/{project:str}/{product:str}/{version:str}/download", sync_to_thread=True)
def show_download(
    request: WebRequest,
    parts: TheParts,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    version: FromPath[Version],
    file: FromQuery[str] = "",
) -> Response[bytes]:
    """Show the files of a release, and how to verify one; raise NotFound before it is published."""
    visit = open_visit(request, parts, ReleaseKey(project, product, version))
    release = visit.view.release
    if release.published_at is None and release.phase not in _PUBLIC:
        raise NotFound("published release", visit.key)
    view = _make_download(visit, parts.door.ask(request.user, ShowOffer(visit.key)), file)
    crumbs = list_crumbs(visit.view.project.name, visit.view.line.name, visit.key.line)
    crumbs = (*crumbs, Link(version, visit.paths.overview))
    title = f"Download {visit.title}"
    page = Page("pages/download.html", title, view, crumbs, section="/releases", crumb="Download")
    return show_page(request, page)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_download,)


def list_crumbs(project_name: str, line_name: str, ref: ProductRef) -> tuple[Link, ...]:
    """Return the ways above the pages of downloads."""
    crumbs = [Link("Projects", "/projects"), Link(project_name, f"/projects/{ref.project}")]
    if ref.product != MAIN:
        crumbs.append(Link(line_name, make_crumb_path(ref)))
    return tuple(crumbs)


def _make_download(visit: Visit, offer: OfferView, wanted: str) -> DownloadView:
    release, project, stage = visit.view.release, visit.view.project, visit.offered_stage
    offered = stage if stage is not Stage.CANDIDATE else None
    chosen = _choose_file(visit, offer, wanted) if offered else None
    passed = _find_passed(visit)
    return DownloadView(
        name=visit.name,
        version=visit.key.version,
        badge=make_phase_badge(release.phase),
        description=project.description,
        homepage=project.homepage,
        released_at=release.released_at,
        warning=_WARNINGS.get(release.phase, ""),
        reason=release.set_aside_reason,
        tone=Tone.BAD if release.phase is Phase.REVOKED else Tone.WARN,
        newer=_link_newer(visit, offer),
        release_href=visit.paths.overview,
        groups=_group_files(visit, offer, chosen) if offered else (),
        loose_files=list_loose_files(visit) if offered else (),
        places=offer.places if offered else (),
        verify=make_verify_view(visit, offered, chosen) if offered and chosen else None,
        everything=f"atr verify {_make_url(visit, offered)}" if offered else "",
        manifest=str(visit.view.revision.manifest_digest) if visit.view.revision else "",
        vote=_say_vote(passed) if passed else "",
        vote_href=visit.paths.vote(passed.number) if passed else "",
        keys_href=visit.paths.keys_file(offered or Stage.CURRENT),
        others_href=f"{make_line_path(visit.key.line)}/downloads",
        alternates=tuple(_list_alternates(visit, offered)),
    )


def _make_url(visit: Visit, stage: Stage) -> str:
    return f"{visit.parts.public_url.rstrip('/')}{Coordinate.of(stage, visit.key).url_path}"


def _describe(offer: OfferView, view: ArtifactView) -> Offer:
    path = view.artifact.file
    return describe_offer(path, offer.checks.classify(path))


def _choose_file(visit: Visit, offer: OfferView, wanted: str) -> ArtifactView | None:
    """Return the file asked for; otherwise the first of those that most come for."""
    order = list(OfferGroup)
    artifacts = sorted(visit.view.artifacts, key=lambda each: order.index(_describe(offer, each).group))
    asked = next((each for each in artifacts if each.artifact.file == wanted), None)
    return asked or next(iter(artifacts), None)


def _group_files(visit: Visit, offer: OfferView, chosen: ArtifactView | None) -> tuple[OfferedGroup, ...]:
    groups: dict[OfferGroup, list[OfferedFile]] = {}
    for view, file in zip(visit.view.artifacts, list_files(visit), strict=True):
        described = _describe(offer, view)
        is_chosen = chosen is not None and view.artifact.file == chosen.artifact.file
        shown = OfferedFile(file, described.label, locate_choice(visit, view.artifact.file), is_chosen)
        groups.setdefault(described.group, []).append(shown)
    present = [group for group in OfferGroup if group in groups]
    return tuple(
        OfferedGroup(group, *_GROUPS[group], tuple(groups[group]), is_first=group is present[0])
        for group in present
    )


def _link_newer(visit: Visit, offer: OfferView) -> Link | None:
    if offer.newer is None:
        return None
    newer = ReleaseKey(visit.key.project, visit.key.product, offer.newer)
    return Link(f"{visit.name} {offer.newer}", f"{make_line_path(newer.line)}/{newer.version}/download")


def _find_passed(visit: Visit) -> Round | None:
    return next((each for each in visit.view.rounds if each.state is RoundState.PASSED), None)


def _say_vote(vote: Round) -> str:
    if vote.tally is None:
        return "The vote passed."
    binding = vote.tally.binding.in_favour
    others = vote.tally.community.in_favour
    votes = "1 binding vote" if binding == 1 else f"{binding} binding votes"
    more = f", and {others} of the community" if others else ""
    return f"The vote passed with {votes} in favour{more}."


def _list_alternates(visit: Visit, stage: Stage | None) -> Iterator[Alternate]:
    key = visit.key
    if stage is not None:
        yield make_data_link("This release as data", Coordinate.of(stage, key).url_path + "/release.json")
    yield make_data_link("Everything about it in the API", visit.paths.api)
    yield make_data_link("Its bills of materials (SBOM)", f"{visit.paths.api}/sboms")
    yield make_feed_link(visit.name, locate_feed(key.project, key.product))
