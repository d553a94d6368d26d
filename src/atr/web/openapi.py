# SPDX-License-Identifier: Apache-2.0
"""The description of the API: Litestar's, with our errors and ways to sign in."""

from collections.abc import Mapping
from importlib.metadata import version

from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    License,
    OpenAPI,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    PathItem,
    Reference,
    Schema,
    SecurityScheme,
    Server,
)
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from atr.schema.problem import PROBLEM_MEDIA_TYPE, FieldError, Problem
from atr.web.parts import WebParts
from atr.web.session import SESSION_COOKIE

_DESCRIPTION = """\
Everything a page can do, this interface can do.

Public reading needs no token. Send one as `Authorization: Bearer atr_…` for the rest. Errors are problem
details (RFC 9457); `reasons` has one sentence for each thing that has to change first. Unknown fields are
refused. Lists come in pages: send `next` back as `cursor`. Times are RFC 3339 in UTC, digests `sha512:hex`.
"""


_SCHEMAS = "#/components/schemas/"
_STRING = Schema(type=OpenAPIType.STRING)
_PROBLEM_RESPONSE = OpenAPIResponse(
    description="A problem: see its title and reasons.",
    content={PROBLEM_MEDIA_TYPE: OpenAPIMediaType(schema=Reference(ref=f"{_SCHEMAS}Problem"))},
)


class UnservedRouter(Router):
    """A router that registers nothing: the description is served by handlers of our own."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:  # noqa: ARG002
        """Register nothing."""
        return []


def make_openapi_config(parts: WebParts) -> OpenAPIConfig:
    """Return the settings of the API's description."""
    return OpenAPIConfig(
        title="ATR",
        version=version("atr"),
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        servers=[Server(url=parts.public_url)],
        components=Components(
            security_schemes={
                "token": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="A token from `/me/tokens`, beginning with `atr_`.",
                ),
                "session": SecurityScheme(
                    type="apiKey", security_scheme_in="cookie", name=SESSION_COOKIE, description="A browser."
                ),
            }
        ),
        security=[{}, {"token": []}, {"session": []}],
        render_plugins=[JsonRenderPlugin()],
        openapi_router=UnservedRouter("/api/v1/openapi", route_handlers=[]),
        use_handler_docstrings=True,
    )


def describe_api(app: Litestar) -> OpenAPI:
    """Return the OpenAPI 3.1 description; every operation may answer with problem details."""
    description = app.openapi_schema
    components = description.components
    components.schemas["Problem"] = _describe_fields(
        Problem, {"errors": Reference(ref=f"{_SCHEMAS}FieldError")}
    )
    components.schemas["FieldError"] = _describe_fields(FieldError, {})
    for item in (description.paths or {}).values():
        for operation in _list_operations(item):
            responses = operation.responses or {}
            responses.pop("400", None)
            responses["default"] = _PROBLEM_RESPONSE
    return description


def _list_operations(item: PathItem) -> list[Operation]:
    each = (item.get, item.post, item.put, item.patch, item.delete, item.head)
    return [operation for operation in each if operation is not None]


def _describe_fields(model: type[BaseModel], items: Mapping[str, Reference]) -> Schema:
    return Schema(
        type=OpenAPIType.OBJECT,
        title=model.__name__,
        required=[name for name, field in model.model_fields.items() if field.is_required()],
        properties={
            name: _describe_field(field, items.get(name, _STRING))
            for name, field in model.model_fields.items()
        },
    )


def _describe_field(field: FieldInfo, item: Reference | Schema) -> Schema:
    if field.annotation is int:
        return Schema(type=OpenAPIType.INTEGER, description=field.description)
    if field.annotation is str:
        return Schema(type=OpenAPIType.STRING, description=field.description)
    return Schema(type=OpenAPIType.ARRAY, items=item, description=field.description)
