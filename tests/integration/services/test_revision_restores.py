# SPDX-License-Identifier: Apache-2.0
"""Going back to an earlier revision: a new one with its files, on top of what everybody sees."""

from collections.abc import Callable

import pytest

from atr.domain.errors import Conflict, Denied, NotFound, Refused
from atr.domain.lifecycle import Phase
from atr.services.door import Door
from atr.services.release_phases import MoveRelease
from atr.services.releases import CreateRelease
from atr.services.revision_restores import RestoreRevision
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from tests.support.playground import act_as, make_project
from tests.support.voting import KEY, StoreFiles, seal_release

Compose = Callable[[dict[str, bytes], int], None]


@pytest.fixture
def compose(door: Door) -> Compose:
    """Return what makes a revision of files, on a candidate that has none yet."""
    make_project(door)
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))

    def add(files: dict[str, bytes], base: int) -> None:
        door.perform(rm, AddRevision(KEY, base, door.keep(StoreFiles(files))))

    return add


def test_an_earlier_revision_comes_back_as_a_new_one(door: Door, compose: Compose) -> None:
    compose({"a.zip": b"good"}, 0)
    compose({"a.zip": b"worse", "b.zip": b"b"}, 1)

    made = door.perform(act_as(door, "rm"), RestoreRevision(KEY, 1, 2))

    assert (made.number, made.description) == (3, "Restored revision 1")
    assert [(str(each.path), each.content.size) for each in made.files] == [("a.zip", 4)]


def test_what_would_change_nothing_is_refused(door: Door, compose: Compose) -> None:
    compose({"a.zip": b"a"}, 0)
    with pytest.raises(Refused, match="revision 1 has the files of revision 1"):
        door.perform(act_as(door, "rm"), RestoreRevision(KEY, 1, 1))


def test_only_what_is_there_is_restored_and_on_top_of_the_newest(door: Door, compose: Compose) -> None:
    compose({"a.zip": b"a"}, 0)
    compose({"b.zip": b"b"}, 1)
    rm = act_as(door, "rm")
    with pytest.raises(NotFound):
        door.perform(rm, RestoreRevision(KEY, 7, 2))
    with pytest.raises(Conflict, match="The newest revision is 2, not 1"):
        door.perform(rm, RestoreRevision(KEY, 1, 1))
    with pytest.raises(Denied):
        door.perform(act_as(door, "dave"), RestoreRevision(KEY, 1, 2))


def test_bytes_that_are_gone_are_named(door: Door, compose: Compose, surroundings: Surroundings) -> None:
    compose({"a.zip": b"a"}, 0)
    compose({"b.zip": b"b"}, 1)
    for blob in list(surroundings.blobs.list()):
        surroundings.blobs.delete(blob.digest)
    with pytest.raises(Refused, match=r"The bytes of a\.zip are not stored any more"):
        door.perform(act_as(door, "rm"), RestoreRevision(KEY, 1, 2))


def test_a_sealed_candidate_stays(door: Door) -> None:
    make_project(door)
    seal_release(door)
    rm = act_as(door, "rm")
    with pytest.raises(Refused, match="move it back to compose first"):
        door.perform(rm, RestoreRevision(KEY, 1, 1))
    door.perform(rm, MoveRelease(KEY, Phase.COMPOSE))
