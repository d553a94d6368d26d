# SPDX-License-Identifier: Apache-2.0
"""The directory, the page of a project, and changing it, its roster and its policy."""

from collections.abc import Callable

import pytest

from atr.domain.names import ProjectKey
from atr.domain.people import ANONYMOUS
from atr.domain.policy import PolicyChange
from atr.services.door import Door
from atr.services.policies import SetPolicy, ShowPolicy
from atr.services.project_views import ShowProject, ShowRoster
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.scenes import DEMO, furnish_foundation
from tests.support.voting import make_bench
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]
CHANGE = {"name": "New Name", "status": "active", "dev": "dev@new.example.org"}


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture
def project(door: Door) -> None:
    make_project(door)
    add_person(door, "root", sysadmin=True)


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


def test_an_empty_directory_says_what_to_do(enter: WalkIn, door: Door) -> None:
    add_person(door, "root", sysadmin=True)
    assert "Whoever runs this server adds the first." in enter("").look("/projects").text
    page = enter("root").look("/projects")
    assert "Found the first, then say who is on its roster." in page.text
    assert "/projects/new" in page.links


@pytest.mark.usefixtures("furnished")
def test_the_directory_is_narrowed_by_words_and_status(enter: WalkIn) -> None:
    visitor = enter("")
    assert {"/projects/demo", "/projects/sprout", "/projects/quiet"} <= set(visitor.look("/projects").links)
    assert "/projects/demo" not in visitor.look("/projects?status=podling").links
    assert "/projects/sprout" in visitor.look("/projects?status=podling").links
    assert "/projects/demo" in visitor.look("/projects?q=sample+demo").links
    assert "/projects/sprout" not in visitor.look("/projects?q=demo").links
    assert "No project matches" in visitor.look("/projects?q=zzz").text
    assert visitor.look("/projects?status=nonsense").status == 200


def test_the_directory_comes_in_pages(enter: WalkIn, door: Door) -> None:
    for number in range(52):
        make_project(door, f"p{number:02}", pmc=("alice",), committers=(), release_managers=())
    first = enter("").look("/projects?q=sample")
    (following,) = [link for link in first.links if "cursor=" in link]
    second = enter("").look(following)
    assert "/projects/p51" in second.links
    assert "/projects/p00" not in second.links
    assert enter("").look("/projects?cursor=nonsense").status == 422


@pytest.mark.usefixtures("furnished")
def test_a_project_is_shown_with_everything_around_it(enter: WalkIn) -> None:
    page = enter("").look("/projects/demo")
    for text in (
        "A library for trying things out",
        "main line",
        "PMC members",
        "2 keys may sign",
        "Dev list",
    ):
        assert text in page.text
    links = set(page.links)
    assert {"/projects/demo/tools", "/releases/demo/main/1.0", "/projects/demo/policy"} <= links
    assert {"/projects/demo/keys", "/current/demo/KEYS", "/events?subject=demo"} <= links
    assert "https://demo.example.org/" in links
    assert {"/projects/demo/main/1.0/download", "/projects/demo/main/downloads"} <= links
    assert {"/projects/demo/main/channels", "/projects/demo/releases.atom", "/api/v1/projects/demo"} <= links
    assert "New candidate" not in page.text
    assert not {"/projects/demo/edit", "/projects/demo/roster", "/projects/demo/new-line"} & links


@pytest.mark.usefixtures("furnished")
def test_members_are_offered_what_they_may_do(enter: WalkIn) -> None:
    links = set(enter("alice").look("/projects/demo").links)
    assert {"/projects/demo/edit", "/projects/demo/roster", "/projects/demo/new-line"} <= links
    assert "/projects/demo/main/new-release" in links
    page = enter("dave").look("/projects/demo")
    assert "Only PMC members, release managers and sysadmins manage releases." in page.text


@pytest.mark.usefixtures("furnished")
def test_a_podling_names_its_sponsor(enter: WalkIn) -> None:
    page = enter("").look("/projects/sprout")
    assert "Podling sponsored by Sample Demo" in page.text
    assert "No releases yet" in page.text


@pytest.mark.usefixtures("furnished")
def test_a_retired_project_begins_nothing(enter: WalkIn) -> None:
    assert "Sample Quiet is retired" in enter("bob").look("/projects/quiet").text


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("path", ["/projects/nobody", "/projects/NOBODY", "/projects/demo/nothing/edit"])
def test_what_is_not_there_is_not_found(enter: WalkIn, path: str) -> None:
    assert enter("alice").look(path).status == 404


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "path",
    [
        "/projects/demo/edit",
        "/projects/demo/roster",
        "/projects/demo/policy/edit",
        "/projects/demo/main/policy/edit",
        "/projects/demo/new-line",
        "/projects/demo/main/edit",
        "/projects/new",
    ],
)
def test_forms_are_for_those_who_may_send_them(enter: WalkIn, path: str) -> None:
    stranger = enter("").look(path)
    assert (stranger.status, stranger.leads_to.partition("?")[0]) == (303, "/sign-in")
    assert enter("dave").look(path).status == 403
    assert enter("root").look(path).status == 200
    for user, status in (("", 401), ("dave", 403)):
        assert (
            enter(user).send(path if path != "/projects/new" else "/projects", VALID[path]).status == status
        )


VALID: dict[str, dict[str, str | list[str]]] = {
    "/projects/demo/edit": {"edition": "1", **CHANGE},
    "/projects/demo/roster": {"edition": "1", "pmc_members": "dave"},
    "/projects/demo/policy/edit": {"edition": "1", "min_hours": "0"},
    "/projects/demo/main/policy/edit": {"edition": "1", "min_hours": "0"},
    "/projects/demo/new-line": {"key": "docs", "name": "Docs", "version_order": "date"},
    "/projects/demo/main/edit": {"edition": "1", "name": "Main", "version_order": "date"},
    "/projects/new": {"key": "fresh", "name": "Fresh", "status": "active"},
}


@pytest.mark.usefixtures("project")
def test_a_form_without_its_token_changes_nothing(api: Client, enter: WalkIn, door: Door) -> None:
    enter("alice")
    answer = api.post("/projects/demo/edit", data={"edition": "1", **CHANGE}, headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).project.name == "Sample Demo"


@pytest.mark.usefixtures("project")
def test_a_project_is_changed_and_the_page_says_so(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    form = visitor.look("/projects/demo/edit")
    assert form.values["name"] == "Sample Demo"
    fields = {**CHANGE, "edition": form.values["edition"], "homepage": "https://new.example.org/"}
    sent = visitor.send("/projects/demo/edit", fields)
    assert (sent.status, sent.leads_to) == (303, "/projects/demo")
    assert "New Name was changed." in visitor.look("/projects/demo").text
    changed = door.ask(ANONYMOUS, ShowProject(DEMO)).project
    assert (changed.homepage, changed.mailing_lists.dev) == (
        "https://new.example.org/",
        "dev@new.example.org",
    )
    assert changed.mailing_lists.announce is None


@pytest.mark.usefixtures("project")
def test_faults_stand_beside_their_fields_and_input_is_kept(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    typed = {"edition": "1", "name": "Typed Name", "status": "active", "dev": "no address", "homepage": "x:y"}
    page = visitor.send("/projects/demo/edit", typed)
    assert page.status == 422
    assert page.values["name"] == "Typed Name"
    assert page.values["dev"] == "no address"
    assert "write it as name@host" in page.text
    both = visitor.send("/projects/demo/edit", {**typed, "dev": ""})
    assert "Write the homepage as an address" in both.text
    assert door.ask(ANONYMOUS, ShowProject(DEMO)).project.name == "Sample Demo"


@pytest.mark.usefixtures("project")
def test_nobody_overwrites_what_he_has_not_seen(enter: WalkIn) -> None:
    visitor = enter("alice")
    seen = visitor.look("/projects/demo/edit").values["edition"]
    assert visitor.send("/projects/demo/edit", {**CHANGE, "edition": seen}).status == 303
    again = visitor.send("/projects/demo/edit", {**CHANGE, "name": "Lost?", "edition": seen})
    assert again.status == 412
    assert "changed in the meantime" in again.text
    assert again.values["name"] == "Lost?"
    assert "/projects/demo/edit" in again.links


@pytest.mark.usefixtures("project")
def test_roles_are_given_and_taken(enter: WalkIn, door: Door) -> None:
    add_person(door, "erin")
    add_person(door, "frank")
    visitor = enter("alice")
    edition = visitor.look("/projects/demo/roster").values["edition"]
    fields = {
        "edition": edition,
        "pmc_members": ["alice", "bob"],
        "committers": "dave",
        "roster": "erin, frank",
        "new_roles": ["committers", "release_managers"],
    }
    assert visitor.send("/projects/demo/roster", fields).leads_to == "/projects/demo"
    roster = door.ask(ANONYMOUS, ShowRoster(DEMO)).project.roster
    assert roster.pmc_members == {"alice", "bob"}
    assert roster.committers == {"dave", "erin", "frank"}
    assert roster.release_managers == {"erin", "frank"}


@pytest.mark.usefixtures("project")
def test_a_faulty_roster_is_kept_as_it_was_ticked(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    fields = {"edition": "1", "pmc_members": ["alice"], "roster": "nobody", "new_roles": "committers"}
    page = visitor.send("/projects/demo/roster", fields)
    assert page.status == 422
    assert "Nobody here is called nobody" in page.text
    assert page.answer.text.count(" checked") == 2
    assert (
        "Say what the people you add are to be."
        in visitor.send("/projects/demo/roster", {"edition": "1", "roster": "bob"}).text
    )
    assert "bob" in door.ask(ANONYMOUS, ShowRoster(DEMO)).project.roster.pmc_members


@pytest.mark.usefixtures("furnished")
def test_a_policy_says_where_each_field_comes_from(enter: WalkIn) -> None:
    page = enter("").look("/projects/demo/tools/policy")
    for text in ("24 hours Product line", "3 Foundation", "dev@demo.example.org Dev list", "Version 1"):
        assert text in page.text
    assert "<strong>build</strong>" in page.answer.text
    assert "/projects/demo/tools/policy/edit" not in page.links


@pytest.mark.usefixtures("project")
def test_a_policy_is_saved_as_a_version(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    fields = {
        "edition": visitor.look("/projects/demo/policy/edit").values["edition"],
        "mail_to": "one@example.org\r\ntwo@example.org",
        "min_hours": "24",
        "manual_vote": "",
        "auto_resolve": "no",
        "pause_for_rm": "yes",
        "release_checklist": "1. Build\r\n2. Test",
    }
    assert visitor.send("/projects/demo/policy/edit", fields).leads_to == "/projects/demo/policy"
    page = visitor.look("/projects/demo/policy")
    assert "Votes from now on run under 1.0." in page.text
    own = door.ask(ANONYMOUS, ShowPolicy(DEMO)).own
    assert own.mail_to == ("one@example.org", "two@example.org")
    assert (own.min_hours, own.manual_vote, own.auto_resolve, own.pause_for_rm) == (24, None, False, True)
    assert own.release_checklist == "1. Build\n2. Test"
    assert visitor.look("/projects/demo/policy/edit").values["min_hours"] == "24"


@pytest.mark.usefixtures("project")
def test_a_policy_below_the_foundations_is_refused(enter: WalkIn) -> None:
    page = enter("alice").send("/projects/demo/policy/edit", {"edition": "1", "min_binding": "1"})
    assert page.status == 422
    assert "At least 3 binding +1 votes are required" in page.text
    assert page.values["min_binding"] == "1"
    assert (
        "Use a whole number."
        in enter("alice").send("/projects/demo/policy/edit", {"edition": "1", "min_hours": "many"}).text
    )


@pytest.mark.usefixtures("project")
def test_an_old_policy_form_overwrites_nothing(enter: WalkIn, door: Door) -> None:
    visitor = enter("alice")
    seen = visitor.look("/projects/demo/policy/edit").values["edition"]
    door.perform(act_as(door, "bob"), SetPolicy(DEMO, PolicyChange(min_hours=48)))
    assert visitor.send("/projects/demo/policy/edit", {"edition": seen, "min_hours": "1"}).status == 412
    assert door.ask(ANONYMOUS, ShowPolicy(DEMO)).own.min_hours == 48


@pytest.mark.usefixtures("project")
def test_a_sysadmin_founds_a_project(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    visitor = enter("root")
    fields = {"key": "fresh", "name": "Fresh", "status": "podling", "sponsor": "demo", "dev": "dev@f.example"}
    assert visitor.send("/projects", fields).leads_to == "/projects/fresh/roster"
    assert door.ask(ANONYMOUS, ShowProject(ProjectKey("fresh"))).sponsor_name == "Sample Demo"
    clock.advance(minutes=1)
    again = visitor.send("/projects", fields)
    assert (again.status, again.values["key"]) == (409, "fresh")
    reserved = visitor.send("/projects", {**fields, "key": "events"})
    assert "word of this site's own addresses" in reserved.text
    assert "A podling needs a sponsor" in visitor.send("/projects", {**fields, "sponsor": ""}).text


@pytest.mark.usefixtures("project")
def test_script_in_texts_is_shown_as_text(enter: WalkIn) -> None:
    visitor = enter("alice")
    evil = "<script>alert(1)</script>"
    visitor.send("/projects/demo/edit", {**CHANGE, "edition": "1", "name": evil, "description": evil})
    edition = visitor.look("/projects/demo/policy/edit").values["edition"]
    visitor.send("/projects/demo/policy/edit", {"edition": edition, "release_checklist": evil})
    for path in ("/projects", "/projects/demo", "/projects/demo/edit", "/projects/demo/policy", "/"):
        page = visitor.look(path)
        assert page.status == 200
        assert "<script>alert" not in page.answer.text


def test_a_long_roster_shows_each_person_once(enter: WalkIn, door: Door) -> None:
    everybody = [f"person{number:02}" for number in range(15)]
    make_project(door, "crowd", pmc=everybody[:2], committers=everybody, release_managers=("person00",))
    page = enter("").look("/projects/crowd")
    assert "PMC members P Person00 P Person01 Committers" in page.text
    assert "1 more" in page.text
    assert page.text.count("Person00") == 1
    assert "No key may sign for the project yet." in page.text
    assert "/current/crowd/KEYS" not in page.links
