# SPDX-License-Identifier: Apache-2.0
"""The privacy page: made of what the tables declare and of the settings that are obeyed."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from atr.services.privacy_views import PrivacyView, ShowPrivacy
from atr.web.components import Column
from atr.web.parts import TheActor, TheDoor, WebRequest
from atr.web.rendering import Page, show_page


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """Everything on the page."""

    shown: PrivacyView
    columns: tuple[Column, ...] = (Column("What for"), Column("How long"), Column("Where"))


@get("/privacy", sync_to_thread=True)
def show_privacy(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[bytes]:
    """Say what is kept about people, why, and how long."""
    view = PrivacyPage(door.ask(actor, ShowPrivacy()))
    return show_page(request, Page("pages/privacy.html", "Privacy", view))


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_privacy,)
