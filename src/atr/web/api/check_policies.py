# SPDX-License-Identifier: Apache-2.0
"""What projects tell the checks, in the API."""

from dataclasses import fields

from litestar import Response, get, patch
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.check_policy import CheckPolicyChange
from atr.domain.keep import KEEP
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey
from atr.schema.check_policies import (
    CheckOverrideAnswer,
    CheckPolicyAnswer,
    CheckPolicyPatch,
    CheckPolicyVersionAnswer,
    ChecksInForceAnswer,
)
from atr.schema.pages import ItemPage
from atr.services.check_policies import (
    CheckPolicyView,
    ListCheckPolicies,
    PolicyRef,
    SavedVersion,
    SetCheckPolicy,
    ShowCheckPolicy,
)
from atr.services.door import Door
from atr.web.api.replies import read_expected
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/projects/{project:str}/policy/checks", sync_to_thread=True)
def show_check_policy(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]
) -> Response[ChecksInForceAnswer]:
    """Show what the checks are told for a project, and who set each field."""
    return _send_policy(door.ask(actor, ShowCheckPolicy(project)))


@patch("/projects/{project:str}/policy/checks", sync_to_thread=True)
def set_check_policy(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[CheckPolicyPatch]
) -> Response[ChecksInForceAnswer]:
    """Change some fields; null inherits again. Open candidates are examined again."""
    return _save_policy(request, door, project, data)


@get("/projects/{project:str}/policy/checks/versions", sync_to_thread=True)
def list_check_policies(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]
) -> ItemPage[CheckPolicyVersionAnswer]:
    """List every version a project ever saved, newest first."""
    return _send_versions(door.ask(actor, ListCheckPolicies(project)))


@get("/projects/{project:str}/products/{product:str}/policy/checks", sync_to_thread=True)
def show_line_checks(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[ChecksInForceAnswer]:
    """Show what the checks are told for a product line, and who set each field."""
    return _send_policy(door.ask(actor, ShowCheckPolicy(ProductRef(project, product))))


@patch("/projects/{project:str}/products/{product:str}/policy/checks", sync_to_thread=True)
def set_line_checks(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: JSONBody[CheckPolicyPatch],
) -> Response[ChecksInForceAnswer]:
    """Change some fields of a line; null inherits the project's again. Open candidates are examined again."""
    return _save_policy(request, door, ProductRef(project, product), data)


@get("/projects/{project:str}/products/{product:str}/policy/checks/versions", sync_to_thread=True)
def list_line_checks(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> ItemPage[CheckPolicyVersionAnswer]:
    """List every version a product line ever saved, newest first."""
    return _send_versions(door.ask(actor, ListCheckPolicies(ProductRef(project, product))))


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_check_policy,
    set_check_policy,
    list_check_policies,
    show_line_checks,
    set_line_checks,
    list_line_checks,
)


def read_check_change(data: CheckPolicyPatch) -> CheckPolicyChange:
    """Return the change that a patch asks for."""
    given = {name: getattr(data, name) for name in data.model_fields_set}
    channels = given.get("required_channels")
    if channels is not None:
        given["required_channels"] = tuple(map(ChannelKey, channels))
    return CheckPolicyChange(**{each.name: given.get(each.name, KEEP) for each in fields(CheckPolicyChange)})


def _tag_policy(view: CheckPolicyView) -> str:
    return make_etag("check policy", view.ref, view.effective.version)


def _save_policy(
    request: WebRequest, door: Door, ref: PolicyRef, data: CheckPolicyPatch
) -> Response[ChecksInForceAnswer]:
    expected = None
    if "if-match" in request.headers:
        known = door.ask(request.user, ShowCheckPolicy(ref))
        expected = read_expected(request, _tag_policy(known), known.number)
    saved = door.perform(request.user, SetCheckPolicy(ref, read_check_change(data), expected))
    return _send_policy(saved.view, saved.examined_again)


def _send_policy(view: CheckPolicyView, examined_again: int | None = None) -> Response[ChecksInForceAnswer]:
    answer = ChecksInForceAnswer(
        version=view.effective.version,
        number=view.number,
        effective=CheckPolicyAnswer.of(view.effective.policy),
        levels=dict(view.effective.levels),
        own=CheckOverrideAnswer.of(view.own),
        inherited=CheckPolicyAnswer.of(view.inherited),
        permitted=tuple(sorted(view.permitted)),
        examined_again=examined_again,
    )
    return Response(answer, headers={"etag": _tag_policy(view)})


def _send_versions(versions: tuple[SavedVersion, ...]) -> ItemPage[CheckPolicyVersionAnswer]:
    return ItemPage[CheckPolicyVersionAnswer](items=tuple(map(_describe_version, versions)))


def _describe_version(view: SavedVersion) -> CheckPolicyVersionAnswer:
    version = view.version
    return CheckPolicyVersionAnswer(
        number=version.number,
        override=CheckOverrideAnswer.of(version.override),
        saved_at=version.saved_at,
        saved_by=version.saved_by,
        saved_by_name=view.saved_by_name,
    )
