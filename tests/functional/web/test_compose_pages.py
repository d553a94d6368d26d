# SPDX-License-Identifier: Apache-2.0
"""The files of a candidate by form: added, refused with every fault, removed, compared."""

import socket
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from atr.domain.names import FilePath, MailAddress, ReleaseKey
from atr.domain.revision import Revision
from atr.ports.jobs import DeadlineKind
from atr.services.door import Bookkeeping, Door, Work
from atr.services.keys import AddKeys, AttachKey
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision, ShowRevision
from atr.services.surroundings import Foundation, Surroundings
from atr.web.parts import WebParts
from tests.support.browsing import Seen, Visitor, read_page, walk_in
from tests.support.door import RecordedQueue
from tests.support.house import ServedHouse
from tests.support.keys import TestKey
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.serving import wait_until
from tests.support.voting import FILES, KEY, StoreFiles, make_bench, read_release, seal_release
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0"
FILES_PAGE = f"{PAGE}/files"
SMALL = 2_000_000
FAR = datetime(2100, 1, 1, tzinfo=UTC)


class CountDeadlines(Bookkeeping[int]):
    """Count the uploads that will be let go of."""

    def note(self, work: Work) -> int:
        due = work.unit.deadlines.list_due(work.now + timedelta(days=400))
        return sum(each.kind is DeadlineKind.UPLOAD for each in due)


@pytest.fixture
def foundation() -> Foundation:
    sender = MailAddress("atr@example.org")
    return Foundation(
        "Sample Foundation", "http://atr.example.org", "example.org", sender, largest_file=SMALL
    )


@pytest.fixture
def rm(door: Door, api: Client) -> Visitor:
    """Return the release manager, with a candidate that has no files yet."""
    make_project(door)
    door.perform(act_as(door, "rm"), CreateRelease(KEY.line, KEY.version))
    return walk_in(api, door, "rm")


def send_files(visitor: Visitor, files: list[tuple[str, bytes]], **fields: str) -> Seen:
    """Send a form with files as a browser does: the token first, the files last."""
    data = {"_csrf_token": visitor.find_token(), "base": "0", **fields}
    parts = [("file", (name, content)) for name, content in files]
    answer = visitor.client.post(
        FILES_PAGE, data=data, files=parts, headers=visitor.headers, follow_redirects=False
    )
    return read_page(answer)


def newest(door: Door, key: ReleaseKey = KEY) -> Revision:
    return door.ask(act_as(door, "rm"), ShowRevision(key))


def test_files_of_a_form_become_one_revision(door: Door, rm: Visitor) -> None:
    large = bytes(range(256)) * 6_000  # more than one block

    files = [("a.tar.gz", large), ("a.tar.gz.asc", b"sig"), ("empty.txt", b"")]
    sent = send_files(rm, files, description=" Two ")

    revision = newest(door)
    assert (sent.status, sent.leads_to) == (303, FILES_PAGE)
    assert revision.description == "Two"
    assert [(str(each.path), each.content.size) for each in revision.files] == [
        ("a.tar.gz", len(large)),
        ("a.tar.gz.asc", 3),
        ("empty.txt", 0),
    ]
    assert "Revision 1 was made, with 3 files. It is being checked." in rm.look(FILES_PAGE).text


def test_what_a_form_sent_waits_for_nothing_afterwards(
    door: Door, rm: Visitor, surroundings: Surroundings
) -> None:
    send_files(rm, [("a.tar.gz", b"the source")])

    stored = newest(door).files[0].content
    assert surroundings.blobs.open(stored.sha512).read_range(0, 100) == b"the source"
    assert door.keep(CountDeadlines()) == 0


def test_a_form_without_files_comes_back_with_what_was_typed(door: Door, rm: Visitor) -> None:
    nothing = send_files(rm, [("", b"")], description="The first files")

    assert nothing.status == 409
    assert "Choose at least one file." in nothing.text
    assert nothing.values["description"] == "The first files"
    assert read_release(door).newest_revision == 0


def test_every_file_that_cannot_be_taken_is_named(door: Door, rm: Visitor) -> None:
    sent = send_files(rm, [("../evil", b"x"), ("big.zip", b"0" * (SMALL + 1)), ("good.txt", b"good")])

    assert sent.status == 409
    assert "'../evil' is not a usable file path" in sent.text
    assert "big.zip:" in sent.text
    assert read_release(door).newest_revision == 0


def test_the_page_of_an_older_revision_changes_nothing(door: Door, rm: Visitor) -> None:
    send_files(rm, [("a.txt", b"a")])

    stale = send_files(rm, [("b.txt", b"b")], base="0")
    nonsense = send_files(rm, [("b.txt", b"b")], base="x" * 50)

    assert (stale.status, nonsense.status) == (409, 409)
    assert "The newest revision is 1, not 0" in stale.text
    assert newest(door).number == 1


def test_files_before_the_token_are_not_read(door: Door, rm: Visitor) -> None:
    token = rm.find_token()
    boundary = "xyz"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\na\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n{token}\r\n'
        f"--{boundary}--\r\n"
    )
    headers = rm.headers | {"content-type": f"multipart/form-data; boundary={boundary}"}

    answer = rm.client.post(FILES_PAGE, content=body.encode(), headers=headers)

    assert answer.status_code == 403
    assert door.keep(CountDeadlines()) == 0


@pytest.mark.parametrize("token", ["", "0" * 128, "wrong"])
def test_a_foreign_form_is_refused(door: Door, rm: Visitor, token: str) -> None:
    rm.find_token()

    sent = send_files(rm, [("a.txt", b"a")], _csrf_token=token)

    assert sent.status == 403
    assert read_release(door).newest_revision == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"--xyz--\r\n", b"--xyz\r\nnonsense", b'--xyz\r\nContent-Disposition: form-data; name="_csrf'],
)
def test_a_form_that_ends_too_early_is_explained(rm: Visitor, body: bytes) -> None:
    headers = rm.headers | {"content-type": "multipart/form-data; boundary=xyz"}

    assert rm.client.post(FILES_PAGE, content=body, headers=headers).status_code in {400, 403}


def test_a_form_whose_connection_is_cut_leaves_nothing(
    served_house: ServedHouse, door: Door, rm: Visitor, website: WebParts, surroundings: Surroundings
) -> None:
    head = (
        '--xyz\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\nTOKEN\r\n'
        '--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    )
    cookies = f"atr_session={rm.client.cookies['atr_session']}; atr_csrf={rm.find_token()}"
    body = head.replace("TOKEN", rm.find_token()).encode() + b"0" * 1_500_000

    def is_begun() -> bool:
        return bool(surroundings.spool.list_abandoned(FAR))

    with served_house.inhabit(website) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(
                f"POST {FILES_PAGE} HTTP/1.1\r\nhost: x\r\ncookie: {cookies}\r\ncontent-length: 9000000\r\n"
                "content-type: multipart/form-data; boundary=xyz\r\n\r\n".encode()
                + body
            )
            connection.settimeout(1)
            wait_until(is_begun, lambda: connection.recv(10_000).decode(), 60)
        wait_until(lambda: not is_begun(), lambda: "it was kept", 60)

    assert read_release(door).newest_revision == 0
    assert door.keep(CountDeadlines()) == 1  # which finds nothing when it is due


def test_a_field_without_end_is_cut_off(rm: Visitor) -> None:
    assert send_files(rm, [("a.txt", b"a")], description="x" * 300_000).status == 413


def test_who_may_not_add_files_is_told_before_they_are_sent(door: Door, rm: Visitor, api: Client) -> None:
    committer = walk_in(api, door, "dave")

    seen = committer.look(FILES_PAGE)
    sent = send_files(committer, [("a.txt", b"a")])

    assert "Only PMC members, release managers and sysadmins move a release on." in seen.text
    assert sent.status == 403
    assert send_files(walk_in(api, door), [("a.txt", b"a")]).leads_to.startswith("/sign-in")


def test_the_files_of_a_sealed_candidate_stay(door: Door, api: Client) -> None:
    make_project(door)
    seal_release(door)
    rm = walk_in(api, door, "rm")
    sentence = "Files change in phase compose only, and demo/1.0 is in phase evaluate"

    seen = rm.look(FILES_PAGE)
    sent = send_files(rm, [("a.txt", b"a")], base="1")
    removed = rm.send(f"{FILES_PAGE}/remove", {"base": "1", "whole": "demo-1.0.tar.gz"})

    assert sentence in seen.text
    assert (sent.status, removed.status) == (409, 409)
    assert sentence in sent.text
    assert sentence in removed.text


def test_a_file_is_removed_with_all_that_belongs_to_it(door: Door, rm: Visitor) -> None:
    names = ("a.zip", "a.zip.asc", "a.zip.sha512", "b.zip", "c.asc")
    send_files(rm, [(name, name.encode()) for name in names])

    sent = rm.send(f"{FILES_PAGE}/remove", {"base": "1", "whole": "a.zip", "path": "c.asc"})

    assert sent.leads_to == FILES_PAGE
    assert [each.path for each in newest(door).files] == [FilePath("b.zip")]


def test_checksums_are_made_where_one_is_missing(door: Door, rm: Visitor) -> None:
    send_files(rm, [("a.zip", b"a")])
    assert "A checksum is missing for a.zip." in rm.look(FILES_PAGE).text

    sent = rm.send(f"{FILES_PAGE}/checksums", {})

    assert sent.leads_to == FILES_PAGE
    assert [str(each.path) for each in newest(door).files] == ["a.zip", "a.zip.sha512"]
    assert "A checksum is missing" not in rm.look(FILES_PAGE).text
    assert rm.send(f"{FILES_PAGE}/checksums", {}).status == 303  # pressed twice: done once
    assert newest(door).number == 2


def test_removing_nothing_or_what_is_not_there_is_refused(door: Door, rm: Visitor) -> None:
    send_files(rm, [("a.zip", b"a")])

    nothing = rm.send(f"{FILES_PAGE}/remove", {"base": "1"})
    unknown = rm.send(f"{FILES_PAGE}/remove", {"base": "1", "whole": "b.zip"})

    assert "Tick the files to remove." in nothing.text
    assert "There is no file b.zip to remove." in unknown.text
    assert newest(door).number == 1


def test_a_revision_shows_what_it_changed(door: Door, rm: Visitor) -> None:
    send_files(rm, [("a.zip", b"a"), ("b.zip", b"b")])
    send_files(rm, [("a.zip", b"other"), ("c.zip", b"c")], base="1", description="Better")
    rm.send(f"{FILES_PAGE}/remove", {"base": "2", "path": "b.zip"})

    second = rm.look(f"{PAGE}/revisions/2").text
    from_first = rm.look(f"{PAGE}/revisions/3?against=1").text
    first = rm.look(f"{PAGE}/revisions/1").text

    assert "What changed since revision 1" in second
    assert "changed a.zip 1 B → 5 B" in second
    assert "added c.zip 1 B" in second
    assert "removed b.zip" in from_first
    assert "What changed since an empty release" in first


def test_a_revision_is_compared_with_the_release_before(
    door: Door, api: Client, surroundings: Surroundings, queue: RecordedQueue
) -> None:
    make_project(door)
    key = ReleaseKey.parse("demo/1.1")
    finish_release(make_bench(door, surroundings, queue))
    same = {path.replace("1.0", "1.1"): data for path, data in FILES.items()}
    seal_release(door, key, same | {"new.txt": b"n"})
    page = "/releases/demo/main/1.1/revisions/1"

    compared = walk_in(api, door).look(f"{page}?against=release").text
    without = walk_in(api, door).look(f"{PAGE}/revisions/1?against=release").text

    assert "What changed since release demo/1.0" in compared
    assert "added new.txt" in compared
    assert "There is no earlier release of demo." in without


@pytest.mark.parametrize("address", ["revisions/9", "revisions/1?against=77", "revisions/1?against=x"])
def test_a_revision_that_is_not_there_is_not_found(door: Door, rm: Visitor, address: str) -> None:
    send_files(rm, [("a.zip", b"a")])

    assert rm.look(f"{PAGE}/{address}").status == 404


def test_the_same_files_again_make_no_revision(door: Door, rm: Visitor) -> None:
    files = [("a.zip", b"a")]
    send_files(rm, files)

    again = send_files(rm, files, base="1")

    assert "Nothing changes: these are the files of the newest revision." in again.text
    assert newest(door).number == 1


def test_a_revision_of_the_command_line_is_on_the_page(door: Door, rm: Visitor) -> None:
    files = door.keep(StoreFiles({"dir/a.zip": b"a"}))
    door.perform(act_as(door, "rm"), AddRevision(KEY, 0, files))

    seen = rm.look(FILES_PAGE)

    assert "dir/a.zip" in seen.text
    assert "/candidate/demo/1.0/dir/a.zip" in seen.links


def test_what_goes_is_shown_before_it_goes(door: Door, rm: Visitor, api: Client) -> None:
    send_files(rm, [(name, name.encode()) for name in ("a.zip", "a.zip.asc", "b.zip")])

    asked = rm.look(f"{FILES_PAGE}/removal?whole=a.zip")
    all_of_it = rm.look(f"{FILES_PAGE}/removal?whole=a.zip&path=b.zip")
    nothing = rm.look(f"{FILES_PAGE}/removal?path=unknown.zip")

    assert "Remove these 2 files? a.zip 5 B a.zip.asc 9 B 1 file stays. This makes revision 2" in asked.text
    assert "Remove these 3 files?" in all_of_it.text
    assert "No file stays." in all_of_it.text
    assert (nothing.status, "Tick the files to remove." in nothing.text) == (409, True)
    assert newest(door).number == 1
    assert "Remove these" not in walk_in(api, door).look(f"{FILES_PAGE}/removal?whole=a.zip").text


def test_many_files_are_folded_and_found_by_name(door: Door, rm: Visitor) -> None:
    files = door.keep(StoreFiles({f"part-{number:02}.zip": b"%d" % number for number in range(30)}))
    actor = act_as(door, "rm")
    door.perform(actor, AddRevision(KEY, 0, files))
    for base in range(1, 9):
        more = door.keep(StoreFiles({f"more-{base}.txt": b"m"}))
        door.perform(actor, AddRevision(KEY, base, more))

    page = rm.look(FILES_PAGE)
    found = rm.look(f"{FILES_PAGE}?q=PART-29")
    nothing = rm.look(f"{FILES_PAGE}?q=part-99")

    assert "18 more files" in page.text
    assert "part-29.zip" not in page.text
    assert "part-29.zip" in rm.look(f"{FILES_PAGE}?all=true").text
    assert "1 older revision" in page.text
    assert "older revision" not in rm.look(f"{FILES_PAGE}?history=true").text
    assert "part-29.zip" in found.text
    assert "No file has that in its name" in nothing.text
    assert "and 34 more." in page.text


def test_commands_sign_the_very_files_with_the_readers_own_key(door: Door, rm: Visitor, api: Client) -> None:
    send_files(rm, [("a b.zip", b"a"), ("docs/b.zip", b"b"), ("docs/b.zip.asc", b"s"), ("README.md", b"r")])
    without = rm.look(FILES_PAGE).text
    key = TestKey()
    door.perform(act_as(door, "rm"), AddKeys(key.armored.encode()))

    own = rm.look(FILES_PAGE).text
    door.perform(act_as(door, "rm"), AttachKey(KEY.project, key.public.fingerprint))
    attached = rm.look(FILES_PAGE).text

    assert "You have no key here that can sign: add yours first." in without
    assert "gpg --armor --detach-sign 'a b.zip'" in without
    assert f"gpg --armor --local-user {key.public.fingerprint} --detach-sign 'a b.zip'" in own
    assert "(cd docs && sha512sum b.zip > b.zip.sha512)" in own
    assert "attach it first" in own
    assert "attach it first" not in attached
    assert "README.md.sha512" not in attached
    assert "gpg --armor --detach-sign" in walk_in(api, door).look(FILES_PAGE).text


def test_files_that_lack_nothing_are_said_to_be_ready(rm: Visitor) -> None:
    empty = rm.look(FILES_PAGE).text
    send_files(rm, [("a.zip", b"a"), ("a.zip.asc", b"s"), ("a.zip.sha512", b"c")])

    assert "Sign every archive, and write its checksum beside it:" in empty
    assert "Every file here has its signature and checksum. For others:" in rm.look(FILES_PAGE).text
