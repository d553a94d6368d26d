# SPDX-License-Identifier: Apache-2.0
"""Vote policies of projects and product lines: what holds, who said so, what was saved when."""

from dataclasses import dataclass, fields

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler
from markupsafe import Markup

from atr.services.door import Door
from atr.services.policies import (
    ListPolicyVersions,
    PolicyView,
    SetPolicy,
    ShowPolicy,
    VersionView,
)
from atr.web.components import Badge, Link
from atr.web.flash import Flash
from atr.web.forms import EMPTY_FORM, FormData, FormView, Rejected, submit_form
from atr.web.markdown import render_markdown
from atr.web.pages.editing import require_permission
from atr.web.pages.policy_form import PolicyFields, PolicyForm, make_policy_fields
from atr.web.pages.policy_holder import Holder, TheHolder, place_policies
from atr.web.pages.policy_rows import (
    LABELS,
    PolicyRow,
    PolicyVersionRow,
    find_checklist_level,
    list_policy_rows,
    say_value,
)
from atr.web.parts import TheDoor, WebRequest
from atr.web.rendering import Page, go_to, show_page


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """Everything the page shows; `edit_href` is empty for those who may not change it."""

    holder: str
    version: str
    rows: tuple[PolicyRow, ...]
    checklist: Markup
    checklist_level: Badge
    versions: tuple[PolicyVersionRow, ...]
    edit_href: str
    checks_href: str


@dataclass(frozen=True, slots=True)
class PolicyEditPage:
    """The form with which a policy is changed."""

    holder: str
    path: str
    fields: PolicyFields
    form: FormView


@get("/", sync_to_thread=True)
def show_policy(request: WebRequest, door: TheDoor, holder: TheHolder) -> Response[bytes]:
    """Show the policy in force, and every version."""
    return _show(request, door, holder)


@get("/edit", sync_to_thread=True)
def show_policy_edit(request: WebRequest, door: TheDoor, holder: TheHolder) -> Response[bytes]:
    """Show the form with which a policy is changed."""
    return _show_edit(request, door, holder)


@post("/edit", sync_to_thread=True)
def save_policy(
    request: WebRequest, data: FormData, door: TheDoor, holder: TheHolder
) -> Response[bytes] | Response[None]:
    """Save a policy as a new version."""
    return _save(request, data, door, holder)


HANDLERS: tuple[ControllerRouterHandler, ...] = place_policies(
    "/policy", show_policy, show_policy_edit, save_policy
)


def _show(request: WebRequest, door: Door, holder: Holder) -> Response[bytes]:
    found = door.ask(request.user, ShowPolicy(holder.ref))
    versions = door.ask(request.user, ListPolicyVersions(holder.ref))
    may_edit = holder.activity in found.permitted
    view = PolicyPage(
        holder=holder.name,
        version=found.effective.version,
        rows=list_policy_rows(found),
        checklist=render_markdown(found.effective.policy.release_checklist),
        checklist_level=find_checklist_level(found),
        versions=tuple(map(_make_version, versions)),
        edit_href=f"{holder.votes_path}/edit" if may_edit else "",
        checks_href=holder.checks_path,
    )
    page = Page("pages/project_policy.html", "Vote policy", view, holder.crumbs, section="/projects")
    return show_page(request, page)


def _show_edit(
    request: WebRequest, door: Door, holder: Holder, form: FormView = EMPTY_FORM, status: int = 200
) -> Response[bytes]:
    found = door.ask(request.user, ShowPolicy(holder.ref))
    require_permission(request.user, found.permitted, holder.activity)
    view = PolicyEditPage(holder.name, holder.votes_path, make_policy_fields(found), form)
    crumbs = (*holder.crumbs, Link("Vote policy", holder.votes_path))
    page = Page("pages/project_policy_edit.html", "Change it", view, crumbs, "/projects", narrow=True)
    return show_page(request, page, status)


def _save(
    request: WebRequest, data: dict[str, object], door: Door, holder: Holder
) -> Response[bytes] | Response[None]:
    def save(form: PolicyForm) -> PolicyView:
        return door.perform(request.user, SetPolicy(holder.ref, form.change, form.edition))

    outcome = submit_form(PolicyForm, data, save)
    if isinstance(outcome, Rejected):
        return _show_edit(request, door, holder, outcome.form, outcome.status)
    version = outcome.result.effective.version
    return go_to(
        request, holder.votes_path, Flash(f"The policy was saved. Votes from now on run under {version}.")
    )


def _make_version(view: VersionView) -> PolicyVersionRow:
    version = view.version
    given = {each.name: getattr(version.override, each.name) for each in fields(version.override)}
    settings = tuple(
        (label, say_value(name, given[name])) for name, label in LABELS.items() if given[name] is not None
    )
    return PolicyVersionRow(version.number, view.saved_by_name, version.saved_at, settings)
