# SPDX-License-Identifier: Apache-2.0
"""Opening a round: who votes under which policy, bound to the sealed bytes from then on."""

from dataclasses import dataclass, replace

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, Refused
from atr.domain.names import ProductRef, ReleaseKey
from atr.domain.policy import LONGEST_HOURS, VotePolicy, check_policy
from atr.domain.project import Project, find_policy
from atr.domain.vote import Round, RoundKind, find_deadline
from atr.services.door import Work
from atr.services.products import find_product
from atr.services.rounds import schedule_reminder, set_deadline
from atr.services.vote_mails import call_for_votes


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes, and under which policy."""

    kind: RoundKind
    project: Project
    policy: VotePolicy
    policy_version: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is voted on: a sealed revision, and the number of the round."""

    release: ReleaseKey
    revision: int
    manifest_digest: Digest
    number: int


def find_electorate(work: Work, project: Project, line: ProductRef) -> Electorate:
    """Return the project's own voters; raise Invalid for a policy that is not allowed, or Refused."""
    default = work.around.foundation.default_policy
    effective = find_policy(project, find_product(work, line), default)
    check_policy(effective.policy, default, podling=project.is_podling)
    kind = RoundKind.PODLING if project.is_podling else RoundKind.PROJECT
    return _check_addresses(Electorate(kind, project, effective.policy, effective.version))


def find_sponsor(work: Work, podling: Project) -> Electorate:
    """Return the voters of a podling's second round; raise Refused when there are none."""
    sponsor = work.unit.projects.find(podling.sponsor) if podling.sponsor is not None else None
    if sponsor is None:
        raise Refused(f"{podling.name} has no sponsor whose PMC votes in the second round: set it first.")
    effective = find_policy(sponsor, None, work.around.foundation.default_policy)
    floor = work.around.foundation.default_policy.min_binding  # it may have risen since the policy was saved
    least = max(effective.policy.min_binding, floor)
    # Never held elsewhere for a podling (voting.md, section 1).
    policy = replace(effective.policy, manual_vote=False, min_binding=least)
    return _check_addresses(Electorate(RoundKind.SPONSOR, sponsor, policy, effective.version))


def _check_addresses(electorate: Electorate) -> Electorate:
    if not electorate.policy.mail_to and not electorate.policy.manual_vote:
        raise Refused(
            f"There is no address to call for votes at: set the dev list of {electorate.project.name}, "
            "or the addresses of its vote policy."
        )
    return electorate


def lengthen_vote(electorate: Electorate, hours: int | None) -> Electorate:
    """Return the electorate with more time to vote than its policy asks for; raise Invalid for less."""
    if hours is None:
        return electorate
    shortest = electorate.policy.min_hours
    if electorate.policy.manual_vote:
        raise Invalid.field("hours", "The vote is held elsewhere: ATR sets it no time.")
    if not shortest <= hours <= LONGEST_HOURS:
        raise Invalid.field(
            "hours", f"The policy asks for at least {shortest} hours: choose {shortest} to {LONGEST_HOURS}."
        )
    return replace(electorate, policy=replace(electorate.policy, min_hours=hours))


def open_round(work: Work, candidate: Candidate, electorate: Electorate, earlier: str = "") -> Round:
    """Add the round, its deadline and the call for votes; `earlier` is the result of the round before."""
    vote = make_round(work, candidate, electorate)
    work.unit.votes.add_round(vote)
    if not vote.policy.manual_vote:
        set_deadline(work, vote)
        schedule_reminder(work, vote)
        call_for_votes(work, vote, earlier)
    return vote


def make_round(work: Work, candidate: Candidate, electorate: Electorate) -> Round:
    """Return the round as it would be when it is opened now."""
    policy = electorate.policy
    return Round(
        release=candidate.release,
        number=candidate.number,
        kind=electorate.kind,
        voting_project=electorate.project.key,
        revision=candidate.revision,
        manifest_digest=candidate.manifest_digest,
        policy=policy,
        policy_version=electorate.policy_version,
        roster=electorate.project.roster.pmc_members,
        opened_at=work.now,
        opened_by=work.actor.label,
        deadline_at=None if policy.manual_vote else find_deadline(work.now, policy),
    )
