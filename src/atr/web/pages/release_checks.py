# SPDX-License-Identifier: Apache-2.0
"""The findings of a release: all of them by rule, and the decisions about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel

from atr.domain.check import Severity
from atr.domain.errors import Refused
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity
from atr.services.door import Command
from atr.services.evaluations import RequestEvaluation
from atr.services.findings import AcknowledgeFinding, ConfirmWaiver, WaiveRule
from atr.web.api.release_key import TheRelease
from atr.web.components import ActionView
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_findings import CheckState, FindingGroup, describe_checks, group_findings
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    list_complaints,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebParts, WebRequest
from atr.web.rendering import go_to

_MOST_PLACES = 500
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ChecksView:
    """What the page of the findings shows."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    checks: CheckState
    revision: int
    chosen: str
    groups: tuple[FindingGroup, ...]
    again: ActionView | None

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


class AcknowledgeForm(PageForm):
    """Concerns to go on in spite of."""

    finding: Ticks = ()
    reason: str = ""


class WaiveForm(PageForm):
    """A rule to waive at some paths."""

    rule: str
    paths: str = ""
    reason: str = ""


class EmptyForm(PageForm):
    """A button alone."""


@get("/checks", sync_to_thread=True)
def show_checks(visit: TheVisit, severity: FromQuery[Severity | None] = None) -> Response[bytes]:
    """Show what the checks found, all of it or one severity."""
    return _show(visit, severity)


@post("/checks", sync_to_thread=True)
def check_again(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Have the shown revision checked again."""
    return _decide(
        _Asking(request, parts, release),
        EmptyForm,
        data,
        lambda _: (RequestEvaluation(release),),
        "Checking again.",
    )


@post("/checks/acknowledgements", sync_to_thread=True)
def acknowledge(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Go on in spite of concerns, with one reason for all that are ticked."""

    def list_commands(form: AcknowledgeForm) -> tuple[AcknowledgeFinding, ...]:
        if not form.finding:
            raise Refused("Tick the findings to acknowledge.")
        return tuple(AcknowledgeFinding(release, each, form.reason) for each in form.finding)

    asking = _Asking(request, parts, release)
    return _decide(asking, AcknowledgeForm, data, list_commands, "Acknowledged, under your name.")


@post("/checks/waivers", sync_to_thread=True)
def waive(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Waive a rule at some paths."""

    def list_commands(form: WaiveForm) -> tuple[WaiveRule, ...]:
        paths = tuple(filter(None, map(str.strip, form.paths.splitlines())))
        return (WaiveRule(release.project, form.rule, paths, form.reason),)

    message = "The waiver was recorded. Where it is about a blocker, a second person has to confirm it."
    return _decide(_Asking(request, parts, release), WaiveForm, data, list_commands, message)


@post("/checks/waivers/{waiver:int}/confirm", sync_to_thread=True)
def confirm_waiver(
    request: WebRequest, parts: TheParts, release: TheRelease, waiver: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Be the second person behind a waiver."""
    asking = _Asking(request, parts, release)
    command = ConfirmWaiver(release.project, waiver)
    return _decide(asking, EmptyForm, data, lambda _: (command,), "The waiver counts from now on.")


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        PAGES_PATH,
        route_handlers=[show_checks, check_again, acknowledge, waive, confirm_waiver],
        dependencies=VISIT_DEPENDENCIES,
    ),
)


@dataclass(frozen=True, slots=True)
class _Asking:
    request: WebRequest
    parts: WebParts
    release: ReleaseKey


def _decide(
    asking: _Asking,
    model: type[M],
    data: FormData,
    list_commands: Callable[[M], Sequence[Command[R]]],
    done: str,
) -> Response[bytes] | Response[None]:
    """Carry out the form's commands one after the other, and go back to the findings."""
    request, parts, release = asking.request, asking.parts, asking.release

    def act(form: M) -> None:
        for command in list_commands(form):
            parts.door.perform(request.user, command)

    outcome = submit_form(model, data, act)
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), None, outcome.form, outcome.status)
    return go_to(request, ReleasePaths(release).checks, Flash(done))


def _show(
    visit: Visit, severity: Severity | None, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    view = ChecksView(
        head=make_head(visit, visit.paths.checks),
        paths=visit.paths,
        form=form,
        checks=describe_checks(visit, severity),
        revision=visit.view.release.shown_revision,
        chosen=severity or "",
        groups=group_findings(visit, severity, _MOST_PLACES),
        again=_offer_again(visit),
    )
    return show_release_page(visit, "release_checks.html", view, "Checks", status)


def _offer_again(visit: Visit) -> ActionView | None:
    if Activity.RUN_PHASE not in visit.view.permitted or not visit.view.release.shown_revision:
        return None
    return ActionView(
        "Check again",
        visit.paths.checks,
        style="small",
        icon="refresh-cw",
        hint="Worth it after a key was added; what is known by content is not examined twice.",
    )
