# SPDX-License-Identifier: Apache-2.0
"""The audit trail from the command line."""

from tests.client.conftest import RELEASE
from tests.support.playground import add_person
from tests.support.terminal import Site


def test_the_events_of_a_release_are_listed_newest_first(candidate: Site) -> None:
    names = [
        each["name"] for each in candidate.do(None, "events", "--release", RELEASE, "--json").data["items"]
    ]
    assert names[-1] == "release.created"
    assert "revision.added" in names
    said = candidate.do(None, "events", "--project", "demo", "--actor", "rm", "--limit", "2").stdout
    assert len(said.splitlines()) == 3


def test_events_are_narrowed_by_time(candidate: Site) -> None:
    nothing = candidate.do(None, "events", "--project", "demo", "--until", "2020-01-01")
    assert nothing.stderr == "Nothing happened.\n"
    assert candidate.do(None, "events", "--project", "demo", "--since", "2020-01-01T00:00:00+02:00").stdout
    assert candidate.do(None, "events", "--project", "demo", "--until", "52w").code == 0
    assert candidate.atr(None, "events", "--project", "demo", "--since", "yesterday").code == 2


def test_all_events_are_for_foundation_members_and_sysadmins(candidate: Site) -> None:
    assert candidate.atr("dave", "events").code == 1
    add_person(candidate.door, "root", sysadmin=True)
    assert "release.created" in candidate.do("root", "events", "--name", "release.created").stdout
