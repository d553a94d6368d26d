# SPDX-License-Identifier: Apache-2.0
"""How the pages look to one reader: light, dark, or as the system says."""

from typing import Literal

from litestar import Response, post
from pydantic import BaseModel, ConfigDict

from atr.web.forms import FormData, read_form
from atr.web.parts import TheParts, WebRequest
from atr.web.preferences import remember_choice
from atr.web.rendering import THEME_COOKIE, go_to
from atr.web.session import read_local_path


class ThemeForm(BaseModel):
    """The choice, and the page to come back to."""

    model_config = ConfigDict(extra="forbid")

    theme: Literal["auto", "light", "dark"]
    next: str = "/"


@post("/appearance", sync_to_thread=True, status_code=303)
def change_theme(request: WebRequest, data: FormData, parts: TheParts) -> Response[None]:
    """Remember the choice in a cookie and go back."""
    form = read_form(ThemeForm, data)
    return remember_choice(go_to(request, read_local_path(form.next)), parts, THEME_COOKIE, form.theme)
