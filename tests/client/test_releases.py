# SPDX-License-Identifier: Apache-2.0
"""Releases: begun, looked at, compared, set aside and restored."""

from pathlib import Path

from tests.client.conftest import NAME, RELEASE
from tests.support.playground import add_person, make_line
from tests.support.terminal import Site


def test_a_candidate_is_begun_with_its_next_step(project: Site) -> None:
    ended = project.do("rm", "release", "create", RELEASE)
    assert "phase compose" in ended.stdout
    assert "Next: " in ended.stdout
    again = project.atr("rm", "release", "create", RELEASE)
    assert (again.code, again.stderr.startswith("atr: ")) == (1, True)


def test_a_release_of_another_line_names_the_line(project: Site) -> None:
    make_line(project.door, "demo/tools")
    made = project.do("rm", "release", "create", "demo/tools/1.0", "--json").data
    assert made["release"] == "demo/tools/1.0"


def test_what_names_no_release_is_wrong_usage(project: Site) -> None:
    ended = project.atr(None, "release", "show", "demo")
    assert (ended.code, "does not name a release" in ended.stderr) == (2, True)


def test_releases_are_listed_by_stage(candidate: Site) -> None:
    listed = candidate.do(None, "release", "list", "--stage", "candidate", "--project", "demo", "--json").data
    assert [each["release"] for each in listed["items"]] == [RELEASE]
    assert RELEASE in candidate.do(None, "release", "list", "--limit", "1").stdout
    nothing = candidate.do(None, "release", "list", "--stage", "archived")
    assert nothing.stderr == "There are no such releases.\n"


def test_a_release_is_shown_with_files_and_checks(candidate: Site) -> None:
    said = candidate.do("rm", "release", "show", RELEASE).stdout
    for words in (NAME, "compose (candidate)", "1 (newest)", "sha512:", "run phase"):
        assert words in said, words


def test_a_finished_release_is_shown_with_vote_and_announcement(released: Site) -> None:
    said = released.do(None, "release", "show", RELEASE).stdout
    for words in ("round 1 (project) passed", "sent", "/current/demo/1.0", "1 (sealed)"):
        assert words in said, words


def test_blockers_end_with_one_and_say_what_to_do(project: Site) -> None:
    project.do("rm", "release", "create", RELEASE)
    ended = project.atr("rm", "release", "blockers", RELEASE)
    assert (ended.code, "upload the candidate's files first" in ended.stdout) == (1, True)
    assert project.atr(None, "release", "blockers", RELEASE, "--json").data["blockers"]


def test_findings_that_block_are_named(project: Site, dist: Path) -> None:
    (dist / f"{NAME}.asc").unlink()
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, "--dir", dist)
    project.do("rm", "evaluate", RELEASE)
    ended = project.atr(None, "release", "blockers", RELEASE)
    assert (ended.code, "names.signature-missing" in ended.stdout) == (1, True)


def test_nothing_in_the_way_ends_with_zero(sealed: Site) -> None:
    assert "Nothing blocks it" in sealed.do(None, "release", "blockers", RELEASE).stdout


def test_a_first_release_is_compared_with_its_revision_before(candidate: Site, tmp_path: Path) -> None:
    notes = tmp_path / "NOTES.txt"
    notes.write_text("new")
    candidate.do("rm", "upload", RELEASE, notes)
    said = candidate.do(None, "release", "diff", RELEASE).stdout
    assert "From revision 1 to revision 2" in said
    assert "added   NOTES.txt  3 bytes" in said
    assert "3 files unchanged." in said
    assert "No file changed" in candidate.do(None, "release", "diff", RELEASE, "@2").stderr


def test_a_later_release_is_compared_with_the_one_before(released: Site, tmp_path: Path) -> None:
    newer = tmp_path / "demo-1.1.tar.gz"
    newer.write_bytes(b"other")
    released.do("rm", "release", "create", "demo/1.1")
    released.do("rm", "upload", "demo/1.1", newer)
    said = released.do(None, "release", "diff", "demo/1.1").stdout
    assert "From demo/1.0 to demo/1.1" in said
    assert "changed  demo-1.1.tar.gz" in said
    named = released.do(None, "release", "diff", "demo/1.1", "1.0", "--json").data
    assert named["old"] == "demo/1.0"


def test_what_cannot_be_compared_is_refused(project: Site) -> None:
    project.do("rm", "release", "create", RELEASE)
    assert project.atr(None, "release", "diff", RELEASE).code == 1
    assert project.atr(None, "release", "diff", RELEASE, "@x").code == 2
    assert project.atr(None, "release", "diff", "demo/9.9").code == 1


def test_a_candidate_is_abandoned_for_a_reason(candidate: Site) -> None:
    ended = candidate.do("rm", "release", "delete", RELEASE, "--reason", "wrong branch")
    assert "phase abandoned" in ended.stdout
    shown = candidate.do(None, "release", "show", RELEASE, "--json").data
    assert shown["set_aside_reason"] == "wrong branch"


def test_a_sealed_candidate_is_opened_again(sealed: Site) -> None:
    assert sealed.do("rm", "release", "recompose", RELEASE, "--json").data["phase"] == "compose"


def test_a_release_is_archived_and_restored_by_a_sysadmin(released: Site) -> None:
    assert "phase archived" in released.do("rm", "archive", RELEASE).stdout
    assert released.atr("rm", "release", "restore", RELEASE).code == 1
    add_person(released.door, "root", sysadmin=True)
    assert "phase released" in released.do("root", "release", "restore", RELEASE).stdout


def test_revoking_needs_a_reason(released: Site) -> None:
    ended = released.atr("rm", "archive", RELEASE, "--as", "revoked")
    assert (ended.code, "reason: Say why" in ended.stderr) == (1, True)
    words = ("--as", "revoked", "--reason", "broken key")
    assert released.do("rm", "archive", RELEASE, *words, "--json").data["phase"] == "revoked"
