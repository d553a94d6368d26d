# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any moment of a release's way ends in the same final state (promise 3 of the security page)."""

import email
import itertools
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from atr.admin.demo.stage import SAMPLE_FOUNDATION
from atr.client.http import Api
from atr.db.engine import write_conninfo
from atr.domain.names import ReleaseKey
from atr.schema.events import EventAnswer
from tests.support.archives import make_source, write_triple
from tests.support.database import make_quick_folder
from tests.support.keys import TestKey
from tests.support.serving import BRISK, Serving, Victim, run_installation, wait_until
from tests.support.terminal import run_program
from tests.support.tracing import untraced
from tests.support.walking import VOTERS, Walk, sign_in_cast

pytestmark = pytest.mark.xdist_group("crashes")
KILLS = 24
# Another seed tries other moments; a failure names the seed that brings it back.
SEED = int(os.environ.get("CRASH_SEED", "1"))
LONGEST_DELAY_SECONDS = 0.4
VICTIMS = (
    Victim.SERVER,
    Victim.WORKER,
    Victim.WEB,
    Victim.EVERYTHING,
    Victim.WORKER,
    Victim.SERVER,
    Victim.DATABASE,
    Victim.SUPERVISOR,
)
# What its mailing list gets: a receipt for each ballot, and one mail for each step.
MAILS = ["Re: [VOTE"] * 3 + ["[ANNOUNCE", "[RESULT", "[VOTE"]
# Everything that happens to a release on its way, and how often.
HISTORY = {
    "release.created": 1,
    "upload.begun": 3,
    "revision.added": 1,
    "release.moved": 1,
    "evaluation.finished": 1,
    "vote.opened": 1,
    "ballot.cast": len(VOTERS),
    "vote.passed": 1,
    "release.published": 1,
    "announcement.approved": 1,
    "downloads.verified": 1,
    "release.announced": 1,
}


@dataclass(frozen=True, slots=True)
class Blow:
    """One kill: what it hits, at which step, and how long after the step began (seconds)."""

    number: int
    victim: Victim
    step: int
    delay: float

    def __str__(self) -> str:
        return f"seed {SEED}, kill {self.number}: {self.victim}, {self.delay:.3f} s into step {self.step}"


@pytest.fixture(scope="module")
def signer() -> TestKey:
    return TestKey()


@pytest.fixture(scope="module")
def installation() -> Iterator[Serving]:
    with make_quick_folder() as folder, ExitStack() as stack:
        with untraced():  # what is killed while it writes its lines down leaves half a file
            serving = stack.enter_context(run_installation(folder / "data", BRISK))
        yield serving


@pytest.fixture(scope="module")
def walker(
    installation: Serving, signer: TestKey, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Walk]:
    """Return what begins the way of another version; the sample foundation is loaded."""
    folder = tmp_path_factory.mktemp("walks")
    ended = run_program("admin", "load", SAMPLE_FOUNDATION, "--data", installation.data)
    assert ended.code == 0, ended
    logins = sign_in_cast(installation.url, installation.data, folder)
    public = folder / "rm.asc"
    public.write_text(signer.armored)
    environment: dict[str, str | None] = {
        "ATR_URL": installation.url,
        "ATR_TOKEN": logins["rm"].token,
        "ATR_LOGIN_FILE": str(folder / "none.json"),
    }
    ended = run_program("key", "add", public, "--project", "sample", environment=environment)
    assert ended.code == 0, ended

    def begin(version: str) -> Walk:
        files = folder / version
        files.mkdir()
        root = f"sample-{version}"
        write_triple(files, f"{root}-src.tar.gz", make_source(root), signer)
        return Walk(logins, ReleaseKey.parse(f"sample/main/{version}"), files)

    return begin


def plan_blows(seed: int) -> tuple[Blow, ...]:
    """Return the kills of a run: every step is hit, at moments that the seed decides."""
    chance = random.Random(seed)
    steps = 12
    victims = itertools.islice(itertools.cycle(VICTIMS), KILLS)
    order = [number % steps for number in range(KILLS)]
    chance.shuffle(order)
    return tuple(
        Blow(number, victim, step, chance.uniform(0, LONGEST_DELAY_SECONDS))
        for number, (victim, step) in enumerate(zip(victims, order, strict=True))
    )


def take_steps(walk: Walk, serving: Serving, blow: Blow) -> None:
    """Walk to the end, and have the blow fall on the way."""
    for number, step in enumerate(walk.list_steps()):
        if number == blow.step:
            timer = threading.Timer(blow.delay, serving.kill, [blow.victim])
            timer.start()
        step()
    timer.join()


def read_mails(serving: Serving, version: str) -> list[str]:
    """Return the subjects of the mails about a version."""
    mails = (
        email.message_from_bytes(path.read_bytes()) for path in (serving.data / "mail" / "new").iterdir()
    )
    return sorted(str(mail["subject"]) for mail in mails if f"{version} " in f"{mail['subject']} ")


def count_events(walk: Walk) -> dict[str, int]:
    """Return how often each thing happened to the release."""
    with Api(walk.logins["rm"]) as api:
        events = api.list("/events", EventAnswer, {"subject": walk.release.storage_key, "limit": 100})
        return dict(Counter(event.name for event in events))


def list_jobs(serving: Serving) -> list[tuple[str, str]]:
    """Return the errands that are not done, with their states."""
    query = "SELECT status::text, args::text FROM procrastinate_jobs WHERE queue_name = 'errands'"
    with psycopg.connect(write_conninfo(serving.database.url)) as connection:
        return [(str(status), str(args)) for status, args in connection.execute(query).fetchall()]


def check_end(walk: Walk, serving: Serving, target: Path) -> None:
    """Compare what has come of a walk with what has to come of it."""
    version = str(walk.release.version)
    serving.await_answer()
    assert count_events(walk) == HISTORY
    subjects = read_mails(serving, version)
    assert [subject.split("]")[0] for subject in subjects] == MAILS, subjects
    walk.download(target)
    published = serving.data / "store" / "published" / "current" / "sample" / version
    voted = {path.name: path.read_bytes() for path in walk.files.iterdir()}
    assert {path.name: path.read_bytes() for path in target.iterdir()} == voted
    tree = {path.name: path.read_bytes() for path in published.iterdir()}
    assert tree.keys() - voted.keys() == {"release.json"}
    assert {name: tree[name] for name in voted} == voted


@pytest.mark.parametrize("blow", plan_blows(SEED), ids=str)
def test_a_release_survives_a_kill(
    blow: Blow, installation: Serving, walker: Callable[[str], Walk], tmp_path: Path
) -> None:
    walk = walker(f"1.0.{blow.number}")
    take_steps(walk, installation, blow)
    check_end(walk, installation, tmp_path)


def test_no_job_is_left_over(installation: Serving) -> None:
    wait_until(lambda: not list_jobs(installation), lambda: f"jobs are left: {list_jobs(installation)}", 30)
