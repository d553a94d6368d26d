# SPDX-License-Identifier: Apache-2.0
"""The web application, put together from its parts."""

from typing import cast

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import MethodNotAllowedException
from litestar.middleware import DefineMiddleware
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from atr.domain.people import Actor
from atr.web.api import API, HEALTH
from atr.web.assets import STATIC_PATH, Assets
from atr.web.downloads import DOWNLOADS
from atr.web.errors import ERROR_HANDLERS
from atr.web.feeds import FEEDS
from atr.web.indexes import INDEXES
from atr.web.names import NameSchemas, is_name_class, parse_path_name
from atr.web.openapi import make_openapi_config
from atr.web.pages import PAGES
from atr.web.parts import WebParts, WebRequest
from atr.web.rendering import RENDERER_KEY, Renderer
from atr.web.repeats import guard_forms
from atr.web.security import (
    GuardForms,
    RefuseUnreadableAddress,
    SecurityHeaders,
    make_form_config,
    require_form_body,
    require_json_body,
)
from atr.web.session import ResolveActor

_WITHOUT_ACTOR = [f"^{STATIC_PATH}/", "^/healthz$", "^/readyz$"]


class WebApplication(Litestar):
    """Litestar that answers HEAD wherever it answers GET (RFC 9110, section 9.3.2)."""

    __slots__ = ()

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Handle a request; HEAD without a handler of its own runs GET and drops the body."""
        http = cast("HTTPScope", scope)
        if scope["type"] == ScopeType.HTTP and http["method"] == "HEAD" and not self._has_head(http["path"]):
            http["method"] = "GET"
            send = _drop_body(cast("Send", send))
        await super().__call__(scope, receive, send)

    def _has_head(self, path: str) -> bool:
        try:
            self.asgi_router.handle_routing(path=path.rstrip("/") or "/", method="HEAD")
        except (MethodNotAllowedException, LookupError, ValueError):
            return False
        return True


def _drop_body(send: Send) -> Send:
    async def send_without_body(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return send_without_body


def create_app(parts: WebParts) -> Litestar:
    """Return the application that serves pages, API and static files."""
    assets = Assets()
    return WebApplication(
        route_handlers=[
            assets.make_handler(),
            *HEALTH,
            *DOWNLOADS,
            *FEEDS,
            *INDEXES,
            Router(
                "/",
                route_handlers=PAGES,
                guards=[require_form_body],
                dependencies=guard_forms(parts),
                include_in_schema=False,
            ),
            Router("/api/v1", route_handlers=API, guards=[require_json_body]),
        ],
        before_send=[SecurityHeaders(parts)],
        debug=False,
        dependencies={
            "actor": Provide(_provide_actor, sync_to_thread=False),
            "door": Provide(lambda: parts.door, sync_to_thread=False),
            "parts": Provide(lambda: parts, sync_to_thread=False),
        },
        exception_handlers=ERROR_HANDLERS,
        logging_config=None,
        middleware=[
            RefuseUnreadableAddress(),
            DefineMiddleware(ResolveActor, resolve=parts.resolve_credential, exclude=_WITHOUT_ACTOR),
            DefineMiddleware(GuardForms, config=make_form_config(parts)),
        ],
        openapi_config=make_openapi_config(parts),
        # None leaves it to each field whether "3" passes for 3; False would overrule those that say no.
        plugins=[NameSchemas(), PydanticPlugin(validate_strict=None)],  # type: ignore[arg-type]  # it may
        request_max_body_size=parts.body_limit,
        state=State({RENDERER_KEY: Renderer(parts, assets)}),
        type_decoders=[(is_name_class, parse_path_name)],
    )


def _provide_actor(request: WebRequest) -> Actor:
    return request.user
