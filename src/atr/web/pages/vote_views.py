# SPDX-License-Identifier: Apache-2.0
"""A round as its page shows it: what is voted on, the count, the ballots, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from atr.domain.mail import OutgoingMail
from atr.domain.names import UserId
from atr.domain.people import ActorKind
from atr.domain.privacy import Notice
from atr.domain.vote import Round, RoundState
from atr.domain.vote_outlook import explain_outlook
from atr.domain.vote_steps import explain_ballot
from atr.services.visitors import ShowNotice
from atr.services.vote_views import RoundView, VoteAction
from atr.web.components import Badge, Fact, FileView, PersonView, TallyView
from atr.web.forms import EMPTY_FORM, FormView
from atr.web.pages.release_files import MOST_SHOWN, list_files
from atr.web.pages.release_findings import CheckState, describe_checks
from atr.web.pages.release_frame import ReleaseHead, Visit, list_complaints, make_head
from atr.web.pages.release_install import InstallView, list_installs
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.release_votes import make_state_badge, say_kind, show_tally
from atr.web.pages.vote_ballots import (
    ALL,
    DOORS,
    BallotList,
    BallotRow,
    BallotTeller,
    Narrowing,
    WithdrawnRow,
    list_ballots,
    show_withdrawn,
)
from atr.web.pages.vote_differences import DifferenceView, list_differences
from atr.web.pages.vote_messages import ReadMailList, list_mails
from atr.web.pages.vote_paper import Paper, make_paper
from atr.web.pages.vote_step_views import RoundSteps, list_steps
from atr.web.pages.vote_timeline import TimelineChart, make_chart

_MOST_MAILS = 4


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A ballot that was not taken, and why."""

    voter: PersonView
    text: str
    at: datetime
    door: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail of the vote's thread."""

    subject: str
    to: str
    state: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class VisitorPanel:
    """The form of somebody without an account, with the words they agree to."""

    notice: Notice
    paper: Paper


@dataclass(frozen=True, slots=True)
class RoundForms:
    """What was typed into the forms of a round, and what somebody wants to see of it."""

    ballot: FormView = EMPTY_FORM
    step: FormView = EMPTY_FORM
    visitor: FormView = EMPTY_FORM
    narrowing: Narrowing = ALL


NO_FORMS = RoundForms()


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Everything that the page of a round shows; `step_form` is any form but the ballot's."""

    head: ReleaseHead
    paths: ReleasePaths
    here: str
    step_form: FormView
    vote: Round
    badge: Badge
    kind: str
    opened_by: PersonView
    closed_by: PersonView | None
    tallies: tuple[TallyView, ...]
    outlook: str
    unmet: tuple[str, ...]
    files: tuple[FileView, ...]
    file_count: int
    installs: tuple[InstallView, ...]
    is_shown_revision: bool
    checks: CheckState
    differences: tuple[DifferenceView, ...]
    cast_reasons: tuple[str, ...]
    asks_sign_in: bool
    paper: Paper
    mine: BallotRow | None
    ballots: BallotList
    silent: tuple[PersonView, ...]
    steps: RoundSteps
    facts: tuple[Fact, ...]
    seals: tuple[Fact, ...]
    thread: tuple[MailRow, ...]
    refused: tuple[RefusedRow, ...]
    mails: ReadMailList
    withdrawn: tuple[WithdrawnRow, ...]
    may_withdraw: bool
    chart: TimelineChart
    visitor: VisitorPanel | None = None

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with a form whose fields are not in sight."""
        return list_complaints(self.step_form)


def make_round_page(visit: Visit, shown: RoundView, forms: RoundForms = NO_FORMS) -> RoundPage:
    """Return what the page shows to whoever asks."""
    vote, here = shown.vote, visit.paths.vote(shown.vote.number)
    visitor = _make_visitor_panel(visit, shown, forms.visitor)
    return RoundPage(
        head=make_head(visit, visit.paths.votes),
        paths=visit.paths,
        here=here,
        # What a visitor typed is lost only where the form is: when no ballot is taken any more.
        step_form=forms.step if visitor or not forms.visitor.values else forms.visitor,
        vote=vote,
        badge=make_state_badge(vote, shown.tally),
        kind=f"{say_kind(vote)} ({shown.voting_body})",
        opened_by=_name(visit, shown, vote.opened_by),
        closed_by=_name(visit, shown, vote.closed_by) if vote.closed_by else None,
        tallies=show_tally(vote, shown.tally),
        outlook=explain_outlook(vote, shown.tally),
        unmet=shown.tally.unmet if vote.state is RoundState.OPEN else (),
        files=list_files(visit, MOST_SHOWN),
        file_count=len(visit.view.artifacts),
        installs=list_installs(visit),
        is_shown_revision=vote.revision == visit.view.release.shown_revision,
        checks=describe_checks(visit),
        differences=list_differences(visit, vote.number, vote.revision),
        cast_reasons=shown.find_action(VoteAction.CAST).reasons,
        asks_sign_in=visit.is_anonymous and vote.state is RoundState.OPEN and not vote.policy.manual_vote,
        paper=make_paper(vote, forms.ballot, _say_standing(shown), shown.mine),
        mine=_find_mine(visit, shown),
        ballots=list_ballots(visit, shown, forms.narrowing),
        silent=tuple(_name(visit, shown, user) for user in shown.silent),
        steps=list_steps(here, shown, visit.now),
        facts=tuple(_list_facts(shown)),
        seals=tuple(_list_seals(vote)),
        thread=tuple(map(_show_mail, _pick_mails(shown.thread))),
        refused=tuple(_list_refused(visit, shown)),
        mails=list_mails(here, shown.messages, forms.narrowing),
        withdrawn=tuple(map(show_withdrawn, shown.withdrawn)),
        may_withdraw=shown.find_action(VoteAction.WITHDRAW).is_open,
        chart=make_chart(shown, visit.now),
        visitor=visitor,
    )


def _make_visitor_panel(visit: Visit, shown: RoundView, form: FormView) -> VisitorPanel | None:
    """Return the form if nobody signed in, and ballots are taken."""
    if not visit.is_anonymous or explain_ballot(shown.vote, shown.tally):
        return None
    notice = visit.parts.door.ask(visit.request.user, ShowNotice())
    standing = "A visitor's vote is counted beside the binding ones, and read."
    return VisitorPanel(notice, make_paper(shown.vote, form, standing))


def _name(visit: Visit, shown: RoundView, label: str) -> PersonView:
    if label in set(ActorKind):
        return visit.name_person(label)
    return PersonView(label, shown.names.get(UserId(label), label))


def _say_standing(shown: RoundView) -> str:
    if shown.counts_as_binding:
        return f"Your vote is binding: you are a member of the {shown.voting_body}."
    return f"Binding are the members of the {shown.voting_body}; your vote is counted beside theirs and read."


def _find_mine(visit: Visit, shown: RoundView) -> BallotRow | None:
    user = visit.request.user.user
    view = next((each for each in shown.ballots if each.ballot.voter == user), None)
    return BallotTeller.of(shown.vote).show(view) if view is not None else None


def _list_refused(visit: Visit, shown: RoundView) -> Iterator[RefusedRow]:
    for each in shown.refused:
        voter = _name(visit, shown, each.voter)
        yield RefusedRow(voter, each.text, each.refused_at, DOORS[each.door], each.reasons)


def _pick_mails(thread: tuple[OutgoingMail, ...]) -> tuple[OutgoingMail, ...]:
    """Return the call for votes with the newest answers: the others are on the list, and in the outbox."""
    return thread if len(thread) <= _MOST_MAILS else (thread[0], *thread[1 - _MOST_MAILS :])


def _show_mail(mail: OutgoingMail) -> MailRow:
    return MailRow(mail.subject, ", ".join(mail.to), mail.state, mail.sent_at or mail.queued_at, mail.body)


def _list_facts(shown: RoundView) -> Iterator[Fact]:
    vote = shown.vote
    yield Fact("Policy version", vote.policy_version, mono=True)
    yield Fact("Roster", f"{len(vote.roster)} members as of the opening")
    if vote.policy.manual_vote:
        yield Fact("Counted", "elsewhere")
        return
    yield Fact("Passes with", f"{vote.policy.min_binding} binding +1 and more +1 than -1")
    yield Fact("Closes", "by itself" if vote.policy.auto_resolve else "when the release manager closes it")
    if vote.policy.pause_for_rm:
        yield Fact("With a -1", "the release manager decides")
    yield Fact("Called for at", ", ".join(vote.policy.mail_to))


def _list_seals(vote: Round) -> Iterator[Fact]:
    yield Fact("Roster hash", str(vote.roster_hash))
    if vote.ballots_root is not None:
        yield Fact("Ballots root", str(vote.ballots_root))
