# SPDX-License-Identifier: Apache-2.0
"""Who decides about findings, and why: both are part of every decision."""

from atr.domain.errors import Invalid, NotSignedIn
from atr.domain.names import UserId
from atr.services.door import Work

LONGEST_REASON = 2_000


def require_person(work: Work) -> UserId:
    """Return who asks; raise NotSignedIn for whoever is no person."""
    if work.actor.user is None:
        raise NotSignedIn
    return work.actor.user


def check_reason(reason: str) -> str:
    """Return the reason without white space around it; raise Invalid for none or too long a one."""
    text = reason.strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        raise Invalid.field("reason", f"Give a reason of 1 to {LONGEST_REASON} characters.")
    return text
