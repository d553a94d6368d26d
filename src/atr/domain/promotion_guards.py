# SPDX-License-Identifier: Apache-2.0
"""What must hold before anything of a release becomes public on a channel; each guard has its sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid
from atr.domain.lifecycle import Phase, VoteStanding
from atr.domain.names import Version
from atr.domain.versions import VersionOrder, rank_version


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything the guards look at, gathered just before the step.

    `voted` is the manifest digest of the sealed revision, `staged` that of what was staged (None where
    nothing has to be). `differing` and `missing` are what the registry handed out wrongly just now, `damaged`
    what the store has lost. `access_problem` is why the credentials were not accepted.
    """

    phase: Phase
    vote: VoteStanding
    voted: Digest | None
    staged: Digest | None
    needs_staging: bool
    planned_edition: int
    channel_edition: int
    differing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    holder: str | None = None
    holder_is_unclear: bool = False
    access_problem: str = ""


@dataclass(frozen=True, slots=True)
class PromotionGuard:
    """A predicate with the sentence for when it does not hold."""

    holds: Callable[[Readiness], bool]
    explain: Callable[[Readiness], str]


PROMOTION_GUARDS: tuple[PromotionGuard, ...] = (
    PromotionGuard(
        lambda r: r.phase in {Phase.DISTRIBUTE, Phase.ANNOUNCE, Phase.RELEASED},
        lambda r: f"The release is in phase {r.phase}: only what was voted on becomes public.",
    ),
    PromotionGuard(
        lambda r: r.vote is VoteStanding.PASSED,
        lambda _r: "No vote about the sealed files has passed.",
    ),
    PromotionGuard(lambda r: r.voted is not None, lambda _r: "The release has no sealed files."),
    PromotionGuard(
        lambda r: not r.needs_staging or (r.staged is not None and r.staged == r.voted),
        lambda r: (
            f"What is staged is {r.staged or 'nothing'}, and not what was voted on ({r.voted}): "
            "the candidate was replaced after staging. Stage it anew."
        ),
    ),
    PromotionGuard(
        lambda r: not r.damaged,
        lambda r: f"The store no longer has what was voted on: {_list_some(r.damaged)}.",
    ),
    PromotionGuard(
        lambda r: not r.differing,
        lambda r: f"The registry hands out other bytes than the voted ones: {_list_some(r.differing)}.",
    ),
    PromotionGuard(
        lambda r: not r.missing,
        lambda r: f"The registry does not hand out: {_list_some(r.missing)}.",
    ),
    PromotionGuard(
        lambda r: not r.holder_is_unclear,
        lambda r: (
            f"{r.holder} holds the final name, and whether it is newer cannot be told: "
            "free the name by hand, then resume."
        ),
    ),
    PromotionGuard(lambda r: not r.access_problem, lambda r: r.access_problem),
    PromotionGuard(
        lambda r: r.planned_edition == r.channel_edition,
        lambda _r: "The channel was changed since the plan was made: look at the plan, then resume.",
    ),
)


def explain_promotion(readiness: Readiness) -> tuple[str, ...]:
    """Return every unmet sentence; nothing when the release may become public."""
    return tuple(each.explain(readiness) for each in PROMOTION_GUARDS if not each.holds(readiness))


_MOST_NAMED = 10


def _list_some(names: Iterable[str]) -> str:
    given = list(names)
    more = len(given) - _MOST_NAMED
    return ", ".join(given[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def is_newer(holder: str, version: Version, order: VersionOrder) -> bool:
    """Tell whether what holds a name is newer than the version; raise Invalid when that cannot be told."""
    return rank_version(Version(holder), order) > rank_version(version, order)


def choose_names(names: Iterable[str], version: str, *, is_older: bool) -> tuple[str, ...]:
    """Return the final names a release takes: an older line's leaves those that everybody follows.

    Where none would be left it gets one of its own, as some registries have nothing without a name.
    """
    given = tuple(names)
    own = tuple(name for name in given if version in name)
    return (own or tuple(f"release-{version}" for _ in given[:1])) if is_older else given


def judge_holder(holder: str | None, version: Version, order: VersionOrder) -> tuple[bool, bool]:
    """Return whether something newer holds the final name, and whether that is unclear."""
    if holder is None:
        return False, False
    try:
        return is_newer(holder, version, order), False
    except Invalid:
        return False, True
