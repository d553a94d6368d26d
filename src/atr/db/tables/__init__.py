# SPDX-License-Identifier: Apache-2.0
"""Tables, private to `atr.db`: one module a subject, all of them on one metadata."""

from atr.db.tables import (
    channels,
    checks,
    distributions,
    effects,
    events,
    job_troubles,
    keys,
    mails,
    packages,
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
    "channels",
    "checks",
    "distributions",
    "effects",
    "events",
    "job_troubles",
    "keys",
    "mails",
    "metadata",
    "packages",
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
