# SPDX-License-Identifier: Apache-2.0
"""Routes that only tests have: each fails, or answers, in one particular way."""

from typing import Annotated

from litestar import Response, Router, get, post, put
from litestar.exceptions import TooManyRequestsException
from litestar.params import FromPath, JSONBody
from litestar.response import ServerSentEvent
from pydantic import Field

from atr.domain.errors import (
    Conflict,
    Denied,
    DomainError,
    Invalid,
    NotFound,
    NotSignedIn,
    OutOfSpace,
    Problem,
    Refused,
    TooLarge,
)
from atr.domain.names import ProjectKey
from atr.schema.pages import ItemPage
from atr.schema.wire import UtcTime, WireAnswer, WireRequest
from atr.web.conditional import is_unchanged, make_etag, require_match
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData
from atr.web.pages.design_samples import make_samples
from atr.web.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter, decode_cursor, encode_cursor
from atr.web.parts import TheActor, TheParts, WebRequest
from atr.web.rendering import Page, go_to, show_page
from atr.web.security import require_form_body, require_json_body

FAILURES: dict[str, DomainError] = {
    "hidden": NotFound("project", "widget"),
    "nobody": NotSignedIn(),
    "denied": Denied("Only PMC members cast binding votes."),
    "refused": Refused("There are no files yet.", "2 concerns wait to be acknowledged."),
    "conflict": Conflict("Somebody else was faster."),
    "invalid": Invalid(Problem("hours", "Use a whole number."), Problem("list", "Name a list.")),
    "large": TooLarge("The file is larger than 1 GB."),
    "full": OutOfSpace("The store is full."),
}


class Inner(WireRequest):
    size: int


class Thing(WireRequest):
    name: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=0)]
    at: UtcTime | None = None
    parts: tuple[Inner, ...] = ()


class Numbers(WireAnswer):
    number: int


@get("/fail/{kind:str}", sync_to_thread=True)
def fail(kind: FromPath[str]) -> None:
    if kind == "unforeseen":
        raise RuntimeError("the secret is swordfish")
    if kind == "often":
        raise TooManyRequestsException(headers={"Retry-After": "30"})
    raise FAILURES[kind]


@get("/whoami", sync_to_thread=True)
def tell_actor(actor: TheActor) -> dict[str, str]:
    return {"actor": actor.label}


@get("/projects/{project:str}", sync_to_thread=True)
def show_project(project: FromPath[ProjectKey]) -> dict[str, str]:
    """Show a project."""
    return {"project": project, "type": type(project).__name__}


@post("/things", sync_to_thread=True)
def make_thing(data: JSONBody[Thing]) -> dict[str, object]:
    """Make a thing."""
    return {"name": data.name, "at": data.at.isoformat() if data.at else None}


@put("/things", sync_to_thread=True)
def change_thing(request: WebRequest, data: JSONBody[Thing]) -> Response[dict[str, str]]:
    etag = make_etag("thing", 7)
    require_match(request, etag)
    return Response({"name": data.name}, headers={"etag": etag})


@get("/things", sync_to_thread=True)
def show_thing(request: WebRequest) -> Response[dict[str, str] | None]:
    etag = make_etag("thing", 7)
    if is_unchanged(request, etag):
        return Response(None, status_code=304, headers={"etag": etag})
    return Response({"name": "x"}, headers={"etag": etag})


@get("/numbers", sync_to_thread=True)
def list_numbers(cursor: CursorParameter = None, limit: LimitParameter = DEFAULT_LIMIT) -> ItemPage[Numbers]:
    position = decode_cursor(cursor, (int,))
    start = int(position[0]) + 1 if position else 0
    items = tuple(Numbers(number=number) for number in range(start, min(start + limit, 120)))
    end = start + limit >= 120
    return ItemPage(items=items, next=None if end else encode_cursor(items[-1].number))


@post("/form", sync_to_thread=True)
def take_form(request: WebRequest, data: FormData) -> Response[None]:
    return go_to(request, "/design", Flash(f"Got {data['word']}."))


@post("/closed", sync_to_thread=True)
def refuse_strangers() -> None:
    raise NotSignedIn


@get("/live", sync_to_thread=True)
def show_live(request: WebRequest, parts: TheParts) -> Response[bytes]:
    page = Page("pages/design.html", "Live", make_samples(parts.clock(), EMPTY_FORM), live="/probe/stream")
    return show_page(request, page)


@get("/stream", sync_to_thread=False)
def stream_changes() -> ServerSentEvent:
    return ServerSentEvent(iter(["checks"]), event_type="changed", retry_duration=60_000)


API_PROBES = Router(
    "/api/v1/probe",
    route_handlers=[fail, tell_actor, show_project, make_thing, change_thing, show_thing, list_numbers],
    guards=[require_json_body],
)
PAGE_PROBES = Router(
    "/probe",
    route_handlers=[fail, tell_actor, take_form, refuse_strangers, show_live, stream_changes],
    guards=[require_form_body],
    include_in_schema=False,
)
