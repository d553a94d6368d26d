# SPDX-License-Identifier: Apache-2.0
"""Acknowledging concerns: one, some, or all of a rule, with one reason under one name."""

from dataclasses import dataclass

from litestar import Response, Router, get, post
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.check import Severity
from atr.domain.errors import NotFound, Refused
from atr.domain.permissions import Activity
from atr.domain.verdict import DecidedFinding, Standing
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.findings import AcknowledgeFindings, ReadFindings
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm, Ticks
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.editing import require_permission
from atr.web.pages.finding_places import PlaceView, show_place
from atr.web.pages.release_frame import (
    PAGES_PATH,
    VISIT_DEPENDENCIES,
    ReleaseHead,
    TheVisit,
    Visit,
    make_head,
    open_visit,
    show_release_page,
)
from atr.web.pages.release_paths import ReleasePaths
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import go_to

_MOST_TICKS = 50


@dataclass(frozen=True, slots=True)
class AcknowledgeView:
    """What the page shows: the concerns that can be ticked, and how many there are of the rule in all."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    rule: str
    title: str
    fix: str
    places: tuple[PlaceView, ...]
    ticked: tuple[str, ...]
    waiting: int

    @property
    def has_more(self) -> bool:
        """Tell whether there are more than can be ticked here."""
        return self.waiting > len(self.places)


class AcknowledgeForm(PageForm):
    """Concerns to go on in spite of: those that are ticked, or all of a rule; `of` is the rule shown."""

    finding: Ticks = ()
    rule: str = ""
    reason: str = ""
    of: str = ""


@get("/checks/acknowledgements", sync_to_thread=True)
def ask_acknowledgement(
    request: WebRequest, visit: TheVisit, rule: FromQuery[str] = "", finding: FromQuery[str] = ""
) -> Response[bytes]:
    """Show the concerns of a rule that wait, with one of them or all ticked."""
    require_permission(request.user, visit.view.permitted, Activity.RELEASE_ADMIN)
    return _show(visit, rule, EMPTY_FORM, finding=finding)


@post("/checks/acknowledgements", sync_to_thread=True)
def acknowledge(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Go on in spite of concerns, with one reason for all that are ticked."""

    def act(form: AcknowledgeForm) -> int:
        if not form.finding and not form.rule:
            raise Refused("Tick the findings to acknowledge.")
        command = AcknowledgeFindings(release, form.finding, form.reason, form.rule or None)
        return parts.door.perform(request.user, command).count

    outcome = submit_form(AcknowledgeForm, data, act)
    if isinstance(outcome, Rejected):
        rule = outcome.form.value("of") or outcome.form.value("rule")
        return _show(open_visit(request, parts, release), rule, outcome.form, outcome.status)
    count = outcome.result
    told = "One concern is" if count == 1 else f"{count} concerns are"
    return go_to(request, ReleasePaths(release).checks, Flash(f"{told} acknowledged, under your name."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[ask_acknowledgement, acknowledge], dependencies=VISIT_DEPENDENCIES),
)


def _show(
    visit: Visit, rule: str, form: FormView, status: int = 200, *, finding: str = ""
) -> Response[bytes]:
    waiting = _list_waiting(visit, rule, finding)
    if not waiting and status == 200:
        raise NotFound("concern to acknowledge of the rule", rule or finding)
    name = waiting[0].finding.rule if waiting else rule
    known = visit.parts.rules.get(name)
    shown = tuple(show_place(visit, each) for each in waiting[:_MOST_TICKS])
    ticked = form.chosen("finding") if form.values else tuple(each.id for each in shown)
    view = AcknowledgeView(
        head=make_head(visit, visit.paths.checks),
        paths=visit.paths,
        form=form,
        rule=name,
        title=known.title if known else name,
        fix=known.fix if known else "",
        places=shown,
        ticked=(finding,) if finding and not form.values else ticked,
        waiting=len(waiting),
    )
    return show_release_page(visit, "checks_acknowledge.html", view, "Acknowledge", status)


def _list_waiting(visit: Visit, rule: str, finding: str) -> tuple[DecidedFinding, ...]:
    """Return the concerns of the rule, or of the finding's rule, that nobody has decided about."""
    which = FindingFilter(Severity.CONCERN, rule or None)
    found = visit.parts.door.ask(
        visit.request.user, ReadFindings(visit.view.facts, which, PageRequest(MOST_FINDINGS))
    )
    waiting = [each for each in found.items if each.standing is Standing.WAITS]
    if finding:
        of_rule = {each.finding.rule for each in waiting if each.finding.id == finding}
        waiting = [each for each in waiting if each.finding.rule in of_rule]
    elif not rule:
        return ()
    return tuple(waiting)
