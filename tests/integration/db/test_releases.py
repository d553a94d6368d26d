# SPDX-License-Identifier: Apache-2.0
"""Releases in the database: found, listed page by page, and changed only as they were seen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, Connection, Engine, text

from atr.db.engine import count_queries
from atr.db.releases import ReleaseRows
from atr.db.tables.releases import releases
from atr.domain.errors import Conflict, Invalid
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey, ReleaseKey
from atr.domain.release import Release
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Door
from tests.support.playground import make_line, make_project

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = ReleaseKey.parse("demo/1.0")


@pytest.fixture
def connection(engine: Engine, door: Door) -> Iterator[Connection]:
    make_project(door)
    make_line(door, "demo/tools")
    with engine.connect() as connection:
        yield connection


def make(key: str, phase: Phase = Phase.COMPOSE, minutes: int = 0) -> Release:
    changed_at = NOON + timedelta(minutes=minutes)
    return Release(ReleaseKey.parse(key), phase, NOON, "rm", changed_at)


def add(rows: ReleaseRows, *releases: Release) -> None:
    for release in releases:
        rows.add(release)


def list_keys(rows: ReleaseRows, **which: object) -> list[str]:
    found = rows.list(ReleaseFilter(**which), PageRequest())  # type: ignore[arg-type]
    return [str(each.key) for each in found.items]


def test_a_release_comes_back_as_it_was_stored(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    whole = Release(
        KEY,
        Phase.RELEASED,
        NOON,
        "rm",
        NOON + timedelta(microseconds=1),
        newest_revision=3,
        sealed_revision=2,
        package_managers=(ChannelKey("npm"), ChannelKey("pypi")),
        published_at=NOON,
        downloads_verified_at=NOON,
        released_at=NOON,
        set_aside_reason="none",
        edition=7,
    )
    rows.add(whole)
    assert rows.find(KEY) == whole
    assert rows.find(ReleaseKey.parse("demo/tools/1.0")) is None


def test_a_version_is_used_once(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    rows.add(make("demo/1.0"))
    with pytest.raises(Conflict, match="used once"):
        rows.add(make("demo/1.0"))


def test_saving_compares_phase_and_edition(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    rows.add(make("demo/1.0"))
    seen = make("demo/1.0")
    saved = rows.save(replace(seen, phase=Phase.EVALUATE), Phase.COMPOSE)
    assert (saved.phase, saved.edition) == (Phase.EVALUATE, 2)
    with pytest.raises(Conflict, match="in the meantime"):
        rows.save(replace(saved, phase=Phase.VOTE), Phase.COMPOSE)
    with pytest.raises(Conflict, match="in the meantime"):
        rows.save(replace(seen, phase=Phase.VOTE), Phase.EVALUATE)
    assert rows.find(KEY) == saved


def test_a_list_comes_in_pages_without_gap_or_repeat(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    add(rows, *(make(f"demo/1.{number}", minutes=number // 2) for number in range(7)))
    seen: list[str] = []
    after = None
    while True:
        page = rows.list(ReleaseFilter(), PageRequest(3, after))
        seen += [str(each.key) for each in page.items]
        after = page.next
        if after is None:
            break
    assert seen == [f"demo/1.{number}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    "cursor", ["", "x", "1", "1-", "-1-2", "1-2-3", "999999999999999999-1", "1-9999999999999999999"]
)
def test_a_cursor_of_another_list_is_refused(connection: Connection, cursor: str) -> None:
    with pytest.raises(Invalid, match="cursor"):
        ReleaseRows(connection).list(ReleaseFilter(), PageRequest(after=cursor))


def test_every_filter_narrows_the_list(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    add(
        rows,
        make("demo/1.0", Phase.RELEASED, 0),
        make("demo/2.0", Phase.VOTE, 1),
        make("demo/tools/1.0-rc1", Phase.ARCHIVED, 2),
        make("demo/tools/3.1", Phase.COMPOSE, 3),
    )
    assert list_keys(rows) == ["demo/tools/3.1", "demo/tools/1.0-rc1", "demo/2.0", "demo/1.0"]
    assert list_keys(rows, stage=Stage.CANDIDATE) == ["demo/tools/3.1", "demo/2.0"]
    assert list_keys(rows, stage=Stage.CURRENT) == ["demo/1.0"]
    assert list_keys(rows, stage=Stage.ARCHIVED) == ["demo/tools/1.0-rc1"]
    assert list_keys(rows, phase=Phase.VOTE) == ["demo/2.0"]
    assert list_keys(rows, project=ProjectKey("demo"), product=ProductKey("main")) == ["demo/2.0", "demo/1.0"]
    assert list_keys(rows, project=ProjectKey("other")) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1.0", ["demo/tools/1.0-rc1", "demo/1.0"]),
        ("demo 1.", ["demo/tools/1.0-rc1", "demo/1.0"]),
        ("TOO", ["demo/tools/1.0-rc1"]),
        ("demo/tools", ["demo/tools/1.0-rc1"]),
        ("rc1", []),
        ("' | !&:*()\\", []),
        ("nothing", []),
    ],
)
def test_words_are_found_by_their_beginnings(connection: Connection, words: str, found: list[str]) -> None:
    rows = ReleaseRows(connection)
    add(rows, make("demo/1.0", minutes=0), make("demo/tools/1.0-rc1", minutes=1))
    assert list_keys(rows, text=words) == found


def test_versions_of_a_line_are_listed(connection: Connection) -> None:
    rows = ReleaseRows(connection)
    add(rows, make("demo/1.0", Phase.RELEASED), make("demo/2.0"), make("demo/tools/9.0", Phase.RELEASED))
    line = ProductRef.parse("demo")
    assert rows.list_versions(line, frozenset({Phase.RELEASED})) == ("1.0",)


FILTERS: list[Callable[[], ReleaseFilter]] = [
    ReleaseFilter,
    lambda: ReleaseFilter(stage=Stage.CANDIDATE),
    lambda: ReleaseFilter(phase=Phase.VOTE),
    lambda: ReleaseFilter(project=ProjectKey("demo")),
    lambda: ReleaseFilter(project=ProjectKey("demo"), product=ProductKey("main")),
    lambda: ReleaseFilter(project=ProjectKey("demo"), stage=Stage.CANDIDATE),
    lambda: ReleaseFilter(text="10.77"),
]


@pytest.mark.parametrize("make_filter", FILTERS)
def test_no_list_reads_all_releases(
    connection: Connection, engine: Engine, make_filter: Callable[[], ReleaseFilter]
) -> None:
    fill_releases(connection, 20_000)
    with count_queries(engine) as log:
        found = ReleaseRows(connection).list(make_filter(), PageRequest(10))
    assert found.items
    assert len(log) == 1
    plan = explain_plan(connection, make_filter())
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("make_filter", [FILTERS[0], FILTERS[3], FILTERS[4]])
def test_what_was_announced_is_listed_without_reading_all_releases(
    connection: Connection, make_filter: Callable[[], ReleaseFilter]
) -> None:
    fill_releases(connection, 20_000)
    connection.execute(text("UPDATE releases SET released_at = phase_changed_at WHERE phase <> 'vote'"))
    connection.execute(text("ANALYZE releases"))
    rows = ReleaseRows(connection)
    moments: list[datetime] = []
    cursor: str | None = None
    for _ in range(3):
        page = rows.list_released(make_filter(), PageRequest(10, cursor))
        cursor = page.next
        moments += [each.released_at for each in page.items if each.released_at]
    assert len(moments) == 30
    assert moments == sorted(moments, reverse=True)
    plan = explain_plan(connection, make_filter(), releases.c.released_at)
    assert "Seq Scan" not in plan, plan


def fill_releases(connection: Connection, count: int) -> None:
    """Add releases of which few are candidates, as in a foundation with history."""
    connection.execute(
        text(
            "INSERT INTO releases (project, product, version, phase, created_at, created_by,"
            " phase_changed_at, newest_revision, package_managers, set_aside_reason, edition)"
            " SELECT 'demo', CASE WHEN n % 2 = 0 THEN 'main' ELSE 'tools' END, '10.' || n,"
            " CASE WHEN n % 1000 = 0 THEN 'vote' WHEN n % 10 = 0 THEN 'released' ELSE 'archived' END,"
            " now(), 'rm', now() - n * interval '1 minute', 0, '{}', '', 1"
            " FROM generate_series(1, :count) AS n"
        ),
        {"count": count},
    )
    connection.execute(text("ANALYZE releases"))


def explain_plan(
    connection: Connection,
    which: ReleaseFilter,
    moment: Column[datetime] = releases.c.phase_changed_at,
) -> str:
    """Return PostgreSQL's plan of the listing."""
    rows = ReleaseRows(connection)
    statement = rows.select_page(which, PageRequest(10), moment)
    compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
    lines = connection.exec_driver_sql(f"EXPLAIN {compiled}".replace("%", "%%"))
    return "\n".join(line for (line,) in lines)
