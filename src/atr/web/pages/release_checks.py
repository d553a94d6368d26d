# SPDX-License-Identifier: Apache-2.0
"""The findings of a release: by rule or by file, narrowed to a severity, a rule, a file, or words."""

from dataclasses import dataclass
from enum import StrEnum

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, SkipValidation
from litestar.types import ControllerRouterHandler

from atr.domain.check import UNKNOWN_BASIS, Severity
from atr.domain.permissions import Activity
from atr.ports.repositories.findings import FindingFilter
from atr.ports.repositories.paging import PageRequest
from atr.services.evaluations import RequestEvaluation
from atr.services.findings import BasisView, ShowBasis
from atr.web.api.release_key import TheRelease
from atr.web.components import ActionView, FilterView, Link
from atr.web.fields import PageForm
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.finding_files import FileGroups, group_by_file
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
from atr.web.parts import TheParts, WebRequest
from atr.web.rendering import go_to

_MOST_PER_RULE = 5
_MOST_AT_ONCE = 100
_NO_FILES = FileGroups(())


class Grouping(StrEnum):
    """By what findings are put together."""

    RULE = "rule"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the page is narrowed to."""

    by: Grouping = Grouping.RULE
    severity: Severity | None = None
    rule: str = ""
    file: str = ""
    text: str = ""
    cursor: str | None = None
    everything: bool = False

    @property
    def is_narrow(self) -> bool:
        """Tell whether it shows findings one after the other instead of the first of each group."""
        return bool(self.text) or bool(self.rule if self.by is Grouping.RULE else self.file)

    @property
    def which(self) -> FindingFilter:
        """Return which findings that are."""
        first = None if self.is_narrow else _MOST_PER_RULE
        return FindingFilter(self.severity, self.rule or None, first, self.file or None, self.text)

    @property
    def page(self) -> PageRequest:
        """Return which piece of them."""
        return PageRequest(_MOST_AT_ONCE, self.cursor) if self.is_narrow else EVERYTHING

    def address(self, paths: ReleasePaths, **changed: str | None) -> str:
        """Return the page with something else chosen."""
        named: dict[str, str | None] = {
            "by": None if self.by is Grouping.RULE else self.by,
            "severity": self.severity,
            "rule": self.rule,
            "file": self.file,
            "q": self.text,
        }
        return paths.narrow_findings(**(named | changed))


@dataclass(frozen=True, slots=True)
class ChecksView:
    """What the page of the findings shows; `narrowed` says in words to what, if to anything."""

    head: ReleaseHead
    paths: ReleasePaths
    form: FormView
    checks: CheckState
    revision: int
    narrowed: str
    is_open: bool
    groupings: tuple[Link, ...]
    filter: FilterView
    groups: tuple[FindingGroup, ...]
    files: FileGroups
    all_files_href: str
    following: str
    basis: BasisView | None
    again: ActionView | None

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with the form."""
        return list_complaints(self.form)

    @property
    def has_findings(self) -> bool:
        """Tell whether there is something to show."""
        return bool(self.groups or self.files.groups)


class EmptyForm(PageForm):
    """A button alone."""


def read_choice(
    by: FromQuery[Grouping] = Grouping.RULE,
    severity: FromQuery[Severity | None] = None,
    rule: FromQuery[str] = "",
    file: FromQuery[str] = "",
    q: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Chosen:
    """Return what the address asks for."""
    return Chosen(by, severity, rule, file, q.strip(), cursor)


TheChoice = NamedDependency[SkipValidation[Chosen]]


@get("/checks", dependencies={"chosen": Provide(read_choice, sync_to_thread=False)}, sync_to_thread=True)
def show_checks(visit: TheVisit, chosen: TheChoice, everything: FromQuery[bool] = False) -> Response[bytes]:
    """Show what the checks found: the first findings of each rule or file, or one of them page by page."""
    return _show(visit, chosen, everything=everything)


@post("/checks", sync_to_thread=True)
def check_again(
    request: WebRequest, parts: TheParts, release: TheRelease, data: FormData
) -> Response[bytes] | Response[None]:
    """Have the shown revision checked again."""
    outcome = submit_form(
        EmptyForm, data, lambda _: parts.door.perform(request.user, RequestEvaluation(release))
    )
    if isinstance(outcome, Rejected):
        return _show(open_visit(request, parts, release), Chosen(), outcome.form, outcome.status)
    return go_to(request, ReleasePaths(release).checks, Flash("Checking again."))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(PAGES_PATH, route_handlers=[show_checks, check_again], dependencies=VISIT_DEPENDENCIES),
)


def _show(
    visit: Visit,
    chosen: Chosen,
    form: FormView = EMPTY_FORM,
    status: int = 200,
    *,
    everything: bool = False,
) -> Response[bytes]:
    groups: tuple[FindingGroup, ...] = ()
    files, following = _NO_FILES, None
    if chosen.by is Grouping.RULE:
        groups, following = group_findings(visit, chosen.which, chosen.page)
    else:
        files = group_by_file(visit, chosen.which, chosen.page, everything=everything)
        following = files.following if chosen.is_narrow else None
    paths = visit.paths
    view = ChecksView(
        head=make_head(visit, paths.checks),
        paths=paths,
        form=form,
        checks=describe_checks(visit, chosen.severity, lambda each: chosen.address(paths, severity=each)),
        revision=visit.view.release.shown_revision,
        narrowed=_tell_choice(chosen),
        is_open=chosen.is_narrow or chosen.severity is not None,
        groupings=_list_groupings(visit, chosen),
        filter=_make_filter(visit, chosen),
        groups=groups,
        files=files,
        all_files_href=chosen.address(paths, everything="true"),
        following=chosen.address(paths, cursor=following) if following else "",
        basis=_find_basis(visit),
        again=_offer_again(visit),
    )
    return show_release_page(visit, "release_checks.html", view, "Checks", status)


def _tell_choice(chosen: Chosen) -> str:
    told = (
        f"of severity {chosen.severity}" if chosen.severity else "",
        f"of the rule {chosen.rule}" if chosen.rule else "",
        f"on {chosen.file}" if chosen.file else "",
        f"with “{chosen.text}”" if chosen.text else "",
    )
    return " ".join(filter(None, told))


def _list_groupings(visit: Visit, chosen: Chosen) -> tuple[Link, ...]:
    ways = ((Grouping.RULE, "By severity and rule", None), (Grouping.FILE, "By file", "file"))
    return tuple(
        Link(label, chosen.address(visit.paths, by=by), current=chosen.by is way) for way, label, by in ways
    )


def _make_filter(visit: Visit, chosen: Chosen) -> FilterView:
    by = None if chosen.by is Grouping.RULE else chosen.by
    kept = {"by": by, "severity": chosen.severity, "rule": chosen.rule, "file": chosen.file}
    return FilterView(
        visit.paths.checks,
        chosen.text,
        "Filter by words, rule or place",
        target="#findings",
        kept=tuple((name, str(value)) for name, value in kept.items() if value),
    )


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
