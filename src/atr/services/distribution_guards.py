# SPDX-License-Identifier: Apache-2.0
"""Gathering what the guards look at before something becomes public: here, in the store, at the registry."""

from dataclasses import replace

from atr.domain.distribution_steps import Action, is_by_hand
from atr.domain.promotion_guards import Readiness, judge_holder
from atr.ports.platforms import BadCredentials, Side
from atr.services.channel_access import hide_secrets
from atr.services.distribution_bench import Bench, Seen


def read_standing(bench: Bench) -> Readiness:
    """Return what is known without asking the registry."""
    task, leg = bench.task, bench.leg
    return Readiness(
        phase=task.phase,
        vote=task.vote,
        voted=task.sealed,
        staged=bench.one.staging_revision_key,
        needs_staging=leg.route.to_public is Action.PROMOTE,
        planned_edition=bench.one.channel_edition,
        channel_edition=leg.channel.edition,
    )


def check_readiness(bench: Bench, action: Action, stored: Seen) -> tuple[Readiness, bool]:
    """Return everything the guards look at, and whether something newer holds the final name."""
    known = replace(read_standing(bench), damaged=stored.differing)
    if known.needs_staging:
        staged = bench.compare(Side.STAGING, "before promotion")
        known = replace(known, differing=staged.differing, missing=staged.missing)
    holder = bench.registry.find_holder(bench.consignment)
    is_newer, is_unclear = judge_holder(holder, bench.one.release.version, bench.task.version_order)
    known = replace(known, holder=holder, holder_is_unclear=is_unclear)
    return replace(known, access_problem=_try_access(bench, action)), is_newer


def _try_access(bench: Bench, action: Action) -> str:
    """Return why the registry does not let ATR in, empty when it does or need not."""
    channel = bench.leg.channel
    if is_by_hand(channel, action) or channel.automation_endpoint is not None:
        return ""
    try:
        bench.registry.check_access()
    except BadCredentials as error:
        return hide_secrets(str(error), bench.site)
    return ""
