# SPDX-License-Identifier: Apache-2.0
"""Help: phases, words and the ways to them."""

import re

import pytest

from atr.domain.lifecycle import Phase
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.web.addresses import locate_phase_help
from atr.web.glossary import WORDS, find_word
from atr.web.pages.help_shortcuts import SHORTCUT_GROUPS
from tests.support.browsing import Visitor, walk_in
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY
from tests.support.website import Client


@pytest.fixture
def stranger(api: Client, door: Door) -> Visitor:
    return walk_in(api, door)


def test_help_explains_phases_words_and_roles(stranger: Visitor) -> None:
    page = stranger.look("/help")
    for text in ("The revision is sealed", "Manifest digest", "Search all events", "atr login --url"):
        assert text in page.text


def test_every_topic_of_the_help_is_there(stranger: Visitor) -> None:
    links = {each.partition("#")[0] for each in stranger.look("/help").links if each.startswith("/help/")}
    assert links
    assert {stranger.look(each).status for each in links} == {200}


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_is_explained_under_its_anchor(stranger: Visitor, phase: Phase) -> None:
    path, _, anchor = locate_phase_help(phase).partition("#")
    assert f'id="{anchor}"' in stranger.look(path).answer.text


def test_the_phases_say_what_can_be_in_the_way_in_the_words_of_the_refusal(stranger: Visitor) -> None:
    page = stranger.look("/help/phases")
    assert "The vote is still open." in page.text
    assert "The checks of this revision are not finished: wait for them." in page.text
    assert "by a PMC member, release manager or sysadmin" in page.text


def test_the_listed_shortcuts_are_those_that_pages_have(api: Client, door: Door) -> None:
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    page = walk_in(api, door, "rm").look(f"/releases/{KEY.storage_key}").answer.text
    carried = set(re.findall(r'data-key="([^"]+)"', page))
    listed = {each.keys for group in SHORTCUT_GROUPS for each in group.shortcuts}
    assert {"g h", "/", "o", "f", "c", "v"} <= carried
    assert carried <= listed


def test_every_word_is_explained_under_its_anchor(stranger: Visitor) -> None:
    page = stranger.look("/help/words").answer.text
    assert all(f'id="{each.slug}"' in page for each in WORDS)


def test_no_two_words_share_an_anchor() -> None:
    assert len({each.slug for each in WORDS}) == len(WORDS)


def test_a_word_is_found_by_its_other_names() -> None:
    binding = find_word("binding")
    assert binding is not None
    assert binding is find_word("Binding vote")
    assert binding.href == "/help/words#binding-vote"
    assert find_word("gadget") is None
