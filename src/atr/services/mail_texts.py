# SPDX-License-Identifier: Apache-2.0
"""The texts of vote mails: the project's templates, filled in from facts alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from atr.domain.mail_defaults import DEFAULT_TEMPLATES
from atr.domain.mail_layout import Letter, fill, flatten
from atr.domain.mail_template import MailTemplate, TemplateKind, render_template
from atr.domain.vote import Ballot, BallotDoor, Choice, Round, RoundKind, RoundState

_MOST_LISTED = 300
_PLACES = {RoundKind.PROJECT: "", RoundKind.PODLING: " (round 1/2)", RoundKind.SPONSOR: " (round 2/2)"}
_DOORS: Mapping[BallotDoor, str] = MappingProxyType(
    {
        BallotDoor.WEB: "on the web",
        BallotDoor.API: "by the API",
        BallotDoor.COMMAND_LINE: "by command line",
        BallotDoor.MAIL: "by mail",
    }
)


@dataclass(frozen=True, slots=True)
class VoteFacts:
    """What every mail about a round tells; `title` is project and version as people say them."""

    foundation: str
    title: str
    voting_body: str
    vote: Round
    url: str
    vote_url: str = ""
    thread: str = ""
    templates: Mapping[TemplateKind, MailTemplate] = field(default_factory=lambda: DEFAULT_TEMPLATES)


@dataclass(frozen=True, slots=True)
class VoterLine:
    """One current ballot for the result."""

    name: str
    text: str
    choice: Choice
    binding: bool
    left: bool = False


def write_time(moment: datetime) -> str:
    """Return the moment as people read it."""
    return f"{moment:%A, %d %B %Y, %H:%M} UTC"


def name_vote(facts: VoteFacts) -> str:
    """Return what is voted on as it stands in every subject of the thread."""
    return f"Release {facts.title}{_PLACES[facts.vote.kind]}"


def write_vote_start(facts: VoteFacts, earlier: str = "", install: str = "") -> Letter:
    """Write the call for votes; `earlier` is the result of the round before, `install` how to try it."""
    checklist = facts.vote.policy.release_checklist.strip()
    own = {
        "earlier_result": fill(flatten(earlier)),
        "install": install,
        "checklist": f"Please check before voting:\n\n{checklist}" if checklist else "",
    }
    return _write(facts, TemplateKind.VOTE_START, own)


def write_vote_result(facts: VoteFacts, ballots: Iterable[VoterLine]) -> Letter:
    """Write the result with every current ballot."""
    vote, lines = facts.vote, tuple(ballots)
    own = {
        "outcome": "passed" if vote.state is RoundState.PASSED else "not passed",
        "summary": fill(flatten(vote.summary)),
        "binding_votes": _list_voters("Binding votes", [line for line in lines if line.binding]),
        "community_votes": _list_voters("Community votes", [line for line in lines if not line.binding]),
        "thread": facts.thread,
        "ballots_root": str(vote.ballots_root) if vote.ballots_root is not None else "",
    }
    return _write(facts, TemplateKind.RESULT, own)


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
    own = {"status": "EXTENDED", "news": _say_when(facts.vote), "summary": ""}
    return _write(facts, TemplateKind.PHASE_STATUS, own)


def write_vote_pause(facts: VoteFacts) -> Letter:
    """Write that the count is closed and the release manager decides."""
    own = {
        "status": "PAUSED",
        "news": fill(
            f"the count of the vote on releasing {flatten(facts.title)} is closed: it passes with a -1, and "
            "the release manager decides whether it proceeds."
        ),
        "summary": fill(flatten(facts.vote.summary)),
    }
    return _write(facts, TemplateKind.PHASE_STATUS, own)


def write_vote_cancellation(facts: VoteFacts) -> Letter:
    """Write that the vote ended without a result, and why."""
    own = {
        "status": "CANCELLED",
        "news": fill(f"the vote on releasing {flatten(facts.title)} was cancelled."),
        "summary": fill(flatten(facts.vote.summary)),
    }
    return _write(facts, TemplateKind.PHASE_STATUS, own)


def write_reminder(facts: VoteFacts, receiver: str, settings_url: str) -> Letter:
    """Write to somebody on the roster who has not voted."""
    own = {"receiver": receiver, "settings_url": settings_url}
    return _write(facts, TemplateKind.REMINDER, own)


def write_receipt(facts: VoteFacts, line: VoterLine, ballot: Ballot, earlier: str = "") -> Letter:
    """Write that somebody voted otherwise than by mail; `earlier` is the vote that this one replaces.

    What the voter remarked is quoted, so that nobody takes a line of it for a vote of its own.
    """
    comment = (flatten(each) for each in ballot.comment.strip().splitlines())
    own = {
        "voter": line.name,
        "choice": line.text,
        "weight": "binding" if line.binding else "non-binding",
        "door": _DOORS[ballot.door],
        "earlier_choice": f"It replaces the earlier {flatten(earlier)}." if earlier else "",
        "comment": "\n".join(f"> {each}".rstrip() for each in comment),
    }
    return _write(facts, TemplateKind.BALLOT_RECEIPT, own)


def write_withdrawal(facts: VoteFacts, line: VoterLine) -> Letter:
    """Write that somebody took their vote back."""
    own = {
        "voter": line.name,
        "choice": line.text,
        "weight": "binding" if line.binding else "non-binding",
    }
    return _write(facts, TemplateKind.BALLOT_WITHDRAWAL, own)


def _write(facts: VoteFacts, kind: TemplateKind, own: dict[str, str]) -> Letter:
    return render_template(facts.templates[kind], _describe_vote(facts) | own)


def _describe_vote(facts: VoteFacts) -> dict[str, str]:
    vote = facts.vote
    return {
        "foundation": flatten(facts.foundation),
        "title": flatten(facts.title),
        "release": str(vote.release),
        "vote_name": flatten(name_vote(facts)),
        "voting_body": flatten(facts.voting_body),
        "url": facts.url,
        "vote_url": facts.vote_url or facts.url,
        "revision": str(vote.revision),
        "manifest_digest": str(vote.manifest_digest),
        "roster_size": str(len(vote.roster)),
        "roster_hash": str(vote.roster_hash),
        "deadline": write_time(vote.deadline_at) if vote.deadline_at is not None else "",
        "period": _say_when(vote),
    }


def _say_when(vote: Round) -> str:
    needed = f"at least {vote.policy.min_binding} binding +1 votes and more binding +1 than -1 votes"
    if vote.deadline_at is None:
        return fill(f"The vote passes as soon as there are {needed}.")
    until = write_time(vote.deadline_at)
    return fill(f"The vote is open until {until}, and longer if need be. It passes with {needed}.")
