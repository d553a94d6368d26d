# SPDX-License-Identifier: Apache-2.0
"""Pages: a template, a typed view, and the frame around it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.status_codes import HTTP_200_OK
from litestar.utils.scope.state import ScopeState

from atr.domain.people import Actor, ActorKind, Role
from atr.schema.wire import format_time
from atr.web.assets import Assets
from atr.web.components import Link, PersonView
from atr.web.flash import FLASH_COOKIE, Flash, end_flash_cookie, make_flash_cookie, read_flashes
from atr.web.glossary import find_word
from atr.web.page_shelf import OneTime, PageShelf, find_slot
from atr.web.parts import Connection, WebParts
from atr.web.security import POLICY_HEADER, make_form_config, make_page_policy
from atr.web.session import SESSION_COOKIE, SIGN_IN_PATH, make_sign_in_path, read_local_path
from atr.web.squeezing import squeeze

TEMPLATE_DIRECTORY = Path(__file__).parent / "templates"
THEME_COOKIE = "atr_theme"
THEMES = ("auto", "light", "dark")
RENDERER_KEY = "renderer"
_SECRET_PATHS = (SIGN_IN_PATH, "/confirm-ballot/", "/confirm-mail/", "/participants/")
_WORTH_SQUEEZING = 1200

NAVIGATION = (
    Link("Projects", "/projects", key="g p"),
    Link("Releases", "/releases", key="g r"),
    Link("Keys", "/keys", key="g k"),
    Link("Channels", "/channels", key="g c"),
    Link("Events", "/events", key="g e"),
)
SYSADMIN_NAVIGATION = (Link("Administration", "/operations", key="g a"),)


@dataclass(frozen=True, slots=True)
class Page:
    """What a handler shows: the template, its view, and what the frame has to know about it.

    `crumb` is the last of the crumbs, where the title would be long.
    """

    template: str
    title: str
    view: object
    crumbs: tuple[Link, ...] = ()
    section: str = ""
    live: str = ""
    narrow: bool = False
    crumb: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the base template knows besides the view."""

    page: Page
    foundation: str
    navigation: tuple[Link, ...]
    account: PersonView | None
    sign_in_path: str
    csrf_token: str
    copy: str
    theme: str
    flashes: tuple[Flash, ...]
    here: str
    nonce: str
    address: str


def format_size(size: int) -> str:
    """Return a number of bytes as people read it, in powers of ten."""
    amount = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 99.5 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def format_moment(at: datetime) -> str:
    """Return a moment in UTC to the minute, as it is shown where no script runs."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def shorten_digest(digest: str) -> str:
    """Return the beginning and the end of a digest, with its algorithm."""
    algorithm, colon, hexadecimal = digest.rpartition(":")
    short = hexadecimal if len(hexadecimal) <= 20 else f"{hexadecimal[:8]}…{hexadecimal[-8:]}"
    return f"{algorithm}{colon}{short}"


def make_slug(text: str) -> str:
    """Return the text as it may stand in an element's id."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def build_environment(assets: Assets) -> Environment:
    """Return the template environment: everything is escaped, and an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_DIRECTORY),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update({"asset": assets.address, "find_word": find_word})
    environment.filters.update(
        {
            "size": format_size,
            "moment": format_moment,
            "rfc3339": format_time,
            "short_digest": shorten_digest,
            "slug": make_slug,
        }
    )
    return environment


class Renderer:
    """Turns pages into responses; handlers run in threads, so rendering does too."""

    def __init__(self, parts: WebParts, assets: Assets) -> None:
        self.parts = parts
        self.shelf = PageShelf()
        self._environment = build_environment(assets)

    def make_one_time(self, connection: Connection) -> OneTime:
        """Return a nonce that lets the scripts of one answer run, the token of its forms, and their copy."""
        nonce, copy = secrets.token_urlsafe(16), secrets.token_urlsafe(9)
        return OneTime(nonce, self._find_form_token(connection), copy)

    def render(self, connection: Connection, page: Page, one_time: OneTime) -> str:
        """Return the page as HTML text."""
        frame = self._make_frame(connection, page, one_time)
        return self._environment.get_template(page.template).render(frame=frame, view=page.view)

    def _make_frame(self, connection: Connection, page: Page, one_time: OneTime) -> Frame:
        query = connection.scope["query_string"].decode("latin-1")
        here = connection.scope["path"] + (f"?{query}" if query else "")
        # The address of a login link, or of a visitor's, has its secret in it, so nothing leads back to it.
        is_secret = connection.scope["path"].startswith(_SECRET_PATHS)
        back = "/" if is_secret else read_local_path(here)
        theme = connection.cookies.get(THEME_COOKIE, "auto")
        return Frame(
            page=page,
            foundation=self.parts.foundation,
            navigation=_mark_section(_list_navigation(connection.scope.get("user")), page.section),
            account=self._make_account(connection),
            sign_in_path=make_sign_in_path(back),
            csrf_token=one_time.token,
            copy=one_time.copy,
            theme=theme if theme in THEMES else "auto",
            flashes=read_flashes(self.parts, connection.cookies.get(FLASH_COOKIE)),
            here=read_local_path(here),
            nonce=one_time.nonce,
            address=f"{self.parts.public_url}{back}",
        )

    @staticmethod
    def _make_account(connection: Connection) -> PersonView | None:
        actor: Actor | None = connection.scope.get("user")
        if actor is None:
            # No route took the request, so nobody looked who asks: offer the account, not signing in.
            return PersonView("me", "My account") if SESSION_COOKIE in connection.cookies else None
        return None if actor.kind is ActorKind.ANONYMOUS else PersonView(actor.label, actor.label)

    def _find_form_token(self, connection: Connection) -> str:
        token = ScopeState.from_scope(connection.scope).csrf_token
        if isinstance(token, str):
            return token
        return connection.cookies.get(make_form_config(self.parts).cookie_name, "")


def show_page(
    connection: Connection,
    page: Page,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response[bytes]:
    """Return the page as a response; messages waiting for it are shown and forgotten."""
    renderer: Renderer = connection.app.state[RENDERER_KEY]
    one_time = renderer.make_one_time(connection)
    html = renderer.render(connection, page, one_time)
    slot = find_slot(connection)
    if slot is not None and status == HTTP_200_OK and not headers:
        renderer.shelf.keep(slot, html, one_time)
    return send_html(connection, html, one_time, status, headers)


def send_html(
    connection: Connection,
    html: str,
    one_time: OneTime,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response[bytes]:
    """Return the response with a rendered page, squeezed for browsers that can unpack it."""
    body, policy = html.encode(), make_page_policy(one_time.nonce)
    all_headers = {**headers, "vary": "accept-encoding, cookie", POLICY_HEADER: policy}
    if len(body) > _WORTH_SQUEEZING and "gzip" in connection.headers.get("accept-encoding", ""):
        body = squeeze(body)
        all_headers["content-encoding"] = "gzip"
    shown = FLASH_COOKIE in connection.cookies
    renderer: Renderer = connection.app.state[RENDERER_KEY]
    cookies: list[Cookie] = [end_flash_cookie(renderer.parts)] if shown else []
    return Response(body, media_type=MediaType.HTML, status_code=status, headers=all_headers, cookies=cookies)


def go_to(connection: Connection, path: str, *flashes: Flash) -> Response[None]:
    """Return the redirect that ends a successful form, with messages for the page it leads to."""
    renderer: Renderer = connection.app.state[RENDERER_KEY]
    cookies = [make_flash_cookie(renderer.parts, flashes)] if flashes else []
    return Response(None, status_code=303, headers={"location": path}, cookies=cookies)


def _list_navigation(actor: Actor | None) -> tuple[Link, ...]:
    is_sysadmin = actor is not None and Role.SYSADMIN in actor.foundation_roles
    return NAVIGATION + SYSADMIN_NAVIGATION if is_sysadmin else NAVIGATION


def _mark_section(links: tuple[Link, ...], section: str) -> tuple[Link, ...]:
    return tuple(replace(link, current=link.href == section) for link in links)
