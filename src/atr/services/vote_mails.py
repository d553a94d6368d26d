# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote: the call that begins a thread, and everything that answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from atr.domain.coordinates import Coordinate
from atr.domain.lifecycle import Stage
from atr.domain.mail import REMINDERS_PATH, MailKind, OutgoingMail
from atr.domain.mail_layout import Letter
from atr.domain.names import MAIN, ProjectKey, ReleaseKey
from atr.domain.vote import Ballot, BallotDoor, Round, RoundKind, is_binding, pick_current
from atr.services.door import Work
from atr.services.install_commands import write_invitation
from atr.services.mail_templates import load_templates
from atr.services.mail_texts import (
    VoteFacts,
    VoterLine,
    write_receipt,
    write_vote_cancellation,
    write_vote_extension,
    write_vote_pause,
    write_vote_result,
    write_vote_start,
    write_withdrawal,
)
from atr.services.mails import queue_mail
from atr.services.rounds import Count
from atr.services.thread_ids import make_round_id, make_start_id
from atr.services.voter_names import find_visitors, find_voter_names, hide_visitor


def name_release(work: Work, key: ReleaseKey) -> str:
    """Return project, product line and version as people say them."""
    return _say_release(key, work.unit.projects.find_names([key.project]))


def _say_release(key: ReleaseKey, names: Mapping[ProjectKey, str]) -> str:
    product = "" if key.product == MAIN else f" {key.product}"
    return f"{names.get(key.project, key.project)}{product} {key.version}"


def make_page_url(work: Work, key: ReleaseKey, stage: Stage = Stage.CANDIDATE) -> str:
    """Return the public address of the release's page."""
    return f"{work.around.foundation.public_url.rstrip('/')}{Coordinate.of(stage, key).url_path}"


def make_vote_url(work: Work, vote: Round) -> str:
    """Return the public address of the round's page, with every vote and its history."""
    public_url = work.around.foundation.public_url.rstrip("/")
    return f"{public_url}/releases/{quote(vote.release.storage_key)}/votes/{vote.number}"


def make_settings_url(work: Work) -> str:
    """Return the public address of the page where people switch their reminders off."""
    return f"{work.around.foundation.public_url.rstrip('/')}{REMINDERS_PATH}"


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
            reply_to=vote.policy.mail_to,
        ),
    )


def draft_call(work: Work, vote: Round, earlier: str = "") -> Letter:
    """Return the mail that would call for votes in the round."""
    return write_vote_start(gather_facts(work, vote), earlier, write_invitation(work, vote.release))


def report_result(work: Work, vote: Round, count: Count) -> None:
    """Queue the result as an answer in every thread of the vote."""
    letter = write_vote_result(gather_facts(work, vote), list_voters(work, vote, count))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_RESULT, letter, "result"))


def report_cancellation(work: Work, vote: Round) -> None:
    """Queue the news that there will be no result."""
    letter = write_vote_cancellation(gather_facts(work, vote))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_NOTICE, letter, "cancelled"))


def report_extension(work: Work, vote: Round) -> None:
    """Queue the news of the later deadline."""
    letter = write_vote_extension(gather_facts(work, vote))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_NOTICE, letter, f"extended {vote.deadline_at}"))


def report_pause(work: Work, vote: Round) -> None:
    """Queue the news that the count is closed and the release manager decides."""
    letter = write_vote_pause(gather_facts(work, vote))
    _answer_threads(work, _Answer(vote, MailKind.VOTE_NOTICE, letter, f"paused {work.now}"))


def send_receipt(work: Work, vote: Round, ballot: Ballot, count: Count, number: int) -> None:
    """Queue the mail that tells the thread of a ballot by its number; `count` is from before.

    What came by mail stands there already.
    """
    if ballot.door is BallotDoor.MAIL:
        return
    own = [each for each in count.ballots if each.voter == ballot.voter]
    (line,) = list_voters(work, vote, replace(count, ballots=(ballot,)))
    letter = write_receipt(gather_facts(work, vote), line, ballot, own[-1].text if own else "")
    _answer_call(work, vote, letter, f"ballot {number}")


def tell_withdrawal(work: Work, vote: Round, ballot: Ballot, count: Count, number: int) -> None:
    """Queue the mail that tells the thread of a ballot that was taken back, whichever way it had come."""
    (line,) = list_voters(work, vote, replace(count, ballots=(ballot,)))
    _answer_call(work, vote, write_withdrawal(gather_facts(work, vote), line), f"withdrawal {number}")


def _answer_call(work: Work, vote: Round, letter: Letter, occasion: str) -> None:
    queue_mail(
        work,
        OutgoingMail(
            message_id=make_round_id(work, vote, MailKind.BALLOT_RECEIPT, occasion),
            kind=MailKind.BALLOT_RECEIPT,
            release=vote.release,
            to=vote.policy.mail_to,
            subject=letter.subject,
            body=letter.body,
            queued_at=work.now,
            in_reply_to=make_start_id(work, vote),
            reply_to=vote.policy.mail_to,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is said about a round, and on which occasion."""

    about: Round
    kind: MailKind
    letter: Letter
    occasion: str


def _answer_threads(work: Work, answer: _Answer) -> None:
    for thread in _find_threads(work, answer.about):
        queue_mail(
            work,
            OutgoingMail(
                message_id=make_round_id(
                    work, answer.about, answer.kind, answer.occasion, str(thread.number)
                ),
                kind=answer.kind,
                release=answer.about.release,
                to=thread.policy.mail_to,
                subject=answer.letter.subject,
                body=answer.letter.body,
                queued_at=work.now,
                in_reply_to=make_start_id(work, thread),
                reply_to=thread.policy.mail_to,
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
    return _say_body(vote, work.unit.projects.find_names([vote.voting_project]))


def _say_body(vote: Round, names: Mapping[ProjectKey, str]) -> str:
    kind = "PPMC" if vote.kind is RoundKind.PODLING else "PMC"
    return f"{names.get(vote.voting_project, vote.voting_project)} {kind}"


def gather_facts(work: Work, vote: Round) -> VoteFacts:
    """Return what every mail about the round tells, with the wording of the project."""
    names = work.unit.projects.find_names({vote.release.project, vote.voting_project})
    return VoteFacts(
        foundation=work.around.foundation.name,
        title=_say_release(vote.release, names),
        voting_body=_say_body(vote, names),
        vote=vote,
        url=make_page_url(work, vote.release),
        vote_url=make_vote_url(work, vote),
        thread=make_start_id(work, vote),
        templates=load_templates(work, vote.release.project),
    )


def list_voters(work: Work, vote: Round, count: Count) -> tuple[VoterLine, ...]:
    """Return every current ballot as mail tells it; visitors are numbers there."""
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
