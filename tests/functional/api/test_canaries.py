# SPDX-License-Identifier: Apache-2.0
"""A visitor's whole vote with an address and a name found nowhere else, and then a look everywhere."""

import base64
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, text

from atr.db.export import write_rows
from atr.db.personal_columns import list_personal_columns
from atr.domain.names import MailAddress, ParticipantId
from atr.domain.people import ANONYMOUS
from atr.domain.personal_data import DataCategory
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.stationery import Stationery
from atr.ports.jobs import JobKind
from atr.services.deadlines import CollectDue, ScheduleUpkeep
from atr.services.door import Door
from atr.services.participants import EraseParticipant, RevealContact
from atr.services.sender_questions import AskSender, ForgetQuestion
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRoundIfDue
from atr.services.votes import CancelRound
from atr.web.parts import WebParts
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.house import ServedHouse
from tests.support.playground import act_as, add_person, make_project
from tests.support.visitors import read_mail
from tests.support.vote_mail import find_call, receive, write_reply
from tests.support.voting import KEY, Bench, cast_vote, make_bench, seal_release, start_vote
from tests.support.website import Client

MAILBOX, HOST = "kanarienvogel.7314", "nest.canary.example"
ADDRESS = f"{MAILBOX}@{HOST}"
NAME, REMARK = "Zeisig Goldammer", "Gimpel sang beside the build."
ROUND = "/releases/demo/main/1.0/votes/1"
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
"""


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    seal_release(door)
    start_vote(door)
    door.keep(ScheduleUpkeep())
    return make_bench(door, surroundings, queue)


def spell(word: str) -> tuple[str, ...]:
    """Return a word as it might be hidden: plain, in hexadecimal, in base64."""
    data = word.encode()
    return (word.lower(), data.hex(), base64.b64encode(data).decode().rstrip("=").lower()[:-1])


def find_columns(engine: Engine, *words: str) -> set[str]:
    """Return the columns of the whole database in which one of the words stands."""
    found = set()
    with engine.connect() as connection:
        for table, column in connection.execute(text(COLUMNS)).all():
            rows = connection.execute(text(f'SELECT "{column}"::text FROM "{table}"')).scalars()
            said = "\n".join(each or "" for each in rows).lower()
            found |= {f"{table}.{column}" for word in words for each in spell(word) if each in said}
    return found


def vote(api: Client, door: Door, bench: Bench) -> str:
    """Vote by the pages, do everything a visitor can, fail sometimes; return the link's end."""
    visitor = walk_in(api, door)
    values = visitor.look(ROUND).values
    fields = {
        "choice": "-1",
        "manifest_digest": values["manifest_digest"],
        "notice": values["notice"],
        "display_name": NAME,
        "contact": ADDRESS,
        "comment": REMARK,
    }
    addresses = [visitor.send(f"{ROUND}/visitors", fields).leads_to]
    addresses += [visitor.send(f"{ROUND}/visitors", fields | {"consent": "true"}).leads_to for _ in range(2)]
    links = read_mail(bench)
    addresses.append(visitor.send(f"/confirm-ballot/{links.confirm}").leads_to)
    addresses.append(visitor.send(f"/participants/{links.own}/name", {"display_name": NAME}).leads_to)
    body = {**fields, "via": "api", "comment": REMARK}
    for _ in range(2):
        api.post(f"/api/v1{ROUND}/visitors", json=body, headers={"idempotency-key": "again"})
    led = " ".join(addresses).lower()
    assert not any(each in led for word in (ADDRESS, NAME) for each in spell(word))
    return links.own


def read_public(api: Client) -> Iterator[str]:
    """Yield everything that anybody can read about the vote."""
    paths = (ROUND, "/events?subject=demo", "/mails?release=demo/1.0", "/releases/demo/main/1.0", "/privacy")
    yield from (api.get(path).text for path in paths)
    release = "/api/v1/releases/demo/main/1.0"
    ends = ("", "/votes", "/votes/1", "/votes/1/ballots", "/events", "/mails")
    yield from (api.get(f"{release}{end}").text for end in ends)
    yield from (api.get(path).text for path in ("/api/v1/events?project=demo", "/metrics", "/api/v1/privacy"))


def test_the_address_is_nowhere_and_the_name_only_where_it_is_declared(
    door: Door,
    api: Client,
    bench: Bench,
    engine: Engine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    jobs = [str(job) for job in bench.queue.jobs]
    own = vote(api, door, bench)
    declared = {f"{each.table}.{each.column}": each.personal.category for each in list_personal_columns()}
    assert find_columns(engine, ADDRESS, MAILBOX, HOST) == set()
    shown = find_columns(engine, NAME, REMARK)
    assert shown == {"participants.display_name", "participants.remark"} | shown & {
        "confirmations.display_name",
        "confirmations.remark",
    }
    assert {declared[each] for each in shown} <= {DataCategory.IDENTITY, DataCategory.OPINION}
    jobs += [str(job) for job in bench.queue.jobs]
    logged = capfd.readouterr()
    # What the test's own client tells of the addresses it asks for is no log of ours.
    lines = [each.getMessage() for each in caplog.records if each.name != "httpx"]
    said = "\n".join([*lines, logged.out, logged.err, *jobs]).lower()
    for word in (ADDRESS, MAILBOX, HOST, NAME, REMARK, own):
        assert not any(each in said for each in spell(word))
    for page in read_public(api):
        assert not any(each in page.lower() for word in (ADDRESS, MAILBOX, HOST) for each in spell(word))
        assert own not in page
    with engine.connect() as connection:
        exported = "".join(write_rows(connection)).lower()
    for word in (ADDRESS, MAILBOX, HOST, NAME, REMARK):
        assert not any(each in exported for each in spell(word))


def test_mails_to_lists_name_no_visitor(
    door: Door, api: Client, bench: Bench, clock: SettableClock, engine: Engine
) -> None:
    vote(api, door, bench)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    mails = api.get("/api/v1/releases/demo/main/1.0/votes/1").json()["thread"]
    result = next(mail["body"] for mail in mails if "RESULT" in mail["subject"])
    assert "visitor 1" in result
    assert all(NAME not in mail["body"] for mail in mails)
    assert not any(each.startswith("mails.") for each in find_columns(engine, NAME, REMARK, ADDRESS))


def test_the_stream_tells_of_nobody(
    served_house: ServedHouse, website: WebParts, door: Door, api: Client, bench: Bench
) -> None:
    vote(api, door, bench)
    with (
        served_house.inhabit(website) as url,
        httpx2.stream("GET", f"{url}/api/v1/releases/demo/main/1.0/stream", timeout=20) as answer,
    ):
        said = "\n".join(islice((line for line in answer.iter_lines() if line), 4)).lower()
    assert "data:" in said
    for word in (ADDRESS, MAILBOX, NAME, REMARK):
        assert not any(each in said for each in spell(word))


def test_after_erasing_nothing_is_found_anywhere(
    door: Door, api: Client, bench: Bench, engine: Engine
) -> None:
    own = vote(api, door, bench)
    (visitor,) = re.findall(r"participant:[0-9a-f]{32}", api.get(f"/api/v1{ROUND}").text)[:1]
    door.perform(add_person(door, "root"), RevealContact(ParticipantId(visitor), "A court asks for it."))
    assert find_columns(engine, ADDRESS, MAILBOX) == set()
    door.perform(ANONYMOUS, EraseParticipant(own))
    assert find_columns(engine, ADDRESS, MAILBOX, HOST, NAME, REMARK) == set()
    assert not any(NAME in page or REMARK in page for page in read_public(api))


def test_an_unconfirmed_name_is_gone_with_its_day(
    door: Door, api: Client, bench: Bench, clock: SettableClock, engine: Engine
) -> None:
    visitor = walk_in(api, door)
    values = visitor.look(ROUND).values
    fields = {"choice": "+1", "display_name": NAME, "contact": ADDRESS, "comment": REMARK, "consent": "true"}
    given = {"manifest_digest": values["manifest_digest"], "notice": values["notice"]}
    visitor.send(f"{ROUND}/visitors", fields | given)
    assert find_columns(engine, NAME, REMARK) == {"confirmations.display_name", "confirmations.remark"}
    clock.advance(hours=24)
    door.keep(CollectDue())
    assert find_columns(engine, ADDRESS, HOST, NAME, REMARK) == set()


def test_the_sender_of_a_vote_by_mail_is_kept_where_it_is_declared_and_forgotten_with_its_time(
    door: Door, api: Client, bench: Bench, clock: SettableClock, engine: Engine, tmp_path: Path
) -> None:
    call = find_call(door)
    mails = Maildir(tmp_path / "out", Stationery(Letterhead(MailAddress("atr@example.org"))))
    tools = replace(bench.tools, transport=mails)
    raw = write_reply(call, From=f"{NAME} <{ADDRESS}>", Message_ID="<1@mx.example>")
    message = receive(door, raw)
    AskSender(message.id).run(tools)
    (copy,) = (tmp_path / "out" / "new").iterdir()
    assert ADDRESS in copy.read_text()
    declared = {f"{each.table}.{each.column}" for each in list_personal_columns()}
    found = find_columns(engine, ADDRESS, MAILBOX, HOST, NAME)
    assert found == {"vote_messages.sender", "vote_messages.sender_name"} <= declared
    assert not any(ADDRESS in page for page in read_public(api))
    clock.advance(hours=24)
    for job in [job for job in bench.queue.jobs if job.kind is JobKind.FORGET_QUESTION]:
        ForgetQuestion.parse(job.argument).run(tools)
    assert list((tmp_path / "out" / "new").iterdir()) == []
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    clock.advance(days=31)
    door.keep(CollectDue())
    assert find_columns(engine, ADDRESS, MAILBOX, HOST) == set()
