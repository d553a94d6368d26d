# SPDX-License-Identifier: Apache-2.0
"""How releases come along, each figure in one query that reads an index of its own."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, text

from atr.db.tables.events import EXAMINED_SQL, MOVES_SQL
from atr.domain.activity import PhaseStay
from atr.domain.check import Severity
from atr.domain.lifecycle import Phase
from atr.domain.names import ProjectKey

_OF_PROJECT = "AND project = :project"
_RELEASES = """
SELECT date_trunc('month', released_at AT TIME ZONE 'UTC')::date AS month, count(*) AS number
FROM releases WHERE released_at IS NOT NULL AND released_at >= :since {of_project} GROUP BY month
"""
_SUMS = ", ".join(
    f"sum(coalesce((details->>'{each}')::bigint, 0))::bigint AS \"{each}\"" for each in Severity
)
_FINDINGS = """
SELECT month, {sums} FROM (
    SELECT DISTINCT ON (project, product, version, month) month, details FROM (
        SELECT project, product, version, sequence, details,
               date_trunc('month', at AT TIME ZONE 'UTC')::date AS month
        FROM events WHERE {examined} AND at >= :since {of_project}
    ) examined ORDER BY project, product, version, month, sequence DESC
) last GROUP BY month
"""
# The first move that is read of a release may have been a later one of its phase: only its end is certain.
_PHASES = """
WITH moves AS (
    SELECT sequence, project, product, version, at, name,
           coalesce(details->>'to', details->>'phase', CASE name WHEN 'release.created' THEN 'compose' END)
               AS phase
    FROM events WHERE {moves} {of_project} ORDER BY sequence DESC LIMIT :moves
), changes AS (
    SELECT *, lag(phase) OVER (PARTITION BY project, product, version ORDER BY sequence) AS earlier
    FROM moves WHERE phase IS NOT NULL
), entered AS (
    SELECT phase, lead(at) OVER (PARTITION BY project, product, version ORDER BY sequence) - at AS stay
    FROM changes WHERE earlier IS DISTINCT FROM phase AND (earlier IS NOT NULL OR name <> 'release.published')
)
SELECT phase, count(*) AS stays,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM stay)) AS median
FROM entered WHERE stay IS NOT NULL GROUP BY phase
"""


class ActivityRows:
    """Counts over months, in UTC."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_releases(self, project: ProjectKey | None, since: date) -> dict[date, int]:
        """Return how many releases were announced in each month; empty ones are left out."""
        wanted = text(_RELEASES.format(of_project=_OF_PROJECT if project else ""))
        rows = self._connection.execute(wanted, {"project": project, "since": _begin(since)})
        return {row.month: row.number for row in rows}

    def count_findings(self, project: ProjectKey | None, since: date) -> dict[date, Mapping[str, int]]:
        """Return what the last examination of each candidate in each month found, by severity."""
        filled = _FINDINGS.format(
            sums=_SUMS, examined=EXAMINED_SQL, of_project=_OF_PROJECT if project else ""
        )
        rows = self._connection.execute(text(filled), {"project": project, "since": _begin(since)}).mappings()
        return {row["month"]: {str(each): row[str(each)] for each in Severity} for row in rows}

    def measure_phases(self, project: ProjectKey | None, moves: int) -> tuple[PhaseStay, ...]:
        """Return how long releases stayed in each phase, by the newest so many moves."""
        filled = _PHASES.format(moves=MOVES_SQL, of_project=_OF_PROJECT if project else "")
        rows = self._connection.execute(text(filled), {"project": project, "moves": moves})
        stays = {row.phase: PhaseStay(Phase(row.phase), row.stays, _read_length(row.median)) for row in rows}
        return tuple(stays[phase] for phase in Phase if phase in stays)


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _read_length(seconds: float) -> timedelta:
    return timedelta(seconds=float(seconds))
