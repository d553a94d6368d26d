# SPDX-License-Identifier: Apache-2.0
"""Moving a release through its life: what its guards look at, and what entering a phase brings about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from atr.domain.errors import Denied, Invalid, Refused
from atr.domain.event import Subject
from atr.domain.lifecycle import TRANSITIONS, Phase, Situation, Stage, Transition, check_step, find_transition
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.permissions import Activity, Permission, explain_denial
from atr.domain.release import Release
from atr.ports.jobs import Job, JobKind
from atr.services.distribution_start import begin_phase
from atr.services.door import Command, Done, Place, Work
from atr.services.file_matching import explain_required
from atr.services.packages import request_packages
from atr.services.products import find_product
from atr.services.release_facts import gather_facts
from atr.services.releases import find_release, list_required_channels

LONGEST_REASON = 2_000
_NEEDS_REASON = frozenset({Phase.REVOKED})
_OWN_COMMANDS: Mapping[Phase, str] = MappingProxyType(
    {
        Phase.VOTE: "A release comes into phase vote when a vote is started.",
        Phase.FAILED: "A release fails when its vote is closed as failed.",
        Phase.DISTRIBUTE: "A release is distributed when its vote is closed as passed.",
        Phase.ANNOUNCE: "A release comes into phase announce when it is published and confirmed everywhere.",
        Phase.RELEASED: "A release is released when its announcement is sent.",
    }
)


def gather_situation(work: Work, release: Release) -> Situation:
    """Return everything the guards look at, as it is in this transaction."""
    return gather_facts(work, release).situation


def enter_phase(work: Work, release: Release, target: Phase, reason: str = "") -> Release:
    """Take an open step and return the release as stored; raise Refused with all reasons, or Conflict.

    The transaction that calls this also enqueues what the new phase makes necessary.
    """
    step = check_step(gather_situation(work, release), target)
    entered = work.unit.releases.save(_change_release(work, release, step, reason), release.phase)
    for job in _list_jobs(step, release.key):
        work.unit.jobs.enqueue(job)
    begin_phase(work, entered)
    if target is Phase.EVALUATE:
        work.unit.jobs.enqueue(request_packages(release.key, release.newest_revision))
    return entered


def _change_release(work: Work, release: Release, step: Transition, reason: str) -> Release:
    changed = replace(release, phase=step.target, phase_changed_at=work.now)
    match step.target:
        case Phase.EVALUATE:
            sealed = replace(changed, sealed_revision=release.newest_revision)
            return replace(sealed, package_managers=_list_package_managers(work, release))
        case Phase.VOTE:
            return replace(changed, package_managers=_confirm_package_managers(work, release))
        case Phase.COMPOSE:
            return replace(changed, sealed_revision=None)
        case Phase.RELEASED:
            return replace(changed, released_at=release.released_at or work.now, set_aside_reason="")
        case Phase.ARCHIVED | Phase.REVOKED | Phase.ABANDONED | Phase.END_OF_LIFE:
            return replace(changed, set_aside_reason=reason, published_at=None)
        case _:
            return changed


def _list_package_managers(work: Work, release: Release) -> tuple[ChannelKey, ...]:
    """Return where the release has to go; once it is voted on, a change of its line does not reach it."""
    return list_required_channels(work, find_product(work, release.key.line))


def _confirm_package_managers(work: Work, release: Release) -> tuple[ChannelKey, ...]:
    """Return where the release has to go; raise Refused for channels required since it was sealed."""
    required = _list_package_managers(work, release)
    reasons = explain_required(work, release, required)
    if reasons:
        raise Refused(*reasons)
    return required


def _list_jobs(step: Transition, key: ReleaseKey) -> tuple[Job, ...]:
    appears = step.target in {Phase.DISTRIBUTE, Phase.RELEASED}  # its metadata name the phase
    disappears = step.target.stage is Stage.ARCHIVED and step.source.stage is Stage.CURRENT
    kinds = ((JobKind.PUBLISH_RELEASE, appears), (JobKind.WITHDRAW_RELEASE, disappears))
    return tuple(Job(kind, key.storage_key, lock=f"publish {key.project}") for kind, due in kinds if due)


@dataclass(frozen=True, slots=True)
class MoveRelease(Command[Release]):
    """Take one of the steps that a person takes by hand."""

    release: ReleaseKey
    to: Phase
    reason: str = ""

    @property
    def permission(self) -> Permission:
        """Return the activity of the steps that a person takes by hand to the target."""
        by_hand = (step for step in TRANSITIONS if step.target is self.to and _explain_hand(step) is None)
        return next((step.activity for step in by_hand), Activity.RUN_PHASE)

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Take the step; raise Refused with all reasons, Denied, Invalid, or Conflict."""
        release = find_release(work, self.release)
        step = find_transition(release.phase, self.to)
        check_taker(work, step)
        instead = _explain_hand(step)
        if instead is not None:
            raise Refused(instead)
        _check_reason(self.to, self.reason)
        entered = enter_phase(work, release, self.to, self.reason)
        details = {"from": str(release.phase), "to": str(self.to)}
        return Done(
            entered,
            "release.moved",
            Subject.of_release(self.release),
            details | ({"reason": self.reason} if self.reason else {}),
        )


def may_take(work: Work, step: Transition) -> bool:
    """Tell whether whoever asks may take the step when it is open."""
    return step.activity in work.permitted and (step.only is None or step.only in work.roles)


def check_taker(work: Work, step: Transition) -> None:
    """Raise Denied unless whoever asks may take the step when it is open."""
    if step.only is not None and step.only not in work.roles:
        raise Denied(f"Only a {step.only} moves a release from {step.source} to {step.target}.")
    if not may_take(work, step):
        raise Denied(explain_denial(step.activity))


def _explain_hand(step: Transition) -> str | None:
    """Return by which command the step is taken instead, or None when it is taken by hand."""
    restored = step.source.stage is Stage.ARCHIVED
    return None if restored else _OWN_COMMANDS.get(step.target)


def _check_reason(target: Phase, reason: str) -> None:
    if target in _NEEDS_REASON and not reason.strip():
        raise Invalid.field("reason", f"Say why: everybody can read the reason for which it is {target}.")
    if len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", f"Keep the reason within {LONGEST_REASON} characters.")
