# SPDX-License-Identifier: Apache-2.0
"""Rounds and ballots to reckon with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from atr.domain.artifact import Digest
from atr.domain.names import MailAddress, ProjectKey, ReleaseKey, UserId
from atr.domain.policy import VotePolicy
from atr.domain.vote import Ballot, Choice, Round, RoundKind, find_deadline

OPENED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
RELEASE = ReleaseKey.parse("tika/3.1.0")
VOTED = Digest("sha512", "a" * 128)
OTHER = Digest("sha512", "b" * 128)
PMC = tuple(UserId(f"pmc{number}") for number in range(7))
PLAIN = VotePolicy(mail_to=(MailAddress("dev@tika.example.org"),))


def make_round(policy: VotePolicy = PLAIN, **changes: object) -> Round:
    vote = Round(
        release=RELEASE,
        number=1,
        kind=RoundKind.PROJECT,
        voting_project=ProjectKey("tika"),
        revision=2,
        manifest_digest=VOTED,
        policy=policy,
        policy_version="1.0",
        roster=frozenset(PMC),
        opened_at=OPENED_AT,
        opened_by="rm",
        deadline_at=find_deadline(OPENED_AT, policy),
    )
    return replace(vote, **changes)  # type: ignore[arg-type]


def make_ballot(
    voter: str,
    text: str = "+1",
    hours: float = 1,
    comment: str = "",
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> Ballot:
    choices = {str(choice): choice for choice in Choice}
    return Ballot(
        UserId(voter),
        choices.get(text, Choice.ABSTAIN),
        text,
        VOTED,
        OPENED_AT + timedelta(hours=hours),
        comment=comment,
        evidence=evidence,
    )
