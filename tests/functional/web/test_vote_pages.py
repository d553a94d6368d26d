# SPDX-License-Identifier: Apache-2.0
"""Votes on pages: started with the mail in sight, answered, counted, closed, and what every button says."""

import pytest

from atr.domain.errors import Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.project import MailingLists
from atr.domain.vote import RoundState
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRound, ResolveRoundIfDue
from tests.support.browsing import Seen, Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import (
    KEY,
    Bench,
    cast_vote,
    change_project,
    make_bench,
    read_release,
    seal_release,
    set_policy,
    show_round,
    start_vote,
)
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0"
VOTES = f"{PAGE}/votes"
ROUND = f"{VOTES}/1"
EVIL = "Fine. <script>alert(1)</script>"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    return make_bench(door, surroundings, queue)


@pytest.fixture
def sealed(door: Door) -> None:
    make_project(door)
    seal_release(door)


def answer(visitor: Visitor, choice: str, comment: str = "", digest: str = "") -> Seen:
    seen = digest or visitor.look(ROUND).values["manifest_digest"]
    return visitor.send(f"{ROUND}/ballot", {"choice": choice, "comment": comment, "manifest_digest": seen})


@pytest.mark.usefixtures("sealed")
def test_a_vote_is_started_with_its_mail_in_sight(door: Door, api: Client) -> None:
    rm = walk_in(api, door, "rm")

    form = rm.look(VOTES)
    sent = rm.send(VOTES, {"hours": "96"})

    assert "[VOTE] Release Sample Demo 1.0" in form.text
    assert "dev@demo.example.org" in form.text
    assert form.values["hours"] == "72"
    assert (sent.status, sent.leads_to) == (303, ROUND)
    assert show_round(door).vote.policy.min_hours == 96
    assert "The vote is open." in rm.look(ROUND).text


@pytest.mark.usefixtures("sealed")
def test_a_vote_shorter_than_the_policy_is_refused_beside_the_field(door: Door, api: Client) -> None:
    rm = walk_in(api, door, "rm")

    short = rm.send(VOTES, {"hours": "71"})
    words = rm.send(VOTES, {"hours": "long"})

    assert "The policy asks for at least 72 hours" in short.text
    assert short.values["hours"] == "71"
    assert "Use a whole number." in words.text
    assert read_release(door).phase is Phase.EVALUATE


@pytest.mark.usefixtures("sealed")
def test_hours_in_the_address_are_previewed(door: Door, api: Client) -> None:
    rm = walk_in(api, door, "rm")

    assert rm.look(f"{VOTES}?hours=100").values["hours"] == "100"
    assert rm.look(f"{VOTES}?hours=1").status == 200


def test_what_keeps_a_vote_from_starting_is_said_before(door: Door, api: Client) -> None:
    make_project(door)
    seal_release(door)
    change_project(door, mailing_lists=MailingLists())
    rm = walk_in(api, door, "rm")

    seen = rm.look(VOTES)
    sent = rm.send(VOTES)

    sentence = "There is no address to call for votes at"
    assert sentence in seen.text
    assert sentence in sent.text
    assert sent.status == 409


@pytest.mark.usefixtures("sealed")
def test_who_may_not_start_a_vote_reads_why(door: Door, api: Client) -> None:
    seen = walk_in(api, door).look(VOTES)

    assert "Sign in first." in seen.text
    assert "No vote yet" in seen.text
    assert walk_in(api, door, "dave").send(VOTES).status == 403


@pytest.mark.usefixtures("sealed")
def test_a_ballot_takes_two_clicks_and_is_seen_by_everybody(door: Door, api: Client) -> None:
    start_vote(door)

    sent = answer(walk_in(api, door, "alice"), "+1", EVIL)
    page = walk_in(api, door).look(ROUND)

    assert sent.leads_to == ROUND
    assert "1 of 3 required binding +1 votes were cast." in page.text
    assert "Alice binding" in page.text
    assert "&lt;script&gt;" in page.answer.text
    assert "<script>alert" not in page.answer.text
    assert "Bob" in page.text
    assert "Sign in to vote" in page.text


@pytest.mark.usefixtures("sealed")
def test_a_changed_vote_keeps_the_earlier_answer(door: Door, api: Client) -> None:
    start_vote(door)
    alice = walk_in(api, door, "alice")
    answer(alice, "-1", "The tests fail.")

    answer(alice, "+1", "They pass after all.")
    seen = alice.look(ROUND)

    assert "You voted +1 (binding)" in seen.text
    assert "1 earlier answer" in seen.text
    assert "The tests fail." in seen.text
    assert "Change my vote" in seen.text


@pytest.mark.usefixtures("sealed")
def test_somebody_else_is_told_that_the_vote_counts_beside(door: Door, api: Client) -> None:
    start_vote(door)
    add_person(door, "visitor")
    visitor = walk_in(api, door, "visitor")

    answer(visitor, "0")
    seen = visitor.look(ROUND)

    assert "your vote is counted beside theirs and read" in seen.text
    assert "binding" not in seen.text.partition("Ballots")[2].partition("Binding members")[0]


@pytest.mark.usefixtures("sealed")
def test_a_ballot_without_an_answer_or_on_other_bytes_is_refused(door: Door, api: Client) -> None:
    start_vote(door)
    alice = walk_in(api, door, "alice")

    none = alice.send(f"{ROUND}/ballot", {"manifest_digest": "x", "comment": "kept"})
    other = answer(alice, "+1", digest="sha512:" + "0" * 128)
    nonsense = answer(alice, "+1", digest="sha512:zero")

    assert "Please fill this in." in none.text
    assert "kept" in none.answer.text
    assert other.status == 409
    assert "look again" in other.text
    assert nonsense.status == 422
    assert not show_round(door).ballots


@pytest.mark.usefixtures("sealed")
def test_the_button_that_closes_a_vote_says_what_the_refusal_says(door: Door, api: Client) -> None:
    start_vote(door)
    rm = walk_in(api, door, "rm")

    with pytest.raises(Refused) as refusal:
        door.perform(act_as(door, "rm"), ResolveRound(KEY, 1))
    page = rm.look(ROUND).answer.text
    sent = rm.send(f"{ROUND}/resolve", {"outcome": "passed"})

    assert 'aria-disabled="true"' in page
    assert sent.status == 409
    for reason in refusal.value.reasons:
        assert reason.replace("'", "&#39;") in page
        assert reason in sent.text


@pytest.mark.usefixtures("sealed")
def test_a_vote_that_passes_is_closed_by_button(door: Door, api: Client, clock: SettableClock) -> None:
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    rm = walk_in(api, door, "rm")

    sent = rm.send(f"{ROUND}/resolve", {"outcome": "passed"})

    assert sent.status == 303
    assert "Passed" in rm.look(ROUND).text
    assert read_release(door).phase is Phase.DISTRIBUTE


@pytest.mark.usefixtures("sealed")
def test_a_vote_that_found_no_majority_is_closed_as_failed(
    door: Door, api: Client, clock: SettableClock
) -> None:
    start_vote(door)
    clock.advance(hours=73)
    rm = walk_in(api, door, "rm")

    rm.send(f"{ROUND}/resolve", {"outcome": "failed"})

    assert "Did not pass" in rm.look(VOTES).text
    assert "Compose a new candidate" in rm.look(PAGE).text


@pytest.mark.usefixtures("sealed")
def test_a_vote_gets_more_time(door: Door, api: Client) -> None:
    before = start_vote(door).deadline_at
    rm = walk_in(api, door, "rm")

    sent = rm.send(f"{ROUND}/extend", {"hours": "24"})
    wrong = rm.send(f"{ROUND}/extend", {"hours": "-1"})

    after = show_round(door).vote.deadline_at
    assert sent.status == 303
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 24 * 3600
    assert "This was not done. Choose 1 to 8760 hours." in wrong.text


@pytest.mark.usefixtures("sealed")
def test_cancelling_asks_why(door: Door, api: Client) -> None:
    start_vote(door)
    rm = walk_in(api, door, "rm")

    page = rm.look(ROUND)
    silent = rm.send(f"{ROUND}/cancel")
    done = rm.send(f"{ROUND}/cancel", {"reason": "A file is missing."})

    assert "Cancel this vote?" in page.text
    assert "Say why: the reason is kept and everybody can read it." in silent.text
    assert done.status == 303
    assert "A file is missing." in rm.look(ROUND).text
    assert read_release(door).phase is Phase.COMPOSE
    assert "Cancelled" in rm.look(VOTES).text


@pytest.mark.usefixtures("sealed")
def test_the_release_manager_decides_about_a_minus_one(
    door: Door, api: Client, clock: SettableClock, bench: Bench
) -> None:
    set_policy(door, pause_for_rm=True)
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    cast_vote(door, "dave", "-1")
    clock.advance(hours=72)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)
    rm = walk_in(api, door, "rm")

    page = rm.look(ROUND)
    silent = rm.send(f"{ROUND}/confirm", {"outcome": "passed"})
    done = rm.send(f"{ROUND}/confirm", {"outcome": "passed", "reason": "It concerns the docs."})

    assert "Waits for the release manager" in page.text
    assert "The vote passed with a -1" in page.text
    assert silent.status == 422
    assert done.status == 303
    assert show_round(door).vote.state is RoundState.PASSED


@pytest.mark.usefixtures("sealed")
def test_the_result_of_a_vote_held_elsewhere_is_recorded(door: Door, api: Client) -> None:
    set_policy(door, manual_vote=True)
    rm = walk_in(api, door, "rm")
    preview = rm.look(VOTES)
    rm.send(VOTES)
    result = {"outcome": "passed", "thread_url": "https://lists.example.org/t/1", "binding_for": "3"}

    page = rm.look(ROUND)
    incomplete = rm.send(f"{ROUND}/result", {"outcome": "passed", "binding_for": "x"})
    done = rm.send(f"{ROUND}/result", result)

    assert "this vote is held elsewhere" in preview.text
    assert "Enter its result here." in page.text
    assert incomplete.status == 422
    assert done.status == 303
    seen = rm.look(ROUND)
    assert "https://lists.example.org/t/1" in seen.links
    assert read_release(door).phase is Phase.DISTRIBUTE


def test_a_podling_votes_twice(door: Door, api: Client, clock: SettableClock, bench: Bench) -> None:
    make_project(door)
    make_project(door, "sprout", pmc=("alice", "bob", "carol"), sponsor="demo", release_managers=("rm",))
    key = ReleaseKey.parse("sprout/1.0")
    seal_release(door, key)
    rm = walk_in(api, door, "rm")
    rm.send("/releases/sprout/main/1.0/votes")
    for member in ("alice", "bob", "carol"):
        visitor = walk_in(api, door, member)
        page = visitor.look("/releases/sprout/main/1.0/votes/1")
        digest = page.values["manifest_digest"]
        visitor.send("/releases/sprout/main/1.0/votes/1/ballot", {"choice": "+1", "manifest_digest": digest})
    clock.advance(hours=72)
    ResolveRoundIfDue(key, 1).run(bench.tools)

    votes = walk_in(api, door).look("/releases/sprout/main/1.0/votes").text

    assert "First of two rounds: the podling's own vote" in votes
    assert "Second of two rounds: the sponsor's vote" in votes
    assert "Voting, round 2" in walk_in(api, door).look("/releases/sprout/main/1.0").text


@pytest.mark.usefixtures("sealed")
def test_the_checklist_is_rendered_without_harm(door: Door, api: Client) -> None:
    set_policy(door, release_checklist="1. Run `atr verify`\n2. [no](javascript:x) <img src=x onerror=y>")
    start_vote(door)

    page = walk_in(api, door).look(ROUND).answer.text

    assert "<span>Run <code>atr verify</code></span>" in page
    assert "<img" not in page
    assert 'href="javascript' not in page


@pytest.mark.usefixtures("sealed")
def test_the_page_shows_the_thread_and_what_is_voted_on(door: Door, api: Client) -> None:
    digest = start_vote(door).manifest_digest

    seen = walk_in(api, door).look(ROUND)

    assert "[VOTE] Release Sample Demo 1.0" in seen.text
    assert str(digest) in seen.text
    assert f"{PAGE}/revisions/1" in seen.links
    assert "Nobody has voted yet." in seen.text


@pytest.mark.usefixtures("sealed")
def test_a_closed_vote_takes_no_ballot(door: Door, api: Client) -> None:
    start_vote(door)
    walk_in(api, door, "rm").send(f"{ROUND}/cancel", {"reason": "Again."})
    alice = walk_in(api, door, "alice")

    seen = alice.look(ROUND)
    digest = str(show_round(door).vote.manifest_digest)

    assert "The vote is over: it was cancelled." in seen.text
    assert "choice" not in seen.values
    assert answer(alice, "+1", digest=digest).status == 409
