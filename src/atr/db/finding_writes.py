# SPDX-License-Identifier: Apache-2.0
"""Writing very many findings and decisions in few statements, and counting them once."""

import json
from collections.abc import Sequence

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from atr.domain.check import Acknowledgement, Finding, name_finding

_BATCH = 20_000
_MANY = 1_000

_COPY_FINDINGS = (
    "COPY findings (release_id, revision, position, rule, severity, artifact, member, message, data, name)"
    " FROM STDIN"
)
_ADD_ACKNOWLEDGEMENTS = text(
    """
    INSERT INTO acknowledgements
        (release_id, revision, rule, artifact, member, "by", reason, "at", carried_from, name)
    SELECT :release_id, :revision, a.rule, a.artifact, a.member, :by, :reason, :at, NULL, a.name
    FROM unnest(
        CAST(:rules AS text[]), CAST(:artifacts AS text[]), CAST(:members AS text[]), CAST(:names AS text[])
    ) AS a (rule, artifact, member, name)
    ON CONFLICT (release_id, revision, name) DO NOTHING
    """
)
_FORGET = text("DELETE FROM finding_tallies WHERE release_id = :release_id AND revision = :revision")
_COUNT = text(
    """
    INSERT INTO finding_tallies
    SELECT f.release_id, f.revision, row_number() OVER (ORDER BY min(f.position)) - 1,
        f.rule, f.severity, f.artifact, count(*), count(a.id) FILTER (WHERE f.severity = 'concern')
    FROM findings f LEFT JOIN acknowledgements a USING (release_id, revision, name)
    WHERE f.release_id = :release_id AND f.revision = :revision
    GROUP BY f.release_id, f.revision, f.rule, f.severity, f.artifact
    """
)


def add_findings(connection: Connection, place: dict[str, int], found: Sequence[Finding]) -> None:
    """Write the findings of a revision in their order; `place` has its release_id and revision."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    ids = (place["release_id"], place["revision"])
    try:
        with raw.cursor() as cursor, cursor.copy(_COPY_FINDINGS) as copy:
            for position, finding in enumerate(found):
                copy.write_row((*ids, position, *_list_values(finding)))
    except psycopg.Error as error:
        # As the statements of SQLAlchemy fail, so that it is explained in the same place.
        raise OperationalError(_COPY_FINDINGS, None, error) from error
    tell_planner(connection, "findings", len(found))


def _list_values(finding: Finding) -> tuple[str | None, ...]:
    data = json.dumps({**finding.data}) if finding.data else "{}"
    named = (finding.rule, finding.severity, finding.artifact, finding.member, finding.message)
    return (*named, data, finding.id)


def add_acknowledgements(
    connection: Connection, place: dict[str, int], decisions: Sequence[Acknowledgement]
) -> None:
    """Write decisions of one person for one reason at one moment; what was said before stays."""
    for start in range(0, len(decisions), _BATCH):
        batch, first = decisions[start : start + _BATCH], decisions[0]
        columns = {
            "rules": [each.rule for each in batch],
            "artifacts": [each.artifact for each in batch],
            "members": [each.member for each in batch],
            "names": [name_finding(each.rule, each.artifact, each.member) for each in batch],
        }
        said = {"by": first.by, "reason": first.reason, "at": first.at}
        connection.execute(_ADD_ACKNOWLEDGEMENTS, {**place, **said, **columns})
    tell_planner(connection, "acknowledgements", len(decisions))


def tell_planner(connection: Connection, table: str, rows: int) -> None:
    """Have the planner know of many new rows at once, not when the autovacuum comes by.

    Otherwise it takes them for a handful, and compares each finding with each decision.
    """
    if rows >= _MANY:
        connection.execute(text(f"ANALYZE {table}"))


def count_findings(connection: Connection, place: dict[str, int]) -> None:
    """Count the findings of a revision anew, by rule, severity and artifact."""
    connection.execute(_FORGET, place)
    connection.execute(_COUNT, place)
