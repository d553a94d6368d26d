# SPDX-License-Identifier: Apache-2.0
"""Waiving a rule: what a waiver would cover, and until when, is shown before it is made."""

from dataclasses import dataclass
from datetime import datetime

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler

from atr.domain.check import Severity
from atr.domain.errors import Invalid, NotFound
from atr.domain.permissions import Activity
from atr.domain.version_range import VersionRange
from atr.ports.repositories.findings import FindingFilter
from atr.services.findings import ReadFindings
from atr.services.waiver_previews import PreviewWaiver, WaiverMatch, WaiverPreview
from atr.services.waivers import ConfirmWaiver, WaiveRule
from atr.web.addresses import locate_release
from atr.web.api.release_key import TheRelease
from atr.web.fields import PageForm, is_day, read_day
from atr.web.flash import Flash
from atr.web.forms import FormData, FormView, Rejected, list_typed, submit_form
from atr.web.pages.editing import require_permission
from atr.web.pages.finding_places import may_decide
from atr.web.pages.release_findings import EVERYTHING
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

_MOST_PROPOSED = 20
_MOST_PLACES = 12
_RECORDED = "The waiver was recorded."
_SECOND = f"{_RECORDED} Where it is about a blocker, a second person has to confirm it."


@dataclass(frozen=True, slots=True)
class CoveredRelease:
    """What a waiver would accept in one release; `hidden` counts the places that are not shown."""

    name: str
    href: str
    is_this: bool
    counts: tuple[tuple[Severity, int], ...]
    places: tuple[str, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a waiver would accept in all, until when, and what is wrong with it so far."""

    total: int
    releases: tuple[CoveredRelease, ...]
    needs_second_person: bool
    until: datetime | None
    versions: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiveView:
    """What the page shows."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    rule: str
    title: str
    fix: str
    may_waive: bool
    preview: PreviewView


class WaiveForm(PageForm):
    """A rule to waive at some paths; with `preview` it is only shown what that would mean."""

    rule: str
    paths: str = ""
    versions: str = ""
    expires: str = ""
    reason: str = ""
    preview: str = ""


@get("/checks/waivers", sync_to_thread=True)
def ask_waiver(
    request: WebRequest,
    visit: TheVisit,
    rule: FromQuery[str],
    paths: FromQuery[str] = "",
    versions: FromQuery[str] = "",
    expires: FromQuery[str] = "",
) -> Response[bytes]:
    """Show what a waiver of the rule would cover, with the form that makes it."""
    require_permission(request.user, visit.view.permitted, Activity.RELEASE_ADMIN)
    if rule not in visit.parts.rules:
        raise NotFound("rule", rule)
    typed = {"paths": paths or _propose_paths(visit, rule), "versions": versions, "expires": expires}
    return _show(visit, rule, FormView({name: value.strip() for name, value in typed.items()}))


@post("/checks/waivers", sync_to_thread=True)
def waive(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Waive a rule at some paths, or show what that would mean."""

    def act(form: WaiveForm) -> bool:
        if form.preview:
            return False
        versions = VersionRange.parse(form.versions)
        until = _read_end(form.expires)
        paths = _split_paths(form.paths)
        parts.door.perform(
            request.user, WaiveRule(release.project, form.rule, paths, form.reason, until, versions)
        )
        return True

    outcome = submit_form(WaiveForm, data, act)
    if isinstance(outcome, Rejected):
        visit = open_visit(request, parts, release)
        return _show(visit, outcome.form.value("rule"), _place_errors(outcome.form), outcome.status)
    if not outcome.result:
        typed = FormView(list_typed(data))
        return _show(open_visit(request, parts, release), typed.value("rule"), typed)
    rule = parts.rules.get(str(data["rule"]))
    is_grave = rule is None or rule.severity.is_grave
    return go_to(request, ReleasePaths(release).checks, Flash(_SECOND if is_grave else _RECORDED))


@post("/checks/waivers/{waiver:int}/confirm", sync_to_thread=True)
def confirm_waiver(
    request: WebRequest, parts: TheParts, release: TheRelease, waiver: FromPath[int]
) -> Response[None]:
    """Be the second person behind a waiver."""
    parts.door.perform(request.user, ConfirmWaiver(release.project, waiver))
    return go_to(request, ReleasePaths(release).checks, Flash("The waiver counts from now on."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[ask_waiver, waive, confirm_waiver], dependencies=VISIT_DEPENDENCIES),
)


def _show(visit: Visit, rule: str, form: FormView, status: int = 200) -> Response[bytes]:
    known = visit.parts.rules.get(rule)
    view = WaiveView(
        head=make_head(visit, visit.paths.checks),
        paths=visit.paths,
        form=form,
        rule=rule,
        title=known.title if known else rule,
        fix=known.fix if known else "",
        may_waive=may_decide(visit),
        preview=_preview(visit, rule, form),
    )
    return show_release_page(visit, "checks_waive.html", view, "Waive a rule", status)


def _preview(visit: Visit, rule: str, form: FormView) -> PreviewView:
    """Return what the waiver would mean as it is typed so far."""
    versions = form.value("versions")
    try:
        asked = PreviewWaiver(
            visit.key.project, rule, _split_paths(form.value("paths")), VersionRange.parse(versions)
        )
        until = _read_end(form.value("expires"))
        found = visit.parts.door.ask(visit.request.user, asked)
    except Invalid as error:
        return PreviewView(0, (), needs_second_person=False, until=None, versions="", problems=error.reasons)
    covered = _list_covered(visit, found)
    return PreviewView(found.total, covered, found.needs_second_person, until, versions)


def _list_covered(visit: Visit, found: WaiverPreview) -> tuple[CoveredRelease, ...]:
    """Return the releases in which something is covered, this one first."""
    touched = (each for each in found.matches if each.total or each.release == visit.key)
    return tuple(
        _show_match(visit, each) for each in sorted(touched, key=lambda match: match.release != visit.key)
    )


def _show_match(visit: Visit, match: WaiverMatch) -> CoveredRelease:
    places = tuple(each.place for each in match.findings[:_MOST_PLACES])
    counts = ((each, match.counts[each]) for each in Severity if match.counts[each])
    return CoveredRelease(
        name=str(match.release),
        href=locate_release(match.release),
        is_this=match.release == visit.key,
        counts=tuple(counts),
        places=places,
        hidden=match.total - len(places),
    )


def _propose_paths(visit: Visit, rule: str) -> str:
    """Return what a waiver would name: each place, or whole artifacts where there are too many."""
    tallies = [each for each in visit.view.facts.verdict.tallies if each.rule == rule]
    if sum(each.total for each in tallies) > _MOST_PROPOSED:
        return "\n".join(f"{each}*" for each in sorted({each.artifact for each in tallies})[:_MOST_PROPOSED])
    found = visit.parts.door.ask(
        visit.request.user, ReadFindings(visit.view.facts, FindingFilter(rule=rule), EVERYTHING)
    )
    return "\n".join(sorted({each.finding.place for each in found.items}))


def _split_paths(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.splitlines())))


def _read_end(text: str) -> datetime | None:
    """Return the end of the waiver: the beginning of a day, or a moment; raise Invalid."""
    day = text.strip()
    if day and not is_day(day):
        raise Invalid.field("expires", "Write a day such as 2027-06-30.")
    return read_day("expires", day)


def _place_errors(form: FormView) -> FormView:
    """Return the form with complaints beside the fields as this form names them."""
    errors = {"expires" if name == "expires_at" else name: text for name, text in form.errors.items()}
    return FormView(form.values, errors, form.reasons)
