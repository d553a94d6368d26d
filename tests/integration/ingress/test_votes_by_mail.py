# SPDX-License-Identifier: Apache-2.0
"""A whole vote by real mail alone, and one by mail, page, API and command line at once."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from email.utils import format_datetime
from pathlib import Path

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import MailAddress
from atr.domain.vote import BallotDoor, Counts, RoundState
from atr.formats.mail_message import Letterhead
from atr.mail.maildir import Maildir
from atr.mail.stationery import Stationery
from atr.ports.jobs import JobKind
from atr.services.ballots import CastBallot
from atr.services.deadlines import CollectDue
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.mail_listener import run_exim, run_listener
from tests.support.playground import act_as, make_project
from tests.support.vote_mail import KEYS, find_call, receive, write_reply, write_signed
from tests.support.voting import KEY, Bench, make_bench, read_release, seal_release, show_round, start_vote

TO = "votes@atr.example.org"


@pytest.fixture
def surroundings(surroundings: Surroundings) -> Surroundings:
    return replace(surroundings, mail_prover=KEYS.prover)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue, tmp_path: Path) -> Bench:
    made = make_bench(door, surroundings, queue)
    out = Maildir(tmp_path / "out", Stationery(Letterhead(MailAddress("atr@example.org"))))
    made.tools = replace(made.tools, transport=out)
    make_project(door)
    seal_release(door)
    return made


def read_out(folder: Path) -> list[str]:
    """Return the subjects of the mails that left."""
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (folder / "out/new").iterdir()]
    return sorted(mail["Subject"] for mail in mails)


def answer_call(folder: Path, who: str, text: str, moment: str) -> bytes:
    """Return somebody's signed answer to the mail that called for votes, as it left."""
    (path,) = (folder / "out/new").iterdir()
    call = message_from_bytes(path.read_bytes(), policy=default)
    quoted = "".join(f"> {line}\n" for line in str(call.get_content()).splitlines())
    sent = OutgoingMail(
        message_id=call["Message-ID"],
        kind=MailKind.VOTE_START,
        release=KEY,
        to=(MailAddress("dev@demo.example.org"),),
        subject=call["Subject"],
        body="",
        queued_at=call["Date"].datetime,
    )
    return KEYS.sign(write_reply(sent, who, f"{text}\n\n{quoted}", Date=moment))


def test_a_vote_runs_from_start_to_resolution_by_real_mail_alone(
    door: Door, bench: Bench, clock: SettableClock, tmp_path: Path
) -> None:
    start_vote(door)
    bench.work_off(JobKind.SEND_MAIL)
    clock.advance(hours=1)
    moment = format_datetime(clock.now)
    answers = {
        who: answer_call(tmp_path, who, text, moment)
        for who, text in {
            "alice": "+1 (binding)",
            "bob": "+1",
            "carol": "**+1** builds",
            "dave": "-1",
        }.items()
    }
    with run_listener(door) as port, run_exim(port) as exim:
        for who, raw in answers.items():
            exim.deliver(raw, f"{who}@example.org", TO)
        exim.deliver(answers["alice"], "alice@example.org", TO)
        assert exim.waiting == 0, exim.log
    assert {view.ballot.door for view in show_round(door).ballots} == {BallotDoor.MAIL}
    clock.advance(hours=72)
    door.keep(CollectDue())
    bench.work_off()
    view = show_round(door)
    assert (view.vote.state, view.tally.binding, view.tally.community) == (
        RoundState.PASSED,
        Counts(3),
        Counts(0, 0, 1),
    )
    assert read_release(door).phase is not Phase.VOTE
    assert any(subject.startswith("[RESULT]") for subject in read_out(tmp_path))


def test_a_vote_by_every_door_has_one_tally(door: Door, bench: Bench, clock: SettableClock) -> None:
    vote = start_vote(door)
    call = find_call(door)
    doors = {"alice": BallotDoor.WEB, "bob": BallotDoor.COMMAND_LINE, "dave": BallotDoor.API}
    for who, way in doors.items():
        door.perform(act_as(door, who), CastBallot(KEY, 1, "+1", vote.manifest_digest, door=way))
    clock.advance(hours=1)
    moment = format_datetime(clock.now)
    receive(door, write_signed(call, "carol", Date=moment))
    receive(door, write_signed(call, "bob", "-1", Date=moment))
    tally = show_round(door).tally
    assert (tally.binding, tally.community) == (Counts(2, 0, 1), Counts(1))
    clock.advance(hours=1)
    receive(door, write_signed(call, "bob", "+1", 2, Date=format_datetime(clock.now)))
    clock.advance(hours=72)
    door.keep(CollectDue())
    bench.work_off()
    assert show_round(door).vote.state is RoundState.PASSED
