# SPDX-License-Identifier: Apache-2.0
"""The search: what is found, by whom, as a page, as suggestions and by the API."""

import pytest
from sqlalchemy import Engine, event

from atr.domain.people import ANONYMOUS
from atr.domain.project import ProjectChange
from atr.services.door import Door
from atr.services.projects import EditProject
from atr.services.search import Search, SearchKind
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, add_person, make_line, make_project
from tests.support.scenes import DEMO
from tests.support.voting import make_bench, seal_release
from tests.support.website import Client, enter_as

API = "/api/v1/search"


@pytest.fixture(autouse=True)
def demo(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> None:
    make_bench(door, surroundings, queue)
    make_project(door)
    make_project(door, "other", pmc=("alice",), committers=(), release_managers=())
    door.perform(
        act_as(door, "alice"), EditProject(DEMO, ProjectChange(description="Has nothing of the other."))
    )
    make_line(door)
    add_person(door, "root", sysadmin=True)
    add_person(door, "member", foundation_member=True)
    seal_release(door)


def find(api: Client, text: str, headers: dict[str, str] | None = None, **more: int) -> dict[str, object]:
    answer = api.get(API, params={"q": text, **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_anybody_finds_projects_and_releases(api: Client, door: Door) -> None:
    seen = walk_in(api, door).look("/search?q=demo")

    assert "/projects/demo" in seen.links
    assert "/releases/demo/main/1.0" in seen.links
    assert "Through projects and releases." in seen.text


def test_the_project_that_is_meant_comes_first(api: Client) -> None:
    found = find(api, "other")

    assert [each["key"] for each in found["projects"]] == ["other", "demo"]  # type: ignore[attr-defined]
    ranked = find(api, "sample")["projects"]
    assert [each["key"] for each in ranked] == ["demo", "other"]  # type: ignore[attr-defined]
    assert find(api, "mpl")["more"] == []


def test_people_are_found_by_those_who_signed_in(api: Client, door: Door) -> None:
    assert find(api, "alice")["people"] == []
    assert find(api, "alice", enter_as(door, "dave"))["people"] == [
        {
            "user": "alice",
            "name": "Alice",
            "roles": [{"project": "demo", "role": "pmc_member"}, {"project": "other", "role": "pmc_member"}],
        }
    ]
    seen = walk_in(api, door, "dave").look("/search?q=alice")
    assert {"/people/alice", "/projects/demo", "/projects/other"} <= set(seen.links)
    assert "Through projects, releases and people." in seen.text


def test_who_has_no_role_is_found_by_those_who_keep_the_directory(api: Client, door: Door) -> None:
    add_person(door, "guest")
    assert find(api, "guest", enter_as(door, "dave"))["people"] == []
    assert find(api, "member", enter_as(door, "dave"))["people"] != []

    unlisted = find(api, "GUEST", enter_as(door, "root"))["people"]
    assert unlisted == [{"user": "guest", "name": "Guest", "roles": []}]
    suggested = walk_in(api, door, "root").look("/search/suggestions?q=guest")
    assert "/people/guest" in suggested.links
    assert "guest" in suggested.text


@pytest.mark.parametrize(("user", "is_found"), [("", False), ("alice", False), ("member", True)])
def test_events_are_found_by_those_who_may_search_them_all(
    api: Client, door: Door, user: str, is_found: bool
) -> None:
    seen = walk_in(api, door, user).look("/search?q=product.created")
    assert ("Operator began a product line" in seen.text) is is_found
    headers = enter_as(door, user) if user else None
    assert bool(find(api, "product.created", headers)["events"]) is is_found


def test_there_is_a_way_to_more_of_each_kind(api: Client, door: Door) -> None:
    headers = enter_as(door, "root")
    found = find(api, "demo", headers, limit=1)
    assert found["more"] == ["events"]
    assert find(api, "a", headers)["more"] == []
    assert find(api, "sample", limit=1)["more"] == ["projects"]
    assert find(api, "a e", enter_as(door, "dave"), limit=1)["more"] == ["projects", "people"]


def test_the_page_leads_to_the_rest(api: Client, door: Door) -> None:
    for number in range(11):
        make_project(door, f"many-{number}", pmc=(f"person-{number}",), committers=(), release_managers=())

    assert (
        "There are more: add another part of the name."
        in walk_in(api, door, "dave").look("/search?q=person").text
    )
    assert "/people?q=person" in walk_in(api, door, "root").look("/search?q=person").links
    seen = walk_in(api, door, "root").look("/search?q=many")
    assert "/projects?q=many" in seen.links
    assert "/events?q=many" in seen.links


def test_suggestions_are_options_of_a_list(api: Client, door: Door) -> None:
    answer = walk_in(api, door, "dave").look("/search/suggestions?q=sample+d")

    assert 'role="listbox"' in answer.answer.text
    assert answer.links == ("/projects/demo", "/search?q=sample+d")
    assert 'data-said="1 suggestion."' in answer.answer.text
    several = walk_in(api, door, "dave").look("/search/suggestions?q=a+e")
    assert "PMC member of demo and 1 more" in several.text


def test_what_is_typed_is_shown_as_text(api: Client, door: Door) -> None:
    for path in ("/search", "/search/suggestions"):
        seen = walk_in(api, door).look(f"{path}?q=%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert" not in seen.answer.text
        assert seen.status == 200


def test_one_letter_is_too_little(api: Client, door: Door) -> None:
    assert "Type one more letter." in walk_in(api, door).look("/search?q=d").text
    assert walk_in(api, door).look("/search/suggestions?q=d").text == ""
    assert "Type a name, a key or a version" in walk_in(api, door).look("/search").text


def test_nothing_found_leads_on(api: Client, door: Door) -> None:
    seen = walk_in(api, door).look("/search?q=zebra")
    assert "Nothing was found" in seen.text
    assert "/projects" in seen.links
    assert "Nothing is called “zebra” here." in walk_in(api, door).look("/search/suggestions?q=zebra").text


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "a & b", ":*", "x" * 5000, "\u202e", "é" * 300])
def test_any_words_can_be_searched_for(door: Door, text: str) -> None:
    door.ask(act_as(door, "root"), Search(f"{text}{text}"))


def test_a_search_asks_the_same_number_of_questions_whatever_it_finds(door: Door, engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *each: statements.append(each[2]))
    counts = []
    for text in ("demo", "sample"):
        statements.clear()
        assert SearchKind.EVENTS not in door.ask(ANONYMOUS, Search(text)).open
        counts.append(len(statements))
    assert counts[0] == counts[1]
