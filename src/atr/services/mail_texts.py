# SPDX-License-Identifier: Apache-2.0
"""The texts of vote mails: plain text, wrapped, from facts alone."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from atr.domain.mail import LONGEST_SUBJECT
from atr.domain.vote import Choice, Round, RoundKind, RoundState

WIDTH = 72
_MOST_LISTED = 300
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLACES = {RoundKind.PROJECT: "", RoundKind.PODLING: " (round 1/2)", RoundKind.SPONSOR: " (round 2/2)"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a body."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """What every mail about a round tells; `title` is project and version as people say them."""

    foundation: str
    title: str
    voting_body: str
    vote: Round
    url: str


@dataclass(frozen=True, slots=True)
class VoterLine:
    """One current ballot for the result."""

    name: str
    text: str
    choice: Choice
    binding: bool
    left: bool = False


def flatten(text: str) -> str:
    """Return the text on one line, fit for a header."""
    flat = _BREAKS.sub(" ", text)
    return "".join(character for character in flat if unicodedata.category(character) != "Cs").strip()


def fill(text: str) -> str:
    """Return the paragraph in lines of 72 characters; addresses and digests stay whole."""
    return "\n".join(wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def join_paragraphs(*paragraphs: str) -> str:
    """Return the paragraphs that are not empty, parted by empty lines."""
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def make_subject_line(prefix: str, text: str) -> str:
    """Return a subject that fits, shortened at its end if need be."""
    line = flatten(f"{prefix} {text}")
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 3]}..."


def write_time(moment: datetime) -> str:
    """Return the moment as people read it."""
    return f"{moment:%A, %d %B %Y, %H:%M} UTC"


def name_vote(facts: VoteFacts) -> str:
    """Return what is voted on as it stands in every subject of the thread."""
    return f"Release {facts.title}{_PLACES[facts.vote.kind]}"


def write_vote_start(facts: VoteFacts, earlier: str = "") -> Letter:
    """Write the call for votes; `earlier` is the result of the round before."""
    vote = facts.vote
    checklist = vote.policy.release_checklist.strip()
    body = join_paragraphs(
        "Hello,",
        fill(f"please vote on releasing this candidate as {flatten(facts.title)}."),
        fill(earlier),
        f"The candidate, with its files, signatures, checksums and checks:\n{facts.url}",
        f"What is voted on is revision {vote.revision}, exactly these bytes:\n{vote.manifest_digest}",
        _say_when(vote),
        fill(
            f"Binding are the {len(vote.roster)} members of the {flatten(facts.voting_body)} as of now. "
            "Everybody else is welcome to test and to vote as well."
        ),
        f"Please check before voting:\n\n{checklist}" if checklist else "",
        f"To vote, answer on the page above or with the atr command:\n\n"
        f"  [ ] +1 Release it\n  [ ]  0 No opinion\n  [ ] -1 Do not release it, because ...\n\n"
        f"  atr vote cast {vote.release} +1",
        _sign(facts),
    )
    return Letter(make_subject_line("[VOTE]", name_vote(facts)), body)


def _say_when(vote: Round) -> str:
    needed = f"at least {vote.policy.min_binding} binding +1 votes and more binding +1 than -1 votes"
    if vote.deadline_at is None:
        return fill(f"The vote passes as soon as there are {needed}.")
    until = write_time(vote.deadline_at)
    return fill(f"The vote is open until {until}, and longer if need be. It passes with {needed}.")


def write_vote_result(facts: VoteFacts, ballots: Iterable[VoterLine]) -> Letter:
    """Write the result with every current ballot."""
    vote, lines = facts.vote, tuple(ballots)
    outcome = "passed" if vote.state is RoundState.PASSED else "not passed"
    body = join_paragraphs(
        "Hello,",
        fill(f"the vote on releasing {flatten(facts.title)} has {outcome}."),
        fill(vote.summary),
        _list_voters("Binding votes", [line for line in lines if line.binding]),
        _list_voters("Community votes", [line for line in lines if not line.binding]),
        f"Voted on was:\n{vote.manifest_digest}",
        f"Every vote with its history:\n{facts.url}",
        _sign(facts),
    )
    return Letter(make_subject_line("[RESULT] [VOTE]", name_vote(facts)), body)


def _list_voters(title: str, lines: list[VoterLine]) -> str:
    if not lines:
        return f"{title}: none"
    order = (Choice.FOR, Choice.ABSTAIN, Choice.AGAINST)
    ordered = sorted(lines, key=lambda line: (order.index(line.choice), line.name))
    shown = [f"  {line.text:<4} {_name_voter(line)}" for line in ordered[:_MOST_LISTED]]
    hidden = len(ordered) - len(shown)
    more = [f"  and {hidden} more, all on the page below"] if hidden else []
    return "\n".join([f"{title}:", *shown, *more])


def _name_voter(line: VoterLine) -> str:
    return f"{flatten(line.name)} (left the PMC before the result)" if line.left else flatten(line.name)


def write_vote_extension(facts: VoteFacts) -> Letter:
    """Write that there is more time."""
    body = join_paragraphs("Hello,", _say_when(facts.vote), f"Vote here:\n{facts.url}", _sign(facts))
    return Letter(make_subject_line("[EXTENDED] [VOTE]", name_vote(facts)), body)


def write_vote_cancellation(facts: VoteFacts) -> Letter:
    """Write that the vote ended without a result, and why."""
    body = join_paragraphs(
        "Hello,",
        fill(f"the vote on releasing {flatten(facts.title)} was cancelled."),
        fill(facts.vote.summary),
        f"Every vote with its history:\n{facts.url}",
        _sign(facts),
    )
    return Letter(make_subject_line("[CANCELLED] [VOTE]", name_vote(facts)), body)


def _sign(facts: VoteFacts) -> str:
    return f"{flatten(facts.foundation)}\nSent by ATR for the {flatten(facts.voting_body)}"
