# SPDX-License-Identifier: Apache-2.0
"""`atr distribute`: a release on its channels."""

import time
from collections.abc import Iterable

import click

from atr.client.addresses import address_release
from atr.client.arguments import Parsed, release_argument
from atr.client.bodies import make_body
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.output import (
    count_things,
    json_option,
    print_done,
    print_facts,
    print_heading,
    print_json,
    print_table,
    print_text,
    print_wrong,
    say,
)
from atr.domain.distribution import DistributionState
from atr.domain.names import ChannelKey, ReleaseKey
from atr.schema.distributions import (
    DistributionAnswer,
    DistributionList,
    DistributionOrder,
    PlanAnswer,
    PlannedChannelAnswer,
)

_BEAT_SECONDS = 0.5
_channel_argument = click.argument(
    "channel", type=Parsed("channel", ChannelKey), metavar="[CHANNEL]", required=False
)
_wait_option = click.option("--wait", is_flag=True, help="Wait until nothing goes on by itself any more.")


@click.group()
def distribute() -> None:
    """Stage a release, make it public on its channels, and take it back from there."""


@distribute.command("plan")
@release_argument
@json_option
def show_plan(release: ReleaseKey, as_json: bool) -> None:
    """Show every call that going public would make, in order; nothing is called."""
    with Api() as api:
        _print_plan(api.get(address_release(release, "distributions", "plan"), PlanAnswer), as_json=as_json)


@distribute.command("status")
@release_argument
@_channel_argument
@json_option
def show_status(release: ReleaseKey, channel: ChannelKey | None, as_json: bool) -> None:
    """Show how far the release is on its channels, and what is to be done by hand."""
    with Api() as api:
        if channel is None:
            _print_all(api.get(address_release(release, "distributions"), DistributionList), as_json=as_json)
        else:
            address = address_release(release, "distributions", channel)
            _print_one(api.get(address, DistributionAnswer), as_json=as_json)


@distribute.command("stage")
@release_argument
@_channel_argument
@_wait_option
@json_option
def stage(release: ReleaseKey, channel: ChannelKey | None, wait: bool, as_json: bool) -> None:
    """Bring the sealed files to where testers get them; anew where other files are staged."""
    _give(_Order(release, "stage", channel), wait=wait, as_json=as_json)


@distribute.command("verify")
@release_argument
@_channel_argument
@_wait_option
@json_option
def verify(release: ReleaseKey, channel: ChannelKey | None, wait: bool, as_json: bool) -> None:
    """Say that what was to be done by hand is done, or have what is there compared again."""
    _give(_Order(release, "verify", channel), wait=wait, as_json=as_json)


@distribute.command("promote")
@release_argument
@_channel_argument
@click.option("--dry-run", is_flag=True, help="Show every call instead of making it.")
@_wait_option
@json_option
def promote(
    release: ReleaseKey, channel: ChannelKey | None, dry_run: bool, wait: bool, as_json: bool
) -> None:
    """Make the voted files public: what is staged is promoted, the rest is published."""
    if not dry_run:
        _give(_Order(release, "promote", channel), wait=wait, as_json=as_json)
        return
    with Api() as api:
        plan = api.get(address_release(release, "distributions", "plan"), PlanAnswer)
    if channel is not None:
        chosen = tuple(each for each in plan.channels if each.channel == channel)
        plan = plan.model_copy(update={"channels": chosen})
    _print_plan(plan, as_json=as_json)


@distribute.command("resume")
@release_argument
@_channel_argument
@_wait_option
@json_option
def resume(release: ReleaseKey, channel: ChannelKey | None, wait: bool, as_json: bool) -> None:
    """Go on where it failed, and try at once what would be tried again later."""
    _give(_Order(release, "resume", channel), wait=wait, as_json=as_json)


@distribute.command("compensate")
@release_argument
@_wait_option
@json_option
def compensate(release: ReleaseKey, wait: bool, as_json: bool) -> None:
    """Undo what a stopped plan has made public, in reverse order; what cannot be undone stays."""
    _give(_Order(release, "compensate", None), wait=wait, as_json=as_json)


@distribute.command("withdraw")
@release_argument
@_channel_argument
@click.option("--reason", default="", help="Why; everybody can read it.")
@_wait_option
@json_option
def withdraw(release: ReleaseKey, channel: ChannelKey | None, reason: str, wait: bool, as_json: bool) -> None:
    """Take the release back from CHANNEL, or from all of its channels at once."""
    _give(_Order(release, "withdraw", channel, reason), wait=wait, as_json=as_json)


class _Order:
    """What is asked for."""

    def __init__(self, release: ReleaseKey, order: str, channel: ChannelKey | None, reason: str = "") -> None:
        self.release = release
        self.order = order
        self.channel = channel
        self.reason = reason


def _give(order: _Order, *, wait: bool, as_json: bool) -> None:
    """Send the order; with `wait` return when everything it reached rests, and fail if something did."""
    body = make_body(DistributionOrder, order=order.order, channel=order.channel, reason=order.reason)
    with Api() as api:
        reached = api.post(address_release(order.release, "distributions"), body, DistributionList)
        if wait:
            reached = _await_rest(api, order, reached)
    _print_all(reached, as_json=as_json)
    if wait and any(each.state is DistributionState.FAILED for each in reached.items):
        raise Failed("Not everything worked: read the reasons, repair them, then resume.")
    if wait and any(each.drift for each in reached.items):
        raise Failed(
            "What is public there is not what was voted on: withdraw it, or bring the voted files back."
        )


def _await_rest(api: Api, order: _Order, reached: DistributionList) -> DistributionList:
    """Return the distributions once none of them goes on by itself; say on stderr what is waited for."""
    said = ""
    before = {each.channel: each for each in reached.items}
    while True:
        found = api.get(address_release(order.release, "distributions"), DistributionList)
        meant = tuple(each for each in found.items if each.channel in before)
        moving = [
            each for each in meant if not _rests(each) or _is_compared(order, before[each.channel], each)
        ]
        if not moving:
            return DistributionList(items=meant)
        told = ", ".join(f"{each.channel} is {each.state}" for each in moving)
        if told != said:
            said = told
            say(f"Waiting: {told}")
        time.sleep(_BEAT_SECONDS)


def _is_compared(order: _Order, before: DistributionAnswer, now: DistributionAnswer) -> bool:
    """Tell whether what is public is still being compared, as was asked for."""
    is_asked = order.order == "verify" and before.state is now.state is DistributionState.CONFIRMED
    return is_asked and before.compared_at == now.compared_at


def _rests(each: DistributionAnswer) -> bool:
    waits = bool(each.instruction) and not each.told_done
    return waits or not each.next_actions or each.state is DistributionState.FAILED


def _print_plan(plan: PlanAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(plan)
        return
    for channel in plan.channels:
        if channel.channel == plan.point_of_no_return:
            print_heading("From here on nothing can be undone")
        _print_channel_plan(channel)
    for problem in plan.problems:
        print_wrong(problem)
    if not plan.channels:
        print_done(f"{plan.release} goes to no channel.")


def _print_channel_plan(channel: PlannedChannelAnswer) -> None:
    need = "required" if channel.required else "optional"
    print_heading(f"{channel.channel_name} ({channel.channel}, {need}): {channel.state}")
    for action in channel.actions:
        how = " by hand" if action.by_hand else ""
        print_text(f"{action.action}{how}")
        for call in action.calls:
            print_text(f"  {call}")
        if action.problem:
            print_wrong(action.problem)
    if not channel.actions:
        print_text("nothing is left to do")


def _print_all(found: DistributionList, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    rows = ((each.channel, each.state, each.required, _say_news(each)) for each in found.items)
    print_table(("channel", "state", "required", "news"), rows, "It is on its way to no channel.")
    seconds = _measure_withdrawal(found.items)
    if seconds is not None:
        count = count_things(len(found.items), "channel")
        print_done(f"Withdrawn from {count} in {seconds:.0f} s.")


def _measure_withdrawal(items: Iterable[DistributionAnswer]) -> float | None:
    """Return how long it took until the last one was withdrawn, if all of them are (seconds)."""
    given = tuple(items)
    spans = [
        (each.withdrawn_at - each.withdrawal_asked_at).total_seconds()
        for each in given
        if each.withdrawn_at is not None
        and each.withdrawal_asked_at is not None
        and each.state is DistributionState.WITHDRAWN
    ]
    return max(spans) if spans and len(spans) == len(given) else None


def _say_news(each: DistributionAnswer) -> str:
    if each.state is DistributionState.FAILED:
        return f"{each.failed_step}: {each.failure_reason}"
    if each.waits_for:
        return f"waits for {', '.join(each.waits_for)}"
    return each.instruction or each.problem or each.drift


def _print_one(each: DistributionAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(each)
        return
    print_facts(
        (
            ("release", each.release),
            ("channel", each.channel_name or each.channel),
            ("package", each.package),
            ("version", each.version),
            ("state", each.state),
            ("staged files", each.staging_revision_key),
            ("address", each.web_url),
            ("promoted", each.promoted_at),
            ("compared", each.compared_at),
            ("news", _say_news(each)),
        )
    )
    rows = ((stop.step, stop.standing, stop.at, stop.by_hand) for stop in each.steps)
    print_table(("step", "standing", "since", "by hand"), rows, "The channel was deleted: nothing goes on.")
