# SPDX-License-Identifier: Apache-2.0
"""The page of a product line: its releases, its policy and its history."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from atr.domain.coordinates import LATEST, Coordinate
from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, ProductKey, ProductRef, ProjectKey, ReleaseKey
from atr.domain.people import ActorKind
from atr.domain.permissions import Activity
from atr.domain.policy import PolicyLevel
from atr.services.project_pages import ProductPageView, ShowProductPage
from atr.web.addresses import locate_events, locate_line, locate_project, locate_release
from atr.web.components import ActionView, EventView, Fact, Link
from atr.web.pages.feed_links import Alternate, locate_feed, make_data_link, make_feed_link
from atr.web.pages.policy_rows import PolicyRow, list_policy_brief
from atr.web.pages.project import ORDERS, make_begin_action
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.stage_lists import StageList, list_stages
from atr.web.pages.subject_events import describe_here
from atr.web.parts import TheActor, TheDoor, TheParts, WebParts, WebRequest
from atr.web.rendering import Page, show_page


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything the page shows; `edit_href` is empty for those who may not change it."""

    name: str
    kind: str
    latest: str
    latest_href: str
    download_href: str
    history_href: str
    edit_href: str
    begin: ActionView | None
    stages: tuple[StageList, ...]
    facts: tuple[Fact, ...]
    policy: tuple[PolicyRow, ...]
    policy_note: str
    policy_href: str
    events: tuple[EventView, ...]
    events_href: str
    alternates: tuple[Alternate, ...]


@get("/projects/{project:str}/{product:str}", sync_to_thread=True)
def show_product(
    request: WebRequest,
    door: TheDoor,
    actor: TheActor,
    parts: TheParts,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
) -> Response[bytes]:
    """Show a product line."""
    found = door.ask(actor, ShowProductPage(ProductRef(project, product)))
    holder = found.shown.project
    crumbs = (Link("Projects", "/projects"), Link(holder.name, locate_project(holder.key)))
    view = _make_view(found, parts, is_stranger=actor.kind is ActorKind.ANONYMOUS)
    return show_page(request, Page("pages/product.html", view.name, view, crumbs, section="/projects"))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_product,)


def _make_view(found: ProductPageView, parts: WebParts, *, is_stranger: bool) -> ProductPage:
    shown, line = found.shown, found.shown.product
    ref, here = line.ref, locate_line(line.ref)
    latest = ReleaseKey(ref.project, ref.product, shown.latest) if shown.latest else None
    may_edit = Activity.PRODUCT_ADMIN in shown.permitted
    return ProductPage(
        name=line.name,
        kind="Main product line" if line.is_main else "Product line",
        latest=shown.latest or "",
        latest_href=locate_release(latest) if latest else "",
        download_href=ReleasePaths(latest).download if latest else "",
        history_href=f"{here}/downloads" if latest or shown.counts.get(Stage.ARCHIVED) else "",
        edit_href=f"{here}/edit" if may_edit else "",
        begin=None if is_stranger else make_begin_action(ref, found.begin_reasons),
        stages=list_stages(found.releases, ref.project, ref.product),
        facts=_list_facts(found),
        policy=list_policy_brief(found.policy),
        policy_note=_say_origin(found),
        policy_href=f"{here}/policy",
        events=tuple(describe_here(each, parts.role_labels) for each in found.events),
        events_href=locate_events(str(ref) if ref.product != MAIN else f"{ref.project}/{MAIN}"),
        alternates=(
            make_feed_link(line.name, locate_feed(ref.project, ref.product)),
            make_data_link(
                "The product line in the API", f"/api/v1/projects/{ref.project}/products/{ref.product}"
            ),
        ),
    )


def _list_facts(found: ProductPageView) -> tuple[Fact, ...]:
    line = found.shown.product
    facts = [
        Fact("Project", found.shown.project.name, locate_project(line.ref.project)),
        Fact("Key", line.ref.product, mono=True),
        Fact("Numbered by", ORDERS[line.version_order]),
        Fact(
            "Channels", ", ".join(line.channels) or "download area only", f"{locate_line(line.ref)}/channels"
        ),
    ]
    if line.required_channels:
        facts.append(Fact("Must reach", ", ".join(line.required_channels)))
    if found.shown.latest:
        path = Coordinate(Stage.CURRENT, line.ref.project, line.ref.product, LATEST).url_path
        facts.append(Fact("Latest files", path, path, mono=True))
    return tuple(facts)


def _say_origin(found: ProductPageView) -> str:
    own = [level for level in found.policy.levels.values() if level is PolicyLevel.PRODUCT]
    if not own:
        return "Everything is inherited from the project."
    return "1 field is set here." if len(own) == 1 else f"{len(own)} fields are set here."
