# SPDX-License-Identifier: Apache-2.0
"""What waits for somebody, said as tasks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from atr.domain.distribution import Distribution, DistributionState
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ReleaseKey, UserId
from atr.domain.people import Person
from atr.domain.permissions import Activity
from atr.domain.release import Release
from atr.services.home_views import PendingRelease, TroubledDistribution, UndecidedMails, WaitingView
from atr.services.next_steps import NextStep
from atr.web.pages.home_tasks import list_tasks, summarize_tasks

KEY = ReleaseKey.parse("demo/1.0")
AT = datetime(2026, 3, 12, tzinfo=UTC)
NOTHING = WaitingView(Person(UserId("rm"), "Rm"), (), (), (), (), (), (), (), (), is_new=False)
STUCK = Distribution(KEY, ChannelKey("npm"), None, "demo", "1.0", failure_reason="The registry said no.")
RELEASE = Release(KEY, Phase.DISTRIBUTE, AT, "rm", AT)


def wait_on(one: Distribution) -> WaitingView:
    return replace(NOTHING, troubles=(TroubledDistribution(one, "Sample Demo"),))


@pytest.mark.parametrize(
    ("one", "sentence", "badge"),
    [
        (replace(STUCK, state=DistributionState.FAILED), "It stopped: The registry said no.", "Stopped"),
        (replace(STUCK, instruction="Close the repository."), "Close the repository.", "By hand"),
        (
            replace(STUCK, drift="demo.tgz", compared_at=AT),
            "It answers with other bytes: demo.tgz",
            "Other bytes",
        ),
    ],
)
def test_a_channel_says_what_it_needs(one: Distribution, sentence: str, badge: str) -> None:
    waiting = wait_on(one)
    (task,) = list_tasks(waiting)
    assert (task.title, task.sentence, task.badge.label) == ("Sample Demo on npm", sentence, badge)
    assert summarize_tasks(waiting) == "1 channel to look at."


def test_a_channel_whose_release_waits_anyway_is_not_told_twice() -> None:
    step = NextStep("Look at what failed.", Phase.ANNOUNCE, activity=Activity.RUN_PHASE)
    waiting = replace(
        wait_on(replace(STUCK, state=DistributionState.FAILED)),
        releases=(PendingRelease(RELEASE, "Sample Demo", step, mine=True, held=False),),
    )
    assert [task.title for task in list_tasks(waiting)] == ["Sample Demo"]
    drifted = replace(waiting, troubles=wait_on(replace(STUCK, drift="demo.tgz")).troubles)
    assert [task.title for task in list_tasks(drifted)] == ["Sample Demo", "Sample Demo on npm"]


@pytest.mark.parametrize(("count", "words"), [(1, "1 mail waits"), (3, "3 mails wait")])
def test_mails_wait_for_a_word(count: int, words: str) -> None:
    waiting = replace(NOTHING, mails=(UndecidedMails(KEY, "Sample Demo", 1, count),))
    (task,) = list_tasks(waiting)
    assert task.sentence.startswith(words)
    assert task.href == "/releases/demo/main/1.0/votes/1#messages"


def test_nothing_is_said_when_nothing_waits() -> None:
    assert summarize_tasks(NOTHING) == ""
