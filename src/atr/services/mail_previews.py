# SPDX-License-Identifier: Apache-2.0
"""Mails as they would be sent, before they are: in any wording, for a release or with sample values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from atr.domain.errors import Invalid, Refused
from atr.domain.mail_layout import Letter
from atr.domain.mail_template import (
    MailTemplate,
    TemplateKind,
    check_template,
    list_variables,
    render_template,
)
from atr.domain.names import MailAddress, ProjectKey, ReleaseKey, UserId
from atr.domain.vote import Ballot, BallotDoor, Choice, Round, RoundState
from atr.domain.vote_steps import summarize_tally
from atr.services.announcements import compose_announcement
from atr.services.door import Place, Query, Work
from atr.services.mail_templates import load_templates
from atr.services.mail_texts import (
    VoteFacts,
    VoterLine,
    write_receipt,
    write_reminder,
    write_vote_extension,
    write_vote_result,
    write_vote_start,
    write_withdrawal,
)
from atr.services.projects import find_project
from atr.services.releases import find_release
from atr.services.rounds import Count, count_round
from atr.services.vote_mails import gather_facts, list_voters, make_settings_url
from atr.services.vote_opening import find_electorate, make_round
from atr.services.votes import find_candidate


@dataclass(frozen=True, slots=True)
class MailPreview:
    """A mail as it would be sent."""

    kind: TemplateKind
    to: tuple[MailAddress, ...]
    letter: Letter


@dataclass(frozen=True, slots=True)
class PreviewMail(Query[MailPreview]):
    """A mail in a wording, or in the one in force; of a release as it stands, or with sample values."""

    project: ProjectKey
    kind: TemplateKind
    template: MailTemplate | None = None
    release: ReleaseKey | None = None

    @property
    def place(self) -> Place:
        """Return the project."""
        return Place(self.project)

    def answer(self, work: Work) -> MailPreview:
        """Return the mail; raise NotFound, Invalid for the wording, or Refused when nothing can be shown."""
        template = self.template or load_templates(work, find_project(work, self.project).key)[self.kind]
        check_template(self.kind, template)
        if self.release is None:
            samples = {variable.name: variable.sample for variable in list_variables(self.kind)}
            return MailPreview(self.kind, (), render_template(template, samples))
        if self.release.project != self.project:
            raise Invalid.field("release", f"{self.release} is no release of {self.project}.")
        return _preview_release(work, self.release, self.kind, template)


def _preview_release(work: Work, key: ReleaseKey, kind: TemplateKind, template: MailTemplate) -> MailPreview:
    if kind is TemplateKind.ANNOUNCEMENT:
        announcement = compose_announcement(work, find_release(work, key), template)
        return MailPreview(kind, announcement.to, Letter(announcement.subject, announcement.body))
    vote = _find_round(work, key)
    worded = MappingProxyType({**load_templates(work, key.project), kind: template})
    to = () if kind is TemplateKind.REMINDER else vote.policy.mail_to
    scene = _Scene(work, replace(gather_facts(work, vote), templates=worded), count_round(work, vote))
    return MailPreview(kind, to, _WRITERS[kind](scene))


def _find_round(work: Work, key: ReleaseKey) -> Round:
    """Return the newest round, or the one that a vote would begin with."""
    release = find_release(work, key)
    rounds = work.unit.votes.list_rounds(key)
    if rounds:
        return rounds[-1]
    if not release.shown_revision:
        raise Refused("The release has no files yet, so there is nothing to write about.")
    electorate = find_electorate(work, find_project(work, key.project), key.line)
    return make_round(work, find_candidate(work, release), electorate)


@dataclass(frozen=True, slots=True)
class _Scene:
    """A round as it stands, or would stand, when the mail is written."""

    work: Work
    facts: VoteFacts
    count: Count


def _write_start(scene: _Scene) -> Letter:
    return write_vote_start(scene.facts)


def _write_result(scene: _Scene) -> Letter:
    """Write the result as if the vote were closed now; one that is closed keeps its own."""
    vote, tally = scene.facts.vote, scene.count.tally
    if not vote.state.is_over:
        state = RoundState.PASSED if tally.passes else RoundState.FAILED
        vote = replace(vote, state=state, summary=summarize_tally(tally))
    return write_vote_result(replace(scene.facts, vote=vote), list_voters(scene.work, vote, scene.count))


def _write_status(scene: _Scene) -> Letter:
    return write_vote_extension(scene.facts)


def _write_reminder(scene: _Scene) -> Letter:
    user = scene.work.actor.user
    person = scene.work.unit.people.find(user) if user is not None else None
    return write_reminder(
        scene.facts, person.name if person else "Sample Person", make_settings_url(scene.work)
    )


def _write_receipt(scene: _Scene) -> Letter:
    """Write the receipt of a +1 that whoever asks might cast."""
    ballot = _make_ballot(scene)
    return write_receipt(scene.facts, _name_voter(scene, ballot), ballot)


def _write_withdrawal(scene: _Scene) -> Letter:
    """Write that such a +1 was taken back."""
    return write_withdrawal(scene.facts, _name_voter(scene, _make_ballot(scene)))


def _make_ballot(scene: _Scene) -> Ballot:
    voter, seen = scene.work.actor.user or UserId("sample"), scene.facts.vote.manifest_digest
    return Ballot(voter, Choice.FOR, "+1", seen, scene.work.now, BallotDoor.WEB, "I built and ran it.")


def _name_voter(scene: _Scene, ballot: Ballot) -> VoterLine:
    (line,) = list_voters(scene.work, scene.facts.vote, replace(scene.count, ballots=(ballot,)))
    return line


_WRITERS: Mapping[TemplateKind, Callable[[_Scene], Letter]] = MappingProxyType(
    {
        TemplateKind.VOTE_START: _write_start,
        TemplateKind.RESULT: _write_result,
        TemplateKind.PHASE_STATUS: _write_status,
        TemplateKind.REMINDER: _write_reminder,
        TemplateKind.BALLOT_RECEIPT: _write_receipt,
        TemplateKind.BALLOT_WITHDRAWAL: _write_withdrawal,
    }
)
