# SPDX-License-Identifier: Apache-2.0
"""Releases on channels in the database."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from atr.db.releases import find_release_id, is_among
from atr.db.tables.distributions import distributions
from atr.db.tables.releases import releases
from atr.domain.artifact import Digest
from atr.domain.distribution import Distribution, DistributionState, Goal, PlatformHandle
from atr.domain.errors import Conflict
from atr.domain.names import ChannelKey, ProductKey, ProjectKey, ReleaseKey, Version

# What is stored as it is, and read back so.
_PLAIN = (
    "owner_namespace",
    "package",
    "staging",
    "promoted",
    "promoted_at",
    "api_url",
    "web_url",
    "uploaded_at",
    "failed_step",
    "failure_reason",
    "generation",
    "channel_edition",
    "staging_name",
    "becomes_latest",
    "instruction",
    "told_done",
    "problem",
    "patience_ends_at",
    "drift",
    "compared_at",
    "withdrawal_asked_at",
    "withdrawn_at",
    "edition",
)


class DistributionRows:
    """Releases on channels; each change compares the edition in the statement that makes it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, release: ReleaseKey, channel: ChannelKey) -> Distribution | None:
        """Return the distribution, if there is one."""
        found = self._select(is_among([release]) & (distributions.c.channel == channel))
        return found[0] if found else None

    def list(self, release: ReleaseKey) -> tuple[Distribution, ...]:
        """Return those of a release, by the channel's key."""
        return self._select(is_among([release]))

    def list_many(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[Distribution, ...]]:
        """Return those of many releases in one query; releases without any are left out."""
        found = self._select(is_among(keys))
        return {key: tuple(group) for key, group in groupby(found, key=lambda each: each.release)}

    def list_troubled(self, projects: Iterable[ProjectKey], limit: int) -> tuple[Distribution, ...]:
        """Return those of the projects that failed, wait for a person, or answer with other bytes."""
        waits = (distributions.c.instruction != "") & ~distributions.c.told_done
        has_failed = distributions.c.state == DistributionState.FAILED
        is_troubled = waits | has_failed | (distributions.c.drift != "")
        return self._select(is_troubled & releases.c.project.in_(list(projects)), limit)

    def list_confirmed(self) -> tuple[Distribution, ...]:
        """Return all that are public and confirmed, for the comparison that is made again and again."""
        return self._select(distributions.c.state == DistributionState.CONFIRMED)

    def save(self, distribution: Distribution) -> Distribution:
        """Add or replace it, or raise Conflict if its edition is not the stored one; next edition."""
        saved = replace(distribution, edition=distribution.edition + 1)
        values = _write_distribution(saved)
        key = {"release_id": find_release_id(saved.release), "channel": saved.channel}
        statement = (
            insert(distributions)
            .values(values | key)
            .on_conflict_do_update(
                index_elements=["release_id", "channel"],
                set_=values,
                where=distributions.c.edition == distribution.edition,
            )
            .returning(distributions.c.edition)
        )
        if self._connection.execute(statement).one_or_none() is None:
            raise Conflict(f"{saved.release} on {saved.channel} was changed meanwhile: read it again.")
        return saved

    def _select(self, condition: ColumnElement[bool], limit: int | None = None) -> tuple[Distribution, ...]:
        key = (releases.c.project, releases.c.product, releases.c.version.label("release_version"))
        wanted = (
            select(distributions, *key)
            .select_from(distributions)
            .join(releases)
            .where(condition)
            .order_by(distributions.c.release_id, distributions.c.channel)
            .limit(limit)
        )
        return tuple(map(_read_distribution, self._connection.execute(wanted)))


def _write_distribution(one: Distribution) -> dict[str, object]:
    return {name: getattr(one, name) for name in _PLAIN} | {
        "version": one.version,
        "state": one.state,
        "goal": one.goal,
        "failed_in": one.failed_in,
        "staging_revision_key": str(one.staging_revision_key) if one.staging_revision_key else None,
        "handle_kind": one.handle.kind if one.handle else None,
        "handle_value": one.handle.value if one.handle else None,
        "final_names": [*one.final_names],
    }


def _read_distribution(row: Row[tuple[object, ...]]) -> Distribution:
    key, staged = row.staging_revision_key, row.handle_kind
    return Distribution(
        release=ReleaseKey(ProjectKey(row.project), ProductKey(row.product), Version(row.release_version)),
        channel=ChannelKey(row.channel),
        version=row.version,
        state=DistributionState(row.state),
        goal=Goal(row.goal),
        failed_in=DistributionState(row.failed_in) if row.failed_in else None,
        staging_revision_key=Digest.parse(key) if key else None,
        handle=PlatformHandle(staged, row.handle_value) if staged else None,
        final_names=tuple(row.final_names),
        **{name: getattr(row, name) for name in _PLAIN},
    )
