# SPDX-License-Identifier: Apache-2.0
"""What somebody may have meant, over the real door."""

import pytest

from atr.domain.people import ANONYMOUS
from atr.services.door import Door
from atr.services.near_names import FindNearNames, NearNames
from atr.services.releases import CreateRelease
from tests.support.playground import act_as, make_line, make_project
from tests.support.voting import KEY


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)
    make_line(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))


def look_near(door: Door, *words: str) -> NearNames:
    return door.ask(ANONYMOUS, FindNearNames(words))


@pytest.mark.parametrize("word", ["demmo", "Sample Demmo", "DEMOS"])
def test_a_project_is_found_by_a_like_key_or_name(door: Door, word: str) -> None:
    assert look_near(door, word).projects == {"demo": "Sample Demo"}


@pytest.mark.parametrize("word", ["something", "<script>", "9"])
def test_nothing_is_near_what_is_like_nothing(door: Door, word: str) -> None:
    assert look_near(door, word) == NearNames({})


def test_in_a_project_the_nearest_release_and_line_are_found(door: Door) -> None:
    near = look_near(door, "demo", "tool", "1.00")
    assert near.releases == (KEY,)
    assert [str(each) for each in near.lines] == ["demo/tools"]


def test_without_a_like_version_the_newest_is_offered(door: Door) -> None:
    assert look_near(door, "demo", "main", "77").releases == (KEY,)


def test_a_project_alone_is_enough(door: Door) -> None:
    near = look_near(door, "demo")
    assert (near.releases, near.lines) == ((), ())
    assert near.projects == {"demo": "Sample Demo"}
