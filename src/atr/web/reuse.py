# SPDX-License-Identifier: Apache-2.0
"""A page that was made a moment ago is shown again, as long as nothing was written anywhere since.

The key to it is the state of the whole database, read anew for each request: whatever is written changes it.
What changes by the passing of time alone is shown a second late at most.
"""

from collections.abc import Callable

from litestar import Response

from atr.web.flash import FLASH_COOKIE
from atr.web.page_shelf import SLOT_KEY, PageKey, Slot
from atr.web.parts import WebParts, WebRequest
from atr.web.rendering import RENDERER_KEY, Renderer, send_html
from atr.web.security import make_form_config
from atr.web.session import SESSION_COOKIE


def reuse_page(request: WebRequest, parts: WebParts, make: Callable[[], Response[bytes]]) -> Response[bytes]:
    """Return the page of a moment ago if nothing was written since, otherwise the one that `make` makes.

    For handlers whose page depends on its address, the asker, cookies and the database alone, and is made by
    `show_page`.
    """
    # The state is read before the page is made, so that a page is never kept for a later state than its own.
    state = "" if FLASH_COOKIE in request.cookies else parts.read_state()
    if not state:
        return make()
    slot = Slot(_make_key(request, parts), state, parts.clock())
    renderer: Renderer = request.app.state[RENDERER_KEY]
    one_time = renderer.make_one_time(request)
    kept = renderer.shelf.find(slot, one_time)
    if kept is not None:
        return send_html(request, kept, one_time)
    request.scope["state"][SLOT_KEY] = slot
    return make()


def _make_key(request: WebRequest, parts: WebParts) -> PageKey:
    private = {SESSION_COOKIE, make_form_config(parts).cookie_name}
    cookies = tuple(sorted((name, value) for name, value in request.cookies.items() if name not in private))
    return PageKey(request.scope["path"], request.scope["query_string"], request.user, cookies)
