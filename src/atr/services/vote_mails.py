# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote: the call that begins a thread, and everything that answers it."""

from dataclasses import dataclass

from atr.domain.coordinates import Coordinate
from atr.domain.lifecycle import Stage
from atr.domain.mail import MailKind, OutgoingMail, make_message_id
from atr.domain.names import MAIN, ReleaseKey
from atr.domain.vote import Round, RoundKind, is_binding, pick_current
from atr.services.door import Work
from atr.services.mail_texts import (
    Letter,
    VoteFacts,
    VoterLine,
    write_vote_cancellation,
    write_vote_extension,
    write_vote_result,
    write_vote_start,
)
from atr.services.mails import queue_mail
from atr.services.rounds import Count
from atr.services.voter_names import find_visitors, find_voter_names, hide_visitor


def make_start_id(work: Work, vote: Round) -> str:
    """Return the message id with which the round's thread begins."""
    host = work.around.foundation.mail_host
    return make_message_id(host, MailKind.VOTE_START, vote.release.storage_key, str(vote.number))


def name_release(work: Work, key: ReleaseKey) -> str:
    """Return project, product line and version as people say them."""
    names = work.unit.projects.find_names([key.project])
    product = "" if key.product == MAIN else f" {key.product}"
    return f"{names.get(key.project, key.project)}{product} {key.version}"


def make_page_url(work: Work, key: ReleaseKey, stage: Stage = Stage.CANDIDATE) -> str:
    """Return the public address of the release's page."""
    return f"{work.around.foundation.public_url.rstrip('/')}{Coordinate.of(stage, key).url_path}"


def call_for_votes(work: Work, vote: Round, earlier: str = "") -> None:
    """Queue the mail that begins the round's thread; `earlier` is the result of the round before."""
    letter = draft_call(work, vote, earlier)
    queue_mail(
        work,
        OutgoingMail(
            message_id=make_start_id(work, vote),
            kind=MailKind.VOTE_START,
            release=vote.release,
            to=vote.policy.mail_to,
            subject=letter.subject,
            body=letter.body,
            queued_at=work.now,
        ),
    )


def draft_call(work: Work, vote: Round, earlier: str = "") -> Letter:
    """Return the mail that would call for votes in the round."""
    return write_vote_start(_gather_facts(work, vote), earlier)


def report_result(work: Work, vote: Round, count: Count) -> None:
    """Queue the result as an answer in every thread of the vote."""
    letter = write_vote_result(_gather_facts(work, vote), _list_voters(work, vote, count))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_RESULT, letter, "result"))


def report_cancellation(work: Work, vote: Round) -> None:
    """Queue the news that there will be no result."""
    letter = write_vote_cancellation(_gather_facts(work, vote))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_NOTICE, letter, "cancelled"))


def report_extension(work: Work, vote: Round) -> None:
    """Queue the news of the later deadline."""
    letter = write_vote_extension(_gather_facts(work, vote))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_NOTICE, letter, f"extended {vote.deadline_at}"))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said about a round, and on which occasion."""

    about: Round
    kind: MailKind
    letter: Letter
    occasion: str


def _answer_threads(work: Work, answer: _Answer) -> None:
    for thread in _find_threads(work, answer.about):
        parts = (answer.about.release.storage_key, str(answer.about.number), answer.occasion)
        queue_mail(
            work,
            OutgoingMail(
                message_id=make_message_id(
                    work.around.foundation.mail_host, answer.kind, *parts, str(thread.number)
                ),
                kind=answer.kind,
                release=answer.about.release,
                to=thread.policy.mail_to,
                subject=answer.letter.subject,
                body=answer.letter.body,
                queued_at=work.now,
                in_reply_to=make_start_id(work, thread),
            ),
        )


def _find_threads(work: Work, vote: Round) -> tuple[Round, ...]:
    """Return the rounds whose threads hear of this one: a podling's two rounds hear of each other."""
    if vote.kind is RoundKind.PROJECT:
        return (vote,)
    numbers = {RoundKind.PODLING: vote.number + 1, RoundKind.SPONSOR: vote.number - 1}
    other = work.unit.votes.find_round(vote.release, numbers[vote.kind])
    return (vote, other) if other is not None and other.kind is not vote.kind else (vote,)


def name_body(work: Work, vote: Round) -> str:
    """Return whose votes are binding, as people say it."""
    names = work.unit.projects.find_names([vote.voting_project])
    kind = "PPMC" if vote.kind is RoundKind.PODLING else "PMC"
    return f"{names.get(vote.voting_project, vote.voting_project)} {kind}"


def _gather_facts(work: Work, vote: Round) -> VoteFacts:
    return VoteFacts(
        foundation=work.around.foundation.name,
        title=name_release(work, vote.release),
        voting_body=name_body(work, vote),
        vote=vote,
        url=make_page_url(work, vote.release),
    )


def _list_voters(work: Work, vote: Round, count: Count) -> tuple[VoterLine, ...]:
    current = pick_current(count.ballots)
    voters = frozenset(ballot.voter for ballot in current)
    visitors = find_visitors(work, voters)
    names = find_voter_names(work, voters) | {str(each.id): hide_visitor(each) for each in visitors.values()}
    return tuple(
        VoterLine(
            name=names.get(ballot.voter, ballot.voter),
            text=ballot.text,
            choice=ballot.choice,
            binding=is_binding(ballot, vote, count.left),
            left=ballot.voter in count.left,
        )
        for ballot in current
    )
