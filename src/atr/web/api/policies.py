# SPDX-License-Identifier: Apache-2.0
"""Vote policies in the API."""

from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.keep import KEEP
from atr.domain.names import MailAddress, ProductKey, ProductRef, ProjectKey
from atr.domain.people import Actor
from atr.domain.policy import PolicyChange
from atr.domain.vote_replay import Comparison
from atr.schema.pages import ItemPage
from atr.schema.policies import (
    OverrideAnswer,
    PolicyAnswer,
    PolicyPatch,
    PolicyVersionAnswer,
    SimulatedRound,
    VotePolicyAnswer,
)
from atr.services.door import Door
from atr.services.policies import (
    ListPolicyVersions,
    PolicyRef,
    PolicyView,
    SetPolicy,
    ShowPolicy,
    VersionView,
)
from atr.services.policy_simulation import SimulatePolicy
from atr.web.api.replies import read_expected
from atr.web.conditional import make_etag
from atr.web.parts import TheActor, TheDoor, WebRequest


@get("/projects/{project:str}/policy", sync_to_thread=True)
def show_policy(actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]) -> Response[PolicyAnswer]:
    """Show the vote policy in force for a project."""
    return _send_policy(door.ask(actor, ShowPolicy(project)))


@patch("/projects/{project:str}/policy", sync_to_thread=True)
def set_policy(
    request: WebRequest, door: TheDoor, project: FromPath[ProjectKey], data: JSONBody[PolicyPatch]
) -> Response[PolicyAnswer]:
    """Change some fields of a project's policy; null inherits the foundation's again."""
    return _save_policy(request, door, project, data)


@get("/projects/{project:str}/policy/versions", sync_to_thread=True)
def list_policy_versions(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey]
) -> ItemPage[PolicyVersionAnswer]:
    """List every policy a project ever saved, newest first."""
    return _send_versions(door.ask(actor, ListPolicyVersions(project)))


@get("/projects/{project:str}/products/{product:str}/policy", sync_to_thread=True)
def show_line_policy(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> Response[PolicyAnswer]:
    """Show the vote policy in force for a product line."""
    return _send_policy(door.ask(actor, ShowPolicy(ProductRef(project, product))))


@patch("/projects/{project:str}/products/{product:str}/policy", sync_to_thread=True)
def set_line_policy(
    request: WebRequest,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: JSONBody[PolicyPatch],
) -> Response[PolicyAnswer]:
    """Change some fields of a product line's override; null inherits the project's again."""
    return _save_policy(request, door, ProductRef(project, product), data)


@get("/projects/{project:str}/products/{product:str}/policy/versions", sync_to_thread=True)
def list_line_versions(
    actor: TheActor, door: TheDoor, project: FromPath[ProjectKey], product: FromPath[ProductKey]
) -> ItemPage[PolicyVersionAnswer]:
    """List every override a product line ever saved, newest first."""
    return _send_versions(door.ask(actor, ListPolicyVersions(ProductRef(project, product))))


@post("/projects/{project:str}/policy/simulate", sync_to_thread=True, status_code=200)
def simulate_policy(
    actor: TheActor,
    door: TheDoor,
    project: FromPath[ProjectKey],
    data: JSONBody[PolicyPatch],
    releases: FromQuery[int] = 20,
) -> ItemPage[SimulatedRound]:
    """Show what would have come of the votes on the last releases under changed fields; nothing is saved."""
    return _simulate(door, actor, SimulatePolicy(project, read_policy_change(data), releases))


@post("/projects/{project:str}/products/{product:str}/policy/simulate", sync_to_thread=True, status_code=200)
def simulate_line_policy(
    actor: TheActor,
    door: TheDoor,
    project: FromPath[ProjectKey],
    product: FromPath[ProductKey],
    data: JSONBody[PolicyPatch],
    releases: FromQuery[int] = 20,
) -> ItemPage[SimulatedRound]:
    """Show the same for the last releases of a product line."""
    return _simulate(
        door, actor, SimulatePolicy(ProductRef(project, product), read_policy_change(data), releases)
    )


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    show_policy,
    simulate_policy,
    simulate_line_policy,
    set_policy,
    list_policy_versions,
    show_line_policy,
    set_line_policy,
    list_line_versions,
)


def read_policy_change(data: PolicyPatch) -> PolicyChange:
    """Return the change that a patch asks for."""
    given = data.model_fields_set
    addresses = None if data.mail_to is None else tuple(map(MailAddress, data.mail_to))
    return PolicyChange(
        mail_to=addresses if "mail_to" in given else KEEP,
        manual_vote=data.manual_vote if "manual_vote" in given else KEEP,
        min_hours=data.min_hours if "min_hours" in given else KEEP,
        release_checklist=data.release_checklist if "release_checklist" in given else KEEP,
        pause_for_rm=data.pause_for_rm if "pause_for_rm" in given else KEEP,
        min_binding=data.min_binding if "min_binding" in given else KEEP,
        auto_resolve=data.auto_resolve if "auto_resolve" in given else KEEP,
    )


def _tag_policy(view: PolicyView) -> str:
    kind = "project" if isinstance(view.ref, ProjectKey) else "product"
    return make_etag(kind, view.ref, view.edition)


def _save_policy(
    request: WebRequest, door: Door, ref: PolicyRef, data: PolicyPatch
) -> Response[PolicyAnswer]:
    expected = None
    if "if-match" in request.headers:
        known = door.ask(request.user, ShowPolicy(ref))
        expected = read_expected(request, _tag_policy(known), known.edition)
    return _send_policy(door.perform(request.user, SetPolicy(ref, read_policy_change(data), expected)))


def _send_policy(view: PolicyView) -> Response[PolicyAnswer]:
    answer = PolicyAnswer(
        version=view.effective.version,
        effective=VotePolicyAnswer.of(view.effective.policy),
        own=OverrideAnswer.of(view.own),
        inherited=VotePolicyAnswer.of(view.inherited),
        permitted=tuple(sorted(view.permitted)),
    )
    return Response(answer, headers={"etag": _tag_policy(view)})


def _send_versions(versions: tuple[VersionView, ...]) -> ItemPage[PolicyVersionAnswer]:
    return ItemPage[PolicyVersionAnswer](items=tuple(map(_describe_version, versions)))


def _describe_version(view: VersionView) -> PolicyVersionAnswer:
    version = view.version
    return PolicyVersionAnswer(
        number=version.number,
        override=OverrideAnswer.of(version.override),
        saved_at=version.saved_at,
        saved_by=version.saved_by,
        saved_by_name=view.saved_by_name,
    )


def _simulate(door: Door, actor: Actor, query: SimulatePolicy) -> ItemPage[SimulatedRound]:
    return ItemPage[SimulatedRound](items=tuple(map(_describe_comparison, door.ask(actor, query))))


def _describe_comparison(comparison: Comparison) -> SimulatedRound:
    vote, before, after = comparison.vote, comparison.before, comparison.after
    return SimulatedRound(
        release=str(vote.release),
        round=vote.number,
        state=vote.state,
        policy_version=vote.policy_version,
        closed_at=vote.closed_at,
        outcome=before.outcome,
        decided_at=before.decided_at,
        new_outcome=after.outcome,
        new_decided_at=after.decided_at,
        differs=comparison.is_other_outcome,
        why=comparison.why,
    )
