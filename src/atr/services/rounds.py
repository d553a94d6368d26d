# SPDX-License-Identifier: Apache-2.0
"""Rounds as commands meet them: found, named, counted and closed."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from atr.domain.ballot_hash import hash_ballots
from atr.domain.errors import Invalid, NotFound
from atr.domain.event import EventDetail, Subject
from atr.domain.names import ReleaseKey, UserId, Voter
from atr.domain.reminder import find_reminder
from atr.domain.vote import Ballot, Counts, Round, RoundState, Tally, tally_round
from atr.domain.vote_steps import summarize_tally
from atr.ports.jobs import Deadline, DeadlineKind, Job, JobKind
from atr.services.door import Work

LONGEST_REASON = 2_000
_LOOK_AGAIN_AFTER = timedelta(hours=1)
MOST_ROUNDS = 999_999
_ROUND_NAME = re.compile(r"(?P<release>[^#]+)#(?P<number>[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Count:
    """A round counted now, or as it was when its count was closed; `left` are no longer on the PMC."""

    ballots: tuple[Ballot, ...]
    left: frozenset[UserId]
    tally: Tally


def find_round(work: Work, release: ReleaseKey, number: int, *, lock: bool = False) -> Round:
    """Return the round, if asked locked until the transaction ends; raise NotFound."""
    is_possible = 1 <= number <= MOST_ROUNDS
    vote = work.unit.votes.find_round(release, number, lock=lock) if is_possible else None
    if vote is None:
        raise NotFound("round", name_round(release, number))
    return vote


def hold_round(work: Work, release: ReleaseKey, number: int) -> Round:
    """Return the round and keep everybody else from it until the transaction ends; raise NotFound."""
    return find_round(work, release, number, lock=True)


def name_round(release: ReleaseKey, number: int) -> str:
    """Return `PROJECT/PRODUCT/VERSION#ROUND`."""
    return f"{release.storage_key}#{number}"


def parse_round_name(text: str) -> tuple[ReleaseKey, int]:
    """Read `PROJECT/PRODUCT/VERSION#ROUND`; raise Invalid when it is not of that form."""
    found = _ROUND_NAME.fullmatch(text)
    if found is None:
        raise Invalid.field("round", f"{text!r} does not name a round: write PROJECT/PRODUCT/VERSION#ROUND.")
    return ReleaseKey.parse(found["release"]), int(found["number"])


def make_subject(vote: Round) -> Subject:
    """Return what an event about the round is about."""
    return Subject.of_release(vote.release, "round", f"{vote.release}#{vote.number}")


def find_left(work: Work, vote: Round) -> frozenset[UserId]:
    """Return who is binding in the round but no longer on the voting project's PMC."""
    roster = work.unit.projects.find_roster(vote.voting_project)
    return vote.roster - roster.pmc_members if roster is not None else vote.roster


def count_round(work: Work, vote: Round) -> Count:
    """Count the round as of now; a closed one as it was counted then."""
    ballots = work.unit.votes.list_ballots(vote.release, vote.number)
    if vote.tally is not None:
        return Count(ballots, vote.departed, vote.tally)
    left = find_left(work, vote)
    return Count(ballots, left, tally_round(vote, ballots, work.now, left))


def count_around(work: Work, vote: Round, voter: Voter) -> Count:
    """Count the round as of now from what that takes: of everybody but the voter only the latest ballot."""
    ballots = work.unit.votes.list_around(vote.release, vote.number, voter)
    left = find_left(work, vote)
    return Count(ballots, left, tally_round(vote, ballots, work.now, left))


def close_round(work: Work, vote: Round, state: RoundState, count: Count, remark: str = "") -> Round:
    """Store the outcome with its tally and a remark, take the deadline away; return the closed round."""
    counts = summarize_tally(count.tally)
    closed = replace(
        vote,
        state=state,
        closed_at=work.now,
        closed_by=work.actor.label,
        summary=f"{counts} {remark}".strip(),
        tally=count.tally,
        departed=count.left,
        ballots_root=None if vote.policy.manual_vote else hash_ballots(vote, count.ballots),
    )
    work.unit.votes.save_round(closed, vote.state)
    work.unit.deadlines.clear(DeadlineKind.VOTE, name_round(vote.release, vote.number))
    work.unit.deadlines.clear(DeadlineKind.REMINDER, name_round(vote.release, vote.number))
    return closed


def set_deadline(work: Work, vote: Round) -> None:
    """Have the round looked at when its time is over, or again and again once it may pass at any moment.

    Ballots say themselves when they decide; that somebody came back to the PMC, no ballot tells.
    """
    name = name_round(vote.release, vote.number)
    is_early = vote.deadline_at is not None and work.now < vote.deadline_at
    due_at = vote.deadline_at if vote.deadline_at and is_early else work.now + _LOOK_AGAIN_AFTER
    work.unit.deadlines.set(Deadline(DeadlineKind.VOTE, name, due_at))


def schedule_reminder(work: Work, vote: Round) -> None:
    """Have those who have not voted by then reminded, unless that time has passed already."""
    due_at = find_reminder(vote)
    if due_at is not None and due_at > work.now:
        name = name_round(vote.release, vote.number)
        work.unit.deadlines.set(Deadline(DeadlineKind.REMINDER, name, due_at))


def request_resolution(work: Work, vote: Round) -> None:
    """Have the round resolved by a job of this transaction."""
    name = name_round(vote.release, vote.number)
    work.unit.jobs.enqueue(Job(JobKind.RESOLVE_ROUND, name, lock=name))


def describe_outcome(vote: Round, tally: Tally) -> dict[str, EventDetail]:
    """Return what an event about an outcome records."""
    return {
        "round": vote.number,
        "manifest_digest": str(vote.manifest_digest),
        "ballots_root": str(vote.ballots_root) if vote.ballots_root else None,
        "binding": _list_counts(tally.binding),
        "community": _list_counts(tally.community),
    }


def _list_counts(counts: Counts) -> tuple[str, ...]:
    return (f"+1: {counts.in_favour}", f"0: {counts.abstained}", f"-1: {counts.against}")


def read_reason(text: str) -> str:
    """Return the reason without space around it; raise Invalid when there is none, or too much of it."""
    reason = text.strip()
    if not reason:
        raise Invalid.field("reason", "Say why: the reason is kept and everybody can read it.")
    if len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", f"Keep the reason within {LONGEST_REASON} characters.")
    return reason
