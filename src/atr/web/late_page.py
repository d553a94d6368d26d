# SPDX-License-Identifier: Apache-2.0
"""A page that is made in a thread although what calls for it runs in the event loop."""

from collections.abc import Callable

from litestar import Response
from litestar.concurrency import sync_to_thread
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from atr.web.parts import WebRequest

Make = Callable[[], Response[bytes]]


class LatePage(Response[bytes]):
    """A response whose page may ask the database: error handlers run where nothing may wait."""

    def __init__(self, make: Make) -> None:
        super().__init__(b"")
        self._make = make

    def to_asgi_response(
        self,
        app: object,  # noqa: ARG002 -- what the framework passes
        request: WebRequest,
        **_: object,
    ) -> ASGIResponse:
        """Return what makes the page, then sends it."""
        return _LateAnswer(self._make, request)


class _LateAnswer(ASGIResponse):
    def __init__(self, make: Make, request: WebRequest) -> None:
        super().__init__()
        self._make, self._request = make, request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make the page and send it."""
        page = await sync_to_thread(self._make)
        await page.to_asgi_response(None, self._request)(scope, receive, send)
