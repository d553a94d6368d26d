# SPDX-License-Identifier: Apache-2.0
"""The announcement: shown, changed, approved, waited for."""

from pathlib import Path

import pytest

from tests.client.conftest import RELEASE
from tests.support.terminal import Site


@pytest.fixture
def voted(sealed: Site) -> Site:
    """Return the site with a release whose vote has passed, with its publication still to do."""
    sealed.do("rm", "vote", "start", RELEASE)
    for voter in ("alice", "bob"):
        sealed.do(voter, "vote", "cast", RELEASE, "+1")
    sealed.sign_in("carol")
    sealed.run("carol", "vote", "cast", RELEASE, "+1")
    return sealed


def test_a_preview_sends_nothing(voted: Site) -> None:
    voted.work_off()
    said = voted.do("rm", "announce", RELEASE, "--preview").stdout
    assert "announce@example.org" in said
    assert "draft" in said
    assert voted.do(None, "release", "show", RELEASE, "--json").data["phase"] == "announce"


def test_subject_and_text_are_changed_first(voted: Site, tmp_path: Path) -> None:
    voted.work_off()
    text = tmp_path / "mail.txt"
    text.write_text("It is out.\n\x1b[2J")
    words = ("--subject", "Out now", "--text", text, "--to", "people@example.org")
    said = voted.do("rm", "announce", RELEASE, *words, "--preview").stdout
    assert "It is out." in said
    assert "\x1b" not in said
    voted.do("rm", "announce", RELEASE)
    sent = voted.do("rm", "announce", RELEASE, "--preview", "--json").data
    assert (sent["subject"], sent["to"], sent["state"]) == ("Out now", ["people@example.org"], "sent")


def test_an_approval_is_taken_back(voted: Site) -> None:
    voted.work_off()
    assert "nothing to take back" in voted.atr("rm", "announce", RELEASE, "--reopen").stderr
    voted.run("rm", "announce", RELEASE)
    assert "is a draft again" in voted.run("rm", "announce", RELEASE, "--reopen").stdout
    voted.run("rm", "announce", RELEASE)
    assert voted.run("rm", "announce", RELEASE, "--reopen", "--json").data["state"] == "draft"


def test_waiting_ends_when_the_mail_has_left(voted: Site) -> None:
    with voted.working():
        ended = voted.run("rm", "announce", RELEASE, "--wait")
    assert ended.code == 0, ended
    assert "demo/1.0 is announced at announce@example.org" in ended.stdout


def test_too_early_is_refused_with_the_reason(sealed: Site) -> None:
    ended = sealed.atr("rm", "announce", RELEASE)
    assert (ended.code, "phase announce" in ended.stderr) == (1, True)


def test_an_address_that_is_none_is_wrong_usage(sealed: Site) -> None:
    assert sealed.atr("rm", "announce", RELEASE, "--to", "nobody").code == 2
