# SPDX-License-Identifier: Apache-2.0
"""The outbox: all of it for sysadmins, what is about a release for everybody."""

from collections.abc import Callable

import pytest

from atr.domain.names import ReleaseKey
from atr.domain.vote_message import MessageSource
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.mails import ListMails, NoteMailFailure, NoteMailSent
from atr.services.surroundings import Surroundings
from atr.services.vote_messages import receive_message
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, make_project
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench, seal_release, start_vote
from tests.support.website import Client, enter_as

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


@pytest.mark.usefixtures("furnished")
def test_sysadmins_see_the_whole_outbox(enter: WalkIn) -> None:
    page = enter("root").look("/mails")
    assert "[VOTE] Release Sample Demo 1.1" in page.text
    assert "[ANNOUNCE] Sample Demo 1.0 released" in page.text
    assert "/mails" in page.links
    assert enter("alice").look("/mails").status == 403
    assert enter("").look("/mails").leads_to == "/sign-in?next=/mails"


@pytest.mark.usefixtures("furnished")
def test_mails_that_answer_no_vote_stand_beside_the_outbox(enter: WalkIn, door: Door) -> None:
    assert "Mails that answer no vote" not in enter("root").look("/mails").text
    raw = b"From: a@x.example\r\nSubject: [VOTE] Lost\r\nMessage-ID: <lost@x.example>\r\n\r\n+1\r\n"
    assert receive_message(door, raw, MessageSource.LISTENER) is None
    page = enter("root").look("/mails").text
    for words in ("Mails that answer no vote", "[VOTE] Lost", "votes +1"):
        assert words in page
    assert "[VOTE] Lost" not in enter("root").look("/mails?state=sent").text


@pytest.mark.usefixtures("furnished")
def test_the_outbox_is_narrowed(enter: WalkIn) -> None:
    visitor = enter("root")
    waiting = visitor.look("/mails?state=queued").text
    assert "Release Sample Demo 1.1" in waiting
    assert "Release Sample Demo 0.9" not in waiting
    assert "[ANNOUNCE]" not in visitor.look("/mails?q=result").text
    assert "No mail matches" in visitor.look("/mails?q=zzz").text


@pytest.mark.usefixtures("furnished")
def test_everybody_sees_the_mails_about_a_release(enter: WalkIn) -> None:
    page = enter("").look("/mails?release=demo/1.0")
    assert "Mails about demo/1.0" in page.text
    assert "Sample Demo 1.1" not in page.text
    mails = [link for link in page.links if link.startswith("/mails/")]
    assert len(mails) == 6  # the call, three receipts, the result, the announcement
    mail = enter("").look(mails[0])
    assert mail.status == 200
    assert "Message id" in mail.text
    assert "/releases/demo/main/1.0" in mail.links


@pytest.mark.parametrize(
    ("path", "status"),
    [("/mails?release=demo/9.9", 404), ("/mails?release=a/b/c/d", 422), ("/mails/nothing@example.org", 404)],
)
def test_what_is_not_there_is_told(enter: WalkIn, door: Door, path: str, status: int) -> None:
    make_project(door)
    assert enter("").look(path).status == status


def test_a_release_without_mails_says_when_they_are_written(enter: WalkIn, door: Door) -> None:
    make_project(door)
    seal_release(door)
    assert "No mails yet" in enter("").look("/mails?release=demo/1.0").text


def test_a_mail_that_did_not_leave_says_why(enter: WalkIn, door: Door) -> None:
    make_project(door)
    seal_release(door)
    start_vote(door)
    page = enter("").look("/mails?release=demo/1.0")
    (path,) = [link for link in page.links if link.startswith("/mails/")]
    door.keep(NoteMailFailure(f"<{path.removeprefix('/mails/')}>", "The list refused it."))
    shown = enter("").look(path)
    assert "It has not left. The list refused it." in shown.text
    assert "Not sent" in enter("").look("/mails?release=demo/1.0&state=failed").text


@pytest.mark.usefixtures("furnished")
def test_a_mail_that_did_not_leave_is_tried_again_by_those_who_run_the_release(
    enter: WalkIn, door: Door, queue: RecordedQueue, clock: SettableClock
) -> None:
    (mail, *_) = door.ask(act_as(door, "rm"), ListMails(ReleaseKey.parse("demo/1.1")))
    door.keep(NoteMailFailure(mail.message_id, "The list refused it."))
    path = f"/mails/{mail.message_id.strip('<>')}"
    assert "Try again now" not in enter("").look(path).text
    assert enter("").send(f"{path}/retry").leads_to.startswith("/sign-in")
    assert "Try again now" in enter("root").look("/mails?state=failed").text
    manager = enter("rm")
    assert "Try again now" in manager.look(path).text
    queue.forget()
    assert manager.send(f"{path}/retry").leads_to == path
    assert queue.list_arguments(JobKind.SEND_MAIL) == [mail.message_id]
    assert "The mail is tried again" in manager.look(path).text
    door.keep(NoteMailSent(mail.message_id))
    clock.advance(minutes=5)  # a second press within a moment is no second try
    manager.send(f"{path}/retry")
    assert "This mail has left already." in manager.look(path).text


@pytest.mark.usefixtures("furnished")
def test_the_outbox_is_searched_by_kind_and_comes_in_pages(enter: WalkIn, api: Client, door: Door) -> None:
    root = enter("root")
    announced = root.look("/mails?kind=announcement").text
    assert ("[ANNOUNCE]" in announced, "[VOTE]" in announced) == (True, False)
    assert "No mail matches" in root.look("/mails?kind=reminder").text
    assert "[ANNOUNCE]" in root.look("/mails?kind=nonsense").text
    token = enter_as(door, "root")
    first = api.get("/api/v1/mails", params={"limit": 2, "q": "release demo"}, headers=token).json()
    assert (len(first["items"]), first["next"] is not None) == (2, True)
    second = api.get("/api/v1/mails", params={"limit": 2, "cursor": first["next"]}, headers=token).json()
    assert first["items"][-1]["message_id"] != second["items"][0]["message_id"]
    only = api.get("/api/v1/mails", params={"kind": "announcement"}, headers=token).json()["items"]
    assert {each["kind"] for each in only} == {"announcement"}
    assert api.get("/api/v1/mails", params={"cursor": "x"}, headers=token).status_code == 422
