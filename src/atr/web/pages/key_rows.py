# SPDX-License-Identifier: Apache-2.0
"""Signing keys as pages list them."""

from dataclasses import dataclass, replace
from datetime import datetime

from atr.services.key_views import KeyView
from atr.web.addresses import locate_key, locate_project
from atr.web.components import ActionView, Badge, Link, PersonView
from atr.web.flash import Tone

_GROUP = 4


@dataclass(frozen=True, slots=True)
class Expiry:
    """How a key stands, and when its time is over if it ever is."""

    badge: Badge
    label: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key in a list; `note` stands instead of an owner who is not shown."""

    name: str
    type: str
    fingerprint: str
    spaced: str
    href: str
    expiry: Expiry
    owner: PersonView | None
    note: str
    projects: tuple[Link, ...]
    revocation: str
    actions: tuple[ActionView, ...]


def make_key_row(view: KeyView, actions: tuple[ActionView, ...] = ()) -> KeyRow:
    """Return the row of a key."""
    signing = view.signing
    return KeyRow(
        name=name_key(view),
        type=signing.key.type,
        fingerprint=signing.fingerprint,
        spaced=space_fingerprint(signing.fingerprint),
        href=locate_key(signing.fingerprint),
        expiry=describe_expiry(view),
        owner=PersonView(signing.owner, view.owner_name or signing.owner) if signing.owner else None,
        note="" if signing.owner else "from a KEYS file",
        projects=tuple(Link(each, locate_project(each)) for each in view.projects),
        revocation=_describe_revocation(view),
        actions=actions,
    )


def make_own_row(view: KeyView) -> KeyRow:
    """Return the row of a key in its owner's list: where it signs is more to the point than whose it is."""
    places = ", ".join(view.projects) or "no project"
    unproven = "" if view.signing.proof else "; not proven to be yours"
    return replace(make_key_row(view), owner=None, note=f"signs for {places}{unproven}")


def name_key(view: KeyView) -> str:
    """Return the first user id of the key, or its short fingerprint when it has none."""
    key = view.signing.key
    return key.user_ids[0] if key.user_ids else key.fingerprint[-16:].upper()


def space_fingerprint(fingerprint: str) -> str:
    """Return the fingerprint as people compare it: capital letters in groups of four."""
    capital = fingerprint.upper()
    return " ".join(capital[start : start + _GROUP] for start in range(0, len(capital), _GROUP))


def describe_expiry(view: KeyView) -> Expiry:
    """Return how the key stands."""
    signing = view.signing
    at = signing.key.expires_at
    if signing.is_revoked():
        return Expiry(Badge("Revoked", Tone.BAD), "revoked", signing.revoked_at)
    if view.expired:
        return Expiry(Badge("Expired", Tone.BAD), "expired", at)
    if view.expires_soon:
        return Expiry(Badge("Expires soon", Tone.WARN), "expires", at)
    return Expiry(Badge("Good", Tone.GOOD), "expires" if at else "never expires", at)


def _describe_revocation(view: KeyView) -> str:
    signing = view.signing
    if not signing.is_revoked():
        return ""
    return signing.revocation_reason or "The key itself says that it was revoked."
