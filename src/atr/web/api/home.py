# SPDX-License-Identifier: Apache-2.0
"""What waits for whoever asks, in the API."""

from litestar import get
from litestar.types import ControllerRouterHandler

from atr.domain.first_release import GuideStep
from atr.schema.home import (
    FirstReleaseAnswer,
    FirstReleaseStep,
    WaitingAnswer,
    WaitingChannelAnswer,
    WaitingKeyAnswer,
    WaitingMailsAnswer,
    WaitingReleaseAnswer,
    WaitingVoteAnswer,
)
from atr.services.first_release import ShowFirstRelease
from atr.services.home_views import OpenVote, PendingRelease, ShowWaiting, TroubledDistribution
from atr.web.parts import TheActor, TheDoor


@get("/me/waiting", sync_to_thread=True)
def show_waiting(actor: TheActor, door: TheDoor) -> WaitingAnswer:
    """Tell what waits for you: votes, releases, channels, mails and keys."""
    waiting = door.ask(actor, ShowWaiting())
    return WaitingAnswer(
        votes=tuple(map(_describe_vote, waiting.votes)),
        releases=tuple(map(_describe_release, waiting.releases)),
        channels=tuple(map(_describe_channel, waiting.troubles)),
        mails=tuple(
            WaitingMailsAnswer(release=str(each.release), round=each.round, count=each.count)
            for each in waiting.mails
        ),
        keys=tuple(
            WaitingKeyAnswer(fingerprint=each.signing.fingerprint, expires_at=each.signing.key.expires_at)
            for each in waiting.keys
        ),
    )


@get("/me/first-release", sync_to_thread=True)
def show_first_release(actor: TheActor, door: TheDoor) -> FirstReleaseAnswer:
    """Tell how far you are on the way to your first release."""
    view = door.ask(actor, ShowFirstRelease())
    return FirstReleaseAnswer(
        release=str(view.release.key) if view.release else None,
        project=view.project,
        steps=tuple(FirstReleaseStep(step=step, done=step in view.done) for step in GuideStep),
        next=view.next,
        has_released=view.has_released,
    )


HANDLERS: tuple[ControllerRouterHandler, ...] = (show_waiting, show_first_release)


def _describe_vote(each: OpenVote) -> WaitingVoteAnswer:
    return WaitingVoteAnswer(
        release=str(each.vote.release),
        round=each.vote.number,
        binding=each.binding,
        deadline_at=each.vote.deadline_at,
    )


def _describe_release(each: PendingRelease) -> WaitingReleaseAnswer:
    return WaitingReleaseAnswer(
        release=str(each.release.key),
        phase=each.release.phase,
        next_step=each.next_step.sentence,
        reasons=each.next_step.reasons,
        mine=each.mine,
    )


def _describe_channel(each: TroubledDistribution) -> WaitingChannelAnswer:
    one = each.distribution
    return WaitingChannelAnswer(
        release=str(one.release),
        channel=one.channel,
        state=one.state,
        instruction=one.instruction if one.waits_for_person else "",
        failure_reason=one.failure_reason or "",
        drift=one.drift,
    )
