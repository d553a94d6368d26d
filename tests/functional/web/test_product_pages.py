# SPDX-License-Identifier: Apache-2.0
"""Product lines: their page, adding one, changing one."""

from collections.abc import Callable

import pytest

from atr.domain.names import ProductRef
from atr.domain.people import ANONYMOUS
from atr.domain.versions import VersionOrder
from atr.services.door import Door
from atr.services.project_views import ShowProduct
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import make_project
from tests.support.scenes import furnish_foundation
from tests.support.voting import make_bench, seal_release
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture
def project(door: Door) -> None:
    make_project(door)


@pytest.fixture
def furnished(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> None:
    furnish_foundation(make_bench(door, surroundings, queue), clock)


@pytest.mark.usefixtures("furnished")
def test_a_line_is_shown_with_its_releases(enter: WalkIn) -> None:
    page = enter("").look("/projects/demo/main")
    assert "Main product line" in page.text
    assert "latest release 1.0" in page.text
    links = page.links
    assert {"/releases/demo/main/1.1", "/releases/demo/main/0.9", "/current/demo/latest"} <= set(links)
    assert "/releases/demo/tools/2026.11" not in links
    assert "/events?subject=demo%2Fmain" in links


@pytest.mark.usefixtures("furnished")
def test_a_line_says_what_it_sets_itself(enter: WalkIn) -> None:
    page = enter("alice").look("/projects/demo/tools")
    assert "1 field is set here." in page.text
    assert "Nothing has been released here yet." in page.text
    assert {"/projects/demo/tools/edit", "/projects/demo/tools/new-release"} <= set(page.links)


@pytest.mark.usefixtures("project")
def test_a_line_that_sets_nothing_inherits_everything(enter: WalkIn) -> None:
    page = enter("").look("/projects/demo/main")
    assert "Everything is inherited from the project." in page.text
    assert "No releases yet" in page.text


@pytest.mark.usefixtures("project")
def test_a_line_is_added(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    visitor = enter("alice")
    fields = {"key": "docs", "name": "Sample Docs", "version_order": "date"}
    assert visitor.send("/projects/demo/new-line", fields).leads_to == "/projects/demo/docs"
    assert "The product line Sample Docs was added." in visitor.look("/projects/demo/docs").text
    line = door.ask(ANONYMOUS, ShowProduct(ProductRef.parse("demo/docs"))).product
    assert line.version_order is VersionOrder.DATE
    clock.advance(minutes=1)
    again = visitor.send("/projects/demo/new-line", fields)
    assert (again.status, again.values["name"]) == (409, "Sample Docs")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        ("2.0", "nothing that reads as a version"),
        ("latest", "nothing that reads as a version"),
        ("policy", "word of this site's own addresses"),
        ("", "Please fill this in."),
    ],
)
def test_a_faulty_key_is_explained(enter: WalkIn, key: str, complaint: str) -> None:
    fields = {"key": key, "name": "Kept", "version_order": "semver"}
    page = enter("alice").send("/projects/demo/new-line", fields)
    assert page.status == 422
    assert complaint in page.text
    assert page.values["name"] == "Kept"


@pytest.mark.usefixtures("project")
def test_a_line_is_changed(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    visitor = enter("alice")
    form = visitor.look("/projects/demo/main/edit")
    assert form.values["version_order"] == "semver"
    fields = {"edition": form.values["edition"], "name": "Better", "version_order": "calver"}
    assert visitor.send("/projects/demo/main/edit", fields).leads_to == "/projects/demo/main"
    line = door.ask(ANONYMOUS, ShowProduct(ProductRef.parse("demo"))).product
    assert (line.name, line.version_order) == ("Better", VersionOrder.CALVER)
    clock.advance(minutes=1)
    assert visitor.send("/projects/demo/main/edit", fields).status == 412


@pytest.mark.usefixtures("project")
def test_an_order_that_releases_do_not_fit_is_refused(enter: WalkIn, door: Door) -> None:
    seal_release(door)
    fields = {"edition": "1", "name": "Dates", "version_order": "date"}
    page = enter("alice").send("/projects/demo/main/edit", fields)
    assert page.status == 422
    assert "do not fit the order date: 1.0" in page.text


@pytest.mark.usefixtures("project")
def test_what_is_not_there_is_not_found(enter: WalkIn) -> None:
    for path in ("/projects/demo/nothing", "/projects/nobody/main", "/projects/demo/nothing/policy"):
        assert enter("").look(path).status == 404
