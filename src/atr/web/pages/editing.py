# SPDX-License-Identifier: Apache-2.0
"""Pages with a form that only some may send: others are told so before they type."""

from atr.domain.errors import Denied, NotSignedIn
from atr.domain.people import Actor, ActorKind
from atr.domain.permissions import Activity, explain_denial


def require_permission(actor: Actor, permitted: frozenset[Activity], activity: Activity) -> None:
    """Raise NotSignedIn or Denied, as the command behind the form would, unless the asker may send it."""
    if activity in permitted:
        return
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotSignedIn
    raise Denied(explain_denial(activity))
