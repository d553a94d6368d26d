# SPDX-License-Identifier: Apache-2.0
"""Somebody without an account votes on pages: the form, the click, and everything that is kept."""

import pytest

from atr.domain.people import ANONYMOUS
from atr.services.door import Door
from atr.services.participants import EraseParticipant, ShowParticipant
from atr.services.surroundings import Surroundings
from atr.services.votes import CancelRound
from tests.support.browsing import Seen, Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.visitors import ADDRESS, NAME, ask_for_ballot, read_mail, vote_as_visitor
from tests.support.voting import KEY, Bench, make_bench, seal_release, show_round, start_vote
from tests.support.website import Client

ROUND = "/releases/demo/main/1.0/votes/1"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


def ask(visitor: Visitor, **other: str) -> Seen:
    values = visitor.look(ROUND).values
    fields = {
        "choice": "+1",
        "manifest_digest": values["manifest_digest"],
        "notice": values["notice"],
        "display_name": NAME,
        "contact": ADDRESS,
        "comment": "Works.",
        "consent": "true",
    }
    return visitor.send(f"{ROUND}/visitors", fields | other)


def test_a_visitor_votes_by_form_mail_and_click(door: Door, api: Client, bench: Bench) -> None:
    visitor = walk_in(api, door)
    assert "Who: Sample Foundation holds what you give here." in visitor.look(ROUND).text
    asked = ask(visitor)
    assert asked.leads_to == f"{ROUND}/asked"
    assert "a mail with a link is on its way" in visitor.look(asked.leads_to).text
    links = read_mail(bench)
    page = visitor.look(f"/confirm-ballot/{links.confirm}")
    assert f"+1 as {NAME} Works." in page.text
    assert show_round(door).ballots == ()
    confirmed = visitor.send(f"/confirm-ballot/{links.confirm}")
    assert confirmed.leads_to == f"/participants/{links.own}"
    assert "Your vote is counted." in visitor.look(confirmed.leads_to).text
    assert f"{NAME} Works." in visitor.look(ROUND).text


def test_what_is_wrong_with_the_form_is_told_beside_its_fields(door: Door, api: Client, bench: Bench) -> None:
    refused = ask(walk_in(api, door), contact="nobody", consent="")
    assert refused.status == 422
    assert "Without your consent nothing is kept" in refused.text
    refused = ask(walk_in(api, door), contact="nobody")
    assert "This is not a mail address: write it as name@host." in refused.text
    refused = ask(walk_in(api, door), notice="older")
    assert (refused.status, "The privacy notice changed" in refused.text) == (409, True)
    assert refused.values["contact"] == ADDRESS


def test_a_form_for_a_vote_that_is_over_says_so(door: Door, api: Client, bench: Bench) -> None:
    visitor = walk_in(api, door)
    values = visitor.look(ROUND).values
    door.perform(act_as(door, "rm"), CancelRound(KEY, 1, "Once more."))
    fields = {"choice": "+1", "display_name": NAME, "contact": ADDRESS, "consent": "true"}
    given = {"manifest_digest": values["manifest_digest"], "notice": values["notice"]}
    refused = visitor.send(f"{ROUND}/visitors", fields | given)
    assert (refused.status, "it was cancelled" in refused.text) == (409, True)
    assert "Vote without an account" not in refused.text


def test_somebody_who_signed_in_sees_no_form_for_visitors(door: Door, api: Client, bench: Bench) -> None:
    assert "Vote without an account" not in walk_in(api, door, "dave").look(ROUND).text


def test_too_many_requests_are_told_when_to_come_back(door: Door, api: Client, bench: Bench) -> None:
    visitor = walk_in(api, door)
    for number in range(3):
        assert ask(visitor, comment=f"Try {number}.").status == 303
    refused = ask(visitor)
    assert refused.status == 429
    assert refused.answer.headers["retry-after"] == "3600"


def test_a_link_that_is_used_up_says_so_and_still_leads_to_ones_data(
    door: Door, api: Client, bench: Bench, clock: SettableClock
) -> None:
    ask_for_ballot(door)
    links, visitor = read_mail(bench), walk_in(api, door)
    visitor.send(f"/confirm-ballot/{links.confirm}")
    again = visitor.look(f"/confirm-ballot/{links.confirm}")
    assert "the link works once" in again.text
    assert f"/participants/{links.own}" in again.links
    clock.advance(minutes=5)
    refused = visitor.send(f"/confirm-ballot/{links.confirm}")
    assert (refused.status, "the link works once" in refused.text) == (409, True)
    assert visitor.look("/confirm-ballot/nothing").status == 404


def test_pages_behind_a_link_are_kept_nowhere_and_lead_nowhere_with_it(
    door: Door, api: Client, bench: Bench
) -> None:
    ask_for_ballot(door)
    links, visitor = read_mail(bench), walk_in(api, door)
    for path in (f"/confirm-ballot/{links.confirm}", f"/participants/{links.own}"):
        page = visitor.look(path)
        assert page.answer.headers["cache-control"] == "no-store"
        assert page.answer.headers["referrer-policy"] == "no-referrer"
        assert all("sign-in" not in link or link[-6:] == "next=/" for link in page.links)


def test_a_visitor_sees_corrects_takes_back_and_erases(
    door: Door, api: Client, bench: Bench, clock: SettableClock
) -> None:
    own = f"/participants/{vote_as_visitor(bench).link}"
    visitor = walk_in(api, door)
    page = visitor.look(own)
    assert ADDRESS in page.text
    assert f"/api/v1{own}" in page.links
    assert visitor.send(f"{own}/name", {"display_name": ""}).status == 422
    assert visitor.send(f"{own}/name", {"display_name": "Wanda W."}).leads_to == own
    assert "Wanda W." in visitor.look(ROUND).text
    visitor.send(f"{own}/withdraw")
    assert "No ballot of yours counts." in visitor.look(own).text
    visitor.send(f"{own}/erase")
    gone = visitor.look(own)
    assert ADDRESS not in gone.text
    assert "Erase now" not in gone.text
    clock.advance(minutes=5)
    assert visitor.send(f"{own}/erase").status == 409


def test_an_erased_visitor_is_a_number_on_every_page(door: Door, api: Client, bench: Bench) -> None:
    own = f"/participants/{vote_as_visitor(bench).link}"
    visitor = walk_in(api, door)
    visitor.send(f"{own}/erase")
    for path in (ROUND, "/events?subject=demo", "/releases/demo/main/1.0"):
        assert NAME not in visitor.look(path).text
    assert "withdrawn voter 1" in visitor.look(ROUND).text


def test_the_privacy_page_tells_purposes_and_times(door: Door, api: Client, bench: Bench) -> None:
    page = walk_in(api, door).look("/privacy")
    assert "30 days after the result, or until you erase it" in page.text
    assert "participants.sealed_contact" in page.text
    assert "Who: Sample Foundation holds what you give here." in page.text


def test_an_account_leads_to_visits_and_erases_them(door: Door, api: Client, bench: Bench) -> None:
    confirmed = vote_as_visitor(bench, address="wanda@example.org")
    add_person(door, "wanda")
    wanda = walk_in(api, door, "wanda")
    assert f"/participants/{confirmed.link}" in wanda.look("/me").links
    assert wanda.send("/me/erase").leads_to == "/"
    shown = door.ask(ANONYMOUS, ShowParticipant(str(confirmed.link)))
    assert shown.contact is None
    assert wanda.look("/me").leads_to.startswith("/sign-in")


def test_a_sysadmin_opens_a_contact_for_a_reason_the_visitor_reads(
    door: Door, api: Client, bench: Bench
) -> None:
    confirmed = vote_as_visitor(bench)
    here = f"/contacts/{confirmed.participant.id}"
    add_person(door, "root", sysadmin=True)
    root = walk_in(api, door, "root")
    assert here in root.look(ROUND).links
    page = root.look(here)
    assert ("Open the contact" in page.text, ADDRESS in page.text) == (True, False)
    assert "Say why" in root.send(here, {"reason": " "}).text
    opened = root.send(here, {"reason": "A court asks for it."})
    assert (opened.status, ADDRESS in opened.text) == (200, True)
    assert opened.answer.headers["cache-control"] == "no-store"
    own = walk_in(api, door).look(f"/participants/{confirmed.link}").text
    assert "opened a visitor's contact: A court asks for it." in own


def test_nobody_else_is_led_to_a_contact_and_an_erased_one_is_not_there(
    door: Door, api: Client, bench: Bench
) -> None:
    confirmed = vote_as_visitor(bench)
    here = f"/contacts/{confirmed.participant.id}"
    rm = walk_in(api, door, "rm")
    assert here not in rm.look(ROUND).links
    assert (rm.look(here).status, rm.send(here, {"reason": "x"}).status) == (403, 403)
    assert walk_in(api, door).look(here).leads_to.startswith("/sign-in")
    door.perform(ANONYMOUS, EraseParticipant(str(confirmed.link)))
    add_person(door, "root", sysadmin=True)
    root = walk_in(api, door, "root")
    assert "No contact is kept of this visitor" in root.look(here).text
    assert root.look(f"/contacts/participant:{'0' * 32}").status == 404
