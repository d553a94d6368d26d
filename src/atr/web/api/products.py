# SPDX-License-Identifier: Apache-2.0
"""Product lines in the API."""

from collections.abc import Mapping

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.channel_use import ChannelChoice
from atr.domain.errors import Invalid
from atr.domain.keep import KEEP
from atr.domain.lifecycle import Stage
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey
from atr.domain.project import ProductChange, ProductLine
from atr.schema.pages import ItemPage
from atr.schema.policies import OverrideAnswer, VotePolicyAnswer
from atr.schema.products import (
    ChannelUseAnswer,
    LineAnswer,
    ProductAnswer,
    ProductCreate,
    ProductPatch,
    StageCounts,
)
from atr.services.door import Door
from atr.services.products import CreateProduct, EditProduct
from atr.services.project_facts import LineView, ProductView
from atr.services.project_views import ListProducts, ShowProduct
from atr.web.api.policies import read_policy_change
from atr.web.api.replies import Asking, Reply, read_expected, reply_once
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/projects/{project:str}/products", sync_to_thread=True)
def list_products(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> ItemPage[LineAnswer]:
    """List the product lines of a project, the main one first."""
    lines = door.ask(actor, ListProducts(project))
    return ItemPage[LineAnswer](items=tuple(map(describe_line, lines)))


@post("/projects/{project:str}/products", sync_to_thread=True)
def create_product(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[ProductCreate]
) -> Response[ProductAnswer]:
    """Add a product line to a project."""
    command = CreateProduct(
        ref=ProductRef(project, ProductKey(data.key)),
        name=data.name,
        version_order=data.version_order,
        channels=_read_choice(data),
    )

    def describe(view: ProductView) -> Reply[ProductAnswer]:
        ref = view.product.ref
        address = f"/api/v1/projects/{ref.project}/products/{ref.product}"
        return Reply(_describe_product(view), address, tag_product(view.product))

    return reply_once(Asking(request, door, data), command, describe)


@get("/projects/{project:str}/products/{product:str}", sync_to_thread=True)
def show_product(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[ProductAnswer]:
    """Show a product line with its released versions and its policy."""
    return _send_product(door.ask(actor, ShowProduct(ProductRef(project, product))))


@patch("/projects/{project:str}/products/{product:str}", sync_to_thread=True)
def edit_product(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: JSONBody[ProductPatch],
) -> Response[ProductAnswer]:
    """Change some fields, the policy override too; send `If-Match` so as to overwrite nothing unseen."""
    ref = ProductRef(project, product)
    policy = read_policy_change(data.policy) if "policy" in data.model_fields_set else None
    command = EditProduct(
        ref, _read_change(data), policy, _read_expected(request, door, ref), _read_choice(data)
    )
    return _send_product(door.perform(request.user, command))


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_products, create_product, show_product, edit_product)


def tag_product(product: ProductLine) -> str:
    """Return the entity tag of a product line and its policy override."""
    return make_etag("product", product.ref, product.edition)


def describe_line(line: LineView) -> LineAnswer:
    """Return the line as lists show it."""
    product = line.product
    return LineAnswer(
        project=product.ref.project,
        key=product.ref.product,
        name=product.name,
        version_order=product.version_order,
        latest=line.latest,
        releases=_describe_counts(line.counts),
    )


def _read_expected(request: WebRequest, door: Door, ref: ProductRef) -> int | None:
    if "if-match" not in request.headers:
        return None
    product = door.ask(request.user, ShowProduct(ref)).product
    return read_expected(request, tag_product(product), product.edition)


def _read_change(data: ProductPatch) -> ProductChange:
    given = data.model_fields_set
    return ProductChange(
        name=data.name if "name" in given else KEEP,
        version_order=data.version_order if "version_order" in given else KEEP,
    )


def _read_choice(data: ProductCreate | ProductPatch) -> ChannelChoice:
    given = data.model_fields_set
    if "channel_uses" in given and given & {"channels", "required_channels"}:
        told = "Give channel_uses, or channels and required_channels, not both."
        raise Invalid.field("channel_uses", told)
    return ChannelChoice(
        channels=tuple(map(ChannelKey, data.channels)) if "channels" in given else KEEP,
        required_channels=(
            tuple(map(ChannelKey, data.required_channels)) if "required_channels" in given else KEEP
        ),
        uses=tuple(each.read() for each in data.channel_uses) if "channel_uses" in given else KEEP,
    )


def _describe_counts(counts: Mapping[Stage, int]) -> StageCounts:
    return StageCounts(
        candidate=counts.get(Stage.CANDIDATE, 0),
        current=counts.get(Stage.CURRENT, 0),
        archived=counts.get(Stage.ARCHIVED, 0),
    )


def _send_product(view: ProductView) -> Response[ProductAnswer]:
    return Response(_describe_product(view), headers={"etag": tag_product(view.product)})


def _describe_product(view: ProductView) -> ProductAnswer:
    product = view.product
    return ProductAnswer(
        project=product.ref.project,
        key=product.ref.product,
        name=product.name,
        version_order=product.version_order,
        latest=view.latest,
        releases=_describe_counts(view.counts),
        channels=product.channels,
        required_channels=product.required_channels,
        channel_uses=tuple(map(ChannelUseAnswer.of, product.uses)),
        released=view.released,
        policy=VotePolicyAnswer.of(view.policy.policy),
        policy_version=view.policy.version,
        policy_override=OverrideAnswer.of(product.policy),
        created_at=product.created_at,
        permitted=tuple(sorted(view.permitted)),
    )
