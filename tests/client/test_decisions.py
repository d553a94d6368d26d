# SPDX-License-Identifier: Apache-2.0
"""Evaluation, and what is decided about its findings."""

from pathlib import Path

import pytest

from tests.client.conftest import NAME, RELEASE
from tests.support.terminal import Site


@pytest.fixture
def blocked(project: Site, dist: Path) -> Site:
    """Return the site with a candidate that lacks its signature."""
    (dist / f"{NAME}.asc").unlink()
    project.do("rm", "release", "create", RELEASE)
    project.do("rm", "upload", RELEASE, "--dir", dist)
    return project


@pytest.fixture
def doubtful(project: Site, dist: Path) -> Site:
    """Return the site with a candidate whose checksum is missing, which is a concern or worse."""
    project.do("rm", "release", "create", RELEASE)
    (dist / "strange.bin").write_bytes(b"?")
    project.do("rm", "upload", RELEASE, "--dir", dist)
    return project


def find_ids(site: Site, severity: str) -> list[str]:
    """Return the ids of all findings of a severity."""
    found = site.do(None, "checks", RELEASE, "--severity", severity, "--json").data
    return [finding["id"] for finding in found["findings"]]


def test_evaluation_seals_and_waits_for_the_checks(project: Site, dist: Path) -> None:
    project.do("rm", "release", "create", RELEASE)
    project.run("rm", "upload", RELEASE, "--dir", dist)
    with project.working():
        ended = project.run("rm", "evaluate", RELEASE, "--wait")
    assert ended.code == 0, ended
    assert "nothing in the way." in ended.stdout
    assert project.do(None, "release", "show", RELEASE, "--json").data["phase"] == "evaluate"


def test_without_waiting_it_says_how_far_the_checks_are(project: Site, dist: Path) -> None:
    project.do("rm", "release", "create", RELEASE)
    project.run("rm", "upload", RELEASE, "--dir", dist)
    ended = project.run("rm", "evaluate", RELEASE)
    assert (ended.code, "are waiting: 0 of" in ended.stdout) == (0, True), ended


def test_blockers_end_the_waiting_with_one(blocked: Site) -> None:
    ended = blocked.atr("rm", "evaluate", RELEASE, "--wait")
    assert (ended.code, "[names.signature-missing]" in ended.stdout) == (1, True)


def test_a_sealed_candidate_is_examined_again(sealed: Site) -> None:
    ended = sealed.run("rm", "evaluate", RELEASE)
    assert (ended.code, "waiting" in ended.stdout) == (0, True), ended


def test_a_candidate_without_files_has_nothing_to_examine(project: Site) -> None:
    project.do("rm", "release", "create", RELEASE)
    assert "There are no files to examine yet." in project.do(None, "checks", RELEASE).stdout
    assert project.atr("rm", "evaluate", RELEASE).code == 1


def test_a_concern_is_acknowledged_by_its_id(doubtful: Site) -> None:
    concern = find_ids(doubtful, "concern")[0]
    ended = doubtful.do("rm", "acknowledge", RELEASE, concern, "--reason", "on purpose")
    assert f"{concern} is acknowledged by rm" in ended.stdout
    assert "(acknowledged by rm: on purpose)" in doubtful.do(None, "checks", RELEASE).stdout


def test_only_concerns_are_acknowledged(blocked: Site) -> None:
    blocker = find_ids(blocked, "blocker")[0]
    ended = blocked.atr("rm", "acknowledge", RELEASE, blocker, "--reason", "please")
    assert (ended.code, "Only concerns" in ended.stderr) == (1, True)
    assert blocked.atr("rm", "acknowledge", RELEASE, blocker).code == 2
    assert blocked.atr("rm", "acknowledge", RELEASE, blocker, "--reason", "").code == 2


def test_a_blocker_is_waived_by_two_people(blocked: Site) -> None:
    words = ("names.signature-missing", "--reason", "legacy", "--path", "demo-*", "--until", "2027-01-01")
    said = blocked.do("rm", "waive", RELEASE, *words).stdout
    assert f"atr waive {RELEASE} --confirm " in said
    number = said.rsplit(" ", 1)[1].strip()
    assert blocked.atr("rm", "waive", RELEASE, "--confirm", number).code == 1
    assert "confirmed by alice" in blocked.do("alice", "waive", RELEASE, "--confirm", number).stdout
    assert f"(waived: {number}, by rm and alice: legacy)" in blocked.do(None, "checks", RELEASE).stdout


def test_a_waiver_without_rule_or_reason_is_wrong_usage(blocked: Site) -> None:
    assert blocked.atr("rm", "waive", RELEASE, "--reason", "x").code == 2
    assert blocked.atr("rm", "waive", RELEASE, "names.signature-missing").code == 2
    assert blocked.atr("rm", "waive", RELEASE, "x", "--reason", "y", "--until", "soon").code == 2
    assert blocked.atr("rm", "waive", RELEASE, "names.signature-missing", "--list", "--drop", "1").code == 2
    assert blocked.atr("rm", "waive", RELEASE, "--preview").code == 2


def test_all_findings_of_a_rule_are_acknowledged_at_once(doubtful: Site) -> None:
    found = doubtful.do(None, "checks", RELEASE, "--severity", "concern", "--json").data
    group = found["groups"][0]
    said = doubtful.do("rm", "acknowledge", RELEASE, group["rule"], "--reason", "on purpose").stdout
    assert f"{group['total']} finding" in said
    again = doubtful.atr("rm", "acknowledge", RELEASE, group["rule"], "--reason", "on purpose")
    assert (again.code, "acknowledged already" in again.stderr) == (1, True)
    assert doubtful.atr("rm", "acknowledge", RELEASE, "a.b", "c.d", "--reason", "x").code == 2
    assert doubtful.atr("rm", "acknowledge", RELEASE, "--reason", "x").code == 2


def test_findings_are_narrowed_to_a_rule(blocked: Site) -> None:
    one = blocked.do(None, "checks", RELEASE, "--rule", "names.signature-missing")
    assert "[names.signature-missing]" in one.stdout
    assert one.stdout.count("[") == 1
    assert "To do:" in one.stdout


def test_a_waiver_is_previewed_listed_and_dropped(blocked: Site) -> None:
    rule = "names.signature-missing"
    preview = blocked.do("rm", "waive", RELEASE, rule, "--preview", "--path", "demo-*")
    assert "It would match 1 finding; nothing was kept." in preview.stdout
    assert "a second person" in preview.stderr
    data = blocked.do("rm", "waive", RELEASE, rule, "--preview", "--json").data
    assert (data["total"], data["needs_second_person"]) == (1, True)
    assert "There are no waivers." in blocked.do(None, "waive", RELEASE, "--list").stderr
    words = (rule, "--reason", "legacy", "--versions", ">=1.0 <2")
    number = blocked.do("rm", "waive", RELEASE, *words, "--json").data["id"]
    listed = blocked.do(None, "waive", RELEASE, "--list").stdout
    assert "unconfirmed" in listed
    assert ">=1.0 <2" in listed
    assert blocked.do(None, "waive", RELEASE, "--list", "--json").data["items"][0]["id"] == number
    assert "taken back" in blocked.do("rm", "waive", RELEASE, "--drop", number).stdout
    assert blocked.atr("rm", "waive", RELEASE, "--drop", number).code == 1


def test_a_rule_that_is_none_is_refused_with_those_it_may_have_been(blocked: Site) -> None:
    ended = blocked.atr("rm", "waive", RELEASE, "names.signatur-missing", "--reason", "x")
    assert (ended.code, "did you mean names.signature-missing" in ended.stderr) == (1, True)
