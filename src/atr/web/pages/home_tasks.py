# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody, as tasks: votes first, then releases, channels, mails and keys."""

from dataclasses import dataclass
from datetime import datetime

from atr.domain.lifecycle import Phase
from atr.services.home_views import (
    OpenVote,
    PendingRelease,
    TroubledDistribution,
    UndecidedMails,
    WaitingView,
)
from atr.services.key_views import KeyView
from atr.web.addresses import locate_key, locate_release
from atr.web.components import PHASE_LABELS, Badge
from atr.web.flash import Tone
from atr.web.pages.key_rows import describe_expiry, name_key
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.release_rows import name_line

_BINDING = "Look at the candidate and say what you think: your vote is binding."
_COMMUNITY = "Look at the candidate and say what you think: every vote is counted."
_DRIFT = Badge("Other bytes", Tone.BAD)
_BY_HAND = Badge("By hand", Tone.WARN)
_STOPPED = Badge("Stopped", Tone.BAD)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something to do: what, why, and what stands in the way; `at` is the moment that `at_label` is about."""

    title: str
    version: str
    href: str
    sentence: str
    icon: str
    tone: Tone
    badge: Badge
    reasons: tuple[str, ...] = ()
    at_label: str = ""
    at: datetime | None = None


def list_tasks(waiting: WaitingView) -> tuple[TaskRow, ...]:
    """Return everything that waits for the person."""
    return (
        *map(_ask_vote, waiting.votes),
        *(_ask_step(each) for each in waiting.releases if each.mine),
        *map(_ask_channel, _list_other_troubles(waiting)),
        *map(_ask_mails, waiting.mails),
        *map(_ask_key, waiting.keys),
    )


def summarize_tasks(waiting: WaitingView) -> str:
    """Return one sentence on what waits."""
    mine = [each for each in waiting.releases if each.mine]
    blocked = [each for each in mine if each.held]
    counts = (
        (len(waiting.votes), "vote to cast", "votes to cast"),
        (len(mine) - len(blocked), "release to move on", "releases to move on"),
        (len(blocked), "release held up", "releases held up"),
        (len(_list_other_troubles(waiting)), "channel to look at", "channels to look at"),
        (sum(each.count for each in waiting.mails), "mail to decide about", "mails to decide about"),
        (len(waiting.keys), "key that ends", "keys that end"),
    )
    parts = [f"{number} {one if number == 1 else many}" for number, one, many in counts if number]
    if not parts:
        return ""
    return f"{', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."


def _ask_vote(each: OpenVote) -> TaskRow:
    vote = each.vote
    return TaskRow(
        title=f"Vote on {name_line(vote.release, each.project_name)}",
        version=vote.release.version,
        href=ReleasePaths(vote.release).vote(vote.number),
        sentence=_BINDING if each.binding else _COMMUNITY,
        icon="vote",
        tone=Tone.INFO,
        badge=Badge("Binding" if each.binding else "Community", Tone.INFO),
        at_label="ends" if vote.deadline_at else "began",
        at=vote.deadline_at or vote.opened_at,
    )


def _ask_step(each: PendingRelease) -> TaskRow:
    release, step = each.release, each.next_step
    is_announcement = release.phase is Phase.ANNOUNCE
    paths = ReleasePaths(release.key)
    return TaskRow(
        title=name_line(release.key, each.project_name),
        version=release.key.version,
        href=paths.announcement if is_announcement else locate_release(release.key),
        sentence=step.sentence,
        icon="megaphone" if is_announcement else "triangle-alert" if each.held else "arrow-right",
        tone=Tone.WARN if each.held else Tone.GOOD,
        badge=Badge(PHASE_LABELS[release.phase], Tone.WARN if each.held else Tone.NEUTRAL),
        reasons=step.reasons if each.held else (),
        at_label="changed",
        at=release.phase_changed_at,
    )


def _list_other_troubles(waiting: WaitingView) -> tuple[TroubledDistribution, ...]:
    """Return the channels that no task about their release speaks of."""
    told = {each.release.key for each in waiting.releases if each.mine}
    return tuple(
        each for each in waiting.troubles if each.distribution.drift or each.distribution.release not in told
    )


def _ask_channel(each: TroubledDistribution) -> TaskRow:
    one = each.distribution
    if one.drift:
        sentence, badge, icon = f"It answers with other bytes: {one.drift}", _DRIFT, "shield-alert"
    elif one.waits_for_person:
        sentence, badge, icon = one.instruction, _BY_HAND, "truck"
    else:
        sentence, badge, icon = f"It stopped: {one.failure_reason or one.problem}", _STOPPED, "octagon-alert"
    return TaskRow(
        title=f"{name_line(one.release, each.project_name)} on {one.channel}",
        version=one.release.version,
        href=ReleasePaths(one.release).distribution,
        sentence=sentence,
        icon=icon,
        tone=badge.tone,
        badge=badge,
        at_label="compared" if one.drift and one.compared_at else "",
        at=one.compared_at if one.drift else None,
    )


def _ask_mails(each: UndecidedMails) -> TaskRow:
    many = f"{each.count} mails wait" if each.count > 1 else "1 mail waits"
    return TaskRow(
        title=f"Mails of the vote on {name_line(each.release, each.project_name)}",
        version=each.release.version,
        href=f"{ReleasePaths(each.release).vote(each.round)}#messages",
        sentence=f"{many} for a word from you: whose vote is it, and does it count?",
        icon="mail",
        tone=Tone.WARN,
        badge=Badge("To decide", Tone.WARN),
    )


def _ask_key(view: KeyView) -> TaskRow:
    expiry = describe_expiry(view)
    return TaskRow(
        title=f"Key {name_key(view)}",
        version="",
        href=locate_key(view.signing.fingerprint),
        sentence="Extend it with your OpenPGP program, then add it here again.",
        icon="key-round",
        tone=expiry.badge.tone,
        badge=expiry.badge,
        at_label="ended" if view.expired else "ends",
        at=view.signing.key.expires_at,
    )
