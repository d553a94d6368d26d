# SPDX-License-Identifier: Apache-2.0
"""Findings as lists and counts, each joined with the first acknowledgement about it."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    and_,
    func,
    select,
)
from sqlalchemy.dialects import postgresql

from atr.db.findings import read_finding
from atr.db.releases import find_release_id, is_among
from atr.db.tables.checks import acknowledgements, findings
from atr.db.tables.releases import releases, shown_revision
from atr.domain.check import Acknowledgement, Severity
from atr.domain.errors import Invalid
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, UserId, Version
from atr.domain.verdict import DecidedFinding, FindingTally, PlacedFinding
from atr.ports.repositories.findings import MOST_FINDINGS, FindingFilter
from atr.ports.repositories.paging import Page, PageRequest

_MOST_DIGITS = 9
_DECIDED = ("by", "reason", "at", "carried_from")
_KEY = (releases.c.project, releases.c.product, releases.c.version)


class FindingRows:
    """The findings of revisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(
        self, release: ReleaseKey, revision: int, which: FindingFilter, page: PageRequest
    ) -> Page[DecidedFinding]:
        """Return findings, the worst first; at most MOST_FINDINGS at once."""
        limit = min(max(page.limit, 1), MOST_FINDINGS)
        wanted = _select_chosen(release, revision, which)
        if page.after is not None:
            wanted = wanted.where(findings.c.position > _read_cursor(page.after))
        ordered = _join_decisions(wanted.limit(limit + 1).subquery())
        rows = self._connection.execute(ordered).mappings().all()
        cursor = str(rows[limit - 1]["position"]) if len(rows) > limit else None
        return Page(tuple(map(_read_decided, rows[:limit])), cursor)

    def tally(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[FindingTally, ...]]:
        """Return the counts of the shown revisions by rule, severity and artifact, in one query."""
        decided = _select_decided().subquery()
        group = (*_KEY, findings.c.rule, findings.c.severity, findings.c.artifact)
        counted = (func.count().label("total"), func.count(decided.c.rule).label("acknowledged"))
        found: dict[ReleaseKey, list[FindingTally]] = defaultdict(list)
        wanted = _select_shown(select(*group, *counted), decided, keys).group_by(*group)
        for row in self._connection.execute(wanted.order_by(*group)).mappings():
            found[_read_key(row)].append(_read_tally(row))
        return {key: tuple(tallies) for key, tallies in found.items()}

    def list_placed(
        self, keys: Iterable[ReleaseKey], rules: Iterable[str]
    ) -> dict[ReleaseKey, tuple[PlacedFinding, ...]]:
        """Return where those rules found something in the shown revisions, in one query."""
        decided = _select_decided().subquery()
        columns = (findings.c.rule, findings.c.severity, findings.c.artifact, findings.c.member)
        columns_and_key = select(*_KEY, *columns, decided.c.rule.is_not(None).label("acknowledged"))
        wanted = _select_shown(columns_and_key, decided, keys).where(findings.c.rule.in_(list(rules)))
        found: dict[ReleaseKey, list[PlacedFinding]] = defaultdict(list)
        for row in self._connection.execute(wanted.order_by(findings.c.position)).mappings():
            found[_read_key(row)].append(_read_placed(row))
        return {key: tuple(placed) for key, placed in found.items()}


def _select_chosen(release: ReleaseKey, revision: int, which: FindingFilter) -> Select[tuple[object, ...]]:
    """Return the statement for the findings of a revision that the filter lets through, in their order."""
    this = [findings.c.release_id == find_release_id(release), findings.c.revision == revision]
    if which.severity is not None:
        this.append(findings.c.severity == which.severity)
    if which.rule is not None:
        this.append(findings.c.rule == which.rule)
    if which.most_per_rule is not None:
        within = func.row_number().over(
            partition_by=(findings.c.severity, findings.c.rule), order_by=findings.c.position
        )
        first = select(findings.c.position, within.label("within")).where(*this).subquery()
        chosen = select(first.c.position).where(first.c.within <= which.most_per_rule)
        this.append(findings.c.position.in_(chosen))
    return select(findings).where(*this).order_by(findings.c.position)


def _join_decisions(chosen: FromClause) -> Select[tuple[object, ...]]:
    decided = _select_decided().subquery()
    return (
        select(chosen, *(decided.c[name] for name in _DECIDED))
        .select_from(chosen.outerjoin(decided, _is_about(decided, chosen)))
        .order_by(chosen.c.position)
    )


def _select_decided() -> Select[tuple[object, ...]]:
    """Return the statement for the first acknowledgement of each place; without a member for ''."""
    place = (
        acknowledgements.c.release_id,
        acknowledgements.c.revision,
        acknowledgements.c.rule,
        acknowledgements.c.artifact,
        func.coalesce(acknowledgements.c.member, "").label("member"),
    )
    decision = (acknowledgements.c[name] for name in _DECIDED)
    one_each = postgresql.distinct_on(*place)
    return select(*place, *decision).ext(one_each).order_by(*place, acknowledgements.c.id)


def _is_about(decided: FromClause, found: FromClause) -> ColumnElement[bool]:
    """Return whether the decision is about the finding; only concerns are acknowledged."""
    same = (decided.c[name] == found.c[name] for name in ("release_id", "revision", "rule", "artifact"))
    member = decided.c.member == func.coalesce(found.c.member, "")
    return and_(found.c.severity == Severity.CONCERN, *same, member)


def _select_shown(
    wanted: Select[tuple[object, ...]], decided: FromClause, keys: Iterable[ReleaseKey]
) -> Select[tuple[object, ...]]:
    shown = (findings.c.release_id == releases.c.id) & (findings.c.revision == shown_revision)
    joined = findings.join(releases, shown).outerjoin(decided, _is_about(decided, findings))
    return wanted.select_from(joined).where(is_among(keys))


def _read_cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid.field("cursor", "This cursor was not made by the list: begin without one.")
    return int(text)


def _read_key(row: RowMapping) -> ReleaseKey:
    return ReleaseKey(ProjectKey(row["project"]), ProductKey(row["product"]), Version(row["version"]))


def _read_tally(row: RowMapping) -> FindingTally:
    severity = Severity(row["severity"])
    return FindingTally(row["rule"], severity, row["artifact"], row["total"], row["acknowledged"])


def _read_placed(row: RowMapping) -> PlacedFinding:
    severity = Severity(row["severity"])
    return PlacedFinding(row["rule"], severity, row["artifact"], row["member"], row["acknowledged"])


def _read_decided(row: RowMapping) -> DecidedFinding:
    finding = read_finding(row)
    if row["by"] is None:
        return DecidedFinding(finding)
    place = (finding.rule, finding.artifact, finding.member)
    decision = (UserId(row["by"]), row["reason"], row["at"], row["carried_from"])
    return DecidedFinding(finding, Acknowledgement(*place, *decision))
