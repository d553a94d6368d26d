# SPDX-License-Identifier: Apache-2.0
"""What starting a vote would bring about, shown before the button is pressed; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from atr.domain.errors import Invalid, Refused
from atr.domain.mail_layout import Letter
from atr.domain.names import ReleaseKey
from atr.domain.policy import VotePolicy
from atr.domain.vote import Round
from atr.services.door import Place, Query, Work
from atr.services.projects import find_project
from atr.services.releases import find_release
from atr.services.vote_mails import draft_call
from atr.services.vote_opening import find_electorate, find_sponsor, lengthen_vote, make_round
from atr.services.voter_names import find_voter_names
from atr.services.votes import find_candidate


@dataclass(frozen=True, slots=True)
class VotePreview:
    """The policy that a vote would run under, the call for votes, and what speaks against starting one.

    `vote` is the round as it would be opened now, with its end; `names` are of those who would be binding.
    """

    policy: VotePolicy
    voting_body: str
    letter: Letter | None
    reasons: tuple[str, ...]
    vote: Round | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class PreviewVote(Query[VotePreview | None]):
    """A vote on the shown revision as it would be started now; None when there is nothing to vote on."""

    release: ReleaseKey
    hours: int | None = None

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> VotePreview | None:
        """Return it; raise NotFound, or Invalid for a number of hours that is not allowed."""
        release, project = find_release(work, self.release), find_project(work, self.release.project)
        if not release.shown_revision:
            return None
        try:
            electorate = find_electorate(work, project, self.release.line)
            if project.is_podling:
                find_sponsor(work, project)
        except (Refused, Invalid) as error:
            return VotePreview(VotePolicy(), project.name, None, error.reasons)
        lengthened = lengthen_vote(electorate, self.hours)
        vote = make_round(work, find_candidate(work, release), lengthened)
        return VotePreview(
            policy=electorate.policy,
            voting_body=f"{electorate.project.name} PMC",
            letter=None if vote.policy.manual_vote else draft_call(work, vote),
            reasons=(),
            vote=vote,
            names=find_voter_names(work, vote.roster),
        )
