# SPDX-License-Identifier: Apache-2.0
"""The findings of a release: all of them by rule, and the decisions about them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel

from atr.domain.check import UNKNOWN_BASIS, Severity
from atr.domain.errors import Refused
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity
from atr.domain.version_range import VersionRange
from atr.ports.repositories.findings import FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.door import Command
from atr.services.evaluations import RequestEvaluation
from atr.services.findings import AcknowledgeFindings, BasisView, ShowBasis
from atr.services.waivers import ConfirmWaiver, WaiveRule
from atr.web.api.release_key import TheRelease
from atr.web.components import ActionView
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.release_findings import (
    EVERYTHING,
    CheckState,
    FindingGroup,
    describe_checks,
    group_findings,
)
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

_MOST_PER_RULE = 20
_MOST_OF_ONE_RULE = 100
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
    rule: str
    groups: tuple[FindingGroup, ...]
    following: str
    basis: BasisView | None
    again: ActionView | None

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)


class AcknowledgeForm(PageForm):
    """Concerns to go on in spite of: those that are ticked, or all of a rule."""

    finding: Ticks = ()
    rule: str = ""
    reason: str = ""


class WaiveForm(PageForm):
    """A rule to waive at some paths."""

    rule: str
    paths: str = ""
    versions: str = ""
    reason: str = ""


class EmptyForm(PageForm):
    """A button alone."""


@get("/checks", sync_to_thread=True)
def show_checks(
    visit: TheVisit,
    severity: FromQuery[Severity | None] = None,
    rule: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Show what the checks found: the first findings of each rule, or one rule page by page."""
    return _show(visit, _Chosen(severity, rule, cursor))


@post("/checks", sync_to_thread=True)
def check_again(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Have the shown revision checked again."""
    return _decide(
        _Asking(request, parts, release),
        EmptyForm,
        data,
        lambda _: RequestEvaluation(release),
        "Checking again.",
    )


@post("/checks/acknowledgements", sync_to_thread=True)
def acknowledge(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Go on in spite of concerns, with one reason for all that are ticked."""

    def make_command(form: AcknowledgeForm) -> AcknowledgeFindings:
        if not form.finding and not form.rule:
            raise Refused("Tick the findings to acknowledge.")
        return AcknowledgeFindings(release, form.finding, form.reason, form.rule or None)

    asking = _Asking(request, parts, release)
    return _decide(asking, AcknowledgeForm, data, make_command, "Acknowledged, under your name.")


@post("/checks/waivers", sync_to_thread=True)
def waive(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Waive a rule at some paths."""

    def make_command(form: WaiveForm) -> WaiveRule:
        paths = tuple(filter(None, map(str.strip, form.paths.splitlines())))
        versions = VersionRange.parse(form.versions)
        return WaiveRule(release.project, form.rule, paths, form.reason, versions=versions)

    message = "The waiver was recorded. Where it is about a blocker, a second person has to confirm it."
    return _decide(_Asking(request, parts, release), WaiveForm, data, make_command, message)


@post("/checks/waivers/{waiver:int}/confirm", sync_to_thread=True)
def confirm_waiver(
    request: WebRequest, parts: TheParts, release: TheRelease, waiver: FromPath[int], data: FormData
) -> Response[bytes] | Response[None]:
    """Be the second person behind a waiver."""
    asking = _Asking(request, parts, release)
    command = ConfirmWaiver(release.project, waiver)
    return _decide(asking, EmptyForm, data, lambda _: command, "The waiver counts from now on.")


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
    make_command: Callable[[M], Command[R]],
    done: str,
) -> Response[bytes] | Response[None]:
    """Carry out the form's command, and go back to the findings."""
    request, parts, release = asking.request, asking.parts, asking.release

    def act(form: M) -> None:
        parts.door.perform(request.user, make_command(form))

    outcome = submit_form(model, data, act)
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), _Chosen(), outcome.form, outcome.status)
    return go_to(request, ReleasePaths(release).checks, Flash(done))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What the page is narrowed to."""

    severity: Severity | None = None
    rule: str = ""
    cursor: str | None = None

    @property
    def which(self) -> FindingFilter:
        return FindingFilter(self.severity, self.rule or None, None if self.rule else _MOST_PER_RULE)

    @property
    def page(self) -> PageRequest:
        return PageRequest(_MOST_OF_ONE_RULE, self.cursor) if self.rule else EVERYTHING


def _show(visit: Visit, chosen: _Chosen, form: FormView = EMPTY_FORM, status: int = 200) -> Response[bytes]:
    groups, following = group_findings(visit, chosen.which, chosen.page)
    view = ChecksView(
        head=make_head(visit, visit.paths.checks),
        paths=visit.paths,
        form=form,
        checks=describe_checks(visit, chosen.severity),
        revision=visit.view.release.shown_revision,
        chosen=chosen.severity or "",
        rule=chosen.rule,
        groups=groups,
        following=visit.paths.findings(chosen.severity, chosen.rule, following) if following else "",
        basis=_find_basis(visit),
        again=_offer_again(visit),
    )
    return show_release_page(visit, "release_checks.html", view, "Checks", status)


def _find_basis(visit: Visit) -> BasisView | None:
    """Return what a finished evaluation went by."""
    facts = visit.view.facts
    if facts.evaluation is None or facts.evaluation.basis == UNKNOWN_BASIS:
        return None
    return visit.parts.door.ask(visit.request.user, ShowBasis(facts))


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
