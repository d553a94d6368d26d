# SPDX-License-Identifier: Apache-2.0
"""A foundation in the middle of its work: something of everything that pages show."""

from datetime import timedelta

from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.check import Finding, Severity
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ProductRef, ProjectKey, ReleaseKey, Version
from atr.domain.policy import PolicyChange
from atr.domain.project import ProductChange, ProjectChange, ProjectStatus
from atr.domain.release import Release
from atr.domain.versions import VersionOrder
from atr.domain.vote import Round
from atr.services.ballots import CastBallot
from atr.services.door import Bookkeeping, Door, Work
from atr.services.keys import AddKeys, AttachKey, ImportKeys
from atr.services.policies import SetPolicy
from atr.services.products import EditProduct
from atr.services.projects import EditProject
from atr.services.releases import CreateRelease
from atr.services.revisions import AddRevision
from tests.support.channels import make_channels
from tests.support.door import SettableClock
from tests.support.keys import KeyPart, TestKey
from tests.support.playground import act_as, add_person, issue_token, make_line, make_project
from tests.support.publishing import finish_release, publish_voted, set_aside
from tests.support.voting import Bench, StoreFiles, seal_release, start_vote

CHECKLIST = """\
1. Download the files and run `atr verify`.
2. Unpack the source archive and **build** it.
3. Read LICENSE and NOTICE.
"""
DEMO = ProjectKey("demo")


class NoteFindings(Bookkeeping[None]):
    """Finish the evaluation of a revision with something in the way."""

    def __init__(self, release: ReleaseKey, revision: int) -> None:
        self.release, self.revision = release, revision

    def note(self, work: Work) -> None:
        """Write it down."""
        found = (
            Finding("signature.no-key", Severity.BLOCKER, "demo-1.2.tar.gz", "No key of the project fits."),
            Finding("licence.notice", Severity.CONCERN, "demo-1.2.tar.gz", "NOTICE names another year."),
        )
        work.unit.checks.finish_evaluation(self.release, self.revision, found, work.now)


def furnish_foundation(bench: Bench, clock: SettableClock) -> None:
    """Fill the foundation: people, projects, keys, a token, and releases in many phases."""
    door = bench.tools.door
    make_project(door)
    add_person(door, "root", sysadmin=True)
    add_person(door, "member", foundation_member=True)
    make_line(door, "demo/tools", VersionOrder.CALVER)
    make_project(door, "sprout", pmc=("alice",), sponsor="demo", release_managers=())
    make_project(door, "quiet", pmc=("bob",), committers=(), release_managers=())
    _furnish_keys(door)
    _furnish_channels(door)
    _furnish_releases(bench, clock)
    describe_projects(door)
    issue_token(door, "alice")


def describe_projects(door: Door) -> None:
    """Give the projects words, a policy and a status."""
    root = act_as(door, "root")
    text = "A library for trying things out, its documentation and its tools.\nReleased since 2019."
    change = ProjectChange(description=text, homepage="https://demo.example.org/")
    door.perform(root, EditProject(DEMO, change))
    door.perform(root, EditProject(ProjectKey("quiet"), ProjectChange(status=ProjectStatus.RETIRED)))
    door.perform(act_as(door, "alice"), SetPolicy(ProductRef.parse("demo/tools"), PolicyChange(min_hours=24)))


def _furnish_keys(door: Door) -> None:
    lasting = TestKey(KeyPart(), user_id="Alice <alice@example.org>", subkey=KeyPart())
    ending = TestKey(KeyPart(), user_id="Alice, old <alice@example.org>", lasts=timedelta(days=700))
    foreign = TestKey(KeyPart(), user_id="Somebody from KEYS <somebody@example.org>")
    alice, rm = act_as(door, "alice"), act_as(door, "rm")
    for key in (lasting, ending):
        door.perform(alice, AddKeys(key.armored.encode()))
    door.perform(alice, AttachKey(DEMO, lasting.public.fingerprint))
    door.perform(rm, ImportKeys(DEMO, foreign.armored.encode()))


def _furnish_channels(door: Door) -> None:
    make_channels(door)
    choice = ChannelChoice(uses=(ChannelUse(ChannelKey("npm"), package="demo-tools", files=("*.tgz",)),))
    line = ProductRef.parse("demo/tools")
    door.perform(act_as(door, "alice"), EditProduct(line, ProductChange(), channels=choice))


def _furnish_releases(bench: Bench, clock: SettableClock) -> None:
    door = bench.tools.door
    for version in ("0.9", "1.0"):
        finish_release(bench, ReleaseKey.parse(f"demo/{version}"))
        clock.advance(days=30)
    set_aside(bench, Phase.ARCHIVED, ReleaseKey.parse("demo/0.9"))
    publish_voted(bench, ReleaseKey.parse("demo/1.0.1"))
    voted = ReleaseKey.parse("demo/1.1")
    seal_release(door, voted)
    door.perform(act_as(door, "alice"), SetPolicy(DEMO, PolicyChange(release_checklist=CHECKLIST)))
    _answer(door, start_vote(door, voted, 72), clock)
    begin_blocked(door, ReleaseKey.parse("demo/1.2"))
    line = ProductRef.parse("demo/tools")
    door.perform(act_as(door, "alice"), CreateRelease(line, Version("2026.11")))
    clock.advance(hours=5)


def _answer(door: Door, vote: Round, clock: SettableClock) -> None:
    """Cast a ballot for, with ticks, and one against."""
    done = {"built": "with JDK 21", "checklist.1": "done", "checklist.2": "done"}
    nothing: dict[str, str] = {}
    said = (("alice", "+1", "All fine.", done), ("dave", "-1", "The tests fail on Windows.", nothing))
    for user, choice, comment, evidence in said:
        clock.advance(hours=2)
        ballot = CastBallot(vote.release, vote.number, choice, vote.manifest_digest, comment, evidence)
        door.perform(act_as(door, user), ballot)


def begin_blocked(door: Door, key: ReleaseKey) -> Release:
    """Return a candidate with a blocker and a concern open."""
    rm = act_as(door, "rm")
    release = door.perform(rm, CreateRelease(key.line, key.version))
    files = {f"demo-{key.version}.tar.gz": b"the source of it"}
    revision = door.perform(rm, AddRevision(key, 0, door.keep(StoreFiles(files))))
    door.keep(NoteFindings(key, revision.number))
    return release
