# SPDX-License-Identifier: Apache-2.0
"""The ballot paper: the checklist as ticks, what was said before, what is new, and narrowed lists."""

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, UserId
from atr.domain.people import Roster
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound
from atr.web.pages.vote_ballots import MOST_BALLOTS
from atr.web.pages.vote_messages import MOST_MAILS
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.publishing import finish_release
from tests.support.vote_mail import find_call, receive, write_signed
from tests.support.voting import (
    KEY,
    FinishChecks,
    cast_vote,
    change_project,
    make_bench,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)
from tests.support.website import Client

ROUND = "/releases/demo/main/1.0/votes/1"
CHECKLIST = """Please, before you vote:

- Run `atr verify`. <script>alert(1)</script>
  - and read what it says

    Twice.
- Build it with [JDK 21](https://jdk.example.org/).
"""


@pytest.fixture
def digest(door: Door) -> str:
    make_project(door)
    set_policy(door, release_checklist=CHECKLIST, min_hours=72)
    seal_release(door)
    return str(start_vote(door).manifest_digest)


def vote(visitor: Visitor, digest: str, **fields: object) -> int:
    form = {"choice": "+1", "manifest_digest": digest, **fields}
    return visitor.send(f"{ROUND}/ballot", form).status  # type: ignore[arg-type]


def test_each_item_of_the_checklist_is_a_tick_and_its_words_do_no_harm(
    door: Door, api: Client, digest: str
) -> None:
    page = walk_in(api, door, "alice").look(ROUND)
    html = page.answer.text
    for number in (1, 2, 3):
        assert f'name="done" value="checklist.{number}"' in html
    assert "Please, before you vote:" in page.text
    assert "Twice." in page.text
    assert "<code>atr verify</code>" in html
    assert "<script>alert" not in html


def test_what_was_ticked_is_shown_with_the_ballot_and_stands_in_the_form_again(
    door: Door, api: Client, digest: str
) -> None:
    alice = walk_in(api, door, "alice")
    ticked = ["checklist.1", "checklist.3", "tests"]
    assert vote(alice, digest, done=ticked, platform="Debian 12", comment="Fine.") == 303
    assert dict(show_round(door).ballots[0].ballot.evidence) == {
        "tests": "done",
        "platform": "Debian 12",
        "checklist.1": "done",
        "checklist.3": "done",
    }
    everybody = walk_in(api, door).look(ROUND)
    assert "Did 2 of 3 on the checklist, and 2 things more" in everybody.text
    again = walk_in(api, door, "alice").look(ROUND)
    assert 'value="checklist.3" checked' in again.answer.text
    assert 'value="checklist.2" checked' not in again.answer.text
    assert (again.values["choice"], again.values["platform"]) == ("+1", "Debian 12")
    assert "Change my vote to" in again.text


def test_words_that_were_given_elsewhere_are_kept_when_a_vote_is_changed_here(
    door: Door, api: Client, digest: str
) -> None:
    alice = walk_in(api, door, "alice")
    assert vote(alice, digest, done=["built=with JDK 21", "verified=atr 1.0"]) == 303
    html = alice.look(ROUND).answer.text
    assert 'value="built=with JDK 21" checked' in html
    assert vote(alice, digest, choice="-1", done=["built=with JDK 21", "verified=atr 1.0"]) == 303
    assert dict(show_round(door).ballots[0].ballot.evidence) == {
        "built": "with JDK 21",
        "verified": "atr 1.0",
    }


def test_a_tick_that_is_on_no_list_is_refused_and_what_was_typed_stays(
    door: Door, api: Client, digest: str
) -> None:
    form = {"choice": "-1", "manifest_digest": digest, "done": "checklist.4", "comment": "Not so."}
    sent = walk_in(api, door, "alice").send(f"{ROUND}/ballot", form)
    assert sent.status == 422
    assert "checklist.1 to checklist.3" in sent.text
    assert "Not so." in sent.answer.text
    assert sent.values["choice"] == "-1"


def test_one_sentence_says_what_is_missing(door: Door, api: Client, digest: str) -> None:
    cast_vote(door, "alice")
    seen = walk_in(api, door).look(ROUND).text
    assert "It needs 2 more binding +1 votes until 2026-11-24 12:00 UTC." in seen


def test_what_is_new_since_the_last_release_is_told_at_a_glance(
    door: Door, api: Client, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    make_project(door)
    finish_release(make_bench(door, surroundings, queue), KEY)
    files = {"demo-1.1.tar.gz": b"the source", **{f"file{number}.txt": b"new" for number in range(6)}}
    later = seal_release(door, KEY.parse("demo/1.1"), files).key
    start_vote(door, later)
    seen = walk_in(api, door).look("/releases/demo/main/1.1/votes/1")
    assert "Since 1.0 : 6 files added, 1 file removed, 1 the same" in seen.text
    assert "and 3 more" in seen.text
    assert "/releases/demo/main/1.1/revisions/1?against=release#changes" in seen.links
    assert "It is the first release of this line." in walk_in(api, door).look(ROUND).text


def test_a_second_round_says_what_is_new_since_the_first(door: Door, api: Client, digest: str) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CancelRound(KEY, 1, "Again."))
    door.perform(rm, AddRevision(KEY, 1, {}, (FilePath("demo-1.0.tar.gz.asc"),)))
    door.keep(FinishChecks(KEY, 2))
    door.perform(rm, MoveRelease(KEY, Phase.EVALUATE))
    start_vote(door)
    seen = walk_in(api, door).look("/releases/demo/main/1.0/votes/2")
    assert "Since round 1 : 1 file removed, 1 the same" in seen.text
    assert "/releases/demo/main/1.0/revisions/2?against=1#changes" in seen.links
    assert "The candidate was changed after this round" in walk_in(api, door).look(ROUND).text


def test_why_a_ballot_is_not_binding_stands_beside_it(door: Door, api: Client, digest: str) -> None:
    cast_vote(door, "alice", "+0.5")
    cast_vote(door, "bob")
    change_project(door, roster=Roster(pmc_members=frozenset({UserId("alice")})))
    seen = walk_in(api, door).look(ROUND).text
    assert "only a whole +1, 0 or -1 is binding" in seen
    assert "left the PMC since, so it is not binding" in seen


def test_ballots_are_narrowed_to_a_kind_and_long_lists_are_cut(door: Door, api: Client, digest: str) -> None:
    for number in range(MOST_BALLOTS):
        add_person(door, f"friend{number}")
        cast_vote(door, f"friend{number}", "+1")
    cast_vote(door, "alice", "-1")
    visitor = walk_in(api, door)
    whole = visitor.look(ROUND)
    assert f"All {MOST_BALLOTS + 1} Binding 1 Community {MOST_BALLOTS} -1 1" in whole.text
    assert "Show 1 more" in whole.text
    assert "Show" not in visitor.look(f"{ROUND}?all=true").text.partition("Ballots 31")[2]
    binding = visitor.look(f"{ROUND}?ballots=binding").answer.text
    assert binding.count('class="ballot-who"') == 1
    assert visitor.look(f"{ROUND}?ballots=comment").text.count("No ballot is of this kind.") == 1
    assert visitor.look(f"{ROUND}?ballots=nonsense").answer.text.count('class="ballot-who"') == MOST_BALLOTS


def test_mails_are_narrowed_and_say_what_makes_them_count(door: Door, api: Client, digest: str) -> None:
    call = find_call(door)
    for number in range(MOST_MAILS):
        receive(door, write_signed(call, "bob", "> +1", 100 + number))
    receive(door, write_signed(call, "carol", "I would +1 it."))
    receive(door, write_signed(call, "alice", "+1"))
    visitor = walk_in(api, door)
    whole = visitor.look(ROUND).text
    assert "If it was meant as a vote: answer again" in whole
    assert "Show 2 more" in whole
    narrowed = visitor.look(f"{ROUND}?mails=unconfirmed").answer.text
    assert narrowed.count('class="read-mail"') == 1
    assert visitor.look(f"{ROUND}?mails=unconfirmed&all=true").status == 200


def test_each_grave_step_is_asked_for_once_more(
    door: Door, api: Client, digest: str, clock: SettableClock
) -> None:
    early = walk_in(api, door, "rm").look(ROUND).text
    assert "Give this vote more time?" in early
    assert "Close the vote as passed?" not in early
    clock.advance(hours=73)
    rm = walk_in(api, door, "rm")
    assert "Close the vote as not passed?" in rm.look(ROUND).text
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    seen = rm.look(ROUND).text
    assert "Close the vote as passed?" in seen
    assert "The result goes to dev@demo.example.org, and the release goes on to be published." in seen
    assert "until 2026-11-25 13:00 UTC" in seen


def test_more_time_is_one_of_those_on_offer_or_any_other(door: Door, api: Client, digest: str) -> None:
    rm = walk_in(api, door, "rm")
    assert rm.send(f"{ROUND}/extend", {"hours": "24", "other": "5"}).status == 303
    deadline = show_round(door).vote.deadline_at
    assert deadline is not None
    assert (deadline - show_round(door).vote.opened_at).total_seconds() == 77 * 3600
    assert "Choose how much more time there is." in rm.send(f"{ROUND}/extend").text


def test_a_preview_without_a_script_keeps_what_was_typed_and_opens_nothing(door: Door, api: Client) -> None:
    make_project(door)
    set_policy(door, min_hours=72)
    seal_release(door)
    set_policy(door, min_hours=72, pause_for_rm=True)
    rm, votes = walk_in(api, door, "rm"), "/releases/demo/main/1.0/votes"
    seen = rm.send(f"{votes}/preview", {"hours": "96"})
    assert (seen.status, seen.values["hours"]) == (200, "96")
    assert "the release manager decides" in seen.text
    assert "2026-11-25 12:00 UTC" in seen.text
    short = rm.send(f"{votes}/preview", {"hours": "7"})
    assert "The policy asks for at least 72 hours" in short.text
    assert "2026-11-24 12:00 UTC" in short.text
    assert rm.send(f"{votes}/preview", {"hours": "x"}).status == 422
    assert "No vote yet" not in seen.text
    assert "Rounds" not in rm.look(votes).text
