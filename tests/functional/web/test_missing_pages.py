# SPDX-License-Identifier: Apache-2.0
"""Pages that are not there, and others that say no: each says what was meant, and where to go on."""

import pytest

from atr.services.door import Door
from atr.services.releases import CreateRelease
from tests.support.browsing import Visitor, walk_in
from tests.support.playground import act_as, make_line, make_project
from tests.support.voting import KEY
from tests.support.website import Client


@pytest.fixture
def stranger(api: Client, door: Door) -> Visitor:
    make_project(door)
    make_line(door)
    make_project(door, "sprout")
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    return walk_in(api, door)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/projects/demmo", "/projects/demo"),
        ("/projects/Sample-Demo", "/projects/demo"),
        ("/projects/demo/tool", "/projects/demo/tools"),
        ("/releases/demo/main/1.00", "/releases/demo/main/1.0"),
        ("/releases/demo/main/77", "/releases/demo/main/1.0"),
        ("/releases/sprot/main/1.0", "/projects/sprout"),
        ("/projcts", "/projects"),
        ("/release/demo", "/releases"),
        ("/something-else", "/search?q=something-else"),
        ("/projects/<script>", "/search?q=%3Cscript%3E"),
    ],
)
def test_what_is_not_there_names_what_was_probably_meant(stranger: Visitor, path: str, meant: str) -> None:
    page = stranger.look(path)
    assert page.status == 404
    assert "Did you mean" in page.text
    assert meant in page.links
    assert "Reference" in page.text


def test_every_offer_leads_somewhere(stranger: Visitor) -> None:
    for path in ("/projects/demmo", "/releases/demo/main/77", "/projcts", "/releases/demo/main/1.0/nope"):
        page = stranger.look(path)
        offered = {each for each in page.links if each.startswith("/") and "sign-in" not in each}
        assert {stranger.look(each).status for each in offered} == {200}


def test_a_page_below_a_release_leads_up_to_it(stranger: Visitor) -> None:
    page = stranger.look("/releases/demo/main/1.0/votes/9")
    assert page.status == 404
    assert "/releases/demo/main/1.0" in page.links


def test_an_address_that_takes_forms_alone_leads_to_where_they_are(stranger: Visitor) -> None:
    page = stranger.look("/releases/demo/main/1.0/phase")
    assert page.status == 405
    assert "/releases/demo/main/1.0" in page.links
    assert "only takes forms" in page.text


def test_a_program_is_not_asked_to_guess(stranger: Visitor) -> None:
    answer = stranger.client.get("/projects/demmo", headers={"accept": "application/json"})
    assert answer.json()["status"] == 404
