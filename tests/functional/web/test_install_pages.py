# SPDX-License-Identifier: Apache-2.0
"""How testers learn what to type: on the candidate's page, on that of its vote, and in the call for votes."""

import hashlib

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.browsing import walk_in
from tests.support.candidates import make_files, make_npm, seal_packages
from tests.support.door import RecordedQueue
from tests.support.playground import make_project
from tests.support.publishing import set_aside
from tests.support.voting import KEY, Bench, list_mails, make_bench, seal_release, start_vote
from tests.support.website import Client

OVERVIEW = "/releases/demo/main/1.0"
ROOT = "http://atr.example.org/candidates/demo/main/1.0"
COMMANDS = (
    f"pip install --index-url {ROOT}/simple/ --extra-index-url https://pypi.org/simple/ sample-tool==1.0",
    f"npm install sample-tool@1.0.0 --registry={ROOT}/npm/",
    f"npm install @sample/scope@1.0.0 --@sample:registry={ROOT}/npm/",
    "docker pull atr.example.org/candidates/demo/main/1.0/sample:1.0",
    f"mvn dependency:get -DremoteRepositories={ROOT}/maven/ -Dartifact=org.example.sample:sample-core:1.0",
)


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def read_page(api: Client, door: Door, path: str) -> str:
    return walk_in(api, door).look(path).text


def test_the_page_of_a_candidate_says_how_each_client_installs_it(api: Client, bench: Bench) -> None:
    seal_packages(bench, make_files())
    text = read_page(api, bench.tools.door, OVERVIEW)
    assert [command for command in COMMANDS if command not in text] == []


def test_the_vote_says_it_on_its_page_and_by_mail(api: Client, bench: Bench) -> None:
    seal_packages(bench, make_files())
    start_vote(bench.tools.door)
    assert COMMANDS[0] in read_page(api, bench.tools.door, f"{OVERVIEW}/votes/1")
    (call,) = list_mails(bench.tools.door, MailKind.VOTE_START)
    assert "To install it for a test:\n\n  pip install" in call.body
    assert [command for command in COMMANDS if f"  {command}\n" not in call.body] == []


def test_a_package_that_needs_others_is_installed_by_its_address(api: Client, bench: Bench) -> None:
    tarball = make_npm("sample-tool", dependencies={"left-pad": "1.3.0"})
    seal_packages(bench, {"sample-tool-1.0.0.tgz": tarball})
    digest = hashlib.sha256(tarball).hexdigest()
    wanted = f"npm install {ROOT}/files/{digest}/sample-tool-1.0.0.tgz"
    assert wanted in read_page(api, bench.tools.door, OVERVIEW)


def test_nothing_is_said_of_what_holds_no_packages_or_is_over(api: Client, bench: Bench) -> None:
    seal_packages(bench, make_files())
    set_aside(bench, Phase.ABANDONED)
    assert "Install it for a test" not in read_page(api, bench.tools.door, OVERVIEW)


def test_the_call_for_votes_keeps_silent_about_files_that_are_no_packages(bench: Bench) -> None:
    seal_release(bench.tools.door, KEY, {"demo-1.0.zip": b"the source"})
    start_vote(bench.tools.door)
    (call,) = list_mails(bench.tools.door, MailKind.VOTE_START)
    assert "To install it" not in call.body
