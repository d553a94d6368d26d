# SPDX-License-Identifier: Apache-2.0
"""Grave steps need a fresh sign-in: whoever finds an open browser decides and publishes nothing."""

from datetime import datetime, timedelta

from atr.domain.errors import NotSignedIn
from atr.domain.people import Actor, ActorKind
from atr.domain.privacy import say_period


class StaleSignIn(NotSignedIn):
    """Raised when a grave step is asked for by a browser that signed in too long ago."""


def is_fresh(actor: Actor, now: datetime, valid: timedelta) -> bool:
    """Tell whether the actor signed in a short while ago; tokens do not sign in, and no time asks nobody."""
    is_browser = actor.kind is ActorKind.PERSON and actor.scope is None
    if not is_browser or actor.signed_in_at is None or not valid:
        return True
    return now - actor.signed_in_at < valid


def require_fresh(actor: Actor, now: datetime, valid: timedelta) -> None:
    """Raise StaleSignIn unless the actor signed in a short while ago."""
    if not is_fresh(actor, now, valid):
        raise StaleSignIn(
            f"This step needs a fresh sign-in, not longer ago than {say_period(valid)}: sign in again, "
            "then send it once more."
        )
