# SPDX-License-Identifier: Apache-2.0
"""The parts of a round that are stored as JSON: the policy it runs under, its tally, a recorded result."""

from dataclasses import asdict
from typing import TypedDict

from atr.domain.names import MailAddress
from atr.domain.policy import VotePolicy
from atr.domain.vote import Counts, ManualResult, Tally


class StoredPolicy(TypedDict):
    """An effective policy as JSON."""

    mail_to: list[str]
    manual_vote: bool
    min_hours: int
    release_checklist: str
    pause_for_rm: bool
    min_binding: int
    auto_resolve: bool


class StoredTally(TypedDict):
    """A tally as JSON; counts are +1, 0, -1."""

    binding: list[int]
    community: list[int]
    passes: bool
    overdue: bool
    needs_rm: bool
    unmet: list[str]


class StoredResult(TypedDict):
    """The result of a vote held elsewhere as JSON."""

    passed: bool
    summary: str
    thread_url: str
    binding: tuple[int, int, int]
    community: tuple[int, int, int]


def write_policy(policy: VotePolicy) -> dict[str, object]:
    """Return the policy as it is stored."""
    return asdict(policy) | {"mail_to": list(policy.mail_to)}


def read_policy(stored: StoredPolicy) -> VotePolicy:
    """Return the policy as it was stored."""
    return VotePolicy(
        mail_to=tuple(map(MailAddress, stored["mail_to"])),
        manual_vote=stored["manual_vote"],
        min_hours=stored["min_hours"],
        release_checklist=stored["release_checklist"],
        pause_for_rm=stored["pause_for_rm"],
        min_binding=stored["min_binding"],
        auto_resolve=stored["auto_resolve"],
    )


def write_tally(tally: Tally) -> dict[str, object]:
    """Return the tally as it is stored."""
    return asdict(tally) | {
        "binding": _write_counts(tally.binding),
        "community": _write_counts(tally.community),
        "unmet": list(tally.unmet),
    }


def read_tally(stored: StoredTally) -> Tally:
    """Return the tally as it was stored."""
    return Tally(
        binding=Counts(*stored["binding"]),
        community=Counts(*stored["community"]),
        passes=stored["passes"],
        overdue=stored["overdue"],
        needs_rm=stored["needs_rm"],
        unmet=tuple(stored["unmet"]),
    )


def _write_counts(counts: Counts) -> list[int]:
    return [counts.in_favour, counts.abstained, counts.against]


def write_manual(result: ManualResult) -> dict[str, object]:
    """Return the recorded result as it is stored."""
    return asdict(result)


def read_manual(stored: StoredResult) -> ManualResult:
    """Return the recorded result as it was stored."""
    return ManualResult(
        passed=stored["passed"],
        summary=stored["summary"],
        thread_url=stored["thread_url"],
        binding=_read_three(stored["binding"]),
        community=_read_three(stored["community"]),
    )


def _read_three(stored: tuple[int, int, int]) -> tuple[int, int, int]:
    in_favour, abstained, against = stored
    return in_favour, abstained, against
