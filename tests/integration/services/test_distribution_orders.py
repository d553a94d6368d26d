# SPDX-License-Identifier: Apache-2.0
"""What people ask of channels, what they do there by hand, and what is taken back again."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from atr.domain.distribution import Channel, DistributionState
from atr.domain.errors import Conflict, Denied, NotFound, Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind
from atr.domain.names import ChannelKey
from atr.domain.people import ANONYMOUS, SERVICE
from atr.domain.platform import PlatformKey
from atr.domain.project import MailingLists
from atr.platforms.memory_registry import HIDE, MemorySite
from atr.ports.automation import WorkOrder
from atr.ports.jobs import Deadline, DeadlineKind
from atr.ports.platforms import NeedsPerson, NotYet, RegistryDown, Site
from atr.ports.unit_of_work import OpenUnit
from atr.services.deadlines import ScheduleUpkeep
from atr.services.distribute import Distribute
from atr.services.distribution_bench import FindTask, IsWanted
from atr.services.distribution_orders import (
    CompensateRelease,
    OrderChannels,
    PromoteRelease,
    ResumeRelease,
    StageRelease,
    VerifyRelease,
    WithdrawDistributions,
)
from atr.services.distributions import ListDistributions, ShowDistribution, ShowPlan
from atr.services.door import Bookkeeping, Door, Work
from atr.services.drift import CheckDrift
from atr.services.errand import TryLater
from atr.services.phase_steps import TakeStep
from atr.services.release_streams import TakePulse
from atr.services.release_views import ShowRelease
from atr.services.surroundings import Surroundings
from tests.support.distributing import (
    CANDIDATE,
    DOCKER,
    FIVE,
    HEX,
    NPM,
    PYPI,
    TEST_PYPI,
    Yard,
    enter_test,
    list_events,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as
from tests.support.voting import KEY, change_project, list_mails

S = DistributionState
THERE = (None, "demo", "1.0")
WHEEL = "demo-1.0-py3-none-any.whl"
ENDPOINT = "https://ci.example.org/publish"


@dataclass(slots=True)
class Robot:
    """An automation that does what it is told when it gets to it."""

    site: MemorySite | None = None
    orders: list[WorkOrder] = field(default_factory=list)

    def give_order(self, order: WorkOrder, site: Site) -> str:
        """Remember the order."""
        del site
        self.orders.append(order)
        return "answered 202"


@pytest.fixture
def robot() -> Robot:
    return Robot()


@pytest.fixture
def yard(
    door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock, robot: Robot
) -> Yard:
    return make_yard(door, surroundings, queue, clock, robot)


def order(yard: Yard, command: OrderChannels, user: str = "rm") -> dict[str, S]:
    """Have somebody ask for it and the workers do it; return what was reached, as it is then."""
    reached = yard.door.perform(act_as(yard.door, user), command)
    yard.work_off()
    states = yard.list_states()
    return {view.one.channel: states[view.one.channel] for view in reached}


def confirm(yard: Yard, *channels: Channel) -> None:
    """Have a release confirmed on new channels."""
    yard.add_channels(*channels)
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    assert set(yard.list_states().values()) <= {S.CONFIRMED, S.VERIFIED}


def publish_by_hand(yard: Yard, channel: Channel, files: Mapping[str, bytes]) -> None:
    """Put files onto a channel as a person does."""
    yard.visit(channel).files[THERE] = dict(files)
    yard.visit(channel).public.add(THERE)


def test_what_needs_a_person_waits_with_an_instruction_and_is_verified(yard: Yard) -> None:
    yard.add_channels(NPM)
    need = "Publish demo-1.0.tgz with your one-time password."
    yard.visit(NPM).plan_trouble("point demo:staging", lambda: NeedsPerson(need), times=2)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    told = f"{need} Then say: atr distribute verify demo/1.0 npm"
    assert (yard.find(NPM).state, yard.find(NPM).instruction) == (S.STAGING, told)
    Distribute(KEY, NPM.key).run(yard.tools)
    (mail,) = list_mails(yard.door, MailKind.DISTRIBUTION)
    assert mail.subject == "[DISTRIBUTION] Sample Demo 1.0"
    assert "To be done by hand:" in mail.body
    assert order(yard, VerifyRelease(KEY)) == {"npm": S.STAGING}
    assert yard.find(NPM).problem == "It does not look done yet."
    assert list_mails(yard.door, MailKind.DISTRIBUTION) == (mail,)
    yard.visit(NPM).names["demo:staging"] = "1.0"
    assert order(yard, VerifyRelease(KEY, NPM.key)) == {"npm": S.VERIFIED}
    assert yard.find(NPM).instruction == ""


def test_without_credentials_a_person_publishes_and_bytes_prove_it(yard: Yard, open_unit: OpenUnit) -> None:
    yard.add_channels(PYPI, signed_in=False)
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    one = yard.find(PYPI)
    assert (one.state, one.waits_for_person) == (S.UPLOADING, True)
    assert one.instruction.startswith("Publish the voted files as demo 1.0 on PyPI.")
    publish_by_hand(yard, PYPI, {WHEEL: b"a wheel of their own"})
    order(yard, VerifyRelease(KEY))
    assert yard.find(PYPI).problem == f"It is not done yet. other bytes: {WHEEL}."
    assert yard.find(PYPI).waits_for_person
    publish_by_hand(yard, PYPI, {WHEEL: CANDIDATE[WHEEL]})
    assert order(yard, VerifyRelease(KEY)) == {"pypi": S.CONFIRMED}
    assert yard.read().phase is Phase.ANNOUNCE
    assert yard.visit(PYPI).effects == {}
    by_hand = [each.name for each in list_events(open_unit) if each.details.get("by_hand")]
    assert by_hand == ["distribution.uploaded"]


def test_what_a_person_withdraws_is_believed(yard: Yard) -> None:
    yard.add_channels(PYPI, signed_in=False)
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    publish_by_hand(yard, PYPI, {WHEEL: CANDIDATE[WHEEL]})
    order(yard, VerifyRelease(KEY))
    order(yard, WithdrawDistributions(KEY))
    assert "yank the version" in yard.find(PYPI).instruction
    assert order(yard, VerifyRelease(KEY)) == {"pypi": S.WITHDRAWN}


def test_a_yank_that_needs_a_person_is_believed_and_other_trouble_is_not(yard: Yard) -> None:
    confirm(yard, NPM)
    site = yard.visit(NPM)
    site.plan_trouble(HIDE, lambda: NeedsPerson("Deprecate it."), times=2)
    order(yard, WithdrawDistributions(KEY))
    assert yard.find(NPM).waits_for_person
    assert order(yard, VerifyRelease(KEY)) == {"npm": S.WITHDRAWN}


def test_an_automation_is_told_once_and_its_result_compared(yard: Yard, robot: Robot) -> None:
    automated = Channel(ChannelKey("pypi"), "PyPI", PlatformKey.PYPI, PYPI.url, automation_endpoint=ENDPOINT)
    yard.add_channels(automated, signed_in=False)
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    assert "The automation was asked and is not done." in yard.find(PYPI).problem
    yard.wait(seconds=60)
    (given,) = robot.orders
    assert (given.endpoint, given.facts["version"], given.facts["platform"]) == (ENDPOINT, "1.0", "pypi")
    assert given.files[0]["url_path"].endswith(WHEEL)
    publish_by_hand(yard, PYPI, {WHEEL: CANDIDATE[WHEEL]})
    yard.wait(seconds=60)
    assert yard.find(PYPI).state is S.CONFIRMED
    assert len(robot.orders) == 1
    plan = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert plan.legs[0].calls == ()


def test_an_automation_is_not_told_what_is_there_already(yard: Yard, robot: Robot) -> None:
    automated = Channel(ChannelKey("npm"), "npm", PlatformKey.NPM, NPM.url, automation_endpoint=ENDPOINT)
    yard.add_channels(automated)
    seal(yard)
    yard.visit(NPM).files[THERE] = {"demo-1.0.tgz": CANDIDATE["demo-1.0.tgz"]}
    plan = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert [call.calls for call in plan.legs[0].calls] == [(f"POST {ENDPOINT}",), (f"POST {ENDPOINT}",)]
    enter_test(yard)
    yard.work_off()
    assert (yard.find(NPM).state, robot.orders) == (S.VERIFIED, [])


def test_a_withdrawn_release_gives_the_names_back_and_can_go_public_again(
    yard: Yard, open_unit: OpenUnit
) -> None:
    yard.visit(NPM).names["demo:latest"] = "0.9"
    confirm(yard, NPM)
    assert yard.visit(NPM).names["demo:latest"] == "1.0"
    yard.clock.advance(seconds=0)
    command = WithdrawDistributions(KEY, NPM.key, "It is broken.")
    yard.door.perform(act_as(yard.door, "rm"), command)
    yard.clock.advance(seconds=7)
    yard.work_off()
    assert yard.find(NPM).state is S.WITHDRAWN
    assert yard.visit(NPM).names["demo:latest"] == "0.9"
    assert not yard.visit(NPM).public
    last = list_events(open_unit)[-1]
    assert (last.name, last.details["seconds"]) == ("distribution.withdrawn", 7)
    assert list_events(open_unit, "distribution.ordered")[-1].details["reason"] == "It is broken."
    assert order(yard, PromoteRelease(KEY)) == {"npm": S.CONFIRMED}
    assert (yard.find(NPM).generation, yard.visit(NPM).names["demo:latest"]) == (2, "1.0")
    assert yard.visit(NPM).effects["point demo:latest"] == 2
    assert yard.visit(NPM).effects["upload demo-1.0.tgz"] == 1


def test_one_command_withdraws_from_all_channels(yard: Yard) -> None:
    confirm(yard, *FIVE)
    assert set(order(yard, WithdrawDistributions(KEY)).values()) == {S.WITHDRAWN}
    assert not any(yard.visit(channel).public for channel in FIVE)
    with pytest.raises(Refused, match=r"nothing to withdraw of demo/1\.0 on any channel"):
        order(yard, WithdrawDistributions(KEY))


def test_what_was_only_planned_or_staged_is_withdrawn_too(yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    pass_vote(yard)
    assert order(yard, WithdrawDistributions(KEY)) == {"npm": S.WITHDRAWN, "pypi": S.WITHDRAWN}
    assert yard.visit(NPM).effects["point demo:latest"] == 0


def test_a_staged_candidate_is_withdrawn_although_it_was_unsealed(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    yard.door.perform(act_as(yard.door, "rm"), TakeStep(KEY, Phase.COMPOSE))
    assert order(yard, WithdrawDistributions(KEY)) == {"npm": S.WITHDRAWN}


def test_a_stopped_plan_is_compensated_in_reverse_order(yard: Yard, open_unit: OpenUnit) -> None:
    yard.add_channels(*FIVE)
    yard.visit(NPM).plan_trouble("point demo:latest", lambda: Refused("No."))
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    plan = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert plan.compensation == ("npm", "hex", "github", "docker")
    order(yard, CompensateRelease(KEY))
    taken = [each.details["channel"] for each in list_events(open_unit, "distribution.withdrawn")]
    assert taken == ["npm", "hex", "github", "docker"]
    assert yard.find(PYPI).state in {S.PLANNED, S.CONFIRMED}
    with pytest.raises(Refused, match="nothing to compensate"):
        order(yard, CompensateRelease(KEY))


def test_a_plan_lists_every_call_and_makes_none(yard: Yard) -> None:
    yard.add_channels(NPM, PYPI, TEST_PYPI)
    seal(yard)
    view = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert view.point_of_no_return == 2
    calls = {planned.leg.channel.key: planned for planned in view.legs}
    assert [(each.action, each.calls) for each in calls[NPM.key].calls] == [
        (
            "stage",
            (
                "PUT https://npm.example.org/upload/demo-1.0.tgz",
                "PUT https://npm.example.org/point/demo:staging",
            ),
        ),
        (
            "promote",
            (
                "GET https://npm.example.org/names",
                "PATCH https://npm.example.org/show/to/everybody",
                "PUT https://npm.example.org/point/demo:latest",
            ),
        ),
    ]
    assert not calls[NPM.key].is_begun
    assert not any(yard.visit(channel).effects for channel in (NPM, PYPI, TEST_PYPI))
    enter_test(yard)
    yard.work_off()
    view = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    begun = {planned.leg.channel.key: [each.action for each in planned.calls] for planned in view.legs}
    assert begun == {"test-pypi": [], "npm": ["promote"], "pypi": ["publish"]}
    order(yard, WithdrawDistributions(KEY))
    view = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert {planned.leg.channel.key: planned.calls for planned in view.legs}[NPM.key] == ()


def test_a_plan_says_what_is_by_hand_and_what_cannot_be(yard: Yard) -> None:
    yard.add_channels(PYPI, signed_in=False)
    yard.add_channels(NPM)
    yard.use(PYPI, NPM)
    seal(yard, files={WHEEL: b"the wheel"})
    view = yard.door.ask(ANONYMOUS, ShowPlan(KEY))
    assert view.problems == ("npm: No file of the candidate goes to npm: npm takes .tgz, here of demo 1.0.",)
    assert [(each.by_hand, each.calls) for each in view.legs[0].calls] == [(True, ())]


def test_a_plan_whose_files_went_away_says_so(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    yard.door.perform(act_as(yard.door, "rm"), TakeStep(KEY, Phase.COMPOSE))
    (leg,) = yard.door.ask(ANONYMOUS, ShowPlan(KEY)).legs
    assert [each.problem for each in leg.calls] == [
        "demo/1.0 is not sealed: only sealed files are distributed."
    ]


def test_drift_is_noticed_within_a_day_told_once_and_recovered_from(yard: Yard, open_unit: OpenUnit) -> None:
    confirm(yard, NPM)
    yard.door.keep(ScheduleUpkeep())
    yard.wait(hours=2)
    assert yard.visit(NPM).reads["compare public"] == 1
    yard.visit(NPM).tamper(THERE, "demo-1.0.tgz", b"malware")
    yard.wait(hours=23)
    assert yard.find(NPM).drift == "other bytes: demo-1.0.tgz."
    yard.wait(days=2)
    (mail,) = list_mails(yard.door, MailKind.DISTRIBUTION)
    told = "what is public is no longer what was voted on. other bytes: demo-1.0.tgz."
    assert told in " ".join(mail.body.split())
    yard.visit(NPM).tamper(THERE, "demo-1.0.tgz", CANDIDATE["demo-1.0.tgz"])
    assert order(yard, VerifyRelease(KEY)) == {"npm": S.CONFIRMED}
    assert yard.find(NPM).drift == ""
    names = [each.name for each in list_events(open_unit)]
    assert names[-3:] == ["distribution.drifted", "distribution.ordered", "distribution.recovered"]


def test_drift_is_looked_for_again_when_there_is_no_answer(yard: Yard) -> None:
    confirm(yard, PYPI)
    root = yard.registries.sites.pop(PYPI.url)
    CheckDrift(KEY, PYPI.key).run(yard.tools)
    assert yard.find(PYPI).drift == f"not there: {WHEEL}."
    yard.registries.sites[PYPI.url] = root
    yard.registries.silent.add(PYPI.url)
    with pytest.raises(TryLater, match="does not answer"):
        CheckDrift.parse(f"{KEY.storage_key} on pypi").run(yard.tools)
    yard.registries.silent.clear()
    order(yard, WithdrawDistributions(KEY))
    CheckDrift(KEY, PYPI.key).run(yard.tools)


def test_orders_say_why_they_reach_nothing(yard: Yard) -> None:
    yard.add_channels(NPM, PYPI)
    rm = act_as(yard.door, "rm")
    seal(yard)
    with pytest.raises(Refused, match="its vote has to pass first"):
        yard.door.perform(rm, PromoteRelease(KEY))
    with pytest.raises(NotFound, match="no channel of this product line called maven"):
        yard.door.perform(rm, StageRelease(KEY, ChannelKey("maven")))
    with pytest.raises(NotFound, match=r"demo/1\.0 on npm"):
        yard.door.perform(rm, ResumeRelease(KEY, NPM.key))
    with pytest.raises(Refused, match=r"nothing to resume of demo/1\.0 on any channel"):
        yard.door.perform(rm, ResumeRelease(KEY))
    with pytest.raises(Denied):
        yard.door.perform(act_as(yard.door, "dave"), StageRelease(KEY))
    assert order(yard, StageRelease(KEY)) == {"npm": S.VERIFIED}
    with pytest.raises(Refused, match=r"Nothing is left to stage of demo/1\.0 on npm, PyPI"):
        yard.door.perform(rm, StageRelease(KEY))
    yard.door.perform(rm, TakeStep(KEY, Phase.COMPOSE))
    with pytest.raises(Refused, match="in phase compose is not staged"):
        yard.door.perform(rm, StageRelease(KEY))


def test_a_line_without_channels_has_nothing_to_stage(yard: Yard) -> None:
    seal(yard)
    with pytest.raises(Refused, match="has no channels"):
        yard.door.perform(act_as(yard.door, "rm"), StageRelease(KEY))
    assert yard.door.ask(ANONYMOUS, ListDistributions(KEY)) == ()


def test_what_is_public_is_not_staged_again(yard: Yard) -> None:
    confirm(yard, NPM, HEX)
    rm = act_as(yard.door, "rm")
    with pytest.raises(Refused, match=r"demo/1\.0 is confirmed on npm already"):
        yard.door.perform(rm, StageRelease(KEY, NPM.key))
    with pytest.raises(Refused, match="Nothing is left"):
        yard.door.perform(rm, StageRelease(KEY))
    with pytest.raises(Refused, match="nothing to promote"):
        yard.door.perform(rm, PromoteRelease(KEY))


def test_one_that_failed_or_goes_back_is_not_verified_and_others_are_looked_at(yard: Yard) -> None:
    yard.add_channels(NPM, DOCKER)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("No."))
    yard.visit(DOCKER).plan_trouble("upload demo-1.0.oci.tar", lambda: NotYet("Wait.", 60))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert order(yard, VerifyRelease(KEY)) == {"docker": S.VERIFIED}
    assert order(yard, StageRelease(KEY)) == {"npm": S.VERIFIED}


def test_a_worker_stops_when_somebody_changes_their_mind(yard: Yard) -> None:
    yard.add_channels(DOCKER)
    seal(yard)
    enter_test(yard)
    yard.visit(DOCKER).plan_trouble("upload demo-1.0.oci.tar", lambda: RegistryDown("It is busy.", 3600))
    yard.work_off()
    assert order(yard, WithdrawDistributions(KEY)) == {"docker": S.WITHDRAWN}
    yard.wait(hours=1)
    assert yard.find(DOCKER).state is S.WITHDRAWN


def test_next_steps_say_whose_turn_it_is(yard: Yard) -> None:
    def tell() -> str:
        return yard.door.ask(act_as(yard.door, "rm"), ShowRelease(KEY)).next_step.sentence

    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    assert tell() == "ATR stages the files on npm."
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("No."))
    yard.work_off()
    assert tell() == "Look at what failed on npm, then say: atr distribute resume demo/1.0"
    yard.visit(NPM).plan_trouble("point demo:latest", lambda: NeedsPerson("Do it."))
    order(yard, ResumeRelease(KEY))
    assert tell() == "Start the vote on revision 1."
    pass_vote(yard)
    yard.work_off()
    assert tell() == "Do by hand what waits on npm, then say: atr distribute verify demo/1.0"
    yard.door.perform(act_as(yard.door, "rm"), TakeStep(KEY, Phase.REVOKED, "It is broken."))
    yard.work_off()
    assert tell() == "Take it back from npm: atr distribute withdraw demo/1.0"
    assert order(yard, VerifyRelease(KEY)) == {"npm": S.FAILED}
    assert "in phase revoked" in (yard.find(NPM).failure_reason or "")
    order(yard, WithdrawDistributions(KEY))
    assert tell() == "Nothing has to be done; the record is kept for ever."


def test_a_release_that_is_watched_beats_with_its_channels(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    before = yard.door.ask(ANONYMOUS, TakePulse(KEY))
    yard.work_off()
    after = yard.door.ask(ANONYMOUS, TakePulse(KEY))
    assert before.distributions != after.distributions


def test_a_distribution_is_shown_by_its_channel(yard: Yard) -> None:
    confirm(yard, NPM)
    view = yard.door.ask(ANONYMOUS, ShowDistribution(KEY, NPM.key))
    assert (view.is_required, view.may_run, view.one.state) == (True, False, S.CONFIRMED)
    with pytest.raises(NotFound):
        yard.door.ask(ANONYMOUS, ShowDistribution(KEY, PYPI.key))
    yard.lose_channel(NPM)
    view = yard.door.ask(ANONYMOUS, ShowDistribution(KEY, NPM.key))
    assert (view.leg, view.is_required) == (None, False)


def test_a_failed_promotion_may_be_asked_for_again(yard: Yard) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("point demo:latest", lambda: Refused("No."))
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    assert order(yard, PromoteRelease(KEY, NPM.key)) == {"npm": S.CONFIRMED}
    assert yard.find(NPM).generation == 1


def test_a_withdrawn_candidate_is_staged_anew(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    order(yard, WithdrawDistributions(KEY))
    assert order(yard, StageRelease(KEY)) == {"npm": S.VERIFIED}
    assert yard.find(NPM).generation == 2


def test_an_order_in_the_middle_of_the_work_is_a_conflict_for_the_worker(yard: Yard) -> None:
    yard.add_channels(NPM)

    def interfere() -> Exception:
        yard.door.perform(act_as(yard.door, "rm"), WithdrawDistributions(KEY))
        return NotYet("Wait.", 5)

    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", interfere)
    seal(yard)
    enter_test(yard)
    task = yard.door.ask(SERVICE, FindTask(KEY, NPM.key))
    with pytest.raises(Conflict, match="was changed meanwhile"):
        yard.work_off()
    yard.work_off()
    assert yard.find(NPM).state is S.WITHDRAWN
    assert not yard.door.ask(SERVICE, IsWanted(task))


def test_a_step_is_not_taken_once_it_is_not_wanted(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    enter_test(yard)
    yard.registries.visit(NPM.url).files = Interfering(yard)
    with pytest.raises(Conflict, match="was changed meanwhile"):
        yard.work_off()
    assert yard.visit(NPM).effects == {"upload demo-1.0.tgz": 1}


class Interfering(dict[tuple[str | None, str, str], dict[str, bytes]]):
    """Files at whose arrival somebody withdraws the release."""

    def __init__(self, yard: Yard) -> None:
        super().__init__()
        self._yard = yard

    def setdefault(self, key: tuple[str | None, str, str], default: dict[str, bytes]) -> dict[str, bytes]:
        self._yard.door.perform(act_as(self._yard.door, "rm"), WithdrawDistributions(KEY))
        return super().setdefault(key, default)


def test_without_an_address_no_mail_is_written(yard: Yard) -> None:
    change_project(yard.door, mailing_lists=MailingLists())
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("No."))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert list_mails(yard.door, MailKind.DISTRIBUTION) == ()


def test_a_deadline_of_what_is_not_there_is_nothing(yard: Yard) -> None:
    seal(yard)
    yard.door.keep(
        SetDeadline(Deadline(DeadlineKind.DISTRIBUTION, f"{KEY.storage_key} on npm", yard.clock.now))
    )
    yard.wait(seconds=1)
    assert yard.list_states() == {}


@dataclass(frozen=True, slots=True)
class SetDeadline(Bookkeeping[None]):
    """Set a deadline as a worker does."""

    deadline: Deadline

    def note(self, work: Work) -> None:
        """Set it."""
        work.unit.deadlines.set(self.deadline)
