# SPDX-License-Identifier: Apache-2.0
"""People and roles: who sees whom, and how sysadmins give and take roles."""

from collections.abc import Callable

import pytest

from atr.services.door import Door
from atr.services.keys import AddKeys
from tests.support.browsing import Visitor, walk_in
from tests.support.keys import KeyPart, TestKey
from tests.support.playground import act_as, add_person, make_project
from tests.support.website import Client, enter_as

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    make_project(door)
    add_person(door, "root", sysadmin=True)
    add_person(door, "mia", foundation_member=True)
    add_person(door, "newcomer")
    return lambda user: walk_in(api, door, user)


def test_sysadmins_find_people_by_word_and_role(enter: WalkIn) -> None:
    root = enter("root")
    everybody = root.look("/people")
    for words in ("Alice", "PMC member", "newcomer", "no role", "Sysadmin"):
        assert words in everybody.text
    assert "/people/alice" in everybody.links
    assert "newcomer" not in root.look("/people?q=ali").text
    assert "Alice" in root.look("/people?q=ALICE@").text
    members = root.look("/people?role=foundation_member")
    assert ("/people/mia" in members.links, "/people/alice" in members.links) == (True, False)
    managers = root.look("/people?role=release_manager")
    assert ("/people/rm" in managers.links, "/people/alice" in managers.links) == (True, False)
    assert "Nobody matches" in root.look("/people?q=%25").text


def test_a_long_directory_comes_in_pages(enter: WalkIn, door: Door) -> None:
    for number in range(60):
        add_person(door, f"person{number:02}")
    root = enter("root")
    page = root.look("/people?q=person")
    (more,) = [link for link in page.links if "cursor=" in link]
    assert more == "/people?q=person&role=&cursor=person49"
    assert "/people/person50" in root.look(more).links


@pytest.mark.parametrize(("user", "status"), [("alice", 403), ("", 302)])
def test_the_directory_is_for_sysadmins(enter: WalkIn, user: str, status: int) -> None:
    seen = enter(user).look("/people")
    assert (seen.status in {status, 303}, "Newcomer" in seen.text) == (True, False)


def test_a_person_is_shown_to_those_who_signed_in(enter: WalkIn, door: Door) -> None:
    key = TestKey(KeyPart(), user_id="Alice <alice@example.org>")
    door.perform(act_as(door, "alice"), AddKeys(key.armored.encode()))
    page = enter("rm").look("/people/alice")
    for words in ("Alice", "PMC member", "signs for no project"):
        assert words in page.text
    for words in ("Addresses", "Give a role", "Take away", "Newest acts"):
        assert words not in page.text
    assert "Newest acts" in enter("mia").look("/people/alice").text
    assert enter("").look("/people/alice").leads_to == "/sign-in?next=/people/alice"


def test_people_on_no_roster_are_seen_by_themselves_and_sysadmins(enter: WalkIn) -> None:
    assert enter("alice").look("/people/newcomer").status == 404
    assert enter("alice").look("/people/nobody").status == 404
    own = enter("newcomer").look("/people/newcomer")
    for words in ("No role anywhere", "newcomer@example.org", "Newest acts"):
        assert words in own.text
    assert enter("root").look("/people/newcomer").status == 200


def test_a_sysadmin_gives_and_takes_roles(enter: WalkIn) -> None:
    root = enter("root")
    here = "/people/newcomer"
    assert root.send(f"{here}/roles", {"role": "committer", "project": "demo"}).leads_to == here
    assert "newcomer has the role Committer now." in root.look(here).text
    root.send(f"{here}/roles", {"role": "foundation_member"})
    page = root.look(here)
    assert page.text.count("Take away") == 2
    root.send(f"{here}/roles/withdraw", {"held": "committer demo"})
    root.send(f"{here}/roles/withdraw", {"held": "foundation_member"})
    assert "No role anywhere" in root.look(here).text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"role": "committer"}, "committer is not a role that somebody holds outside a project."),
        ({"role": "sysadmin", "project": "demo"}, "sysadmin is not a role that somebody holds in a project."),
        ({"role": "committer", "project": "nowhere"}, "nowhere"),
        ({"role": "committer", "project": "No!"}, "lower-case letters"),
        ({"role": "king"}, "Choose"),
    ],
)
def test_a_role_that_does_not_fit_is_explained_beside_its_field(
    enter: WalkIn, fields: dict[str, str], complaint: str
) -> None:
    page = enter("root").send("/people/newcomer/roles", fields)
    assert (page.status, complaint in page.text) == (422, True)
    assert page.values.get("project", "") == fields.get("project", "")


def test_nobody_takes_the_keys_from_themselves(enter: WalkIn) -> None:
    root = enter("root")
    why = "You cannot take the role of sysadmin from yourself: ask another sysadmin."
    assert why in root.look("/people/root").text
    refused = root.send("/people/root/roles/withdraw", {"held": "sysadmin"})
    assert (refused.status, why in refused.text) == (409, True)
    odd = root.send("/people/root/roles/withdraw", {"held": "visitor"})
    assert "not a role that somebody is given" in odd.text


def test_others_give_no_roles(enter: WalkIn) -> None:
    fields = {"role": "committer", "project": "demo"}
    assert enter("alice").send("/people/newcomer/roles", fields).status == 403
    assert enter("alice").send("/people/rm/roles/withdraw", {"held": "release_manager demo"}).status == 403
    assert enter("root").send("/people/nobody/roles", {"role": "sysadmin"}).status == 404


def test_the_api_says_and_does_the_same(api: Client, enter: WalkIn, door: Door) -> None:
    enter("")
    root, alice = enter_as(door, "root"), enter_as(door, "alice")
    listed = api.get("/api/v1/people", params={"q": "alice"}, headers=root).json()
    assert listed["items"] == [
        {
            "id": "alice",
            "name": "Alice",
            "addresses": ["alice@example.org"],
            "foundation_member": False,
            "sysadmin": False,
            "projects": [{"project": "demo", "name": "Sample Demo", "roles": ["pmc_member"]}],
        }
    ]
    first = api.get("/api/v1/people", params={"limit": 1, "role": "pmc_member"}, headers=root).json()
    assert (len(first["items"]), first["next"]) == (1, first["items"][0]["id"])
    assert api.get("/api/v1/people", headers=alice).status_code == 403
    assert api.get("/api/v1/people/rm", headers=alice).json()["addresses"] is None
    assert api.get("/api/v1/people/rm").status_code == 401
    grant = {"role": "committer", "project": "demo", "held": True}
    roles = "/api/v1/people/newcomer/roles"
    assert api.put(roles, json=grant, headers=root).json()["projects"][0]["roles"] == ["committer"]
    assert api.put(roles, json=grant | {"held": False}, headers=root).json()["projects"] == []
    assert api.put(roles, json=grant, headers=alice).status_code == 403
    assert api.put(roles, json=grant | {"role": "visitor"}, headers=root).status_code == 422
