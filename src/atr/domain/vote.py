# SPDX-License-Identifier: Apache-2.0
"""Votes: rounds, ballots, and the tally as a pure function (voting.md, sections 1 and 2)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.lifecycle import VoteStanding
from atr.domain.names import ProjectKey, ReleaseKey, UserId, Voter
from atr.domain.policy import VotePolicy

_OPINION = re.compile(r"[+-]0|[+-]?0[.][0-9]{1,3}")
_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x20<>\"]{1,2000}")
LONGEST_COMMENT = 10_000
MOST_EVIDENCE = 50
LONGEST_EVIDENCE = 1_000


class Choice(StrEnum):
    """What a ballot says, as people write it."""

    FOR = "+1"
    ABSTAIN = "0"
    AGAINST = "-1"


class RoundKind(StrEnum):
    """Whose vote it is: a project's own, a podling's first round, or its sponsor's second."""

    PROJECT = "project"
    PODLING = "podling"
    SPONSOR = "sponsor"


class RoundState(StrEnum):
    """How a round stands."""

    OPEN = "open"
    WAITING_FOR_RM = "waiting_for_rm"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing can change any more."""
        return self in {RoundState.PASSED, RoundState.FAILED, RoundState.CANCELLED}


class BallotDoor(StrEnum):
    """By which way a ballot came in."""

    WEB = "web"
    API = "api"
    COMMAND_LINE = "command line"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One answer; `text` is what was written, of which only whole +1, 0, -1 can be binding."""

    voter: Voter
    choice: Choice
    text: str
    manifest_digest: Digest
    cast_at: datetime
    door: BallotDoor = BallotDoor.API
    comment: str = ""
    evidence: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Raise Invalid when comment or evidence exceed their limits."""
        if len(self.comment) > LONGEST_COMMENT:
            raise Invalid.field("comment", f"Keep the comment within {LONGEST_COMMENT} characters.")
        longest = max((len(name) + len(said) for name, said in self.evidence.items()), default=0)
        if len(self.evidence) > MOST_EVIDENCE or longest > LONGEST_EVIDENCE:
            raise Invalid.field(
                "evidence", f"Give at most {MOST_EVIDENCE} items of {LONGEST_EVIDENCE} characters each."
            )

    @property
    def is_whole(self) -> bool:
        """Tell whether the answer is one of the three that can count as binding."""
        return self.text == self.choice


@dataclass(frozen=True, slots=True)
class WithdrawnBallot:
    """A ballot that its voter took back: it is kept, and counts no more."""

    ballot: Ballot
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedBallot:
    """A ballot that was not taken, as the release manager sees it; `attempts` counts those of the person."""

    voter: Voter
    text: str
    door: BallotDoor
    refused_at: datetime
    reasons: tuple[str, ...]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class ManualResult:
    """The result of a vote held elsewhere, as its release manager recorded it."""

    passed: bool
    summary: str
    thread_url: str
    binding: tuple[int, int, int]
    community: tuple[int, int, int]

    def __post_init__(self) -> None:
        """Raise Invalid for counts below zero and for a thread that nobody could follow."""
        if min(*self.binding, *self.community) < 0:
            raise Invalid.field("binding", "Nobody can have voted less than 0 times.")
        if not _WEB_ADDRESS.fullmatch(self.thread_url):
            raise Invalid.field("thread_url", "Give the http(s) address of the thread in the list's archive.")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many said what."""

    in_favour: int = 0
    abstained: int = 0
    against: int = 0

    @property
    def total(self) -> int:
        """Return how many ballots were counted."""
        return self.in_favour + self.abstained + self.against


@dataclass(frozen=True, slots=True)
class Tally:
    """The count of a round at one moment; `unmet` has one sentence for each missing condition."""

    binding: Counts
    community: Counts
    passes: bool
    overdue: bool
    needs_rm: bool
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One round of asking, bound at opening to bytes, policy, roster and deadline.

    `tally`, `departed` (who had left the PMC by then) and `ballots_root` (the digest over all ballots) are
    written down when the count is closed.
    """

    release: ReleaseKey
    number: int
    kind: RoundKind
    voting_project: ProjectKey
    revision: int
    manifest_digest: Digest
    policy: VotePolicy
    policy_version: str
    roster: frozenset[UserId]
    opened_at: datetime
    opened_by: str
    deadline_at: datetime | None
    state: RoundState = RoundState.OPEN
    closed_at: datetime | None = None
    closed_by: str | None = None
    summary: str = ""
    manual_result: ManualResult | None = None
    tally: Tally | None = None
    departed: frozenset[UserId] = frozenset()
    ballots_root: Digest | None = None

    @property
    def roster_hash(self) -> Digest:
        """Return the public digest of who is binding: sorted user ids, one a line."""
        text = "".join(f"{user}\n" for user in sorted(self.roster))
        return Digest("sha512", hashlib.sha512(text.encode()).hexdigest())

    @property
    def is_final(self) -> bool:
        """Tell whether passing this round passes the vote; a podling's first round does not."""
        return self.kind is not RoundKind.PODLING


def parse_choice(text: str) -> tuple[Choice, str]:
    """Return the choice and the text as written; raise Invalid when it is not a vote."""
    written = text.strip()
    if _OPINION.fullmatch(written):
        return Choice.ABSTAIN, written
    if written == "1":
        written = "+1"
    try:
        return Choice(written), written
    except ValueError:
        raise Invalid.field("choice", f"{text!r} is not a vote: say +1, 0 or -1.") from None


def find_deadline(opened_at: datetime, policy: VotePolicy) -> datetime | None:
    """Return when the shortest time is over; None for `0` hours, which closes by count alone."""
    return opened_at + timedelta(hours=policy.min_hours) if policy.min_hours else None


def pick_current(ballots: Iterable[Ballot]) -> tuple[Ballot, ...]:
    """Return each voter's latest ballot in order of casting; at the same instant the later in order."""
    latest: dict[Voter, Ballot] = {}
    for ballot in ballots:
        known = latest.get(ballot.voter)
        if known is None or ballot.cast_at >= known.cast_at:
            latest[ballot.voter] = ballot
    return tuple(sorted(latest.values(), key=lambda ballot: (ballot.cast_at, ballot.voter)))


def is_binding(ballot: Ballot, vote: Round, left: frozenset[UserId]) -> bool:
    """Tell whether the ballot counts as binding: on the sealed roster, still a member, whole."""
    return ballot.voter in vote.roster and ballot.voter not in left and ballot.is_whole


def tally_round(
    vote: Round, ballots: Iterable[Ballot], now: datetime, left: frozenset[UserId] = frozenset()
) -> Tally:
    """Count a round as of `now`; `left` are people who are no longer on the voting project's PMC."""
    if vote.policy.manual_vote:
        return _read_result(vote.manual_result)
    current = pick_current(ballots)
    binding = count_choices(ballot for ballot in current if is_binding(ballot, vote, left))
    community = count_choices(ballot for ballot in current if not is_binding(ballot, vote, left))
    too_early = vote.deadline_at is not None and now < vote.deadline_at
    unmet = list_unmet(vote, binding, too_early=too_early)
    against = binding.against + community.against
    return Tally(
        binding=binding,
        community=community,
        passes=not unmet,
        overdue=bool(unmet) and vote.deadline_at is not None and not too_early,
        needs_rm=vote.policy.pause_for_rm and against > 0,
        unmet=unmet,
    )


def _read_result(result: ManualResult | None) -> Tally:
    if result is None:
        waits = "The vote is held elsewhere: its release manager records the result here."
        return Tally(Counts(), Counts(), passes=False, overdue=False, needs_rm=False, unmet=(waits,))
    return Tally(
        binding=Counts(*result.binding),
        community=Counts(*result.community),
        passes=result.passed,
        overdue=False,
        needs_rm=False,
        unmet=() if result.passed else ("The vote held elsewhere did not pass.",),
    )


def count_choices(ballots: Iterable[Ballot]) -> Counts:
    """Return how many ballots say what."""
    choices = [ballot.choice for ballot in ballots]
    return Counts(*(choices.count(choice) for choice in (Choice.FOR, Choice.ABSTAIN, Choice.AGAINST)))


def list_unmet(vote: Round, binding: Counts, *, too_early: bool) -> tuple[str, ...]:
    """Return one sentence for each condition that a count of binding votes does not meet."""
    missing = vote.policy.min_binding - binding.in_favour
    sentences = (
        (
            too_early,
            f"The vote is open until {vote.deadline_at:%Y-%m-%d %H:%M} UTC." if vote.deadline_at else "",
        ),
        (
            missing > 0,
            f"{binding.in_favour} of {vote.policy.min_binding} required binding +1 votes were cast.",
        ),
        (
            binding.in_favour <= binding.against,
            f"More binding +1 than -1 votes are needed; there are {binding.in_favour} and {binding.against}.",
        ),
    )
    return tuple(sentence for unmet, sentence in sentences if unmet)


def find_standing(rounds: Iterable[Round], manifest_digest: Digest | None) -> VoteStanding:
    """Return what the newest round means for the sealed bytes; other bytes were never voted on."""
    newest = max(rounds, key=lambda each: each.number, default=None)
    if newest is None or newest.manifest_digest != manifest_digest:
        return VoteStanding.NONE
    if newest.state is RoundState.PASSED and not newest.is_final:
        return VoteStanding.OPEN
    return VoteStanding(newest.state)
