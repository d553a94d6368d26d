# SPDX-License-Identifier: Apache-2.0
"""The API's description for people, written from the same source as the one for programs."""

from dataclasses import dataclass
from itertools import groupby

from litestar import Response, get

from atr.schema.openapi import ApiDescription, ApiOperation, ApiSchema
from atr.web.explain import KINDS, Kind
from atr.web.openapi import describe_api
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import Page, show_page


@dataclass(frozen=True, slots=True)
class OperationView:
    """One method at one address."""

    method: str
    path: str
    operation: ApiOperation


@dataclass(frozen=True, slots=True)
class SubjectView:
    """The operations on one subject."""

    name: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class ApiDocsView:
    """Everything on the page."""

    public_url: str
    subjects: tuple[SubjectView, ...]
    schemas: tuple[tuple[str, ApiSchema], ...]
    kinds: tuple[Kind, ...]


@get("/api/v1/docs", sync_to_thread=True)
def show_api_docs(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """Show every operation, message and kind of problem."""
    description = ApiDescription.model_validate(describe_api(request.app).to_schema())
    view = ApiDocsView(
        parts.public_url,
        _group_subjects(description),
        tuple(sorted(description.components.schemas.items())),
        KINDS,
    )
    return show_page(request, Page("pages/api_docs.html", "API", view, section="/api/v1/docs"))


def _group_subjects(description: ApiDescription) -> tuple[SubjectView, ...]:
    operations = [OperationView(method, path, each) for path, method, each in description.list_operations()]
    groups = groupby(operations, key=lambda each: each.path.removeprefix("/api/v1/").partition("/")[0])
    return tuple(SubjectView(name, tuple(members)) for name, members in groups)
