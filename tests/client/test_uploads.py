# SPDX-License-Identifier: Apache-2.0
"""Uploads: one revision, only what is lacking, and on again after a cut."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from atr.client.commands.uploads import add_revision
from atr.client.credentials import Login
from atr.client.failures import Failed
from atr.client.http import Api
from atr.client.local_files import digest_file, list_files
from atr.client.sending import Sender
from atr.domain.names import ReleaseKey
from atr.domain.source import SOURCE_FILE, SourceReference
from atr.schema.revisions import RevisionCreate
from atr.services.door import Bookkeeping, Work
from atr.services.uploads import ForgetUpload
from tests.client.conftest import NAME, RELEASE
from tests.support.cutting import CuttingNetwork, cut_connections
from tests.support.terminal import Site


class ForgetUploads(Bookkeeping[None]):
    """Let go of everything that is under way."""

    def note(self, work: Work) -> None:
        for due in work.unit.deadlines.list_due(work.now + timedelta(days=2)):
            upload = work.unit.uploads.find(due.subject)
            if upload is not None:
                ForgetUpload(upload).note(work)


@pytest.fixture
def begun(project: Site) -> Site:
    """Return the site with a candidate without files."""
    project.do("rm", "release", "create", RELEASE)
    return project


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """Return a file of 25 MB, more than a network holds on the way."""
    file = tmp_path / "big.bin"
    file.write_bytes(bytes(range(256)) * 100_000)
    return file


def list_paths(site: Site, revision: int) -> list[str]:
    """Return the paths of a revision."""
    shown = site.do(None, "release", "diff", RELEASE, "@0", "--json").data
    assert shown["new"] == f"revision {revision}"
    return [change["path"] for change in shown["changes"]]


def test_files_become_one_revision_with_its_manifest(begun: Site, dist: Path) -> None:
    ended = begun.do("rm", "upload", RELEASE, *sorted(dist.iterdir()))
    assert f"{RELEASE} has revision 1." in ended.stdout
    assert "sha512:" in ended.stdout
    assert list_paths(begun, 1) == [NAME, f"{NAME}.asc", f"{NAME}.sha512"]


def test_missing_checksums_are_made_by_the_server(begun: Site, dist: Path) -> None:
    wanted = (dist / f"{NAME}.sha512").read_bytes()
    (dist / f"{NAME}.sha512").unlink()
    ended = begun.do("rm", "upload", RELEASE, "--dir", dist, "--checksums")
    assert f"{RELEASE} has revision 2." in ended.stdout
    assert list_paths(begun, 2) == [NAME, f"{NAME}.asc", f"{NAME}.sha512"]
    again = begun.do("rm", "upload", RELEASE, "--dir", dist, "--checksums")
    assert "has revision" in again.stdout
    assert len(wanted) == len(f"{'0' * 128}  {NAME}\n")


def test_checksums_are_made_when_asked_for_later(begun: Site, dist: Path) -> None:
    begun.do("rm", "upload", RELEASE, dist / NAME)
    ended = begun.do("rm", "release", "checksums", RELEASE)
    assert f"ATR made the missing checksums: {NAME}.sha512" in ended.stdout
    assert begun.atr("rm", "release", "checksums", RELEASE).code == 1


def test_a_folder_keeps_the_paths_below_it(begun: Site, tmp_path: Path) -> None:
    (tmp_path / "out" / "docs").mkdir(parents=True)
    (tmp_path / "out" / "docs" / "guide.txt").write_text("read")
    (tmp_path / "out" / ".git").mkdir()
    (tmp_path / "out" / ".git" / "HEAD").write_text("no part of a release")
    begun.do("rm", "upload", RELEASE, tmp_path / "out")
    assert list_paths(begun, 1) == ["docs/guide.txt"]


def test_a_file_below_a_named_folder_keeps_its_path(begun: Site, tmp_path: Path) -> None:
    (tmp_path / "out" / "docs").mkdir(parents=True)
    (tmp_path / "out" / "docs" / "guide.txt").write_text("read")
    (tmp_path / "out" / "other.txt").write_text("not this one")
    begun.do("rm", "upload", RELEASE, "docs/guide.txt", "--dir", tmp_path / "out")
    assert list_paths(begun, 1) == ["docs/guide.txt"]


def test_a_file_outside_the_named_folder_is_refused(begun: Site, dist: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    assert "is not below" in begun.atr("rm", "upload", RELEASE, outside, "--dir", dist).stderr
    assert "There is no nothing" in begun.atr("rm", "upload", RELEASE, "nothing", "--dir", dist).stderr


def test_two_files_of_one_name_are_refused(begun: Site, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(folder)
    ended = begun.atr("rm", "upload", RELEASE, tmp_path / "a" / "x.txt", tmp_path / "b" / "x.txt")
    assert (ended.code, "Two files would be x.txt" in ended.stderr) == (1, True)


def test_a_name_that_no_release_can_have_is_refused(begun: Site, tmp_path: Path) -> None:
    bad = tmp_path / "a:b.txt"
    bad.write_text("x")
    ended = begun.atr("rm", "upload", RELEASE, bad)
    assert (ended.code, "is not a usable file path" in ended.stderr) == (1, True)


@pytest.mark.parametrize("words", [(), ("missing.tar.gz",), ("--dir", "missing")])
def test_nothing_to_send_is_wrong_usage(begun: Site, words: tuple[str, ...]) -> None:
    assert begun.atr("rm", "upload", RELEASE, *words).code == 2


def test_the_same_upload_again_changes_nothing(begun: Site, dist: Path) -> None:
    begun.do("rm", "upload", RELEASE, "--dir", dist)
    again = begun.do("rm", "upload", RELEASE, "--dir", dist, "--json").data
    assert again["number"] == 1


def test_another_revision_is_made_on_top_of_the_newest(begun: Site, dist: Path, tmp_path: Path) -> None:
    begun.do("rm", "upload", RELEASE, "--dir", dist)
    notes = tmp_path / "NOTES.txt"
    notes.write_text("new")
    words = (notes, "--remove", f"{NAME}.sha512", "-m", "without checksum")
    made = begun.do("rm", "upload", RELEASE, *words, "--json").data
    assert (made["number"], made["description"]) == (2, "without checksum")
    assert list_paths(begun, 2) == ["NOTES.txt", NAME, f"{NAME}.asc"]


def test_files_are_taken_out_without_sending_any(begun: Site, dist: Path) -> None:
    begun.do("rm", "upload", RELEASE, "--dir", dist)
    begun.do("rm", "upload", RELEASE, "--remove", f"{NAME}.asc", "--remove", f"{NAME}.sha512")
    assert list_paths(begun, 2) == [NAME]


def test_a_cut_upload_goes_on_where_it_stopped(begun: Site, big: Path) -> None:
    with cut_connections(begun.url, after=9_000_000, times=2) as cutting:
        begun.environment = {"ATR_URL": cutting.url, "ATR_TOKEN": begun.read_token("rm")}
        ended = begun.do("rm", "upload", RELEASE, big, "--json")
    assert ended.data["files"][0]["size"] == big.stat().st_size
    assert cutting.cuts == 2
    assert cutting.carried < big.stat().st_size + 2 * 9_000_000 - 2_000_000


def test_an_upload_goes_on_when_the_program_is_started_again(begun: Site, big: Path) -> None:
    first = break_off(begun, big)
    with cut_connections(begun.url, after=10**9, times=0) as passing:
        begun.environment = {"ATR_URL": passing.url, "ATR_TOKEN": begun.read_token("rm")}
        begun.do("rm", "upload", RELEASE, big)
    assert first.carried + passing.carried < big.stat().st_size + 9_000_000 - 1_000_000


def test_an_upload_that_the_server_let_go_of_is_begun_again(begun: Site, big: Path) -> None:
    break_off(begun, big)
    begun.door.keep(ForgetUploads())
    begun.do("rm", "upload", RELEASE, big)
    assert list_paths(begun, 1) == ["big.bin"]


def break_off(site: Site, file: Path) -> CuttingNetwork:
    """Begin an upload through a network that is gone for good after 9 MB."""
    with cut_connections(site.url, after=9_000_000, times=1) as cutting:
        site.environment = {"ATR_URL": cutting.url, "ATR_TOKEN": site.read_token("rm")}
        cutting.refuse_afterwards = True
        ended = site.atr("rm", "upload", RELEASE, file)
        site.environment = {}
    assert ended.code == 3, ended
    return cutting


def test_somebody_elses_revision_of_other_files_is_built_upon(
    begun: Site, dist: Path, tmp_path: Path
) -> None:
    notes = tmp_path / "NOTES.txt"
    notes.write_text("by alice")
    make_while_sending(begun, dist, lambda: begun.do("alice", "upload", RELEASE, notes))
    assert list_paths(begun, 2) == ["NOTES.txt", NAME, f"{NAME}.asc", f"{NAME}.sha512"]


def test_somebody_elses_revision_of_the_same_file_is_not_overwritten(
    begun: Site, dist: Path, tmp_path: Path
) -> None:
    other = tmp_path / NAME
    other.write_text("by alice")
    begun.sign_in("alice")
    with pytest.raises(Failed, match=f"changed the same: {NAME}"):
        make_while_sending(begun, dist, lambda: begun.do("alice", "upload", RELEASE, other))
    assert list_paths(begun, 1) == [NAME]


def make_while_sending(site: Site, folder: Path, meanwhile: Callable[[], object]) -> None:
    """Make a revision of a folder on a base that is the newest no more."""
    local = list_files((), folder)
    key = ReleaseKey.parse(RELEASE)
    with Api(Login(site.url, site.read_token("rm"))) as api:
        sender = Sender(api, key, lambda _amount: None)
        digests = {file.path: digest_file(file, lambda _amount: None) for file in local}
        for file in local:
            assert sender.send(file, digests[file.path])
        meanwhile()
        add_revision(
            api, key, RevisionCreate(base=0, add={str(path): digest for path, digest in digests.items()})
        )


def test_a_file_that_becomes_shorter_while_it_is_sent_is_no_revision(begun: Site, big: Path) -> None:
    local = list_files((big,), None)[0]
    digest = digest_file(local, lambda _amount: None)
    os.truncate(big, 1000)
    with Api(Login(begun.url, begun.read_token("rm"))) as api, pytest.raises(Failed, match="shorter"):
        Sender(api, ReleaseKey.parse(RELEASE), lambda _amount: None).send(local, digest)


def test_a_sealed_candidate_takes_no_files(sealed: Site, tmp_path: Path) -> None:
    file = tmp_path / "late.txt"
    file.write_text("late")
    ended = sealed.atr("rm", "upload", RELEASE, file)
    assert (ended.code, "phase evaluate" in ended.stderr) == (1, True)


def test_whoever_may_not_upload_is_told_so(begun: Site, dist: Path) -> None:
    assert begun.atr("dave", "upload", RELEASE, "--dir", dist).code == 1
    assert "Sign in" in begun.atr(None, "upload", RELEASE, "--dir", dist).stderr


COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "https://git.example.org/demo"


def test_the_commit_is_named_with_the_upload_or_later(begun: Site, dist: Path) -> None:
    begun.do("rm", "upload", RELEASE, "--dir", dist)
    begun.do("rm", "upload", RELEASE, "--repository", f"{REPOSITORY}/", "--commit", COMMIT.upper())
    assert list_paths(begun, 2) == [".atr/source.json", NAME, f"{NAME}.asc", f"{NAME}.sha512"]
    folder = dist.parent / "back"
    begun.do("rm", "download", RELEASE, "--dir", folder)
    assert SourceReference.parse(folder.joinpath(SOURCE_FILE).read_bytes()) == SourceReference(
        REPOSITORY, COMMIT
    )


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--repository", REPOSITORY), 2, "both --repository and --commit"),
        (("--commit", COMMIT), 2, "both --repository and --commit"),
        (("--repository", "git@example.org:x", "--commit", COMMIT), 1, "write https://host/path"),
        (("--repository", REPOSITORY, "--commit", "main"), 1, "names no commit"),
        (("--rebuild", "../x"), 1, "names no rebuilder"),
    ],
)
def test_a_commit_or_rebuilder_that_is_none_is_refused_before_anything_is_sent(
    begun: Site, dist: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    ended = begun.atr("rm", "upload", RELEASE, "--dir", dist, *options)
    assert (ended.code, said in ended.stderr) == (code, True), ended.stderr
    assert list_paths(begun, 0) == []


def test_the_server_too_refuses_what_names_no_commit(begun: Site, dist: Path) -> None:
    place = dist / SOURCE_FILE
    place.parent.mkdir()
    for content, said in ((b"{}", "must be an object"), (b" " * 20_000, "more than 16384 bytes")):
        place.write_bytes(content)
        ended = begun.atr("rm", "upload", RELEASE, "--dir", dist)
        assert (ended.code, said in ended.stderr) == (1, True), ended.stderr


def test_rebuilt_files_go_to_their_own_place(begun: Site, dist: Path) -> None:
    begun.do("rm", "upload", RELEASE, "--dir", dist)
    begun.do("rm", "upload", RELEASE, dist / NAME, "--rebuild", "debian")
    assert list_paths(begun, 2)[0] == f".atr/rebuilds/debian/{NAME}"
