# SPDX-License-Identifier: Apache-2.0
"""One command for any step: where a phase is entered by a command of its own, that one is carried out."""

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from atr.domain.errors import Denied
from atr.domain.lifecycle import Phase, Stage, find_transition
from atr.domain.names import ReleaseKey
from atr.domain.permissions import Activity, Permission, explain_denial
from atr.domain.release import Release
from atr.domain.vote import RoundState
from atr.services.announcements import Announce
from atr.services.door import Command, Done, Place, Work
from atr.services.publication_records import PrepareAnnouncement
from atr.services.release_phases import MoveRelease
from atr.services.releases import find_release
from atr.services.vote_resolution import ConfirmRound, ResolveRound
from atr.services.votes import StartVote

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class TakeStep(Command[Release]):
    """Bring a release to a phase, by whatever command leads there, with that command's own defaults."""

    release: ReleaseKey
    to: Phase
    reason: str = ""

    @property
    def permission(self) -> Permission:
        """Return what moving by hand to the phase needs; the own command's need is looked at beside it."""
        return self._by_hand.permission

    @property
    def is_grave(self) -> bool:
        """Tell whether it closes a vote."""
        return self.to in {Phase.DISTRIBUTE, Phase.FAILED}

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    @property
    def _by_hand(self) -> MoveRelease:
        return MoveRelease(self.release, self.to, self.reason)

    def carry_out(self, work: Work) -> Done[Release]:
        """Take the step and return the release; raise what the command of the step raises."""
        release = find_release(work, self.release)
        find_transition(release.phase, self.to)
        match self.to:
            case Phase.VOTE:
                return self._report(work, StartVote(self.release))
            case Phase.DISTRIBUTE | Phase.FAILED:
                return self._close_vote(work)
            case Phase.ANNOUNCE:
                return self._report(work, PrepareAnnouncement(self.release))
            case Phase.RELEASED if release.stage is not Stage.ARCHIVED:
                return self._report(work, Announce(self.release))
            case _:
                return self._report(work, self._by_hand)

    def _close_vote(self, work: Work) -> Done[Release]:
        rounds = work.unit.votes.list_rounds(self.release)
        if not rounds:
            return self._report(work, self._by_hand)
        newest = rounds[-1]
        if newest.state is RoundState.WAITING_FOR_RM:
            passes = self.to is Phase.DISTRIBUTE
            return self._report(work, ConfirmRound(self.release, newest.number, passes, self.reason))
        return self._report(work, ResolveRound(self.release, newest.number, self.to is Phase.FAILED))

    def _report(self, work: Work, command: Command[R]) -> Done[Release]:
        needed = command.permission
        if isinstance(needed, Activity) and needed not in work.permitted:
            raise Denied(explain_denial(needed))
        done = command.carry_out(work)
        return Done(find_release(work, self.release), done.event, done.subject, done.details)


@dataclass(frozen=True, slots=True)
class SetAside(Command[Release]):
    """Take a release out of sight: a candidate is abandoned, a released one archived; nothing is removed."""

    release: ReleaseKey
    reason: str = ""

    permission: ClassVar[Permission] = Activity.RELEASE_ADMIN

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def carry_out(self, work: Work) -> Done[Release]:
        """Move it; raise Refused with the steps that are possible instead."""
        release = find_release(work, self.release)
        target = Phase.ABANDONED if release.stage is Stage.CANDIDATE else Phase.ARCHIVED
        return MoveRelease(self.release, target, self.reason).carry_out(work)
