# SPDX-License-Identifier: Apache-2.0
"""What its release manager can do with a round, and what each step brings about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from atr.domain.vote import Round, RoundState
from atr.services.vote_views import RoundView, VoteAction
from atr.web.components import ActionView

_EXTENSIONS = ((24, "One day"), (48, "Two days"), (72, "Three days"), (168, "One week"))


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """So much more time, and until when the round is open then."""

    hours: int
    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RoundSteps:
    """What the asker can do; `blocked` are steps that cannot be taken yet, with every reason.

    `after_pass` and `after_fail` say what follows.
    """

    blocked: tuple[ActionView, ...]
    extensions: tuple[ExtensionView, ...]
    may_pass: bool
    may_fail: bool
    may_cancel: bool
    may_confirm: bool
    may_record: bool
    after_pass: str
    after_fail: str

    @property
    def are_any(self) -> bool:
        """Tell whether there is anything for the asker to do beside voting."""
        open_now = (self.may_pass, self.may_fail, self.may_cancel, self.may_confirm, self.may_record)
        return bool(self.blocked or self.extensions) or any(open_now)


def list_steps(here: str, shown: RoundView, now: datetime) -> RoundSteps:
    """Return what can be done now."""
    is_counted = shown.vote.state is RoundState.OPEN and not shown.vote.policy.manual_vote
    extends = shown.find_action(VoteAction.EXTEND).is_open
    return RoundSteps(
        blocked=tuple(_list_blocked(here, shown)) if is_counted else (),
        extensions=tuple(_list_extensions(shown.vote, now)) if extends else (),
        may_pass=shown.find_action(VoteAction.RESOLVE).is_open,
        may_fail=shown.find_action(VoteAction.FAIL).is_open,
        may_cancel=shown.find_action(VoteAction.CANCEL).is_open,
        may_confirm=shown.find_action(VoteAction.CONFIRM).is_open,
        may_record=shown.find_action(VoteAction.RECORD).is_open,
        after_pass=_say_pass(shown),
        after_fail=f"No further ballot counts. The result goes to {_say_lists(shown.vote)}. "
        "A new candidate can be composed then.",
    )


def _list_blocked(here: str, shown: RoundView) -> Iterator[ActionView]:
    steps = (
        ("Close as passed", VoteAction.RESOLVE, "circle-check", "passed"),
        ("Close as not passed", VoteAction.FAIL, "circle-x", "failed"),
    )
    for label, step, icon, outcome in steps:
        action = shown.find_action(step)
        if action.permitted and action.reasons:
            yield ActionView(label, f"{here}/resolve", action.reasons, "small", icon, "outcome", outcome)


def _list_extensions(vote: Round, now: datetime) -> Iterator[ExtensionView]:
    begin = max(vote.deadline_at or now, now)
    for hours, label in _EXTENSIONS:
        yield ExtensionView(hours, label, begin + timedelta(hours=hours))


def _say_pass(shown: RoundView) -> str:
    sent = f"The result goes to {_say_lists(shown.vote)}"
    if shown.tally.needs_rm:
        return "No further ballot counts. Because of a -1 the release manager then decides about the result."
    if not shown.vote.is_final:
        return f"No further ballot counts. {sent}, and the second round is opened."
    return f"No further ballot counts. {sent}, and the release goes on to be published."


def _say_lists(vote: Round) -> str:
    return ", ".join(vote.policy.mail_to) or "nobody"
