# SPDX-License-Identifier: Apache-2.0
"""The way to a first release, ticked off by what the reader has really done."""

from dataclasses import dataclass
from typing import Final, Literal

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from atr.domain.first_release import GuideStep
from atr.domain.names import MAIN
from atr.services.door import Door
from atr.services.first_release import GuideView, ShowFirstRelease
from atr.web.addresses import locate_project
from atr.web.components import Link
from atr.web.fields import PageForm
from atr.web.forms import FormData, read_form
from atr.web.pages.account_frame import OWN_KEYS_PATH
from atr.web.pages.guide_texts import STEP_TEXTS, StepText
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheActor, TheDoor, TheParts, WebRequest
from atr.web.preferences import remember_choice
from atr.web.rendering import Page, go_to, show_page
from atr.web.session import SIGN_IN_PATH, read_local_path

GUIDE_PATH: Final = "/help/first-release"
GUIDE_COOKIE: Final = "atr_guide"
_PUT_AWAY: Final = "away"


@dataclass(frozen=True, slots=True)
class GuideRow:
    """A step of the way: what to do, whether it is done or next, and where it is taken."""

    number: int
    text: StepText
    done: bool
    is_next: bool
    href: str


@dataclass(frozen=True, slots=True)
class FirstReleaseView:
    """The whole way; `about` names the release it is about."""

    rows: tuple[GuideRow, ...]
    done: int
    about: Link | None
    has_released: bool
    is_away: bool
    is_signed_in: bool

    @property
    def next(self) -> GuideRow | None:
        """Return the step that is next, None at the end of the way."""
        return next((row for row in self.rows if row.is_next), None)


class AwayForm(PageForm):
    """Whether the guide stays on the first page, and where to go on."""

    guide: Literal["away", "here"]
    next: str = "/"


@get(GUIDE_PATH, sync_to_thread=True)
def show_guide(request: WebRequest, door: TheDoor, actor: TheActor) -> Response[bytes]:
    """Show the way, and how much of it is behind the reader."""
    view = make_guide(request, door.ask(actor, ShowFirstRelease()))
    return show_page(request, Page("pages/first_release.html", "Your first release", view, _CRUMBS))


@post(GUIDE_PATH, sync_to_thread=True)
def put_away(request: WebRequest, data: FormData, parts: TheParts) -> Response[None]:
    """Take the guide off the first page, or put it back."""
    form = read_form(AwayForm, data)
    return remember_choice(go_to(request, read_local_path(form.next)), parts, GUIDE_COOKIE, form.guide)


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_guide, put_away)
_CRUMBS = (Link("Help", "/help"),)


def is_put_away(request: WebRequest) -> bool:
    """Tell whether the reader does not want the guide on the first page."""
    return request.cookies.get(GUIDE_COOKIE) == _PUT_AWAY


def find_guide(request: WebRequest, door: Door) -> FirstReleaseView | None:
    """Return the guide for the first page, None when the reader put it away."""
    return None if is_put_away(request) else make_guide(request, door.ask(request.user, ShowFirstRelease()))


def make_guide(request: WebRequest, found: GuideView) -> FirstReleaseView:
    """Return the way as a page shows it."""
    places, release = _locate_steps(found), found.release
    rows = tuple(
        GuideRow(number, STEP_TEXTS[step], step in found.done, step is found.next, places.get(step, ""))
        for number, step in enumerate(GuideStep, 1)
    )
    return FirstReleaseView(
        rows=rows,
        done=len(found.done),
        about=Link(str(release.key), ReleasePaths(release.key).overview) if release else None,
        has_released=found.has_released,
        is_away=is_put_away(request),
        is_signed_in=GuideStep.SIGN_IN in found.done,
    )


def _locate_steps(found: GuideView) -> dict[GuideStep, str]:
    """Return where each step is taken; a step of a release that is not begun has no place yet."""
    places = {
        GuideStep.SIGN_IN: f"{SIGN_IN_PATH}?next={GUIDE_PATH}",
        GuideStep.JOIN: "/projects",
        GuideStep.ADD_KEY: OWN_KEYS_PATH,
    }
    if found.project is not None:
        places[GuideStep.ATTACH_KEY] = f"{locate_project(found.project)}/keys"
        places[GuideStep.BEGIN] = f"{locate_project(found.project)}/{MAIN}/new-release"
    if found.release is not None:
        paths = ReleasePaths(found.release.key)
        places |= {
            GuideStep.UPLOAD: paths.files,
            GuideStep.SETTLE: paths.checks,
            GuideStep.SEAL: paths.overview,
            GuideStep.VOTE: paths.votes,
            GuideStep.PASS: paths.votes,
            GuideStep.PUBLISH: paths.overview,
            GuideStep.ANNOUNCE: paths.announcement,
        }
    return places
