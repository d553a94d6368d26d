# SPDX-License-Identifier: Apache-2.0
"""A release walked from creation to announcement by the client's own code, however often the server dies."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from atr.client.addresses import address_file, address_line, address_release
from atr.client.bodies import make_body
from atr.client.credentials import Login
from atr.client.failures import Unreachable
from atr.client.fetching import Wanted, receive_file
from atr.client.http import Api, read_answer
from atr.client.local_files import digest_file, list_files
from atr.client.sending import Sender
from atr.domain.lifecycle import Phase
from atr.domain.names import FilePath, ReleaseKey
from atr.schema.announcements import AnnouncementAnswer
from atr.schema.checks import ChecksAnswer
from atr.schema.releases import PhaseMove, ReleaseAnswer, ReleaseCreate
from atr.schema.revisions import RevisionAnswer, RevisionCreate
from atr.schema.votes import BallotPut, BallotVersion, RoundAnswer, VotesAnswer, VoteStart
from tests.support.serving import PATIENCE_SECONDS
from tests.support.terminal import run_program

T = TypeVar("T")
Answer = TypeVar("Answer", bound=BaseModel)
VOTERS = ("pmc1", "pmc2", "pmc3")
CAST = ("rm", *VOTERS)


def sign_in_cast(url: str, data: Path, folder: Path, *more: str) -> dict[str, Login]:
    """Sign in everybody of the sample foundation who plays a part; return their logins."""
    cast = (*CAST, *more)
    ended = run_program("admin", "login-link", *cast, "--data", data)
    assert ended.code == 0, ended
    logins = {}
    for person, link in zip(cast, ended.stdout.split(), strict=True):
        file = folder / f"{person}.json"
        environment: dict[str, str | None] = {"ATR_URL": url, "ATR_TOKEN": None, "ATR_LOGIN_FILE": str(file)}
        ended = run_program("login", link, environment=environment)
        assert ended.code == 0, ended
        logins[person] = Login(url, json.loads(file.read_text())["token"])
    return logins


def insist(act: Callable[[], T]) -> T:
    """Do something again until the server answers; everything but silence and 503 is an answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except Unreachable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@dataclass(slots=True)
class Walk:
    """One release on its way, with the files on this machine."""

    logins: dict[str, Login]
    release: ReleaseKey
    files: Path
    shown: ReleaseAnswer | None = field(default=None)

    def list_steps(self) -> tuple[Callable[[], None], ...]:
        """Return the steps in order; each may be taken while servers come and go."""
        return (
            self.create,
            self.send,
            self.revise,
            self.seal,
            self.await_checks,
            self.start_vote,
            *(partial(self.cast, voter) for voter in VOTERS),
            partial(self.await_phase, Phase.ANNOUNCE),
            self.announce,
            partial(self.await_phase, Phase.RELEASED),
        )

    def create(self) -> None:
        """Begin the candidate."""
        body = make_body(ReleaseCreate, version=self.release.version)
        self._change("rm", "POST", address_line(self.release.line, "releases"), body, ReleaseAnswer)

    def send(self) -> None:
        """Upload the files."""
        for file in list_files((), self.files):
            digest = digest_file(file, _ignore)
            with Api(self.logins["rm"]) as api:
                insist(partial(Sender(api, self.release, _ignore).send, file, digest))

    def revise(self) -> None:
        """Make them the first revision."""
        add = {str(file.path): digest_file(file, _ignore) for file in list_files((), self.files)}
        self._change("rm", "POST", self._at("revisions"), RevisionCreate(base=0, add=add), RevisionAnswer)

    def seal(self) -> None:
        """Seal it for evaluation."""
        self._change("rm", "POST", self._at("phase"), PhaseMove(to=Phase.EVALUATE), ReleaseAnswer)

    def await_checks(self) -> None:
        """Wait until everything is examined."""
        self._await(
            lambda: self._get(self._at("checks"), ChecksAnswer), lambda found: found.state == "finished"
        )

    def start_vote(self) -> None:
        """Call for votes."""
        self._change("rm", "POST", self._at("votes"), make_body(VoteStart), RoundAnswer)

    def cast(self, voter: str) -> None:
        """Vote in favour."""
        found = self._get(self._at("votes"), VotesAnswer).items[0]
        body = make_body(BallotPut, choice="+1", manifest_digest=found.manifest_digest)
        self._change(voter, "PUT", self._at("votes", found.round, "ballots"), body, BallotVersion)

    def await_phase(self, phase: Phase) -> None:
        """Wait until ATR has brought the release there."""
        self.shown = self._await(
            lambda: self._get(self._at(), ReleaseAnswer), lambda found: found.phase is phase
        )

    def announce(self) -> None:
        """Approve the announcement."""
        self._change("rm", "POST", self._at("announcement"), None, AnnouncementAnswer)

    def download(self, target: Path) -> None:
        """Receive what was released."""
        revision = self._get(self._at("revisions", 1), RevisionAnswer)
        with Api(self.logins["pmc1"]) as api:
            for file in revision.files:
                path = FilePath(file.path)
                wanted = Wanted(target / path, file.size, file.sha512.partition(":")[2])
                address = address_file(self.release, 1, path)
                insist(partial(receive_file, wanted, partial(api.stream, address), _ignore))

    def _at(self, *parts: str | int) -> str:
        return address_release(self.release, *parts)

    def _get(self, address: str, answer: type[Answer]) -> Answer:
        with Api(self.logins["rm"]) as api:
            return insist(lambda: api.get(address, answer))

    def _change(
        self, person: str, method: str, address: str, body: BaseModel | None, answer: type[Answer]
    ) -> Answer:
        """Ask for a change once: every repetition has the same key."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        with Api(self.logins[person]) as api:
            return read_answer(
                insist(lambda: api.request(method, address, body=body, headers=headers)), answer
            )

    def _await(self, look: Callable[[], Answer], is_there: Callable[[Answer], bool]) -> Answer:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_there(found := look()):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found


def _ignore(_amount: int) -> None:
    """Show no progress."""
