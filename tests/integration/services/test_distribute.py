# SPDX-License-Identifier: Apache-2.0
"""Releases reach their channels with the voted bytes, or stop and say why."""

from collections.abc import Callable

import pytest

from atr.domain.distribution import Channel, DistributionState
from atr.domain.errors import Invalid, OutOfSpace, Refused
from atr.domain.lifecycle import Phase
from atr.domain.mail import MailKind
from atr.ports.platforms import NotYet, RegistryDown
from atr.ports.unit_of_work import OpenUnit
from atr.services.distribute import Distribute
from atr.services.distribution_orders import OrderChannels, ResumeRelease, StageRelease
from atr.services.door import Door
from atr.services.phase_steps import TakeStep
from atr.services.surroundings import Surroundings
from tests.support.distributing import (
    CANDIDATE,
    DOCKER,
    FIVE,
    GITHUB,
    HEX,
    NPM,
    PYPI,
    SECRET,
    TEST_PYPI,
    Yard,
    change_channel,
    count_effects,
    enter_test,
    list_events,
    make_yard,
    pass_vote,
    revise,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as
from tests.support.voting import KEY, list_mails

S = DistributionState
Ask = Callable[[str], None]


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    return make_yard(door, surroundings, queue, clock)


@pytest.fixture
def rm(yard: Yard) -> Ask:
    """Return what has the release manager ask something of every channel."""
    orders: dict[str, OrderChannels] = {"stage": StageRelease(KEY), "resume": ResumeRelease(KEY)}

    def ask(order: str) -> None:
        yard.door.perform(act_as(yard.door, "rm"), orders[order])
        yard.work_off()

    return ask


def stage(yard: Yard, *channels: Channel, required: bool = True) -> None:
    """Have a sealed candidate staged on new channels."""
    yard.add_channels(*channels, required=required)
    seal(yard)
    enter_test(yard)
    yard.work_off()


def test_a_release_is_staged_in_phase_test_and_public_after_its_vote(yard: Yard, open_unit: OpenUnit) -> None:
    stage(yard, *FIVE, TEST_PYPI)
    verified = dict.fromkeys(("test-pypi", "docker", "github", "npm"), S.VERIFIED)
    assert yard.list_states() == verified
    assert pass_vote(yard).phase is Phase.DISTRIBUTE
    yard.work_off()
    assert yard.list_states() == {
        "test-pypi": S.VERIFIED,
        **dict.fromkeys(("docker", "github", "npm", "hex", "pypi"), S.CONFIRMED),
    }
    assert yard.read().phase is Phase.ANNOUNCE
    assert set(count_effects(yard, (*FIVE, TEST_PYPI)).values()) == {1}
    assert list_mails(yard.door, MailKind.DISTRIBUTION) == ()
    compared = [
        each for each in list_events(open_unit, "distribution.compared") if "npm" in each.subject.name
    ]
    assert [(each.details["point"], each.details["matching"]) for each in compared] == [
        ("sealed files", 1),
        ("after staging", 1),
        ("sealed files", 1),
        ("before promotion", 1),
        ("public", 1),
    ]


def test_what_was_done_stands_in_the_record(yard: Yard, clock: SettableClock) -> None:
    stage(yard, NPM)
    one = yard.find(NPM)
    assert (one.staging, one.promoted, one.uploaded_at) == (True, False, clock.now)
    assert one.api_url == "https://npm.example.org/staging/demo/1.0.json"
    pass_vote(yard)
    clock.advance(hours=1)
    yard.work_off()
    one = yard.find(NPM)
    assert (one.staging, one.promoted, one.promoted_at) == (True, True, clock.now)
    assert one.handle is not None
    assert (one.handle.kind, one.handle.value) == ("tag", "staging")
    assert one.web_url == "https://npm.example.org/public/demo/1.0"
    assert one.staging_revision_key == yard.read_sealed()


def test_the_vote_waits_for_what_has_to_be_tested(yard: Yard, rm: Ask) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused("The quota is used up."))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    with pytest.raises(Refused, match="Not verified on the staging side of: npm"):
        yard.door.perform(act_as(yard.door, "rm"), TakeStep(KEY, Phase.VOTE))
    rm("resume")
    yard.door.perform(act_as(yard.door, "rm"), TakeStep(KEY, Phase.VOTE))


def test_testing_needs_a_channel_for_testers(yard: Yard) -> None:
    yard.add_channels(PYPI)
    seal(yard)
    with pytest.raises(Refused, match="no channel with a staging side"):
        enter_test(yard)


def test_what_was_not_staged_before_the_vote_is_staged_after_it(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    pass_vote(yard)
    yard.work_off()
    assert yard.list_states() == {"npm": S.CONFIRMED}


def test_a_failure_stops_the_plan_before_the_point_of_no_return(yard: Yard, rm: Ask) -> None:
    stage(yard, *FIVE)
    yard.visit(DOCKER).plan_trouble("point demo:1.0", lambda: Refused("The repository is locked."))
    pass_vote(yard)
    yard.work_off()
    one = yard.find(DOCKER)
    assert (one.state, one.failed_in, one.failed_step) == (S.FAILED, S.PROMOTING, "point demo:1.0")
    assert one.failure_reason == "The repository is locked."
    assert yard.find(PYPI).state is S.PLANNED
    assert yard.read().phase is Phase.DISTRIBUTE
    assert yard.find(HEX).state is S.CONFIRMED
    (mail,) = list_mails(yard.door, MailKind.DISTRIBUTION)
    assert "docker: point demo:1.0 failed. The repository is locked." in mail.body
    rm("resume")
    assert yard.find(PYPI).state is S.CONFIRMED
    assert yard.read().phase is Phase.ANNOUNCE
    assert set(count_effects(yard, FIVE).values()) == {1}


def test_a_registry_that_is_down_is_asked_again_when_it_said(yard: Yard, clock: SettableClock) -> None:
    yard.add_channels(NPM)
    step = "upload demo-1.0.tgz"
    yard.visit(NPM).plan_trouble(step, lambda: RegistryDown("It is busy.", retry_after=120))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert (yard.find(NPM).state, yard.find(NPM).problem) == (S.STAGING, "It is busy.")
    yard.wait(seconds=119)
    assert yard.find(NPM).state is S.STAGING
    yard.wait(seconds=1)
    assert (yard.find(NPM).state, yard.find(NPM).problem) == (S.VERIFIED, "")


@pytest.mark.parametrize(
    "make_error",
    [
        lambda: RegistryDown("It is down."),
        lambda: NotYet("It is being looked at.", 5.0),
        lambda: OutOfSpace("The disk is full."),
        lambda: RegistryDown("The connection was reset."),
    ],
)
def test_patience_ends_with_the_reason(yard: Yard, make_error: Callable[[], Exception]) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", make_error, times=3)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert yard.find(NPM).state is S.STAGING
    yard.wait(hours=12)
    assert yard.find(NPM).state is S.STAGING
    yard.wait(hours=12)
    one = yard.find(NPM)
    assert one.state is S.FAILED
    assert (one.failure_reason or "").startswith("Given up after 1 day")


def test_an_effect_whose_answer_was_lost_is_found_again(yard: Yard) -> None:
    yard.add_channels(*FIVE)
    steps = {NPM: "upload demo-1.0.tgz", DOCKER: "point demo:1.0-rc1", GITHUB: "point demo:v1.0"}
    for channel, step in steps.items():
        yard.visit(channel).plan_trouble(step, lambda: RegistryDown("Reset."), after_effect=True)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    yard.wait(seconds=30)
    assert set(count_effects(yard, FIVE).values()) == {1}
    assert set(yard.list_states().values()) == {S.VERIFIED}


def test_the_same_bytes_are_no_second_upload_and_other_bytes_are_refused(yard: Yard) -> None:
    yard.add_channels(NPM, DOCKER)
    there = (None, "demo", "1.0")
    yard.visit(NPM).files[there] = {"demo-1.0.tgz": CANDIDATE["demo-1.0.tgz"]}
    yard.visit(DOCKER).files["library", "demo", "1.0"] = {"demo-1.0.oci.tar": b"another image"}
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert yard.find(NPM).state is S.VERIFIED
    assert yard.visit(NPM).effects == {"point demo:staging": 1}
    one = yard.find(DOCKER)
    assert (one.state, one.failure_reason) == (
        S.FAILED,
        "demo-1.0.oci.tar of 1.0 is there with other bytes.",
    )


def test_a_registry_that_lies_about_an_upload_is_found_out(yard: Yard) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", None)
    seal(yard)
    enter_test(yard)
    yard.work_off()
    one = yard.find(NPM)
    assert (one.state, one.problem) == (
        S.STAGED,
        "The registry does not hand it out yet. not there: demo-1.0.tgz.",
    )
    yard.wait(hours=1)
    assert yard.find(NPM).state is S.FAILED


def test_bytes_that_changed_after_staging_stop_the_promotion(yard: Yard, rm: Ask) -> None:
    stage(yard, NPM)
    yard.visit(NPM).tamper((None, "demo", "1.0"), "demo-1.0.tgz", b"something else")
    pass_vote(yard)
    yard.work_off()
    one = yard.find(NPM)
    assert (one.state, one.failed_in, one.failed_step) == (S.FAILED, S.VERIFIED, "guards")
    assert "other bytes than the voted ones: demo-1.0.tgz" in (one.failure_reason or "")
    assert yard.visit(NPM).names == {"demo:staging": "1.0"}
    yard.visit(NPM).tamper((None, "demo", "1.0"), "demo-1.0.tgz", CANDIDATE["demo-1.0.tgz"])
    rm("resume")
    assert yard.find(NPM).state is S.CONFIRMED


def test_bytes_that_were_put_in_public_instead_are_an_alarm(yard: Yard) -> None:
    stage(yard, PYPI, NPM)
    site = yard.visit(PYPI)
    site.plan_trouble("show to everybody", lambda: RegistryDown("Reset."), after_effect=True)
    pass_vote(yard)
    yard.work_off()
    site.tamper((None, "demo", "1.0"), "demo-1.0-py3-none-any.whl", b"malware")
    yard.wait(seconds=30)
    one = yard.find(PYPI)
    assert (one.state, one.failed_in, one.failed_step) == (S.FAILED, S.UPLOADED, "confirm")
    assert "what was not voted on" in (one.failure_reason or "")


def test_a_candidate_that_was_replaced_after_staging_is_refused(yard: Yard, rm: Ask) -> None:
    stage(yard, GITHUB)
    revise(yard, {**CANDIDATE, "demo-1.0.tgz": b"a repaired package"})
    pass_vote(yard)
    yard.work_off()
    one = yard.find(GITHUB)
    assert (one.state, one.failed_step) == (S.FAILED, "guards")
    assert "the candidate was replaced after staging" in (one.failure_reason or "")
    rm("stage")  # the same names are taken by the other bytes
    assert yard.find(GITHUB).generation == 2
    assert "there with other bytes" in (yard.find(GITHUB).failure_reason or "")


def test_a_new_candidate_is_staged_anew_when_it_is_tested(yard: Yard) -> None:
    stage(yard, DOCKER)
    revise(yard, {**CANDIDATE, "demo-1.0.tgz": b"a repaired package"})
    enter_test(yard)
    yard.work_off()
    one = yard.find(DOCKER)
    assert (one.state, one.generation, one.staging_name) == (S.VERIFIED, 2, "1.0-rc2")


def test_an_older_line_does_not_take_the_name_that_everybody_follows(yard: Yard) -> None:
    yard.visit(DOCKER).names["demo:latest"] = "2.0"
    stage(yard, DOCKER)
    pass_vote(yard)
    yard.work_off()
    assert yard.find(DOCKER).state is S.CONFIRMED
    assert not yard.find(DOCKER).becomes_latest
    assert yard.visit(DOCKER).names == {"demo:latest": "2.0", "demo:1.0-rc1": "1.0", "demo:1.0": "1.0"}


def test_a_name_whose_holder_cannot_be_compared_is_left_alone(yard: Yard) -> None:
    yard.visit(NPM).names["demo:latest"] = "nightly"
    stage(yard, NPM)
    pass_vote(yard)
    yard.work_off()
    assert "nightly holds the final name" in (yard.find(NPM).failure_reason or "")


def test_credentials_are_tried_before_and_never_told(yard: Yard, open_unit: OpenUnit) -> None:
    stage(yard, NPM)
    yard.visit(NPM).refused_secret = SECRET
    pass_vote(yard)
    yard.work_off()
    assert yard.find(NPM).failure_reason == "https://npm.example.org does not accept the credentials."


def test_a_secret_in_an_error_is_hidden(yard: Yard, open_unit: OpenUnit) -> None:
    yard.add_channels(NPM)
    yard.visit(NPM).plan_trouble("upload demo-1.0.tgz", lambda: Refused(f"No entry with {SECRET}."))
    seal(yard)
    enter_test(yard)
    yard.work_off()
    assert yard.find(NPM).failure_reason == "No entry with (hidden)."
    assert not any(SECRET in str(event) for event in list_events(open_unit, ""))
    assert not any(SECRET in mail.body for mail in list_mails(yard.door, MailKind.DISTRIBUTION))


def test_a_channel_that_was_changed_makes_the_plan_be_looked_at_again(yard: Yard, rm: Ask) -> None:
    stage(yard, NPM)
    change_channel(yard, NPM, name="Another name")
    pass_vote(yard)
    yard.work_off()
    assert "The channel was changed since the plan was made" in (yard.find(NPM).failure_reason or "")
    rm("resume")
    assert yard.find(NPM).state is S.CONFIRMED


def test_a_channel_that_is_gone_fails_what_was_on_its_way(yard: Yard) -> None:
    yard.add_channels(NPM, required=False)
    seal(yard)
    enter_test(yard)
    yard.lose_channel(NPM)
    yard.work_off()
    one = yard.find(NPM)
    assert (one.state, one.failure_reason) == (S.FAILED, "There is no channel npm any more.")
    Distribute(KEY, NPM.key).run(yard.tools)
    assert yard.find(NPM) == one


def test_lost_files_are_not_staged(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard)
    yard.lose_file("demo-1.0.tgz")
    enter_test(yard)
    yard.work_off()
    one = yard.find(NPM)
    assert (one.failed_step, one.failure_reason) == (
        "sealed files",
        "The store no longer has what was sealed: demo-1.0.tgz.",
    )


def test_lost_files_are_not_published(yard: Yard) -> None:
    yard.add_channels(PYPI)
    seal(yard)
    yard.lose_file("demo-1.0-py3-none-any.whl")
    pass_vote(yard)
    Distribute(KEY, PYPI.key).run(yard.tools)
    assert "The store no longer has what was voted on" in (yard.find(PYPI).failure_reason or "")


def test_a_required_channel_without_fitting_files_fails_and_an_optional_one_is_left_out(yard: Yard) -> None:
    yard.add_channels(NPM)
    seal(yard, files={"demo-1.0.tar.gz": b"the source"})
    yard.add_channels(DOCKER, required=False)
    yard.use(NPM, DOCKER, required=False)
    enter_test(yard)
    yard.work_off()
    assert yard.list_states() == {"npm": S.FAILED}
    assert "No file of the candidate goes to npm" in (yard.find(NPM).failure_reason or "")


def test_an_argument_that_names_no_channel_is_refused() -> None:
    with pytest.raises(Invalid, match="does not name a release on a channel"):
        Distribute.parse("demo/main/1.0")
