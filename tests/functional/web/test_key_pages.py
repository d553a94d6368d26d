# SPDX-License-Identifier: Apache-2.0
"""Signing keys: one's own, any single one, and those of a project."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from atr.domain.names import FilePath, UserId
from atr.domain.people import ANONYMOUS, OPERATOR
from atr.services.door import Bookkeeping, Door, Work
from atr.services.key_proofs import NoteDirectoryKeys, ShowChallenge
from atr.services.key_views import ListOwnKeys, ListProjectKeys, ShowKey
from atr.services.keys import AddKeys, AttachKey, ImportKeys
from tests.support.browsing import Visitor, walk_in
from tests.support.door import SettableClock
from tests.support.keys import MADE_AT, KeyPart, TestKey
from tests.support.playground import act_as, make_project
from tests.support.scenes import DEMO
from tests.support.voting import KEY, seal_release
from tests.support.website import Client

WalkIn = Callable[[str], Visitor]
PRIVATE = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nc2VjcmV0\n-----END PGP PRIVATE KEY BLOCK-----\n"


@pytest.fixture
def enter(api: Client, door: Door) -> WalkIn:
    return lambda user: walk_in(api, door, user)


@pytest.fixture(autouse=True)
def project(door: Door) -> None:
    make_project(door)


@pytest.fixture
def key() -> TestKey:
    return TestKey(KeyPart(), user_id="Alice <alice@example.org>", subkey=KeyPart())


class NoteSignature(Bookkeeping[None]):
    """Record that a key signed a released artifact."""

    def __init__(self, key: TestKey) -> None:
        self.fingerprint = key.public.fingerprint

    def note(self, work: Work) -> None:
        work.unit.revisions.note_signature(KEY, FilePath("demo-1.0.tar.gz"), self.fingerprint)


def own(door: Door, key: TestKey, user: str = "alice") -> str:
    """Return the path of a key that somebody added."""
    door.perform(act_as(door, user), AddKeys(key.armored.encode()))
    return f"/keys/{key.fingerprint}"


def test_a_key_is_added_as_text(enter: WalkIn, door: Door, key: TestKey) -> None:
    visitor = enter("alice")
    assert "No keys yet" in visitor.look("/me/keys").text
    sent = visitor.upload("/me/keys", {"file": b""}, {"keys": key.armored})
    assert sent.leads_to == "/me/keys", sent.text
    page = visitor.look("/me/keys")
    assert "1 key was taken." in page.text
    assert "Alice <alice@example.org>" in page.text
    assert key.fingerprint[:4].upper() in page.text
    assert "signs for no project" in page.text


def test_a_key_is_added_as_a_file(enter: WalkIn, door: Door, key: TestKey) -> None:
    assert enter("alice").upload("/me/keys", {"file": key.armored.encode()}).leads_to == "/me/keys"
    assert len(door.ask(act_as(door, "alice"), ListOwnKeys())) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("", "Paste a public key, or choose a file."), ("no key at all", "There is no OpenPGP key in it")],
)
def test_what_is_no_key_is_refused_and_kept(enter: WalkIn, text: str, complaint: str) -> None:
    page = enter("alice").upload("/me/keys", {"file": b""}, {"keys": text})
    assert page.status == 422
    assert complaint in page.text
    assert text in page.text


def test_a_private_key_is_refused_and_not_sent_back(enter: WalkIn, door: Door) -> None:
    page = enter("alice").upload("/me/keys", {"file": b""}, {"keys": PRIVATE})
    assert page.status == 422
    assert "This is a private key" in page.text
    assert "c2VjcmV0" not in page.answer.text
    assert door.ask(act_as(door, "alice"), ListOwnKeys()) == ()


def test_good_keys_come_in_and_bad_ones_are_reported(enter: WalkIn, door: Door, key: TestKey) -> None:
    page = enter("alice").upload("/me/keys", {"file": b""}, {"keys": key.armored + PRIVATE})
    assert page.status == 200
    assert "1 key was taken, 1 was refused." in page.text
    assert "Number 2" in page.text


def test_a_key_of_somebody_else_is_refused(enter: WalkIn, door: Door, key: TestKey) -> None:
    own(door, key, "bob")
    page = enter("alice").upload("/me/keys", {"file": b""}, {"keys": key.armored})
    assert page.status == 409
    assert "belongs to somebody else here" in page.text


def test_the_end_of_a_key_is_told_in_time(enter: WalkIn, door: Door, clock: SettableClock) -> None:
    ending = TestKey(KeyPart(), lasts=clock.now - MADE_AT + timedelta(days=10))
    own(door, ending)
    visitor = enter("alice")
    assert "Expires soon" in visitor.look("/me/keys").text
    clock.advance(days=11)
    assert "Expired" in enter("alice").look("/me/keys").text


def test_a_key_is_found_by_its_fingerprint(enter: WalkIn, door: Door, key: TestKey) -> None:
    path = own(door, key)
    spaced = " ".join(key.fingerprint.upper()[at : at + 4] for at in range(0, 40, 4))
    assert enter("").look(f"/keys?q={spaced}").leads_to == path
    unknown = enter("").look(f"/keys?q={'0' * 40}")
    assert (unknown.status, "There is no key" in unknown.text) == (404, True)
    assert "use the 40 or 64 hexadecimal digits" in enter("").look("/keys?q=alice").text
    assert enter("").look("/keys").status == 200


def test_a_key_shows_all_it_says_of_itself(enter: WalkIn, door: Door, key: TestKey) -> None:
    path = own(door, key)
    page = enter("").look(path)
    for text in (
        "Ed25519",
        "Made on 2025-01-01",
        "made on 2025-01-01, never ends",
        "BEGIN PGP PUBLIC KEY BLOCK",
        "Owner Alice",
    ):
        assert text in page.text
    assert "Sign in first." in page.text
    assert "Only the owner of a key" in enter("bob").look(path).text
    assert enter("").look(f"/keys/{'0' * 40}").status == 404
    assert enter("").look("/keys/nonsense").status == 404


def test_the_owner_revokes_a_key_with_a_reason(enter: WalkIn, door: Door, key: TestKey) -> None:
    path = own(door, key)
    visitor = enter("alice")
    nothing = visitor.send(f"{path}/revoke", {"reason": ""})
    assert (nothing.status, "Say why the key is revoked." in nothing.text) == (422, True)
    assert visitor.send(f"{path}/revoke", {"reason": "lost my laptop"}).leads_to == path
    page = visitor.look(path)
    assert "The key is revoked here." in page.text
    assert "lost my laptop" in page.text
    assert "Revoke the key" not in page.text
    assert enter("bob").send(f"{path}/revoke", {"reason": "not mine"}).status == 403
    assert enter("").send(f"{path}/revoke", {"reason": "nobody"}).status == 401


def test_the_owner_deletes_a_key(enter: WalkIn, door: Door, key: TestKey) -> None:
    path = own(door, key)
    assert enter("bob").send(f"{path}/delete").status == 403
    visitor = enter("alice")
    assert visitor.send(f"{path}/delete").leads_to == "/me/keys"
    assert visitor.look(path).status == 404
    assert visitor.look(f"{path}/delete").status == 405


def test_a_key_that_signed_a_release_stays(enter: WalkIn, door: Door, key: TestKey) -> None:
    path = own(door, key)
    seal_release(door)
    door.keep(NoteSignature(key))
    visitor = enter("alice")
    reason = "The key signed a released artifact, so it stays for ever: revoke it instead."
    assert reason in visitor.look(path).text
    refused = visitor.send(f"{path}/delete")
    assert (refused.status, reason in refused.text) == (409, True)


def test_a_projects_keys_are_shown_to_everybody(enter: WalkIn, door: Door, key: TestKey) -> None:
    assert "Until a release manager attaches one" in enter("").look("/projects/demo/keys").text
    assert "Attach your own key" in enter("rm").look("/projects/demo/keys").text
    own(door, key)
    door.perform(act_as(door, "rm"), AttachKey(DEMO, key.public.fingerprint))
    page = enter("").look("/projects/demo/keys")
    assert "Alice <alice@example.org>" in page.text
    assert "Only PMC members and release managers manage a project's keys." in page.text
    assert "/current/demo/KEYS" in page.links
    assert enter("").look("/projects/nobody/keys").status == 404


def test_a_key_is_attached_and_taken_off(
    enter: WalkIn, door: Door, key: TestKey, clock: SettableClock
) -> None:
    own(door, key, "rm")
    visitor = enter("rm")
    assert "One of yours" in visitor.look("/projects/demo/keys").text
    sent = visitor.send("/projects/demo/keys/attach", {"own": key.fingerprint, "fingerprint": ""})
    assert sent.leads_to == "/projects/demo/keys"
    assert "may sign for the project now" in visitor.look("/projects/demo/keys").text
    assert len(door.ask(ANONYMOUS, ListProjectKeys(DEMO))) == 1
    off = visitor.send("/projects/demo/keys/detach", {"fingerprint": key.fingerprint})
    assert off.leads_to == "/projects/demo/keys"
    assert door.ask(ANONYMOUS, ListProjectKeys(DEMO)) == ()
    clock.advance(minutes=1)
    assert visitor.send("/projects/demo/keys/detach", {"fingerprint": key.fingerprint}).status == 404


def test_a_wrong_fingerprint_is_explained_and_kept(enter: WalkIn) -> None:
    page = enter("rm").send("/projects/demo/keys/attach", {"fingerprint": "12 34"})
    assert (page.status, page.values["fingerprint"]) == (422, "12 34")
    assert "Give a fingerprint" in page.text
    assert enter("rm").send("/projects/demo/keys/attach", {"fingerprint": "0" * 40}).status == 404
    assert enter("rm").send("/projects/demo/keys/detach", {"fingerprint": "x"}).status == 422


def test_a_keys_file_is_imported_with_a_report(enter: WalkIn, door: Door, key: TestKey) -> None:
    visitor = enter("rm")
    text = f"words before\n{key.armored}\n{PRIVATE}".encode()
    page = visitor.upload("/projects/demo/keys/import", {"file": text})
    assert page.status == 200
    assert "1 key was taken, 1 was refused." in page.text
    assert "this is a private key" in page.text
    (stored,) = door.ask(ANONYMOUS, ListProjectKeys(DEMO))
    assert stored.owner_name is None
    assert "from a KEYS file" in visitor.look("/projects/demo/keys").text
    assert visitor.upload("/projects/demo/keys/import", {"file": key.armored.encode()}).status == 303
    assert visitor.upload("/projects/demo/keys/import", {"file": b"nothing"}).status == 422


@pytest.mark.parametrize("what", ["attach", "detach", "import"])
def test_only_those_who_may_manage_keys(enter: WalkIn, what: str, key: TestKey) -> None:
    path, fields = f"/projects/demo/keys/{what}", {"fingerprint": key.fingerprint}
    for user, status in (("", 401), ("dave", 403)):
        visitor = enter(user)
        if what == "import":
            # A file cannot be kept on a page: whoever is not signed in is led there and back.
            sent = visitor.upload(path, {"file": key.armored.encode()}).status
            assert sent == (303 if status == 401 else status)
        else:
            assert visitor.send(path, fields).status == status


def test_whoever_manages_keys_revokes_one_that_is_nobodys(enter: WalkIn, door: Door, key: TestKey) -> None:
    door.perform(act_as(door, "rm"), ImportKeys(DEMO, key.armored.encode()))
    path = f"/keys/{key.fingerprint}"
    assert "Revoke the key" in enter("rm").look(path).text
    assert "Revoke the key" not in enter("dave").look(path).text
    assert enter("rm").send(f"{path}/revoke", {"reason": "unknown owner"}).leads_to == path
    assert door.ask(ANONYMOUS, ShowKey(key.public.fingerprint)).signing.is_revoked()


def test_a_key_is_proven_on_its_page(enter: WalkIn, door: Door, key: TestKey) -> None:
    page, visitor = own(door, key), enter("alice")
    assert "Alice says to own it; nothing proves it yet." in visitor.look(page).text
    assert visitor.send(f"{page}/challenge", {}).leads_to == f"{page}#ownership"
    asked = door.ask(act_as(door, "alice"), ShowChallenge(key.public.fingerprint))
    assert asked is not None
    assert asked.text in visitor.look(page).text
    assert "Paste what gpg printed." in visitor.send(f"{page}/proof", {"answer": " "}).text
    refused = visitor.send(f"{page}/proof", {"answer": key.sign(b"x").decode()})
    assert "The signature is not over the text" in refused.text
    sent = visitor.send(f"{page}/proof", {"answer": key.sign(asked.text.encode()).decode()})
    assert sent.leads_to == page
    assert "by a signature." in visitor.look(page).text
    assert f"{page}/challenge" not in enter("bob").look(page).text


def test_a_key_that_nobody_claims_says_so(enter: WalkIn, door: Door, key: TestKey) -> None:
    door.perform(act_as(door, "alice"), ImportKeys(DEMO, key.armored.encode()))
    assert "Nobody claims it." in enter("bob").look(f"/keys/{key.fingerprint}").text
    listed = (key.public.fingerprint,)
    door.perform(OPERATOR, NoteDirectoryKeys(UserId("bob"), listed))
    seen = enter("alice").look(f"/keys/{key.fingerprint}").text
    assert "The directory of the foundation lists it for Bob" in seen
