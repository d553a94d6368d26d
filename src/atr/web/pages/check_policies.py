# SPDX-License-Identifier: Apache-2.0
"""Check policies of projects and product lines: what the checks are told, and who said so."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from atr.services.check_policies import (
    CheckPolicyView,
    ListCheckPolicies,
    SavedChecks,
    SavedVersion,
    SetCheckPolicy,
    ShowCheckPolicy,
)
from atr.services.door import Door
from atr.web.components import Link
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.pages.check_policy_form import (
    LABELS,
    CheckFields,
    CheckPolicyForm,
    make_check_fields,
    say_setting,
)
from atr.web.pages.editing import require_permission
from atr.web.pages.policy_holder import Holder, TheHolder, place_policies
from atr.web.pages.policy_rows import LEVELS, PolicyRow, PolicyVersionRow
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


@dataclass(frozen=True, slots=True)
class CheckPolicyPage:
    """Everything the page shows; `edit_href` is empty for those who may not change it."""

    holder: str
    version: str
    rows: tuple[PolicyRow, ...]
    versions: tuple[PolicyVersionRow, ...]
    edit_href: str


@dataclass(frozen=True, slots=True)
class CheckPolicyEditPage:
    """The form with which a check policy is changed."""

    holder: str
    path: str
    fields: CheckFields
    form: FormView


@get("/", sync_to_thread=True)
def show_checks_policy(request: WebRequest, door: TheDoor, holder: TheHolder) -> Response[bytes]:
    """Show what the checks are told, and every version."""
    return _show(request, door, holder)


@get("/edit", sync_to_thread=True)
def show_checks_edit(request: WebRequest, door: TheDoor, holder: TheHolder) -> Response[bytes]:
    """Show the form with which a check policy is changed."""
    return _show_edit(request, door, holder)


@post("/edit", sync_to_thread=True)
def save_checks_policy(
    request: WebRequest, data: FormData, door: TheDoor, holder: TheHolder
) -> Response[bytes] | Response[None]:
    """Save a check policy as a new version."""
    return _save(request, data, door, holder)


HANDLERS: tuple[ControllerRouterHandler, ...] = place_policies(
    "/policy/checks", show_checks_policy, show_checks_edit, save_checks_policy
)


def _show(request: WebRequest, door: Door, holder: Holder) -> Response[bytes]:
    found = door.ask(request.user, ShowCheckPolicy(holder.ref))
    versions = door.ask(request.user, ListCheckPolicies(holder.ref))
    view = CheckPolicyPage(
        holder=holder.name,
        version=found.effective.version,
        rows=_list_rows(found),
        versions=tuple(map(_make_version, versions)),
        edit_href=f"{holder.checks_path}/edit" if holder.activity in found.permitted else "",
    )
    crumbs = (*holder.crumbs, Link("Vote policy", holder.votes_path))
    return show_page(request, Page("pages/check_policy.html", "Check policy", view, crumbs, "/projects"))


def _list_rows(view: CheckPolicyView) -> tuple[PolicyRow, ...]:
    policy, levels = view.effective.policy, view.effective.levels
    return tuple(
        PolicyRow(label, say_setting(name, getattr(policy, name)), LEVELS[levels[name]])
        for name, label in LABELS.items()
    )


def _make_version(view: SavedVersion) -> PolicyVersionRow:
    override = view.version.override
    given = ((name, getattr(override, name)) for name in LABELS)
    settings = tuple((LABELS[name], say_setting(name, value)) for name, value in given if value is not None)
    return PolicyVersionRow(view.version.number, view.saved_by_name, view.version.saved_at, settings)


def _show_edit(
    request: WebRequest, door: Door, holder: Holder, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowCheckPolicy(holder.ref))
    require_permission(request.user, found.permitted, holder.activity)
    if form is EMPTY_FORM:
        form = FormView({"required_checks": found.own.required_checks or ()})
    view = CheckPolicyEditPage(holder.name, holder.checks_path, make_check_fields(found), form)
    crumbs = (*holder.crumbs, Link("Check policy", holder.checks_path))
    page = Page("pages/check_policy_edit.html", "Change it", view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)


def _save(
    request: WebRequest, data: dict[str, object], door: Door, holder: Holder
) -> Response[bytes] | Response[None]:
    def save(form: CheckPolicyForm) -> SavedChecks:
        return door.perform(request.user, SetCheckPolicy(holder.ref, form.change, form.edition))

    outcome = submit_form(CheckPolicyForm, data, save)
    if isinstance(outcome, Rejected):
        return _show_edit(request, door, holder, outcome.form, outcome.status)
    return go_to(request, holder.checks_path, Flash(_say_saved(outcome.result)))


def _say_saved(saved: SavedChecks) -> str:
    again = saved.examined_again
    examined = "1 open candidate is" if again == 1 else f"{again} open candidates are"
    news = f" {examined} examined again under it." if again else ""
    return f"The check policy was saved as version {saved.view.effective.version}.{news}"
