# SPDX-License-Identifier: Apache-2.0
"""Findings as lists and counts, each joined with the first acknowledgement about it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Table,
    and_,
    any_,
    func,
    or_,
    select,
)

from atr.db.findings import read_finding
from atr.db.releases import MOST_STATEMENTS, find_release_id, is_among
from atr.db.tables.checks import acknowledgements, finding_tallies, findings
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


def _match_decision(found: FromClause) -> ColumnElement[bool]:
    """Return whether an acknowledgement is about the finding; only concerns are acknowledged."""
    same = (acknowledgements.c[name] == found.c[name] for name in ("release_id", "revision", "name"))
    return and_(found.c.severity == Severity.CONCERN, *same)


_WORDS = (findings.c.rule, findings.c.artifact, findings.c.member, findings.c.message)
_IS_ABOUT = _match_decision(findings)
_PLACED = (
    findings.c.rule,
    findings.c.severity,
    findings.c.artifact,
    findings.c.member,
    acknowledgements.c.id.is_not(None).label("acknowledged"),
)


class FindingRows:
    """The findings of revisions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(
        self, release: ReleaseKey, revision: int, which: FindingFilter, page: PageRequest
    ) -> Page[DecidedFinding]:
        """Return findings, the worst first; at most MOST_FINDINGS at once."""
        limit = min(max(page.limit, 1), MOST_FINDINGS)
        after = -1 if page.after is None else _read_cursor(page.after)
        wanted = _select_page(_Chosen(release, revision, which), after, limit)
        rows = self._connection.execute(wanted).mappings().all()
        cursor = str(rows[limit - 1]["position"]) if len(rows) > limit else None
        return Page(tuple(map(_read_decided, rows[:limit])), cursor)

    def tally(self, keys: Iterable[ReleaseKey]) -> dict[ReleaseKey, tuple[FindingTally, ...]]:
        """Return the counts of the shown revisions by rule, severity and artifact, in one query."""
        found: dict[ReleaseKey, list[FindingTally]] = defaultdict(list)
        wanted = _select_shown(finding_tallies, finding_tallies, keys)
        for row in self._connection.execute(wanted).mappings():
            found[_make_key(row["project"], row["product"], row["version"])].append(_read_tally(row))
        return {key: tuple(tallies) for key, tallies in found.items()}

    def list_placed(
        self, keys: Iterable[ReleaseKey], rules: Iterable[str]
    ) -> dict[ReleaseKey, tuple[PlacedFinding, ...]]:
        """Return where those rules found something in the shown revisions, in one query."""
        of_rules = findings.c.rule.in_(list(rules))
        wanted = _select_shown(findings, findings.outerjoin(acknowledgements, _IS_ABOUT), keys)
        wanted = wanted.with_only_columns(*_KEY, *_PLACED)
        found: dict[tuple[str, str, str], list[PlacedFinding]] = defaultdict(list)
        # Plain tuples: there may be a hundred thousand of them.
        for row in self._connection.execute(wanted.where(of_rules)):
            project, product, version, *rest = cast("tuple[str, ...]", row)
            found[project, product, version].append(_read_placed(tuple(rest)))
        return {_make_key(*key): tuple(placed) for key, placed in found.items()}

    def list_named(
        self, release: ReleaseKey, revision: int, names: Iterable[str]
    ) -> tuple[PlacedFinding, ...]:
        """Return the findings of a revision with these ids."""
        joined = select(*_PLACED).select_from(findings.outerjoin(acknowledgements, _IS_ABOUT))
        this = (findings.c.release_id == find_release_id(release), findings.c.revision == revision)
        wanted = joined.where(*this, findings.c.name.in_(list(names))).order_by(findings.c.position)
        return tuple(_read_placed(tuple(row)) for row in self._connection.execute(wanted))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Findings of a revision that a filter lets through."""

    release: ReleaseKey
    revision: int
    which: FindingFilter


@lru_cache(maxsize=MOST_STATEMENTS)
def _select_page(chosen: _Chosen, after: int, limit: int) -> Select[tuple[object, ...]]:
    """Return the statement for the findings behind a position, with one more than asked for."""
    wanted = _select_chosen(chosen.release, chosen.revision, chosen.which)
    following = wanted.where(findings.c.position > after).limit(limit + 1)
    return _join_decisions(following.subquery())


def _select_chosen(release: ReleaseKey, revision: int, which: FindingFilter) -> Select[tuple[object, ...]]:
    """Return the statement for the findings of a revision that the filter lets through, in their order."""
    this = [findings.c.release_id == find_release_id(release), findings.c.revision == revision]
    if which.severity is not None:
        this.append(findings.c.severity == which.severity)
    if which.rule is not None:
        this.append(findings.c.rule == which.rule)
    if which.artifact is not None:
        this.append(findings.c.artifact == which.artifact)
    if which.text:
        this.append(or_(*(each.icontains(which.text, autoescape=True) for each in _WORDS)))
    if which.most_per_rule is not None:
        this.append(_is_first(this, (findings.c.severity, findings.c.rule), which.most_per_rule))
    if which.most_per_file is not None:
        this.append(_is_first(this, (findings.c.artifact,), which.most_per_file))
    return select(findings).where(*this).order_by(findings.c.position)


def _is_first(
    this: list[ColumnElement[bool]], parts: tuple[Column[str], ...], most: int
) -> ColumnElement[bool]:
    """Return whether a finding is among the first of its part."""
    # What nobody has acknowledged comes first, so that it is in sight.
    order = (acknowledgements.c.id.is_not(None), findings.c.position)
    within = func.row_number().over(partition_by=parts, order_by=order)
    joined = findings.outerjoin(acknowledgements, _IS_ABOUT)
    first = select(findings.c.position, within.label("within")).select_from(joined).where(*this).subquery()
    chosen = select(first.c.position).where(first.c.within <= most).scalar_subquery()
    # An array is made once; a subquery may be gone through for each finding, before tables are analysed.
    return findings.c.position == any_(func.array(chosen))


def _join_decisions(chosen: FromClause) -> Select[tuple[object, ...]]:
    joined = chosen.outerjoin(acknowledgements, _match_decision(chosen))
    decision = (acknowledgements.c[name] for name in _DECIDED)
    return select(chosen, *decision).select_from(joined).order_by(chosen.c.position)


def _select_shown(table: Table, source: FromClause, keys: Iterable[ReleaseKey]) -> Select[tuple[object, ...]]:
    shown = (table.c.release_id == releases.c.id) & (table.c.revision == shown_revision)
    wanted = select(*_KEY, *table.c).select_from(source.join(releases, shown))
    return wanted.where(is_among(keys)).order_by(releases.c.id, table.c.position)


def _read_cursor(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise Invalid.field("cursor", "This cursor was not made by the list: begin without one.")
    return int(text)


def _make_key(project: str, product: str, version: str) -> ReleaseKey:
    return ReleaseKey(ProjectKey(project), ProductKey(product), Version(version))


def _read_tally(row: RowMapping) -> FindingTally:
    severity = Severity(row["severity"])
    return FindingTally(row["rule"], severity, row["artifact"], row["total"], row["acknowledged"])


_SEVERITIES = {str(each): each for each in Severity}


def _read_placed(row: tuple[object, ...]) -> PlacedFinding:
    rule, severity, artifact, member, acknowledged = cast("tuple[str, str, str, str | None, bool]", row)
    return PlacedFinding(rule, _SEVERITIES[severity], artifact, member, acknowledged)


def _read_decided(row: RowMapping) -> DecidedFinding:
    finding = read_finding(row)
    if row["by"] is None:
        return DecidedFinding(finding)
    place = (finding.rule, finding.artifact, finding.member)
    decision = (UserId(row["by"]), row["reason"], row["at"], row["carried_from"])
    return DecidedFinding(finding, Acknowledgement(*place, *decision))
