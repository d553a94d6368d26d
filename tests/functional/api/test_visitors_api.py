# SPDX-License-Identifier: Apache-2.0
"""Visitors vote through the API, and do with their data what the pages let them."""

from typing import Any

import pytest

from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue
from tests.support.playground import add_person, make_project
from tests.support.visitors import ADDRESS, NAME, read_mail, vote_as_visitor
from tests.support.voting import Bench, make_bench, seal_release, start_vote
from tests.support.website import Client, enter_as

VOTE = "/api/v1/releases/demo/main/1.0/votes/1"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    seal_release(door)
    start_vote(door)
    queue.forget()
    return make_bench(door, surroundings, queue)


def ask(api: Client, **other: str) -> Any:
    body = {
        "display_name": NAME,
        "contact": ADDRESS,
        "choice": "+1",
        "manifest_digest": api.get(VOTE).json()["manifest_digest"],
        "comment": "Works.",
        "notice": api.get("/api/v1/privacy").json()["notice"]["version"],
    }
    return api.post(f"{VOTE}/visitors", json=body | other)


def test_a_visitor_votes_through_the_api(api: Client, bench: Bench) -> None:
    asked = ask(api)
    assert (asked.status_code, asked.headers["cache-control"]) == (202, "no-store")
    links = read_mail(bench)
    confirmed = api.post(f"/api/v1/confirmations/{links.confirm}").json()
    assert confirmed["self_service"].endswith(f"/participants/{links.own}")
    (ballot,) = api.get(VOTE).json()["ballots"]
    assert (ballot["voter"], ballot["name"]) == (confirmed["participant"], NAME)
    assert (ballot["comment"], ballot["remark"], ballot["binding"]) == ("", "Works.", False)


def test_a_bad_address_is_refused_without_being_repeated(api: Client, bench: Bench) -> None:
    refused = ask(api, contact="wanda at visitors")
    assert refused.status_code == 422
    assert "wanda" not in refused.text
    assert ask(api, manifest_digest="x").status_code == 422


def test_too_many_requests_are_told_when_to_come_back(api: Client, bench: Bench) -> None:
    for _ in range(3):
        ask(api)
    refused = ask(api)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert refused.json()["type"].endswith("too-many-requests")


def test_somebody_with_an_account_uses_it(door: Door, api: Client, bench: Bench) -> None:
    api.headers.update(enter_as(door, "dave"))
    assert ask(api).status_code == 409


def test_everything_that_is_kept_comes_as_json(api: Client, bench: Bench) -> None:
    own = f"/api/v1/participants/{vote_as_visitor(bench, remark='Works.').link}"
    shown = api.get(own)
    assert shown.headers["cache-control"] == "no-store"
    body = shown.json()
    assert (body["display_name"], body["contact"], body["comment"]) == (NAME, ADDRESS, "Works.")
    assert [each["text"] for each in body["ballots"]] == ["+1"]
    assert [each["name"] for each in body["events"]] == ["ballot.cast", "visitor.consented"]


def test_the_name_is_corrected_the_ballot_taken_back_and_all_erased(api: Client, bench: Bench) -> None:
    own = f"/api/v1/participants/{vote_as_visitor(bench).link}"
    assert api.patch(own, json={"display_name": "Wanda W."}).json()["display_name"] == "Wanda W."
    assert api.delete(f"{own}/ballot").status_code == 204
    assert api.get(own).json()["withdraw_reasons"] == ["There is no ballot of yours to take back."]
    assert api.delete(own).status_code == 204
    assert api.get(own).json()["contact"] is None
    assert api.delete(own).status_code == 409


def test_nobody_guesses_a_link(api: Client, bench: Bench) -> None:
    token = str(vote_as_visitor(bench).link)
    for guess in (f"{token[:-1]}{'0' if token[-1] != '0' else '1'}", token.upper(), "x"):
        assert api.get(f"/api/v1/participants/{guess}").status_code == 404


def test_a_sysadmin_opens_a_contact_with_a_reason(door: Door, api: Client, bench: Bench) -> None:
    visitor = vote_as_visitor(bench).participant.id
    path, why = f"/api/v1/contacts/{visitor}/reveal", {"reason": "A court asks for it."}
    assert api.post(path, json=why).status_code == 401
    assert api.post(path, json=why, headers=enter_as(door, "alice")).status_code == 403
    add_person(door, "root", sysadmin=True)
    opened = api.post(path, json=why, headers=enter_as(door, "root"))
    assert opened.json() == {"participant": visitor, "contact": ADDRESS}
    assert opened.headers["cache-control"] == "no-store"
    assert api.post("/api/v1/contacts/x/reveal", json=why).status_code == 404


def test_an_account_lists_and_erases_visits(door: Door, api: Client, bench: Bench) -> None:
    link = vote_as_visitor(bench, address="wanda@example.org").link
    add_person(door, "wanda")
    headers = enter_as(door, "wanda")
    (visit,) = api.get("/api/v1/me/personal-data", headers=headers).json()["visits"]
    assert visit["self_service"].endswith(f"/participants/{link}")
    assert api.delete("/api/v1/me/personal-data", headers=headers).status_code == 204
    assert api.get("/api/v1/me/personal-data", headers=headers).status_code == 401
    assert api.get(f"/api/v1/participants/{link}").json()["contact"] is None


def test_the_privacy_answer_says_what_the_page_says(api: Client, bench: Bench) -> None:
    body = api.get("/api/v1/privacy").json()
    kept = {column: use["kept"] for use in body["uses"] for column in use["columns"]}
    assert kept["visitor_attempts.digest"] == "7 days"
    assert len(body["notice"]["lines"]) == 5
