# SPDX-License-Identifier: Apache-2.0
"""The page of a release's channels: what it says in each state, and what each button does."""

import pytest

from atr.domain.distribution import DistributionState, Goal
from atr.domain.errors import Refused
from atr.platforms.memory_registry import SHOW
from atr.ports.jobs import JobKind
from atr.ports.platforms import RegistryDown
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.surroundings import Surroundings
from tests.support.browsing import Visitor, walk_in
from tests.support.distributing import (
    CANDIDATE,
    DOCKER,
    HEX,
    NPM,
    PYPI,
    TEST_PYPI,
    Yard,
    change_channel,
    enter_test,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person
from tests.support.voting import KEY
from tests.support.website import Client

PAGE = "/releases/demo/main/1.0/distribution"
PLAN = f"{PAGE}/plan"
S = DistributionState


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    return make_yard(door, surroundings, queue, clock)


@pytest.fixture
def manager(api: Client, yard: Yard) -> Visitor:
    return walk_in(api, yard.door, "rm")


def publish(yard: Yard) -> None:
    """Take the sample release through its vote, and to its channels."""
    seal(yard)
    pass_vote(yard)
    yard.work_off()


def test_a_line_without_channels_says_so(manager: Visitor, yard: Yard) -> None:
    seal(yard)
    page = manager.look(PAGE)
    assert "does not distribute to any registry" in page.text
    assert PAGE not in manager.look("/releases/demo/main/1.0").links
    assert "No channels" in manager.look(PLAN).text


def test_testing_brings_the_sealed_files_to_testers_and_the_page_says_where(
    manager: Visitor, yard: Yard
) -> None:
    yard.add_channels(NPM, TEST_PYPI, required=False)
    seal(yard)
    page = manager.look(PAGE)
    assert "Once the vote has passed, it will go to 1 channel" in page.text
    assert "not begun" in page.text
    assert "Bring it to testers everywhere" in page.text
    assert "Bring it to testers" in page.text
    enter_test(yard)
    assert "ATR brings the sealed files to where testers get them." in manager.look(PAGE).text
    yard.work_off()
    page = manager.look(PAGE)
    assert "npm verified" in page.text
    assert "Testers get it on 2 already." in page.text
    assert "for tests only" in page.text
    assert f"{NPM.url}/staging/demo/1.0" in page.links


def test_a_tester_without_a_role_sees_everything_and_no_button(api: Client, yard: Yard) -> None:
    yard.add_channels(NPM)
    publish(yard)
    page = walk_in(api, yard.door).look(PAGE)
    assert "npm confirmed required" in page.text
    assert "Withdraw" not in page.text
    assert "Compare again" not in page.text
    assert walk_in(api, yard.door).look(PLAN).status == 200


def test_a_released_channel_shows_every_step_that_was_taken(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    publish(yard)
    page = manager.look(PAGE)
    assert "The voted bytes are confirmed on every channel: 2 channels." in page.text
    npm = page.text[page.text.index("npm required demo 1.0") : page.text.index("Point of no return.")]
    assert npm.count("done") == 5
    assert f"promote: {SHOW}" in page.text
    assert "Last compared with the voted bytes" in page.text
    assert "Point of no return." in page.text
    pypi = page.text[page.text.index("Point of no return.") :]
    assert pypi.index("PyPI required demo 1.0 not on this way not on this way done") > 0


def test_the_plan_prints_the_calls_and_makes_none(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI, DOCKER)
    seal(yard)
    page = manager.look(PLAN)
    assert "Nothing here is called." in page.text
    assert "without credentials: 13 calls" in page.text
    assert "For everybody: promote what is staged" in page.text
    assert "Point of no return." in page.text
    assert "required, not begun" in page.text
    assert yard.visit(NPM).effects == {}


def test_the_plan_says_where_the_release_cannot_go_and_what_people_do(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, signed_in=False)
    yard.add_channels(HEX)
    yard.use(NPM, HEX)
    seal(yard, files={path: data for path, data in CANDIDATE.items() if not path.endswith(".tar")})
    page = manager.look(PLAN)
    assert "The release cannot go everywhere." in page.text
    assert "For everybody: promote what is staged: by a person." in page.text


def test_where_a_release_cannot_go_is_told_before_the_vote(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, DOCKER, required=False)
    yard.use(NPM, required=False)
    seal(yard, files={"demo-1.0.tgz": b"the npm package"})
    yard.use(NPM, DOCKER, required=False)
    page = manager.look(PAGE)
    assert "it will go to 1 channel" in page.text
    assert "No file of the candidate goes to docker" in page.text
    assert "Files demo-1.0.tgz" in page.text


def test_before_there_are_files_the_plan_names_the_channels(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    yard.door.perform(act_as(yard.door, "rm"), CreateRelease(KEY.line, KEY.version))
    page = manager.look(PAGE)
    assert "Once the vote has passed, it will go to 1 channel" in page.text
    assert "Bring it to testers" not in page.text


def test_what_waits_for_a_person_is_verified_when_they_say_it_is_done(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, signed_in=False)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    page = manager.look(PAGE)
    assert "waits for a person" in page.text
    assert "A person has to do this" in page.text
    assert "Or say so on the command line: atr distribute verify demo/1.0 npm" in page.text
    assert "It goes on when a person has done what is said above" in page.text
    answer = manager.send(f"{PAGE}/verify", {"channel": "npm"})
    assert (answer.status, answer.leads_to) == (303, PAGE)
    assert yard.find(NPM).told_done
    assert "Somebody said that it is done; ATR looks." in manager.look(PAGE).text


def test_what_failed_says_where_and_goes_on_when_asked(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble(SHOW, lambda: Refused("The registry is closed today."))
    publish(yard)
    page = manager.look(PAGE)
    assert "npm failed" in page.text
    assert "The registry is closed today." in page.text
    assert "1 stopped" in page.text
    assert page.text.index("stopped 20") > page.text.index("npm required demo 1.0")
    assert "Resume everything that stopped" in page.text
    assert manager.send(f"{PAGE}/resume", {"channel": "npm"}).status == 303
    yard.work_off()
    assert yard.list_states() == {"npm": S.CONFIRMED}


def test_a_plan_that_stopped_is_undone_in_reverse(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, DOCKER)
    yard.visit(NPM).plan_trouble(SHOW, lambda: Refused("no"), after_effect=True)
    publish(yard)
    page = manager.look(PAGE)
    assert "ATR takes it back from npm, docker, in this order" in page.text
    assert manager.send(f"{PAGE}/compensate").status == 303
    assert {yard.find(NPM).goal, yard.find(DOCKER).goal} == {Goal.COMPENSATED}


def test_withdrawing_asks_first_and_keeps_the_reason(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    publish(yard)
    page = manager.look(PAGE)
    assert "What ATR does: move the dist-tag back, deprecate the version." in page.text
    assert "lets nothing be undone that is public: yank the version (by a person)." in page.text
    answer = manager.send(f"{PAGE}/withdraw", {"channel": "npm", "reason": "It deletes files."})
    assert answer.status == 303
    yard.work_off()
    assert yard.find(NPM).state is S.WITHDRAWN
    again = manager.look(PAGE)
    assert "npm withdrawn" in again.text
    assert "Take back what can be undone" in again.text
    assert "npm required demo 1.0 taken back" in again.text
    assert "Make it public" in again.text
    assert "It deletes files." in manager.look("/events?subject=demo/1.0").text
    assert manager.send(f"{PAGE}/withdraw").status == 303


def test_a_confirmed_channel_is_compared_again(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    publish(yard)
    assert manager.send(f"{PAGE}/verify", {"channel": "npm"}).status == 303
    assert yard.queue.list_arguments(JobKind.CHECK_DRIFT) == ["demo/main/1.0 on npm"]
    one = yard.find(NPM)
    yard.visit(NPM).tamper((one.owner_namespace, one.package, one.version), "demo-1.0.tgz", b"other")
    yard.work_off()
    page = manager.look(PAGE)
    assert "differs from the vote" in page.text
    assert "What is public is not what was voted on." in page.text


def test_what_is_tried_again_says_so(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble(SHOW, lambda: RegistryDown("It does not answer."), times=9)
    publish(yard)
    page = manager.look(PAGE)
    assert "ATR tries again by itself." in page.text
    assert "It does not answer." in page.text


def test_a_channel_that_waits_names_what_comes_first(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    yard.visit(NPM).plan_trouble(SHOW, lambda: Refused("no"))
    publish(yard)
    page = manager.look(PAGE)
    assert "It waits for npm: what can be undone comes first." in page.text
    assert "after npm" in page.text


def test_a_channel_that_is_gone_keeps_its_record(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    publish(yard)
    yard.lose_channel(NPM)
    assert "The channel was deleted: nothing goes on here." in manager.look(PAGE).text


def test_an_automation_is_named(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    change_channel(yard, NPM, automation_endpoint="https://ci.example.org/hook")
    seal(yard)
    assert "by automation" in manager.look(PAGE).text
    assert "POST https://ci.example.org/hook" in manager.look(PLAN).text


def test_an_order_that_reaches_nothing_says_why(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    refused = manager.send(f"{PAGE}/promote", {"channel": "npm"})
    assert refused.status == 409
    assert "its vote has to pass first" in refused.text
    assert manager.send(f"{PAGE}/dance").status == 404
    assert manager.send(f"{PAGE}/stage", {"channel": "No Channel"}).status == 422


def test_orders_need_the_roles_that_run_a_phase(api: Client, yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    add_person(yard.door, "nobody")
    assert walk_in(api, yard.door, "nobody").send(f"{PAGE}/stage").status == 403


def test_the_frame_leads_to_the_channels_while_they_are_what_is_missing(manager: Visitor, yard: Yard) -> None:
    yard.add_channels(NPM, signed_in=False)
    publish(yard)
    page = manager.look("/releases/demo/main/1.0")
    assert "Open the channels" in page.text
    assert PAGE in page.links
