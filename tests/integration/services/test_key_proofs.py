# SPDX-License-Identifier: Apache-2.0
"""Proving whose a key is, by a signature over a text or by the directory."""

from datetime import timedelta

import pytest

from atr.domain.errors import Conflict, Denied, NotFound, NotSignedIn, Refused
from atr.domain.key import KeyChallenge, KeyProof, SigningKey
from atr.domain.names import Fingerprint, ProjectKey, UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.ports.jobs import JobKind
from atr.services.door import Door
from atr.services.key_proofs import BeginKeyProof, NoteDirectoryKeys, ProveKey, ShowChallenge
from atr.services.key_views import ShowKey
from atr.services.keys import AddKeys, AttachKey, DeleteKey, ImportKeys, RevokeKey
from atr.services.people import CreatePerson
from tests.support.door import RecordedQueue, SettableClock
from tests.support.keys import KeyPart, TestKey
from tests.support.playground import act_as, make_project

DEMO = ProjectKey("demo")


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)


@pytest.fixture
def key(door: Door) -> TestKey:
    """Return a key that the release manager says to own."""
    made = TestKey(subkey=KeyPart())
    door.perform(act_as(door, "rm"), AddKeys(made.armored.encode(), DEMO))
    return made


def show(door: Door, key: TestKey) -> SigningKey:
    return door.ask(ANONYMOUS, ShowKey(Fingerprint(key.fingerprint))).signing


def challenge(door: Door, user: str, key: TestKey) -> KeyChallenge:
    return door.perform(act_as(door, user), BeginKeyProof(Fingerprint(key.fingerprint)))


def answer(door: Door, user: str, key: TestKey, signature: bytes) -> SigningKey:
    return door.perform(act_as(door, user), ProveKey(Fingerprint(key.fingerprint), signature))


def sign(key: TestKey, text: str) -> bytes:
    return key.sign(text.encode())


def test_adding_a_key_proves_nothing(door: Door, key: TestKey) -> None:
    assert (show(door, key).owner, show(door, key).proven_owner) == ("rm", None)


def test_a_signature_over_the_text_proves_the_owner(
    door: Door, key: TestKey, queue: RecordedQueue, clock: SettableClock
) -> None:
    asked = challenge(door, "rm", key)
    assert "rm" in asked.text
    assert key.fingerprint.upper() in asked.text
    assert door.ask(act_as(door, "rm"), ShowChallenge(asked.fingerprint)) == asked
    queue.forget()
    proven = answer(door, "rm", key, sign(key, asked.text))
    assert (proven.proven_owner, proven.proof, proven.proven_at) == ("rm", KeyProof.CHALLENGE, clock.now)
    assert show(door, key) == proven
    assert queue.list_arguments(JobKind.WRITE_KEYS) == ["demo"]
    assert door.ask(act_as(door, "rm"), ShowChallenge(asked.fingerprint)) is None
    with pytest.raises(Refused, match="ask for another one"):
        answer(door, "rm", key, sign(key, asked.text))


def test_a_proof_outlives_the_same_key_added_again(door: Door, key: TestKey) -> None:
    proven = answer(door, "rm", key, sign(key, challenge(door, "rm", key).text))
    door.perform(act_as(door, "rm"), AddKeys(key.armored.encode()))
    door.perform(act_as(door, "alice"), ImportKeys(DEMO, key.armored.encode()))
    assert show(door, key) == proven


def test_a_text_is_for_one_person_and_one_key_alone(door: Door, key: TestKey) -> None:
    other = TestKey()
    door.perform(act_as(door, "rm"), AddKeys(other.armored.encode()))
    text = challenge(door, "rm", key).text
    with pytest.raises(Refused, match="There is no text"):
        answer(door, "alice", key, sign(key, text))
    with pytest.raises(Refused, match="There is no text"):
        answer(door, "rm", other, sign(other, text))
    challenge(door, "rm", other)
    with pytest.raises(Refused, match="not over the text"):
        answer(door, "rm", other, sign(other, text))
    with pytest.raises(Refused, match="by another key"):
        answer(door, "rm", key, sign(other, text))
    with pytest.raises(Refused, match="no armored signature"):
        answer(door, "rm", key, b"yes, it is mine")
    assert show(door, key).proven_owner is None


def test_an_hour_later_the_text_is_void(door: Door, key: TestKey, clock: SettableClock) -> None:
    text = challenge(door, "rm", key).text
    clock.advance(hours=1)
    with pytest.raises(Refused, match="its hour is over"):
        answer(door, "rm", key, sign(key, text))
    assert door.ask(act_as(door, "rm"), ShowChallenge(Fingerprint(key.fingerprint))) is None


def test_the_true_owner_takes_the_place_of_who_only_said_so(door: Door, key: TestKey) -> None:
    proven = answer(door, "alice", key, sign(key, challenge(door, "alice", key).text))
    assert (proven.owner, show(door, key).owner) == ("alice", "alice")
    with pytest.raises(Conflict, match="Somebody else has proven"):
        challenge(door, "rm", key)


def test_a_key_of_a_keys_file_gets_its_owner(door: Door) -> None:
    key = TestKey()
    door.perform(act_as(door, "alice"), ImportKeys(DEMO, key.armored.encode()))
    answer(door, "bob", key, sign(key, challenge(door, "bob", key).text))
    assert show(door, key).proven_owner == "bob"


def test_a_key_that_has_expired_proves_nothing(door: Door) -> None:
    key = TestKey(lasts=timedelta(days=1))
    door.perform(act_as(door, "rm"), AddKeys(key.armored.encode()))
    with pytest.raises(Refused, match="not believed: key expired"):
        answer(door, "rm", key, sign(key, challenge(door, "rm", key).text))


def test_nothing_is_proven_with_a_revoked_or_unknown_key(door: Door, key: TestKey) -> None:
    with pytest.raises(NotFound):
        challenge(door, "rm", TestKey())
    challenge(door, "rm", key)
    door.perform(act_as(door, "rm"), RevokeKey(Fingerprint(key.fingerprint), "lost"))
    with pytest.raises(Refused, match="revoked"):
        challenge(door, "rm", key)


def test_only_persons_prove(door: Door, key: TestKey) -> None:
    for actor in (ANONYMOUS, OPERATOR):
        with pytest.raises(NotSignedIn):
            door.perform(actor, BeginKeyProof(Fingerprint(key.fingerprint)))


def test_a_key_goes_with_its_open_texts(door: Door) -> None:
    key = TestKey()
    door.perform(act_as(door, "rm"), AddKeys(key.armored.encode()))
    challenge(door, "rm", key)
    door.perform(act_as(door, "rm"), DeleteKey(Fingerprint(key.fingerprint)))
    with pytest.raises(NotFound):
        show(door, key)


def test_the_directory_proves_what_it_lists(door: Door, key: TestKey) -> None:
    imported, taken = TestKey(), TestKey()
    door.perform(act_as(door, "alice"), ImportKeys(DEMO, imported.armored.encode()))
    door.perform(act_as(door, "bob"), AddKeys(taken.armored.encode()))
    listed = tuple(Fingerprint(each.fingerprint) for each in (key, imported, taken))
    proven = door.perform(OPERATOR, NoteDirectoryKeys(UserId("rm"), listed))
    assert set(proven) == set(listed[:2])
    assert (show(door, key).proof, show(door, imported).proven_owner) == (KeyProof.DIRECTORY, "rm")
    assert show(door, taken).proven_owner is None
    assert door.perform(OPERATOR, NoteDirectoryKeys(UserId("rm"), listed)) == ()
    with pytest.raises(Denied):
        door.perform(act_as(door, "rm"), NoteDirectoryKeys(UserId("rm"), listed))


def test_a_key_that_the_directory_lists_already_is_proven_when_it_comes(door: Door) -> None:
    key = TestKey()
    listed = (Fingerprint(key.fingerprint),)
    door.perform(OPERATOR, CreatePerson(UserId("dora"), "Dora", key_fingerprints=listed))
    door.perform(act_as(door, "dora"), AddKeys(key.armored.encode()))
    assert show(door, key).proof is KeyProof.DIRECTORY
    door.perform(act_as(door, "alice"), AttachKey(DEMO, listed[0]))
    assert show(door, key).proven_owner == "dora"
