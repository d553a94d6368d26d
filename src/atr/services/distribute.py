# SPDX-License-Identifier: Apache-2.0
"""The errand that brings a release on a channel to where it is wanted, one recorded move after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Self

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.distribution_steps import EFFECTS, Action, is_by_hand, write_instruction
from atr.domain.errors import Conflict, DomainError, OutOfSpace, Unavailable
from atr.domain.event import EventDetail
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.people import SERVICE
from atr.domain.promotion_guards import explain_promotion
from atr.ports.platforms import NeedsPerson, NotYet, OtherBytes, RegistryDown, Site
from atr.services.channel_access import OpenChannel, hide_secrets
from atr.services.distribution_bench import AtStep, Bench, FindTask, Seen, Task, pack
from atr.services.distribution_guards import check_readiness, read_standing
from atr.services.distribution_records import Postpone, RecordMove, RecordWaiting, fail_distribution
from atr.services.distribution_start import parse_distribution_name
from atr.services.errand import Errand, Tools
from atr.services.work_orders import order_work

PATIENCE = timedelta(days=1)
_PATIENCE_TO_APPEAR = timedelta(hours=1)
_PAUSE_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 3600.0
_APPEARS_IN_SECONDS = 10.0
_NOWHERE = Site("")
_TARGETS = frozenset({DistributionState.CONFIRMED, DistributionState.WITHDRAWN, DistributionState.FAILED})


class NotThere(NotYet):
    """Raised when what was put somewhere does not appear there yet."""


@dataclass(frozen=True, slots=True)
class Distribute(Errand):
    """Bring a release on a channel as far towards its goal as it gets now."""

    release: ReleaseKey
    channel: ChannelKey

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION on CHANNEL`."""
        return cls(*parse_distribution_name(argument))

    def run(self, tools: Tools) -> None:
        """Take one action after the other until the goal is reached, or something has to be waited for."""
        while _advance(tools, tools.door.ask(SERVICE, FindTask(self.release, self.channel))):
            pass


def _advance(tools: Tools, task: Task) -> bool:
    """Take the next action; return False when there is none, or none now."""
    if task.leg is None:
        return _miss_channel(tools, task.one)
    action = task.leg.next_action
    if action is None:
        return False
    site = _NOWHERE
    try:
        site = tools.door.ask(SERVICE, OpenChannel(task.one.channel)).site
        with tools.registries.connect(task.leg.channel.platform, site) as registry:
            bench = Bench(tools, task, task.leg, site, registry, pack(tools, task, action))
            return _TAKERS[action](bench, action)
    except Conflict:
        raise  # somebody changed it meanwhile: the job looks again
    except AtStep as at:
        return _settle_trouble(tools, task.one, _Trouble(at.step, at.error, site))
    except DomainError as error:
        return _settle_trouble(tools, task.one, _Trouble(action, error, site))


def _miss_channel(tools: Tools, one: Distribution) -> bool:
    if one.state not in _TARGETS:
        reason = f"There is no channel {one.channel} any more."
        _move(tools, one, fail_distribution(one, "channel", reason), {"reason": reason})
    return False


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What went wrong at which step; secrets of the site are hidden in what is told of it."""

    step: str
    error: DomainError
    site: Site

    @property
    def text(self) -> str:
        return hide_secrets(str(self.error), self.site)


def _settle_trouble(tools: Tools, one: Distribution, trouble: _Trouble) -> bool:
    """Wait for a person, try again later, or fail; return False, as nothing goes on now."""
    match trouble.error:
        case NeedsPerson():
            remark = "It does not look done yet." if one.told_done else ""
            tools.door.perform(SERVICE, RecordWaiting(one, _instruct(one, trouble.text), remark))
        case NotThere(retry_after=pause):
            _try_later(tools, one, trouble, pause, _PATIENCE_TO_APPEAR)
        case NotYet(retry_after=pause):
            _try_later(tools, one, trouble, pause, PATIENCE)
        case RegistryDown(retry_after=asked):
            _try_later(tools, one, trouble, asked or _PAUSE_SECONDS, PATIENCE)
        case Unavailable() | OutOfSpace():
            _try_later(tools, one, trouble, _PAUSE_SECONDS, PATIENCE)
        case _:
            _fail(tools, one, trouble.step, trouble.text)
    return False


def _instruct(one: Distribution, text: str) -> str:
    return f"{text} Then say: atr distribute verify {one.release} {one.channel}"


def _try_later(tools: Tools, one: Distribution, trouble: _Trouble, pause: float, patience: timedelta) -> None:
    seconds = min(max(pause, 0.0), _LONGEST_PAUSE_SECONDS)
    postpone = Postpone(one, trouble.text, timedelta(seconds=seconds), patience)
    if not tools.door.keep(postpone):
        _fail(tools, one, trouble.step, f"Given up after {patience}: {trouble.text}")


def _fail(tools: Tools, one: Distribution, step: str, reason: str) -> bool:
    failed = fail_distribution(one, step, reason)
    return not _move(tools, one, failed, {"step": step, "reason": failed.failure_reason})


def _move(
    tools: Tools, seen: Distribution, moved: Distribution, details: Mapping[str, EventDetail] | None = None
) -> bool:
    """Record the move; return True, so that the next one follows."""
    tools.door.perform(SERVICE, RecordMove(seen, moved, details or {}))
    return True


def _take_effect(bench: Bench, action: Action) -> bool:
    """Stage, promote or publish: begin it behind its guards, then take its steps."""
    begun, done = EFFECTS[action]
    if bench.one.state is not begun:
        return _begin(bench, action, begun)
    if action is not Action.STAGE:
        reasons = explain_promotion(read_standing(bench))
        if reasons:
            return _fail(bench.tools, bench.one, "guards", " ".join(reasons))
    if is_by_hand(bench.leg.channel, action):
        return _await_person(bench, action, done)
    if bench.leg.channel.automation_endpoint is not None:
        seen = order_work(bench, action)
        if not seen.is_voted:
            raise NotYet(f"The automation was asked and is not done. {seen.describe()}", 60.0)
    else:
        bench.run_steps(action)
    return _move(bench.tools, bench.one, _describe_done(bench, action, done))


def _begin(bench: Bench, action: Action, begun: DistributionState) -> bool:
    """Check everything that has to hold before the first effect; return False when it does not."""
    stored = bench.verify_store()
    if action is Action.STAGE:
        if not stored.is_voted:
            lost = f"The store no longer has what was sealed: {', '.join(stored.differing)}."
            return _fail(bench.tools, bench.one, "sealed files", lost)
        staging = replace(bench.one, state=begun, staging_revision_key=bench.packed.revision)
        return _move(bench.tools, bench.one, staging)
    readiness, is_older = check_readiness(bench, action, stored)
    reasons = explain_promotion(readiness)
    if reasons:
        return _fail(bench.tools, bench.one, "guards", " ".join(reasons))
    going = replace(bench.one, state=begun, becomes_latest=not is_older)
    details: dict[str, EventDetail] = {"holder": readiness.holder, "becomes_latest": not is_older}
    return _move(bench.tools, bench.one, going, details)


def _await_person(bench: Bench, action: Action, done: DistributionState) -> bool:
    """Wait until somebody says that it is done, and believe them once the bytes are found there."""
    one, instruction = bench.one, write_instruction(bench.one, bench.leg.channel, action)
    if not one.told_done:
        bench.tools.door.perform(SERVICE, RecordWaiting(one, instruction))
        return False
    seen = bench.compare(bench.find_side(action), "done by hand")
    if seen.is_voted:
        return _move(bench.tools, one, _describe_done(bench, action, done), {"by_hand": True})
    remark = f"It is not done yet. {seen.describe()}"
    bench.tools.door.perform(SERVICE, RecordWaiting(one, instruction, remark))
    return False


def _describe_done(bench: Bench, action: Action, done: DistributionState) -> Distribution:
    """Return the distribution after an effect, with the platform's own name of it and its addresses."""
    consignment = bench.consignment
    addresses = bench.registry.find_addresses(bench.find_side(action), consignment)
    handle = bench.registry.name_handle(consignment, bench.read_results())
    return replace(
        bench.one,
        state=done,
        handle=handle or bench.one.handle,
        api_url=addresses.api_url,
        web_url=addresses.web_url,
    )


def _verify(bench: Bench, action: Action) -> bool:
    seen = bench.compare(bench.find_side(action), "after staging")
    _require_voted(seen)
    return _move(bench.tools, bench.one, replace(bench.one, state=DistributionState.VERIFIED))


def _confirm(bench: Bench, action: Action) -> bool:
    seen = bench.compare(bench.find_side(action), "public")
    _require_voted(seen)
    return _move(bench.tools, bench.one, replace(bench.one, state=DistributionState.CONFIRMED))


def _require_voted(seen: Seen) -> None:
    """Raise OtherBytes, or NotThere as long as something has not appeared."""
    if seen.differing:
        raise OtherBytes(f"The registry hands out what was not voted on. {seen.describe()}")
    if not seen.is_voted:
        raise NotThere(f"The registry does not hand it out yet. {seen.describe()}", _APPEARS_IN_SECONDS)


def _take_back(bench: Bench, action: Action) -> bool:
    """Undo what was done, or have a person do it; where nothing was begun there is nothing to undo."""
    one = bench.one
    withdrawn = replace(one, state=DistributionState.WITHDRAWN)
    if one.state is DistributionState.PLANNED:
        return _move(bench.tools, one, withdrawn)
    if is_by_hand(bench.leg.channel, action):
        if one.told_done:
            return _move(bench.tools, one, withdrawn, {"by_hand": True})
        instruction = write_instruction(one, bench.leg.channel, action)
        bench.tools.door.perform(SERVICE, RecordWaiting(one, instruction))
        return False
    return _undo(bench, action, withdrawn)


def _undo(bench: Bench, action: Action, withdrawn: Distribution) -> bool:
    details: dict[str, EventDetail] = {}
    try:
        bench.run_steps(action)
    except AtStep as at:
        # That something was taken back cannot always be seen by reading, so a person's word has to do.
        if not (isinstance(at.error, NeedsPerson) and bench.one.told_done):
            raise
        details["by_hand"] = True
    return _move(bench.tools, bench.one, withdrawn, details)


_TAKERS: Mapping[Action, Callable[[Bench, Action], bool]] = MappingProxyType(
    {
        Action.STAGE: _take_effect,
        Action.PROMOTE: _take_effect,
        Action.PUBLISH: _take_effect,
        Action.VERIFY: _verify,
        Action.CONFIRM: _confirm,
        Action.TAKE_BACK: _take_back,
    }
)
