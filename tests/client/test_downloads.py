# SPDX-License-Identifier: Apache-2.0
"""Downloads: whole or not at all."""

import hashlib
from functools import partial
from pathlib import Path

import pytest

from atr.client.credentials import Login
from atr.client.failures import Failed
from atr.client.fetching import Wanted, receive_file
from atr.client.http import Api
from tests.client.conftest import NAME, RELEASE
from tests.support.cutting import cut_connections
from tests.support.terminal import Site


def test_a_candidate_is_received_whole(candidate: Site, dist: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    ended = candidate.do(None, "download", RELEASE, "--dir", target)
    assert f"3 files of demo/1.0 in {target}" in ended.stdout
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        path.name: path.read_bytes() for path in dist.iterdir()
    }


def test_the_folder_is_named_like_the_release(
    candidate: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    candidate.do(None, "download", RELEASE)
    assert (tmp_path / "demo-1.0" / NAME).exists()


def test_folders_of_the_release_are_made(candidate: Site, tmp_path: Path) -> None:
    (tmp_path / "more" / "docs").mkdir(parents=True)
    (tmp_path / "more" / "docs" / "guide.txt").write_text("read")
    candidate.do("rm", "upload", RELEASE, tmp_path / "more")
    found = candidate.do(None, "download", RELEASE, "--dir", tmp_path / "copy", "--json").data
    assert found["number"] == 2
    assert (tmp_path / "copy" / "docs" / "guide.txt").read_text() == "read"


def test_evidence_comes_along_when_wanted(released: Site, tmp_path: Path) -> None:
    released.do(None, "download", RELEASE, "--dir", tmp_path / "copy", "--with-evidence")
    assert {"KEYS", "release.json"} <= {path.name for path in (tmp_path / "copy").iterdir()}


def test_what_is_here_already_is_not_fetched_again(candidate: Site, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    candidate.do(None, "download", RELEASE, "--dir", target)
    before = (target / NAME).stat().st_ino
    candidate.do(None, "download", RELEASE, "--dir", target)
    assert (target / NAME).stat().st_ino == before


def test_other_content_is_replaced_only_by_force(candidate: Site, dist: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.mkdir()
    (target / NAME).write_text("mine")
    ended = candidate.atr(None, "download", RELEASE, "--dir", target)
    assert (ended.code, "other content" in ended.stderr, (target / NAME).read_text()) == (1, True, "mine")
    candidate.do(None, "download", RELEASE, "--dir", target, "--force")
    assert (target / NAME).read_bytes() == (dist / NAME).read_bytes()


def test_a_release_without_files_has_nothing_to_receive(project: Site, tmp_path: Path) -> None:
    project.do("rm", "release", "create", RELEASE)
    ended = project.atr(None, "download", RELEASE, "--dir", tmp_path / "copy")
    assert (ended.code, ended.stderr) == (1, "atr: demo/1.0 has no files yet.\n")
    assert not (tmp_path / "copy").exists()


def test_a_cut_download_goes_on_where_it_stopped(project: Site, tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(range(256)) * 40_000)
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, big)
    with cut_connections(project.url, after=3_000_000, times=2) as cutting:
        project.environment = {"ATR_URL": cutting.url}
        project.do(None, "download", RELEASE, "--dir", tmp_path / "copy")
    assert cutting.cuts == 2
    assert (tmp_path / "copy" / "big.bin").read_bytes() == big.read_bytes()
    assert not list((tmp_path / "copy").glob("*.part"))


def test_a_server_that_sends_other_bytes_leaves_nothing_behind(candidate: Site, tmp_path: Path) -> None:
    """The name and size are right, the digest is not."""
    target = tmp_path / "copy"
    candidate.do(None, "download", RELEASE, "--dir", target)
    size = (target / NAME).stat().st_size
    wanted = Wanted(tmp_path / "other" / NAME, size, hashlib.sha512(b"other").hexdigest())
    address = f"/releases/demo/main/1.0/revisions/1/files/{NAME}"
    with Api(Login(candidate.url)) as api, pytest.raises(Failed, match="other content"):
        receive_file(wanted, partial(api.stream, address), lambda _amount: None)
    assert list((tmp_path / "other").iterdir()) == []
