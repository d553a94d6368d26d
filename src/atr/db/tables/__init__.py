# SPDX-License-Identifier: Apache-2.0
"""Tables, private to `atr.db`: one module a subject, all of them on one metadata."""

from atr.db.tables import (
    checks,
    effects,
    events,
    keys,
    mails,
    participants,
    people,
    projects,
    releases,
    replies,
    revisions,
    stray_mails,
    uploads,
    vote_messages,
    votes,
)
from atr.db.tables.metadata import metadata

__all__ = [
    "checks",
    "effects",
    "events",
    "keys",
    "mails",
    "metadata",
    "participants",
    "people",
    "projects",
    "releases",
    "replies",
    "revisions",
    "stray_mails",
    "uploads",
    "vote_messages",
    "votes",
]
