# SPDX-License-Identifier: Apache-2.0
"""How the pages look to one reader: light, dark, or as the system says."""

from typing import Literal

from litestar import Response, post
from litestar.datastructures import Cookie
from pydantic import BaseModel, ConfigDict

from atr.web.forms import FormData, read_form
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import THEME_COOKIE, go_to
from atr.web.session import read_local_path

_ONE_YEAR = 365 * 24 * 3600


class ThemeForm(BaseModel):
    """The choice, and the page to come back to."""

    model_config = ConfigDict(extra="forbid")

    theme: Literal["auto", "light", "dark"]
    next: str = "/"


@post("/appearance", sync_to_thread=True, status_code=303)
def change_theme(request: WebRequest, data: FormData, parts: TheParts) -> Response[None]:
    """Remember the choice in a cookie and go back."""
    form = read_form(ThemeForm, data)
    response = go_to(request, read_local_path(form.next))
    response.cookies.append(
        Cookie(
            key=THEME_COOKIE,
            value=form.theme,
            max_age=_ONE_YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=parts.secure_cookies,
        )
    )
    return response
