# SPDX-License-Identifier: Apache-2.0
"""The components, live: what page authors choose from."""

from typing import Annotated, Literal

from litestar import Response, get, post
from pydantic import BaseModel, ConfigDict, Field

from atr.domain.errors import Refused
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, Rejected, submit_form
from atr.web.pages.design_samples import DesignView, make_samples
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import Page, go_to, show_page


class SampleForm(BaseModel):
    """The form on the page; it changes nothing."""

    model_config = ConfigDict(extra="forbid")

    choice: Literal["+1", "0", "-1"]
    hours: Annotated[int, Field(ge=0, le=720)]
    list: str
    comment: str = ""
    downloaded: bool = False


@get("/design", sync_to_thread=True)
def show_design(request: WebRequest, parts: TheParts) -> Response[bytes]:
    """Show every component with sample data."""
    return _show(request, make_samples(parts.clock(), EMPTY_FORM, request.query_params.get("sort", "")))


@post("/design", sync_to_thread=True)
def try_form(request: WebRequest, data: FormData, parts: TheParts) -> Response[bytes] | Response[None]:
    """Read the sample form as every form is read: faults beside the fields, or onward with a message."""
    outcome = submit_form(SampleForm, data, _pretend)
    if isinstance(outcome, Rejected):
        return _show(request, make_samples(parts.clock(), outcome.form), outcome.status)
    return go_to(request, "/design", Flash(f"The form was read: {outcome.result}."))


def _pretend(form: SampleForm) -> str:
    if form.choice == "-1" and not form.comment:
        raise Refused("A -1 needs a comment that says why.", "Nothing else is missing.")
    return f"{form.choice} within {form.hours} hours"


def _show(request: WebRequest, view: DesignView, status: int = 200) -> Response[bytes]:
    return show_page(request, Page("pages/design.html", "Design", view), status)
