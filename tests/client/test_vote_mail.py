# SPDX-License-Identifier: Apache-2.0
"""The mails of a vote from the command line."""

import mailbox
from pathlib import Path

import pytest

from atr.services.surroundings import Surroundings
from tests.client.conftest import RELEASE
from tests.support.door import RecordedQueue
from tests.support.playground import add_person
from tests.support.terminal import Site
from tests.support.visitors import ADDRESS, vote_as_visitor
from tests.support.voting import make_bench

CALL = "[VOTE] Release Sample Demo 1.0"


@pytest.fixture
def voting(sealed: Site) -> Site:
    sealed.do("rm", "vote", "start", RELEASE, "--hours", "100")
    return sealed


def write_mail(who: str, subject: str = f"Re: {CALL}") -> bytes:
    head = f"From: {who}@example.org\nSubject: {subject}\nMessage-ID: <{who}@example.org>\n"
    return f"{head}\n+1 from {who}\n".encode()


def test_an_mbox_is_imported_listed_and_accepted(voting: Site, tmp_path: Path) -> None:
    path = tmp_path / "thread.mbox"
    box = mailbox.mbox(path)
    for raw in (write_mail("alice"), write_mail("bob", "lunch"), write_mail("alice")):
        box.add(raw)
    box.close()
    said = voting.do("rm", "vote", "import-mail", RELEASE, path).stdout
    assert "1 of other threads, 2 unconfirmed" in said
    listed = voting.do("rm", "vote", "messages", RELEASE).stdout
    assert "unconfirmed  +1" in listed
    assert "A line begins with" in listed or "begins" in listed
    (mail,) = voting.do("rm", "vote", "messages", RELEASE, "--json").data["items"]
    said = voting.do("rm", "vote", "accept", RELEASE, str(mail["id"]), "--reason", "I know her").stdout
    assert "counts as +1" in said
    assert "+1" in voting.do(None, "vote", "show", RELEASE).stdout


def test_a_maildir_and_a_single_mail_are_imported(voting: Site, tmp_path: Path) -> None:
    folder = mailbox.Maildir(tmp_path / "mails")
    folder.add(write_mail("alice"))
    folder.close()
    single = tmp_path / "one.eml"
    single.write_bytes(write_mail("bob"))
    assert "1 unconfirmed" in voting.do("rm", "vote", "import-mail", RELEASE, tmp_path / "mails").stdout
    assert "1 unconfirmed" in voting.do("rm", "vote", "import-mail", RELEASE, single).stdout


def test_a_mail_that_is_too_large_is_left_out(voting: Site, tmp_path: Path) -> None:
    single = tmp_path / "large.eml"
    with single.open("wb") as file:
        file.write(write_mail("bob"))
        file.truncate(100 * 1024 * 1024)
    assert "1 too large" in voting.do("rm", "vote", "import-mail", RELEASE, single).stdout


def test_who_may_not_import_is_told(voting: Site, tmp_path: Path) -> None:
    single = tmp_path / "one.eml"
    single.write_bytes(write_mail("bob"))
    assert voting.atr("dave", "vote", "import-mail", RELEASE, single).code == 1


def test_a_sysadmin_opens_the_contact_of_a_visitor(
    voting: Site, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    queue.forget()
    visitor = vote_as_visitor(make_bench(voting.door, surroundings, queue)).participant.id
    add_person(voting.door, "root", sysadmin=True)
    said = voting.do("root", "vote", "reveal", visitor, "--reason", "A court asks for it.").stdout
    assert ADDRESS in said
    data = voting.do("root", "vote", "reveal", visitor, "--reason", "Again.", "--json").data
    assert data == {"participant": visitor, "contact": ADDRESS}
    assert voting.atr("rm", "vote", "reveal", visitor, "--reason", "Curious.").code == 1
