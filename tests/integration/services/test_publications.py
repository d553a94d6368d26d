# SPDX-License-Identifier: Apache-2.0
"""What is published is what was voted on, and the tree follows the phases."""

import json
from dataclasses import replace

import pytest

from atr.domain.coordinates import METADATA_FILE, Coordinate, KeysCoordinate
from atr.domain.errors import Conflict, NotFound, Refused
from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ChannelKey, FilePath, ProjectKey, ReleaseKey
from atr.domain.people import SERVICE
from atr.ports.blobs import Damaged
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.announcements import Announce
from atr.services.door import Door
from atr.services.keys import AddKeys, DeleteKey
from atr.services.phase_steps import TakeStep
from atr.services.publication_records import PrepareAnnouncement, RecordPublication
from atr.services.publications import PublishRelease, WithdrawRelease, WriteKeys
from atr.services.release_phases import MoveRelease
from atr.services.surroundings import Surroundings
from tests.support.door import RecordedQueue, SettableClock
from tests.support.keys import TestKey
from tests.support.playground import act_as, make_project
from tests.support.publishing import (
    approve_release,
    finish_release,
    publish_voted,
    restore_release,
    set_aside,
    settle_jobs,
)
from tests.support.voting import FILES, KEY, Bench, make_bench, read_release, seal_release

FILE = "demo-1.0.tar.gz"


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def read_published(bench: Bench, stage: Stage, file: str = FILE, key: ReleaseKey = KEY) -> bytes | None:
    """Return what stands in the tree, None for nothing."""
    try:
        reader = bench.tools.published.open(Coordinate.of(stage, key, FilePath(file)))
    except NotFound:
        return None
    return reader.read_range(0, reader.size)


def list_events(open_unit: OpenUnit) -> list[str]:
    which = EventFilter(KEY.project, KEY.product, KEY.version)
    with open_unit() as unit:
        return [each.name for each in unit.events.list(which, PageRequest(200)).items]


def test_the_voted_files_are_published_and_the_release_goes_on(bench: Bench) -> None:
    assert approve_release(bench).phase is Phase.DISTRIBUTE
    assert read_published(bench, Stage.CURRENT) is None
    settle_jobs(bench)
    release = read_release(bench.tools.door)
    assert release.phase is Phase.ANNOUNCE
    assert release.published_at is not None
    assert read_published(bench, Stage.CURRENT) == FILES[FILE]


def test_metadata_stand_beside_the_files(bench: Bench) -> None:
    publish_voted(bench)
    metadata = json.loads(read_published(bench, Stage.CURRENT, METADATA_FILE) or b"")
    assert metadata["release"] == "demo/1.0"
    assert metadata["votes"][0]["state"] == "passed"
    assert metadata["votes"][0]["manifest_digest"] == metadata["manifest_digest"]
    assert {each["path"] for each in metadata["files"]} == set(FILES)
    assert metadata["artifacts"][0]["signature"] == f"{FILE}.asc"


def test_metadata_follow_the_release(bench: Bench) -> None:
    finish_release(bench)
    assert json.loads(read_published(bench, Stage.CURRENT, METADATA_FILE) or b"")["phase"] == "released"


def test_publishing_again_changes_and_records_nothing(bench: Bench, open_unit: OpenUnit) -> None:
    publish_voted(bench)
    before = list_events(open_unit)
    PublishRelease(KEY).run(bench.tools)
    assert list_events(open_unit) == before
    assert read_release(bench.tools.door).phase is Phase.ANNOUNCE


@pytest.mark.parametrize("lost", ["before recording", "before the ledger's second line"])
def test_a_crash_in_the_middle_is_made_good(bench: Bench, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    approve_release(bench)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    owner, name = (bench.tools.door, "perform") if lost == "before recording" else (bench.tools.door, "keep")
    published = bench.tools.published.publish
    if name == "keep":
        # dies after the files stand there: the next thing kept is the ledger's result
        def publish_then_die(*arguments: object) -> None:
            published(*arguments)  # type: ignore[arg-type]
            monkeypatch.setattr(owner, "keep", die)

        monkeypatch.setattr(bench.tools.published, "publish", publish_then_die)
    else:
        monkeypatch.setattr(owner, "perform", die)
    with pytest.raises(KeyboardInterrupt):
        PublishRelease(KEY).run(bench.tools)
    monkeypatch.undo()
    assert read_release(bench.tools.door).phase is Phase.DISTRIBUTE
    PublishRelease(KEY).run(bench.tools)
    assert read_release(bench.tools.door).phase is Phase.ANNOUNCE
    assert read_published(bench, Stage.CURRENT) == FILES[FILE]


def test_nothing_is_published_before_its_vote_passed(bench: Bench) -> None:
    seal_release(bench.tools.door)
    PublishRelease(KEY).run(bench.tools)
    assert read_published(bench, Stage.CURRENT) is None
    with pytest.raises(Conflict, match="meanwhile"):
        bench.tools.door.perform(SERVICE, RecordPublication(KEY))


def test_other_bytes_than_the_voted_ones_are_refused(bench: Bench, open_unit: OpenUnit) -> None:
    approve_release(bench)
    with open_unit() as unit:  # as if somebody had changed the database by hand
        revision = unit.revisions.find(KEY, 1)
        release = unit.releases.find(KEY)
        assert revision is not None
        assert release is not None
        unit.revisions.add(replace(revision, number=2, files=revision.files[:1]))
        unit.releases.save(replace(release, newest_revision=2, sealed_revision=2), release.phase)
        unit.commit()
    with pytest.raises(Refused, match="no passed vote"):
        PublishRelease(KEY).run(bench.tools)
    assert read_published(bench, Stage.CURRENT) is None


def test_damaged_bytes_are_not_published(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    approve_release(bench)

    def find_damage(*_: object) -> None:
        raise Damaged("not these bytes")

    monkeypatch.setattr(bench.tools.blobs, "verify", find_damage)
    with pytest.raises(Damaged):
        PublishRelease(KEY).run(bench.tools)
    assert read_published(bench, Stage.CURRENT) is None


def test_a_required_channel_keeps_the_release_in_distribute(bench: Bench, open_unit: OpenUnit) -> None:
    release = approve_release(bench)
    with open_unit() as unit:
        unit.releases.save(replace(release, package_managers=(ChannelKey("npm"),)), release.phase)
        unit.commit()
    settle_jobs(bench)
    waiting = read_release(bench.tools.door)
    assert (waiting.phase, waiting.published_at is not None) == (Phase.DISTRIBUTE, True)
    with pytest.raises(Refused, match="npm"):
        bench.tools.door.perform(act_as(bench.tools.door, "rm"), TakeStep(KEY, Phase.ANNOUNCE))


def test_archiving_moves_the_files(bench: Bench) -> None:
    finish_release(bench)
    archived = set_aside(bench)
    assert (archived.phase, archived.published_at) == (Phase.ARCHIVED, None)
    assert read_published(bench, Stage.CURRENT) is None
    assert read_published(bench, Stage.ARCHIVED) == FILES[FILE]
    assert json.loads(read_published(bench, Stage.ARCHIVED, METADATA_FILE) or b"")["stage"] == "archived"


@pytest.mark.parametrize("before", [Phase.ANNOUNCE, Phase.RELEASED])
def test_revoking_takes_the_files_away(bench: Bench, before: Phase) -> None:
    publish_voted(bench) if before is Phase.ANNOUNCE else finish_release(bench)
    assert set_aside(bench, Phase.REVOKED).set_aside_reason == "for a reason"
    assert read_published(bench, Stage.CURRENT) is None
    assert read_published(bench, Stage.ARCHIVED) is None


def test_a_restored_release_stands_where_it_stood(bench: Bench, clock: SettableClock) -> None:
    first = finish_release(bench)
    clock.advance(days=1)
    set_aside(bench)
    clock.advance(days=1)
    restored = restore_release(bench)
    assert restored.phase is Phase.RELEASED
    assert restored.released_at == first.released_at
    assert restored.published_at == clock.now
    assert read_published(bench, Stage.CURRENT) == FILES[FILE]
    assert read_published(bench, Stage.ARCHIVED) is None


def test_what_was_revoked_can_be_restored(bench: Bench, clock: SettableClock) -> None:
    finish_release(bench)
    clock.advance(days=1)
    set_aside(bench, Phase.REVOKED)
    clock.advance(days=1)
    assert restore_release(bench).set_aside_reason == ""
    assert read_published(bench, Stage.CURRENT) == FILES[FILE]


def test_late_jobs_do_what_the_phase_says_now(bench: Bench) -> None:
    approve_release(bench)
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), MoveRelease(KEY, Phase.REVOKED, "wrong key"))
    settle_jobs(bench)
    assert read_published(bench, Stage.CURRENT) is None
    WithdrawRelease(KEY).run(bench.tools)
    assert read_release(bench.tools.door).phase is Phase.REVOKED


def test_keys_are_written_for_the_whole_project(bench: Bench) -> None:
    WriteKeys.parse("demo").run(bench.tools)
    reader = bench.tools.published.open(KeysCoordinate(Stage.CURRENT, ProjectKey("demo")))
    assert b"Sample Demo" in reader.read_range(0, reader.size)
    with pytest.raises(NotFound):
        WriteKeys.parse("nobody").run(bench.tools)


def test_a_key_that_signed_a_release_is_remembered(bench: Bench, open_unit: OpenUnit) -> None:
    key, stranger = TestKey(), TestKey()
    rm = act_as(bench.tools.door, "rm")
    bench.tools.door.perform(rm, AddKeys(key.armored.encode(), ProjectKey("demo")))
    files = {
        "signed.tgz": b"1",
        "signed.tgz.asc": key.sign(b"1"),
        "strange.tgz": b"2",
        "strange.tgz.asc": stranger.sign(b"2"),
        "broken.tgz": b"3",
        "broken.tgz.asc": b"no signature",
        "bare.tgz": b"4",
    }
    publish_voted(bench, KEY, files)
    with open_unit() as unit:
        assert unit.revisions.has_signed(key.public.fingerprint)
        assert not unit.revisions.has_signed(stranger.public.fingerprint)
    with pytest.raises(Refused):
        bench.tools.door.perform(rm, DeleteKey(key.public.fingerprint))


def test_the_announcement_is_prepared_once_everything_is_confirmed(bench: Bench, open_unit: OpenUnit) -> None:
    release = approve_release(bench)
    with open_unit() as unit:
        held = replace(release, package_managers=(ChannelKey("npm"),))
        unit.releases.save(held, release.phase)
        unit.commit()
    settle_jobs(bench)
    with open_unit() as unit:
        waiting = unit.releases.find(KEY)
        assert waiting is not None
        unit.releases.save(replace(waiting, package_managers=()), waiting.phase)
        unit.commit()
    moved = bench.tools.door.perform(act_as(bench.tools.door, "rm"), PrepareAnnouncement(KEY))
    assert moved.phase is Phase.ANNOUNCE
    with open_unit() as unit:
        assert unit.announcements.find(KEY) is not None


def test_what_is_only_said_about_a_release_is_voted_on_but_not_offered(bench: Bench) -> None:
    said = {".atr/rebuilds/me/demo-1.0.tar.gz": b"rebuilt"}
    publish_voted(bench, files={**FILES, **said})
    metadata = json.loads(read_published(bench, Stage.CURRENT, METADATA_FILE) or b"")
    assert {each["path"] for each in metadata["files"]} == {*FILES, *said}
    assert read_published(bench, Stage.CURRENT, next(iter(said))) is None
    assert read_published(bench, Stage.CURRENT) == FILES[FILE]
    before = read_release(bench.tools.door)
    PublishRelease(KEY).run(bench.tools)
    assert read_release(bench.tools.door) == before


def test_the_announcement_waits_only_for_what_is_offered(bench: Bench) -> None:
    said = {".atr/rebuilds/me/demo-1.0.tar.gz": b"rebuilt"}
    publish_voted(bench, files={**FILES, **said})
    bench.offer_files(KEY, FILES)
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), Announce(KEY))
    bench.work_off()
    assert read_release(bench.tools.door).phase is Phase.RELEASED
