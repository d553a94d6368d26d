# SPDX-License-Identifier: Apache-2.0
"""Releases on channels in the API: the plan, how far it is, and what people ask for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from atr.domain.names import ChannelKey, ReleaseKey
from atr.schema.distributions import (
    DistributionAnswer,
    DistributionList,
    DistributionOrder,
    HandleAnswer,
    PlanAnswer,
    PlannedActionAnswer,
    PlannedChannelAnswer,
    StopAnswer,
    WithdrawalOrder,
)
from atr.services.distribution_orders import (
    CompensateRelease,
    OrderChannels,
    PromoteRelease,
    ResumeRelease,
    StageRelease,
    VerifyRelease,
    WithdrawDistributions,
)
from atr.services.distributions import (
    DistributionView,
    ListDistributions,
    PlannedLeg,
    PlanView,
    ShowDistribution,
    ShowPlan,
)
from atr.web.api.release_key import RELEASE_DEPENDENCY, RELEASE_PATH, TheRelease
from atr.web.api.replies import Asking, Reply, reply_once
from atr.web.parts import TheActor, TheDoor, WebRequest

Views = tuple[DistributionView, ...]
_ORDERS: Mapping[str, Callable[[ReleaseKey, ChannelKey | None], OrderChannels]] = MappingProxyType(
    {
        "stage": StageRelease,
        "verify": VerifyRelease,
        "promote": PromoteRelease,
        "resume": ResumeRelease,
        "compensate": CompensateRelease,
    }
)


@get("/", sync_to_thread=True)
def list_distributions(actor: TheActor, door: TheDoor, release: TheRelease) -> DistributionList:
    """List the channels the release is on its way to, in the order of the plan."""
    return describe_all(door.ask(actor, ListDistributions(release)))


@post("/", sync_to_thread=True, status_code=202)
def order_distributions(
    request: WebRequest, door: TheDoor, release: TheRelease, data: JSONBody[DistributionOrder]
) -> Response[DistributionList]:
    """Ask something of one channel or of all: stage, verify, promote, resume, withdraw or compensate."""
    channel = None if data.channel is None else ChannelKey(data.channel)
    if data.order == "withdraw":
        command: OrderChannels = WithdrawDistributions(release, channel, data.reason)
    else:
        command = _ORDERS[data.order](release, channel)
    return reply_once(Asking(request, door, data), command, _reply_all)


@get("/plan", sync_to_thread=True)
def show_plan(actor: TheActor, door: TheDoor, release: TheRelease) -> PlanAnswer:
    """Show what going public would call on every channel; nothing is called."""
    return describe_plan(release, door.ask(actor, ShowPlan(release)))


@get("/{channel:str}", sync_to_thread=True)
def show_distribution(
    actor: TheActor, door: TheDoor, release: TheRelease, channel: FromPath[ChannelKey]
) -> DistributionAnswer:
    """Show how far the release is on one channel."""
    return describe_distribution(door.ask(actor, ShowDistribution(release, channel)))


@post("/{channel:str}/stage", sync_to_thread=True, status_code=202)
def stage_distribution(
    request: WebRequest, door: TheDoor, release: TheRelease, channel: FromPath[ChannelKey]
) -> Response[DistributionAnswer]:
    """Bring the sealed files to where testers get them; anew where other files are staged."""
    return reply_once(Asking(request, door), StageRelease(release, channel), _reply_one)


@post("/{channel:str}/verify", sync_to_thread=True, status_code=202)
def verify_distribution(
    request: WebRequest, door: TheDoor, release: TheRelease, channel: FromPath[ChannelKey]
) -> Response[DistributionAnswer]:
    """Say that what was to be done by hand is done, or have what is there compared again."""
    return reply_once(Asking(request, door), VerifyRelease(release, channel), _reply_one)


@post("/{channel:str}/promote", sync_to_thread=True, status_code=202)
def promote_distribution(
    request: WebRequest, door: TheDoor, release: TheRelease, channel: FromPath[ChannelKey]
) -> Response[DistributionAnswer]:
    """Make the voted files public there, by promoting what is staged or by publishing."""
    return reply_once(Asking(request, door), PromoteRelease(release, channel), _reply_one)


@post("/{channel:str}/resume", sync_to_thread=True, status_code=202)
def resume_distribution(
    request: WebRequest, door: TheDoor, release: TheRelease, channel: FromPath[ChannelKey]
) -> Response[DistributionAnswer]:
    """Go on where it failed, and try at once what would be tried again later."""
    return reply_once(Asking(request, door), ResumeRelease(release, channel), _reply_one)


@post("/{channel:str}/withdraw", sync_to_thread=True, status_code=202)
def withdraw_distribution(
    request: WebRequest,
    door: TheDoor,
    release: TheRelease,
    channel: FromPath[ChannelKey],
    data: JSONBody[WithdrawalOrder],
) -> Response[DistributionAnswer]:
    """Take the release back from the channel."""
    command = WithdrawDistributions(release, channel, data.reason)
    return reply_once(Asking(request, door, data), command, _reply_one)


HANDLERS: tuple[ControllerRouterHandler, ...] = (
    Router(
        f"{RELEASE_PATH}/distributions",
        route_handlers=[
            list_distributions,
            order_distributions,
            show_plan,
            show_distribution,
            stage_distribution,
            verify_distribution,
            promote_distribution,
            resume_distribution,
            withdraw_distribution,
        ],
        dependencies=RELEASE_DEPENDENCY,
    ),
)


def _reply_all(views: Views) -> Reply[DistributionList]:
    return Reply(describe_all(views), status=202)


def _reply_one(views: Views) -> Reply[DistributionAnswer]:
    return Reply(describe_distribution(views[0]), status=202)


def describe_all(views: Views) -> DistributionList:
    """Return the distributions as they go over the wire."""
    return DistributionList(items=tuple(map(describe_distribution, views)))


def describe_distribution(view: DistributionView) -> DistributionAnswer:
    """Return a distribution as it goes over the wire."""
    one, leg = view.one, view.leg
    return DistributionAnswer(
        release=str(one.release),
        channel=one.channel,
        channel_name=leg.channel.name if leg else None,
        platform=leg.channel.platform if leg else None,
        required=view.is_required,
        state=one.state,
        goal=one.goal,
        attempt=one.generation,
        owner_namespace=one.owner_namespace,
        package=one.package,
        version=one.version,
        staging=one.staging,
        promoted=one.promoted,
        promoted_at=one.promoted_at,
        staging_revision_key=str(one.staging_revision_key) if one.staging_revision_key else None,
        handle=HandleAnswer.of(one.handle) if one.handle else None,
        api_url=one.api_url,
        web_url=one.web_url,
        uploaded_at=one.uploaded_at,
        failed_step=one.failed_step,
        failure_reason=one.failure_reason,
        final_names=one.final_names,
        becomes_latest=one.becomes_latest,
        instruction=one.instruction,
        told_done=one.told_done,
        problem=one.problem,
        drift=one.drift,
        compared_at=one.compared_at,
        withdrawal_asked_at=one.withdrawal_asked_at,
        withdrawn_at=one.withdrawn_at,
        can_undo=leg.can_undo if leg else None,
        has_arrived=leg.has_arrived if leg else False,
        next_actions=leg.actions if leg else (),
        waits_for=leg.waits_for if leg else (),
        steps=StopAnswer.list_all(view.stops),
    )


def describe_plan(release: ReleaseKey, view: PlanView) -> PlanAnswer:
    """Return a plan as it goes over the wire."""
    legs, turning = view.legs, view.point_of_no_return
    return PlanAnswer(
        release=str(release),
        channels=tuple(map(_describe_leg, legs)),
        point_of_no_return=None if turning is None else legs[turning].leg.channel.key,
        compensation=view.compensation,
        problems=view.problems,
    )


def _describe_leg(planned: PlannedLeg) -> PlannedChannelAnswer:
    leg = planned.leg
    return PlannedChannelAnswer(
        channel=leg.channel.key,
        channel_name=leg.channel.name,
        platform=leg.channel.platform,
        required=leg.required,
        begun=planned.is_begun,
        state=leg.one.state,
        can_undo=leg.can_undo,
        waits_for=leg.waits_for,
        actions=tuple(PlannedActionAnswer.of(each) for each in planned.calls),
        steps=StopAnswer.list_all(planned.stops),
    )
