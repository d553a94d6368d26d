# SPDX-License-Identifier: Apache-2.0
"""Signing keys: whose they are, where they sign, and what never comes in."""

from dataclasses import replace
from datetime import timedelta

import pysequoia
import pytest
from sqlalchemy import Engine, text

from atr.domain.errors import Conflict, Denied, Invalid, NotFound, NotSignedIn, Refused
from atr.domain.event import Event
from atr.domain.key import SigningKey
from atr.domain.names import Fingerprint, ProjectKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.events import ListEvents
from atr.services.key_views import ListOwnKeys, ListProjectKeys, ShowKey
from atr.services.keys import (
    LARGEST_KEYS_FILE,
    AddKeys,
    AttachKey,
    DeleteKey,
    DetachKey,
    ImportKeys,
    RevokeKey,
)
from atr.services.surroundings import Surroundings
from tests.support.door import NOON, RecordedQueue
from tests.support.keys import MADE_AT, KeyPart, TestKey, make_dsa
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.voting import make_bench

DEMO, OTHER = ProjectKey("demo"), ProjectKey("other")
NOWHERE = Fingerprint("f" * 40)


@pytest.fixture(autouse=True)
def projects(door: Door, queue: RecordedQueue) -> None:
    make_project(door)
    make_project(door, "other", pmc=("olga",), committers=(), release_managers=())
    queue.forget()


def add_keys(door: Door, user: str, *keys: TestKey, project: ProjectKey | None = None) -> list[Fingerprint]:
    command = AddKeys("\n".join(key.armored for key in keys).encode(), project)
    return [key.fingerprint for key in door.perform(act_as(door, user), command).accepted]


def import_keys(door: Door, *keys: TestKey, project: ProjectKey = DEMO, user: str = "alice") -> None:
    command = ImportKeys(project, "\n".join(key.armored for key in keys).encode())
    door.perform(act_as(door, user), command)


def show_key(door: Door, key: TestKey) -> SigningKey:
    return door.ask(ANONYMOUS, ShowKey(Fingerprint(key.fingerprint))).signing


def list_attached(door: Door, project: ProjectKey = DEMO) -> set[str]:
    return {view.signing.fingerprint for view in door.ask(ANONYMOUS, ListProjectKeys(project))}


def read_events(door: Door) -> list[Event]:
    return [view.event for view in door.ask(OPERATOR, ListEvents(EventFilter())).items]


def test_a_person_adds_keys_of_their_own(door: Door, queue: RecordedQueue) -> None:
    first, second = TestKey(), TestKey()
    assert add_keys(door, "rm", first, second) == [first.fingerprint, second.fingerprint]
    views = door.ask(act_as(door, "rm"), ListOwnKeys())
    assert {view.signing.fingerprint for view in views} == {first.fingerprint, second.fingerprint}
    assert {(view.signing.owner, view.owner_name, view.projects) for view in views} == {("rm", "Rm", ())}
    assert queue.jobs == []
    assert (read_events(door)[0].name, read_events(door)[0].activity) == ("key.added", "own account")


def test_adding_for_a_project_attaches_and_writes_its_keys_file(door: Door, queue: RecordedQueue) -> None:
    key = TestKey()
    add_keys(door, "rm", key, project=DEMO)
    assert list_attached(door) == {key.fingerprint}
    assert queue.jobs == [Job(JobKind.WRITE_KEYS, "demo", lock="keys demo")]


@pytest.mark.parametrize("actor", [ANONYMOUS, SERVICE, OPERATOR])
def test_nobody_but_a_person_has_keys(door: Door, actor: Actor) -> None:
    with pytest.raises(NotSignedIn):
        door.perform(actor, AddKeys(TestKey().armored.encode()))
    with pytest.raises(NotSignedIn):
        door.ask(actor, ListOwnKeys())


def test_only_whoever_manages_keys_adds_them_to_a_project(door: Door) -> None:
    key = TestKey()
    for user in ("dave", "olga"):
        with pytest.raises(Denied):
            add_keys(door, user, key, project=DEMO)
    with pytest.raises(NotFound):
        show_key(door, key)


def test_a_private_key_is_refused_and_never_stored(door: Door, engine: Engine) -> None:
    private = str(pysequoia.Tsk.generate("Careless <rm@example.org>")).encode()
    assert b"PRIVATE KEY" in private
    for data in (private, private.replace(b"PRIVATE", b"PUBLIC")):
        with pytest.raises(Invalid, match="this is a private key: it was not stored"):
            door.perform(act_as(door, "rm"), AddKeys(data))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM signing_keys")).scalar_one() == 0
    assert private.decode() not in repr(AddKeys(private))
    assert private.decode() not in repr(ImportKeys(DEMO, private))


@pytest.mark.parametrize("data", [b"", b"hello", b"\x99\x00", b"\xff" * 100])
def test_what_is_no_key_is_refused_with_a_reason(door: Door, data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        door.perform(act_as(door, "rm"), AddKeys(data))
    assert all(problem.field == "keys" and problem.message for problem in caught.value.problems)


def test_too_large_a_file_is_refused_before_it_is_read(door: Door) -> None:
    with pytest.raises(Invalid, match="8 MiB at most"):
        door.perform(act_as(door, "alice"), ImportKeys(DEMO, b" " * (LARGEST_KEYS_FILE + 1)))


def test_a_keys_file_of_hundreds_comes_in_and_each_bad_block_is_told(
    door: Door, queue: RecordedQueue
) -> None:
    good = [TestKey(user_id=f"Person {number} <p{number}@example.org>") for number in range(300)]
    good.append(TestKey(primary=KeyPart(make_dsa())))
    private = str(pysequoia.Tsk.generate("Careless <c@example.org>"))
    cut = TestKey().armored.replace("-----END", "")
    signature = TestKey().sign(b"").decode()
    blocks = [each.armored for each in good]
    blocks[100:100], blocks[200:200] = [private, cut], [signature]
    text_file = "Keys of the project\n\n" + "\n\n".join(f"pub\n{each}" for each in blocks)
    result = door.perform(act_as(door, "alice"), ImportKeys(DEMO, text_file.encode()))
    assert {key.fingerprint for key in result.accepted} == {key.fingerprint for key in good}
    assert list_attached(door) == {key.fingerprint for key in good}
    assert {key.owner for key in result.accepted} == {None}
    positions = {each.position: each.reason for each in result.rejected}
    assert positions.keys() >= {101, 201}
    assert "private key" in positions[101]
    assert "not a public key" in positions[201]
    newest = read_events(door)[0]
    assert newest.name == "project.keys_imported"
    assert newest.details == {"accepted": 301, "rejected": len(result.rejected)}
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["demo"]


@pytest.mark.usefixtures("volume")
def test_more_keys_than_one_statement_takes_are_stored(door: Door, open_unit: OpenUnit) -> None:
    key = TestKey().public
    many = [
        SigningKey(replace(key, fingerprint=Fingerprint(f"{number:040x}")), UserId("rm"), NOON)
        for number in range(10_000)
    ]
    with open_unit() as unit:
        assert len(unit.keys.save_many(many)) == len(many)


def test_importing_twice_changes_nothing(door: Door) -> None:
    key = TestKey()
    import_keys(door, key)
    before = show_key(door, key)
    import_keys(door, key)
    assert show_key(door, key) == before


def test_somebody_elses_key_is_not_taken_over(door: Door) -> None:
    key, own = TestKey(), TestKey()
    add_keys(door, "rm", key)
    with pytest.raises(Conflict, match="belongs to somebody else"):
        add_keys(door, "alice", own, key)
    with pytest.raises(NotFound):
        show_key(door, own)
    import_keys(door, key)
    assert show_key(door, key).owner == "rm"


def test_of_two_people_adding_one_key_at_once_the_second_is_told(door: Door, open_unit: OpenUnit) -> None:
    key = TestKey()
    add_keys(door, "rm", key)
    with open_unit() as unit:  # as if alice's request had looked before rm's was committed
        saved = unit.keys.save_many([key.own("alice")])
    assert saved[Fingerprint(key.fingerprint)].owner == "rm"


def test_a_key_from_a_keys_file_goes_to_whom_it_names(door: Door) -> None:
    key = TestKey(user_id="Dave <DAVE@example.org>")
    import_keys(door, key)
    with pytest.raises(Denied, match="names none of your addresses"):
        add_keys(door, "olga", key)
    add_keys(door, "dave", key)
    assert show_key(door, key).owner == "dave"


def test_an_address_that_only_ends_like_ones_own_names_nobody(door: Door) -> None:
    key = TestKey(user_id="Mallory <not-dave@example.org>")
    import_keys(door, key)
    with pytest.raises(Denied):
        add_keys(door, "dave", key)


def test_whoever_manages_the_projects_keys_may_take_one_of_nobody(door: Door) -> None:
    key = TestKey(user_id="Retired <gone@example.org>")
    import_keys(door, key)
    add_keys(door, "bob", key)
    assert show_key(door, key).owner == "bob"


def test_a_key_of_nobody_on_no_project_may_be_taken(door: Door) -> None:
    key = TestKey()
    import_keys(door, key)
    door.perform(act_as(door, "alice"), DetachKey(DEMO, Fingerprint(key.fingerprint)))
    add_keys(door, "olga", key)
    assert show_key(door, key).owner == "olga"


def test_an_older_copy_undoes_no_revocation(door: Door) -> None:
    key = TestKey(subkey=KeyPart())
    add_keys(door, "rm", key.change(subkey_revoked=True))
    import_keys(door, key)
    assert [part.revoked for part in show_key(door, key).key.subkeys] == [True]
    import_keys(door, key.change(revoked=True))
    import_keys(door, key)
    assert show_key(door, key).key.revoked


def test_a_newer_copy_brings_what_it_says(door: Door) -> None:
    key = TestKey()
    add_keys(door, "rm", key)
    add_keys(door, "rm", key.change(subkey=KeyPart(), revoked=True))
    stored = show_key(door, key)
    assert (len(stored.key.subkeys), stored.is_revoked()) == (1, True)


def test_revoking_here_outlasts_every_copy(door: Door, queue: RecordedQueue, open_unit: OpenUnit) -> None:
    key = TestKey()
    add_keys(door, "rm", key, project=DEMO)
    queue.forget()
    fingerprint = Fingerprint(key.fingerprint)
    revoked = door.perform(act_as(door, "rm"), RevokeKey(fingerprint, " Lost my laptop. "))
    assert (revoked.revoked_at, revoked.revocation_reason) == (NOON, "Lost my laptop.")
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["demo"]
    import_keys(door, key)
    with open_unit() as unit:  # as if an import had read the key before it was revoked
        unit.keys.save_many([key.claim("rm")])
        unit.commit()
    assert show_key(door, key) == revoked
    again = door.perform(act_as(door, "rm"), RevokeKey(fingerprint, "Once more."))
    assert again.revocation_reason == "Lost my laptop."


def test_a_revocation_needs_a_reason_and_the_right_person(door: Door) -> None:
    key = TestKey()
    add_keys(door, "rm", key, project=DEMO)
    fingerprint = Fingerprint(key.fingerprint)
    with pytest.raises(Invalid, match="Say why"):
        door.perform(act_as(door, "rm"), RevokeKey(fingerprint, "  "))
    for user in ("alice", "olga"):
        with pytest.raises(Denied):
            door.perform(act_as(door, user), RevokeKey(fingerprint, "because"))
    with pytest.raises(NotFound):
        door.perform(act_as(door, "rm"), RevokeKey(NOWHERE, "because"))


def test_a_key_of_nobody_is_in_the_care_of_its_projects(door: Door) -> None:
    key = TestKey()
    import_keys(door, key)
    fingerprint = Fingerprint(key.fingerprint)
    for user in ("olga", "dave"):
        with pytest.raises(Denied):
            door.perform(act_as(door, user), RevokeKey(fingerprint, "because"))
    assert door.perform(act_as(door, "bob"), RevokeKey(fingerprint, "because")).is_revoked()


def test_a_known_key_is_attached_and_detached(door: Door, queue: RecordedQueue) -> None:
    key = TestKey()
    add_keys(door, "rm", key)
    fingerprint = Fingerprint(key.fingerprint)
    for _ in range(2):
        door.perform(act_as(door, "olga"), AttachKey(OTHER, fingerprint))
    assert list_attached(door, OTHER) == {key.fingerprint}
    door.perform(act_as(door, "olga"), DetachKey(OTHER, fingerprint))
    assert list_attached(door, OTHER) == set()
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["other"] * 3
    with pytest.raises(NotFound):
        door.perform(act_as(door, "olga"), DetachKey(OTHER, fingerprint))
    assert [event.name for event in read_events(door)][:3] == ["key.detached", "key.attached", "key.attached"]


def test_what_cannot_sign_is_not_attached(door: Door) -> None:
    key = TestKey()
    add_keys(door, "rm", key)
    door.perform(act_as(door, "rm"), RevokeKey(Fingerprint(key.fingerprint), "because"))
    with pytest.raises(Refused, match="was revoked"):
        door.perform(act_as(door, "alice"), AttachKey(DEMO, Fingerprint(key.fingerprint)))
    with pytest.raises(NotFound):
        door.perform(act_as(door, "alice"), AttachKey(DEMO, NOWHERE))
    with pytest.raises(Denied):
        door.perform(act_as(door, "dave"), AttachKey(DEMO, Fingerprint(key.fingerprint)))


def test_a_key_that_signed_nothing_is_deleted_everywhere(door: Door, queue: RecordedQueue) -> None:
    key = TestKey()
    add_keys(door, "rm", key, project=DEMO)
    queue.forget()
    fingerprint = Fingerprint(key.fingerprint)
    with pytest.raises(Denied):
        door.perform(act_as(door, "alice"), DeleteKey(fingerprint))
    door.perform(act_as(door, "rm"), DeleteKey(fingerprint))
    assert list_attached(door) == set()
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["demo"]
    with pytest.raises(NotFound):
        door.perform(act_as(door, "rm"), DeleteKey(fingerprint))


def test_a_key_that_signed_a_released_artifact_stays(
    door: Door, queue: RecordedQueue, surroundings: Surroundings
) -> None:
    key = TestKey()
    add_keys(door, "rm", key, project=DEMO)
    source = b"the source"
    files = {"demo-1.0.tar.gz": source, "demo-1.0.tar.gz.asc": key.sign(source)}
    finish_release(make_bench(door, surroundings, queue), files=files)
    fingerprint = Fingerprint(key.fingerprint)
    with pytest.raises(Refused, match="stays for ever"):
        door.perform(act_as(door, "rm"), DeleteKey(fingerprint))
    view = door.ask(ANONYMOUS, ShowKey(fingerprint))
    assert view.delete_reasons == (
        "The key signed a released artifact, so it stays for ever: revoke it instead.",
    )
    assert door.perform(act_as(door, "rm"), RevokeKey(fingerprint, "because")).is_revoked()


def test_a_key_shows_its_end(door: Door) -> None:
    until_soon = NOON + timedelta(days=20) - MADE_AT
    over, soon, lasting = TestKey(lasts=timedelta(days=1)), TestKey(lasts=until_soon), TestKey()
    add_keys(door, "rm", over, soon, lasting)
    views = {view.signing.fingerprint: view for view in door.ask(act_as(door, "rm"), ListOwnKeys())}
    assert [views[Fingerprint(key.fingerprint)].needs_attention for key in (over, soon, lasting)] == [
        True,
        True,
        False,
    ]
    assert views[Fingerprint(over.fingerprint)].expired
    assert views[Fingerprint(soon.fingerprint)].expires_soon
    revoked = door.perform(act_as(door, "rm"), RevokeKey(Fingerprint(over.fingerprint), "because"))
    assert not door.ask(ANONYMOUS, ShowKey(revoked.fingerprint)).needs_attention


def test_the_keys_of_a_project_nobody_knows_are_not_found(door: Door) -> None:
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ListProjectKeys(ProjectKey("nowhere")))
    with pytest.raises(NotFound):
        door.ask(ANONYMOUS, ShowKey(NOWHERE))


def test_whoever_runs_the_machine_imports_but_owns_no_keys(door: Door) -> None:
    key = TestKey()
    door.perform(OPERATOR, ImportKeys(OTHER, key.armored.encode()))
    assert list_attached(door, OTHER) == {key.fingerprint}
    with pytest.raises(Denied, match="by the person they belong to"):
        door.perform(OPERATOR, AddKeys(key.armored.encode(), OTHER))
