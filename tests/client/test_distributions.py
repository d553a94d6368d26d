# SPDX-License-Identifier: Apache-2.0
"""`atr distribute`."""

from dataclasses import replace

import pytest

from atr.domain.errors import Refused
from atr.platforms.memory_registry import MemoryRegistries
from tests.client.conftest import RELEASE
from tests.support.distributing import GITHUB, NPM, PYPI, Yard, seal
from tests.support.door import SettableClock
from tests.support.playground import make_project
from tests.support.terminal import Site
from tests.support.voting import KEY, set_policy


@pytest.fixture
def yard(site: Site, clock: SettableClock) -> Yard:
    make_project(site.door)
    set_policy(site.door, min_hours=0)
    registries = MemoryRegistries()
    site.tools = replace(site.tools, registries=registries)
    site.door._around = replace(site.door._around, registries=registries)
    return Yard(site.tools, site.queue, clock, registries)


def pass_vote(site: Site) -> None:
    """Take the sealed candidate through its vote."""
    site.do("rm", "vote", "start", RELEASE)
    for voter in ("alice", "bob", "carol"):
        site.do(voter, "vote", "cast", RELEASE, "+1")


def test_a_release_goes_to_its_channels_and_back(site: Site, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    seal(yard)
    yard.drop_other_jobs()
    assert "on its way to no channel" in site.do(None, "distribute", "status", RELEASE).stderr
    plan = site.do(None, "distribute", "plan", RELEASE).stdout
    assert plan.index("PUT https://npm.example.org/upload") < plan.index("From here on nothing can be undone")
    dry = site.do("rm", "distribute", "promote", RELEASE, "pypi", "--dry-run").stdout
    assert ("https://pypi.example.org/upload" in dry, "npm.example.org" in dry) == (True, False)
    with site.working():
        staged = site.do("rm", "distribute", "stage", RELEASE, "--wait").stdout
    assert "verified" in staged
    status = site.do("rm", "distribute", "status", RELEASE, "npm").stdout
    assert "npm.example.org/staging/demo/1.0" in status
    steps = [line.split()[:2] for line in status.splitlines()[-5:]]
    assert steps[1:3] == [["compare", "done"], ["check", "ahead"]]
    pass_vote(site)
    assert yard.find(PYPI).state == "confirmed"
    plan = site.do(None, "distribute", "plan", RELEASE).stdout
    assert "nothing is left to do" in plan
    site.do("rm", "distribute", "verify", RELEASE)
    with site.working():
        said = site.do("rm", "distribute", "withdraw", RELEASE, "--reason", "Broken.", "--wait").stdout
    assert "Withdrawn from 2 channels in" in said
    found = site.do("rm", "distribute", "promote", RELEASE, "npm", "--json").data
    assert found["items"][0]["attempt"] == 2


def test_what_is_public_is_compared_again_and_a_difference_is_a_failure(
    site: Site, yard: Yard, clock: SettableClock
) -> None:
    yard.add_channels(NPM)
    seal(yard)
    pass_vote(site)
    assert yard.find(NPM).state == "confirmed"
    clock.advance(minutes=1)
    with site.working():
        assert site.atr("rm", "distribute", "verify", RELEASE, "--wait").code == 0
        yard.visit(NPM).tamper((None, "demo", "1.0"), "demo-1.0.tgz", b"something else")
        clock.advance(minutes=1)
        ended = site.atr("rm", "distribute", "verify", RELEASE, "--wait")
    assert ended.code == 1
    assert "What is public there is not what was voted on" in ended.stderr
    assert "other bytes" in ended.stdout


def test_what_failed_is_told_and_resumed_or_compensated(site: Site, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI, GITHUB)
    seal(yard)
    yard.drop_other_jobs()
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("The quota is used up."))
    with site.working():
        ended = site.atr("rm", "distribute", "stage", RELEASE, "npm", "--wait")
    assert ended.code == 1
    assert "The quota is used up." in site.do("rm", "distribute", "status", RELEASE).stdout
    site.do("rm", "distribute", "resume", RELEASE, "npm")
    yard.visit(GITHUB).plan_trouble("show to everybody", lambda: Refused("No."))
    pass_vote(site)
    assert "waits for github" in site.do("rm", "distribute", "status", RELEASE).stdout
    site.do("rm", "distribute", "compensate", RELEASE)
    assert {str(yard.find(each, KEY).state) for each in (NPM, GITHUB)} == {"withdrawn"}


def test_a_plan_says_what_is_by_hand_and_what_cannot_be(site: Site, yard: Yard) -> None:
    assert "goes to no channel" in _plan_after(site, yard)
    yard.add_channels(PYPI, signed_in=False)
    yard.add_channels(NPM)
    yard.use(PYPI, NPM)
    said = site.do(None, "distribute", "plan", RELEASE).stdout
    assert "publish by hand" in said
    assert "No file of the candidate goes to npm" in said
    assert site.do(None, "distribute", "plan", RELEASE, "--json").data["problems"]


def _plan_after(site: Site, yard: Yard) -> str:
    seal(yard, files={"demo-1.0-py3-none-any.whl": b"the wheel"})
    yard.queue.forget()
    return site.do(None, "distribute", "plan", RELEASE).stdout
