# SPDX-License-Identifier: Apache-2.0
"""Events in the database: never altered, and found again."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from atr.db.events import EventRows
from atr.domain.errors import Invalid
from atr.domain.event import Event, EventDetail, Subject
from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, Version
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from tests.support.door import NOON

DEMO, TOOLS = ProjectKey("demo"), ProductKey("tools")
RELEASE = ReleaseKey.parse("demo/tools/1.0-rc1")


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def rows(connection: Connection) -> EventRows:
    return EventRows(connection)


def make(
    name: str = "vote.opened",
    subject: Subject | None = None,
    hours: int = 0,
    actor: str = "alice",
    details: Mapping[str, EventDetail] | None = None,
) -> Event:
    about = subject or Subject.of_release(RELEASE)
    return Event(NOON + timedelta(hours=hours), actor, "pmc_member", "run phase", name, about, details or {})


def find_names(rows: EventRows, **narrow: object) -> list[str]:
    return [event.name for event in rows.list(EventFilter(**narrow), PageRequest()).items]  # type: ignore[arg-type]


def test_an_event_is_read_as_it_was_written(rows: EventRows) -> None:
    details: dict[str, EventDetail] = {
        "text": "naïve 'quotes'",
        "count": 3,
        "flag": True,
        "nothing": None,
        "many": ("a", "b"),
        "none": (),
    }
    written = rows.append(make(details=details))
    assert written.sequence > 0
    (read,) = rows.list(EventFilter(), PageRequest()).items
    assert read == written
    assert read.details["flag"] is True


def test_a_subject_may_have_no_place(rows: EventRows) -> None:
    written = rows.append(make(subject=Subject("person", "zoe")))
    assert rows.list(EventFilter(), PageRequest()).items == (written,)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'mallory'",
        "UPDATE events SET actor = 'mallory' WHERE false",
        "DELETE FROM events",
        "TRUNCATE events",
        "TRUNCATE events CASCADE",
    ],
)
def test_the_database_refuses_to_alter_events(
    rows: EventRows, connection: Connection, statement: str
) -> None:
    rows.append(make())
    connection.commit()
    with pytest.raises(IntegrityError, match="is refused: rows are only ever added"):
        connection.execute(text(statement))
    connection.rollback()
    assert len(rows.list(EventFilter(), PageRequest()).items) == 1


def test_events_are_narrowed_by_every_field(rows: EventRows) -> None:
    rows.append(make("a.first"))
    rows.append(make("b.line", Subject("product", "demo/tools", DEMO, TOOLS), hours=1, actor="bob"))
    rows.append(make("c.project", Subject("project", "demo", DEMO), hours=2))
    rows.append(make("d.person", Subject("person", "zoe"), hours=3))
    assert find_names(rows) == ["d.person", "c.project", "b.line", "a.first"]
    assert find_names(rows, project=DEMO) == ["c.project", "b.line", "a.first"]
    assert find_names(rows, project=DEMO, product=TOOLS) == ["b.line", "a.first"]
    assert find_names(rows, project=DEMO, product=TOOLS, version=Version("1.0-rc1")) == ["a.first"]
    assert find_names(rows, actor="bob") == ["b.line"]
    assert find_names(rows, name="c.project") == ["c.project"]
    assert find_names(rows, activity="vote") == []
    assert find_names(rows, since=NOON + timedelta(hours=2)) == ["d.person", "c.project"]
    assert find_names(rows, until=NOON + timedelta(hours=2)) == ["b.line", "a.first"]
    assert find_names(rows, except_names=("a.first", "d.person")) == ["c.project", "b.line"]


@pytest.mark.parametrize(
    "words",
    [
        "vote",
        "VOTE opened",
        "open",
        "vote.opened",
        "demo/tools/1.0-rc1",
        "1.0",
        "rc1",
        "alice",
        "straße",
        "größer",
        "it's; DROP TABLE events --",
        "!!! & | ( :*",
        "",
    ],
)
def test_words_are_found_wherever_they_stand(rows: EventRows, words: str) -> None:
    rows.append(make(details={"comment": "Die größere Straße; it's dropped: DROP TABLE events"}))
    assert find_names(rows, text=words) == ["vote.opened"]


@pytest.mark.parametrize("words", ["closed", "vote closed", "rc2", "pened"])
def test_other_words_are_not_found(rows: EventRows, words: str) -> None:
    rows.append(make())
    assert find_names(rows, text=words) == []


def test_a_very_long_detail_is_kept_whole(rows: EventRows) -> None:
    long = " ".join(f"word{number}" for number in range(100_000))
    rows.append(make(details={"comment": long}))
    (read,) = rows.list(EventFilter(text="word77"), PageRequest()).items
    assert read.details["comment"] == long


def test_pages_go_on_where_the_last_ended_whatever_comes_meanwhile(rows: EventRows) -> None:
    for number in range(5):
        rows.append(make(f"n.{number}"))
    first = rows.list(EventFilter(), PageRequest(2))
    rows.append(make("n.new"))
    second = rows.list(EventFilter(), PageRequest(2, first.next))
    third = rows.list(EventFilter(), PageRequest(2, second.next))
    names = [event.name for page in (first, second, third) for event in page.items]
    assert names == ["n.4", "n.3", "n.2", "n.1", "n.0"]
    assert third.next is None


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "٣", "9" * 19])
def test_a_cursor_of_another_list_is_refused(rows: EventRows, cursor: str) -> None:
    with pytest.raises(Invalid, match="This cursor was not made by the list"):
        rows.list(EventFilter(), PageRequest(2, cursor))


def test_the_newest_event_is_known_by_its_number(rows: EventRows) -> None:
    assert rows.find_newest(EventFilter()) == 0
    rows.append(make("a.old"))
    newest = rows.append(make("b.new")).sequence
    assert rows.find_newest(EventFilter()) == newest
    assert rows.find_newest(EventFilter(name="c.never")) == 0


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (EventFilter(DEMO), "ix_events_project"),
        (EventFilter(DEMO, TOOLS, Version("1.0-rc1")), "ix_events_release"),
        (EventFilter(actor="alice"), "ix_events_actor"),
        (EventFilter(text="vote"), "ix_events_words"),
        (EventFilter(since=NOON, until=NOON + timedelta(hours=1)), "ix_events_at"),
    ],
)
def test_each_way_of_searching_has_its_index(connection: Connection, which: EventFilter, index: str) -> None:
    names = connection.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'events'")).all()
    assert index in names
    assert EventRows(connection).list(which, PageRequest()).items == ()
