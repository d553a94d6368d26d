# SPDX-License-Identifier: Apache-2.0
"""A round as its page shows it: what is voted on, the count, the ballots, and what can be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup

from atr.domain.ballot_hash import hash_ballot
from atr.domain.evidence import EvidenceItem
from atr.domain.names import ParticipantId, UserId
from atr.domain.people import ActorKind
from atr.domain.permissions import administers_foundation
from atr.domain.privacy import Notice
from atr.domain.vote import Ballot, BallotDoor, Choice, Round, RoundState, parse_choice
from atr.domain.vote_steps import explain_ballot
from atr.services import vote_views
from atr.services.visitors import ShowNotice
from atr.services.vote_message_views import MessageView
from atr.services.vote_views import BallotView, RoundView, VoteAction, WithdrawnView
from atr.web.components import ActionView, Badge, Fact, FileView, Option, PersonView, TallyView
from atr.web.flash import Tone
from atr.web.forms import EMPTY_FORM, FormView
from atr.web.markdown import render_markdown
from atr.web.pages.release_files import list_files
from atr.web.pages.release_findings import CheckState, describe_checks
from atr.web.pages.release_frame import ReleaseHead, Visit, list_complaints, make_head
from atr.web.pages.release_install import InstallView, list_installs
from atr.web.pages.release_paths import ReleasePaths
from atr.web.pages.release_votes import make_state_badge, say_kind, show_tally
from atr.web.pages.vote_timeline import TimelineChart, make_chart

CHOICES = (
    Option(Choice.FOR, "+1", "Release it"),
    Option(Choice.ABSTAIN, "0", "No opinion"),
    Option(Choice.AGAINST, "-1", "Do not release it"),
)
EVIDENCE_OPTIONS = tuple(
    Option(item, item.label)
    for item in EvidenceItem
    if item not in {EvidenceItem.PLATFORM, EvidenceItem.VERIFIED, EvidenceItem.OTHER}
)
_CHOICE_TONES: Mapping[Choice, Tone] = MappingProxyType(
    {Choice.FOR: Tone.GOOD, Choice.ABSTAIN: Tone.NEUTRAL, Choice.AGAINST: Tone.BAD}
)

_DOORS: Mapping[BallotDoor, str] = MappingProxyType(
    {
        BallotDoor.WEB: "on this page",
        BallotDoor.API: "by the API",
        BallotDoor.COMMAND_LINE: "by command line",
        BallotDoor.MAIL: "by mail",
    }
)


@dataclass(frozen=True, slots=True)
class BallotRow:
    """Somebody's current ballot with the earlier ones; `mark` says why it is not binding."""

    voter: PersonView
    badge: Badge
    binding: bool
    mark: str
    at: datetime
    door: str
    comment: str
    earlier: tuple[tuple[str, datetime, str], ...]
    evidence: tuple[Fact, ...]
    hash: str
    contact_href: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawnRow:
    """A ballot that its voter took back."""

    voter: PersonView
    badge: Badge
    at: datetime
    withdrawn_at: datetime


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
    form: FormView = EMPTY_FORM


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Everything that the page of a round shows; `step_form` is any form but the ballot's."""

    head: ReleaseHead
    paths: ReleasePaths
    here: str
    form: FormView
    step_form: FormView
    vote: Round
    badge: Badge
    kind: str
    opened_by: PersonView
    closed_by: PersonView | None
    tallies: tuple[TallyView, ...]
    unmet: tuple[str, ...]
    files: tuple[FileView, ...]
    installs: tuple[InstallView, ...]
    is_shown_revision: bool
    checks: CheckState
    checklist: Markup
    choices: tuple[Option, ...]
    cast_reasons: tuple[str, ...]
    asks_sign_in: bool
    standing: str
    mine: BallotRow | None
    ballots: tuple[BallotRow, ...]
    silent: tuple[PersonView, ...]
    simple_actions: tuple[ActionView, ...]
    may_extend: bool
    may_cancel: bool
    may_confirm: bool
    may_record: bool
    facts: tuple[Fact, ...]
    thread: tuple[MailRow, ...]
    evidence_options: tuple[Option, ...]
    refused: tuple[RefusedRow, ...]
    messages: tuple[MessageView, ...]
    withdrawn: tuple[WithdrawnRow, ...]
    may_withdraw: bool
    chart: TimelineChart
    visitor: VisitorPanel | None = None

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return everything that was wrong with a form whose fields are not in sight."""
        return list_complaints(self.step_form)

    @property
    def has_steps(self) -> bool:
        """Tell whether there is anything for the asker to do beside voting."""
        steps = (self.may_extend, self.may_cancel, self.may_confirm, self.may_record)
        return bool(self.simple_actions) or any(steps)


def make_round_page(
    visit: Visit, shown: RoundView, form: FormView = EMPTY_FORM, step_form: FormView = EMPTY_FORM
) -> RoundPage:
    """Return what the page shows to whoever asks."""
    vote, cast = shown.vote, shown.find_action(VoteAction.CAST)
    return RoundPage(
        head=make_head(visit, visit.paths.votes),
        paths=visit.paths,
        here=visit.paths.vote(vote.number),
        form=form,
        step_form=step_form,
        vote=vote,
        badge=make_state_badge(vote, shown.tally),
        kind=f"{say_kind(vote)} ({shown.voting_body})",
        opened_by=_name(visit, shown, vote.opened_by),
        closed_by=_name(visit, shown, vote.closed_by) if vote.closed_by else None,
        tallies=show_tally(vote, shown.tally),
        unmet=shown.tally.unmet if vote.state is RoundState.OPEN else (),
        files=list_files(visit),
        installs=list_installs(visit),
        is_shown_revision=vote.revision == visit.view.release.shown_revision,
        checks=describe_checks(visit),
        checklist=render_markdown(vote.policy.release_checklist),
        choices=CHOICES,
        cast_reasons=cast.reasons,
        asks_sign_in=visit.is_anonymous and vote.state is RoundState.OPEN and not vote.policy.manual_vote,
        standing=_say_standing(shown),
        mine=_find_mine(visit, shown),
        ballots=tuple(_list_ballots(visit, shown)),
        silent=tuple(_name(visit, shown, user) for user in shown.silent),
        simple_actions=tuple(_list_simple(visit, shown)),
        may_extend=_is_open(shown, VoteAction.EXTEND),
        may_cancel=_is_open(shown, VoteAction.CANCEL),
        may_confirm=_is_open(shown, VoteAction.CONFIRM),
        may_record=_is_open(shown, VoteAction.RECORD),
        facts=tuple(_list_facts(shown)),
        thread=tuple(
            MailRow(mail.subject, ", ".join(mail.to), mail.state, mail.sent_at or mail.queued_at, mail.body)
            for mail in shown.thread
        ),
        evidence_options=EVIDENCE_OPTIONS,
        refused=tuple(_list_refused(visit, shown)),
        messages=shown.messages,
        withdrawn=tuple(map(_show_withdrawn, shown.withdrawn)),
        may_withdraw=_is_open(shown, VoteAction.WITHDRAW),
        chart=make_chart(shown),
        visitor=_make_visitor_panel(visit, shown),
    )


def _make_visitor_panel(visit: Visit, shown: RoundView) -> VisitorPanel | None:
    """Return the form if nobody signed in, and ballots are taken."""
    if not visit.is_anonymous or explain_ballot(shown.vote, shown.tally):
        return None
    return VisitorPanel(visit.parts.door.ask(visit.request.user, ShowNotice()))


def make_choice_badge(text: str) -> Badge:
    """Return the badge of an answer as it was written."""
    return Badge(text, _CHOICE_TONES[parse_choice(text)[0]])


def _name(visit: Visit, shown: RoundView, label: str) -> PersonView:
    if label in set(ActorKind):
        return visit.name_person(label)
    return PersonView(label, shown.names.get(UserId(label), label))


def _is_open(shown: RoundView, action: VoteAction) -> bool:
    return shown.find_action(action).is_open


def _say_standing(shown: RoundView) -> str:
    if shown.counts_as_binding:
        return f"Your vote is binding: you are a member of the {shown.voting_body}."
    return f"Binding are the members of the {shown.voting_body}; your vote is counted beside theirs and read."


def _find_mine(visit: Visit, shown: RoundView) -> BallotRow | None:
    user = visit.request.user.user
    return next((_show_ballot(shown, each) for each in shown.ballots if each.ballot.voter == user), None)


def _list_refused(visit: Visit, shown: RoundView) -> Iterator[RefusedRow]:
    for each in shown.refused:
        voter = _name(visit, shown, each.voter)
        yield RefusedRow(voter, each.text, each.refused_at, _DOORS[each.door], each.reasons)


def _show_withdrawn(view: WithdrawnView) -> WithdrawnRow:
    ballot = view.ballot
    badge = Badge(ballot.text, Tone.NEUTRAL)
    return WithdrawnRow(PersonView(ballot.voter, view.name), badge, ballot.cast_at, view.withdrawn_at)


def _list_ballots(visit: Visit, shown: RoundView) -> Iterator[BallotRow]:
    """Yield the newest first; sysadmins are led to the contacts of visitors."""
    leads_on = administers_foundation(visit.request.user)
    for each in reversed(shown.ballots):
        voter = each.ballot.voter
        is_led = leads_on and isinstance(voter, ParticipantId)
        yield replace(_show_ballot(shown, each), contact_href=f"/contacts/{voter}" if is_led else "")


def _show_ballot(shown: RoundView, view: BallotView) -> BallotRow:
    ballot = view.ballot
    return BallotRow(
        voter=PersonView(ballot.voter, view.name),
        badge=Badge(ballot.text, _CHOICE_TONES[ballot.choice]),
        binding=view.binding,
        mark=_say_mark(view),
        at=ballot.cast_at,
        door=_DOORS[ballot.door],
        comment=ballot.comment or view.remark,
        earlier=tuple((each.text, each.cast_at, each.comment) for each in _newest_first(view.earlier)),
        evidence=tuple(Fact(EvidenceItem(item).label, said) for item, said in ballot.evidence.items()),
        hash=str(hash_ballot(shown.vote, ballot)),
    )


def _newest_first(ballots: tuple[Ballot, ...]) -> tuple[Ballot, ...]:
    return tuple(reversed(ballots))


def _say_mark(view: BallotView) -> str:
    if view.left:
        return "left the PMC since, so it is not binding"
    if view.on_roster and not view.binding:
        return "only a whole +1, 0 or -1 is binding"
    return ""


def _list_simple(visit: Visit, shown: RoundView) -> Iterator[ActionView]:
    """Yield the steps that are a button alone; closed ones say why."""
    if shown.vote.state is not RoundState.OPEN or shown.vote.policy.manual_vote:
        return
    address = f"{visit.paths.vote(shown.vote.number)}/resolve"
    resolve, fail = shown.find_action(VoteAction.RESOLVE), shown.find_action(VoteAction.FAIL)
    if resolve.permitted:
        yield _make_button("Close as passed", address, resolve, "circle-check", "passed")
    if fail.permitted:
        yield _make_button("Close as not passed", address, fail, "circle-x", "failed")


def _make_button(
    label: str, address: str, action: vote_views.ActionView, icon: str, outcome: str
) -> ActionView:
    return ActionView(label, address, action.reasons, "small", icon, "outcome", outcome)


def _list_facts(shown: RoundView) -> Iterator[Fact]:
    vote = shown.vote
    yield Fact("Policy version", vote.policy_version, mono=True)
    yield Fact("Roster", f"{len(vote.roster)} members as of the opening")
    yield Fact("Roster hash", str(vote.roster_hash), mono=True)
    if vote.ballots_root is not None:
        yield Fact("Ballots root", str(vote.ballots_root), mono=True)
    if vote.policy.manual_vote:
        yield Fact("Counted", "elsewhere")
        return
    yield Fact("Passes with", f"{vote.policy.min_binding} binding +1 and more +1 than -1")
    yield Fact("Closes", "by itself" if vote.policy.auto_resolve else "when the release manager closes it")
    if vote.policy.pause_for_rm:
        yield Fact("With a -1", "the release manager decides")
    yield Fact("Called for at", ", ".join(vote.policy.mail_to))
