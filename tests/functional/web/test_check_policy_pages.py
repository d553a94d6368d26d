# SPDX-License-Identifier: Apache-2.0
"""What the checks are told, on pages: shown with who said so, and changed field by field."""

import pytest

from atr.domain.names import ProductRef, ProjectKey
from atr.domain.people import OPERATOR
from atr.services.check_policies import ListCheckPolicies, ShowCheckPolicy
from atr.services.door import Door
from tests.support.browsing import walk_in
from tests.support.playground import make_line, make_project
from tests.support.website import Client

PAGE = "/projects/demo/policy/checks"
LINE = "/projects/demo/tools/policy/checks"
DEMO = ProjectKey("demo")


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)
    make_line(door)


def test_everybody_sees_what_the_checks_are_told_and_who_said_so(api: Client, door: Door) -> None:
    walk_in(api, door, "alice").send(f"{PAGE}/edit", {"edition": "0", "excluded_globs": "docs/*"})
    page = walk_in(api, door).look(LINE)
    assert "Members without a header docs/* Project" in page.text
    assert "Licence Apache-2.0 Foundation" in page.text
    assert f"{LINE}/edit" not in page.links


def test_a_change_is_saved_as_a_version_and_can_be_taken_back(api: Client, door: Door) -> None:
    alice = walk_in(api, door, "alice")
    fields = {
        "edition": "0",
        "source_globs": "*-src.tar.gz\n*-src.zip",
        "licence_checker": "both",
        "required_checks": ["rebuild", "apache rat"],
    }
    saved = alice.send(f"{PAGE}/edit", fields)
    assert saved.leads_to == PAGE
    assert "saved as version 1.0." in alice.look(PAGE).text
    effective = door.ask(OPERATOR, ShowCheckPolicy(DEMO)).effective.policy
    assert effective.source_globs == ("*-src.tar.gz", "*-src.zip")
    assert effective.required_checks == ("rebuild", "apache rat")
    form = alice.look(f"{PAGE}/edit")
    assert "*-src.tar.gz *-src.zip" in form.text
    assert form.answer.text.count("checked") == 2

    alice.send(f"{PAGE}/edit", {"edition": "1"})
    assert "Everything is inherited." in alice.look(PAGE).text
    assert len(door.ask(OPERATOR, ListCheckPolicies(DEMO))) == 2


def test_a_product_line_lays_its_own_over_the_projects(api: Client, door: Door) -> None:
    alice = walk_in(api, door, "alice")
    assert alice.send(f"{LINE}/edit", {"edition": "0", "notice_attribution": "Made here"}).leads_to == LINE
    ref = ProductRef.parse("demo/tools")
    assert door.ask(OPERATOR, ShowCheckPolicy(ref)).own.notice_attribution == "Made here"
    assert "Attribution in NOTICE Made here Product line" in alice.look(LINE).text


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(api: Client, door: Door) -> None:
    page = walk_in(api, door, "alice").send(
        f"{PAGE}/edit",
        {"edition": "0", "licence": "MIT", "source_globs": "/absolute", "required_channels": "no/key"},
    )
    assert page.status == 422
    page = walk_in(api, door, "alice").send(
        f"{PAGE}/edit", {"edition": "0", "licence": "MIT", "source_globs": "/a"}
    )
    assert "Give the text of MIT" in page.text
    assert "Not patterns of paths" in page.text
    assert page.values["licence"] == "MIT"


def test_an_old_form_overwrites_nothing(api: Client, door: Door) -> None:
    alice = walk_in(api, door, "alice")
    alice.send(f"{PAGE}/edit", {"edition": "0", "notice_attribution": "First"})
    late = alice.send(f"{PAGE}/edit", {"edition": "0", "notice_attribution": "Second"})
    assert late.status == 412
    assert "Second" in late.text
    assert "First" in alice.look(PAGE).text


@pytest.mark.parametrize("user", ["", "rm", "dave"])
def test_nobody_else_is_shown_the_form(api: Client, door: Door, user: str) -> None:
    assert walk_in(api, door, user).look(f"{PAGE}/edit").status in {303, 403}
