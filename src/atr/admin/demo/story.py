# SPDX-License-Identifier: Apache-2.0
"""What happens in the demo, step by step."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import BaseModel

from atr.admin.demo.archive import SignedArchive, make_archive
from atr.admin.demo.stage import Stage
from atr.admin.demo.stage_error import StepFailed
from atr.domain.check import Severity
from atr.schema.checks import ChecksAnswer
from atr.schema.keys import KeyChallengeAnswer
from atr.schema.pages import ItemPage
from atr.schema.releases import ReleaseAnswer, ReleaseItem

Run = Callable[..., None]
PROJECT = "sample"
HISTORY = ("1.0.0", "1.1.0")
_VOTERS = ("pmc1", "pmc2", "pmc3")


class Verification(BaseModel):
    """What the demo reads of a verification's report."""

    summary: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the release is found, and what its verification said."""

    page: str
    verification: str


def refuse_repetition(stage: Stage, candidate: SignedArchive, data: Path) -> None:
    """Raise StepFailed when an earlier run has released the candidate, or begun to: that is for ever."""
    if candidate.version in _list_versions(stage):
        raise StepFailed(
            f"{PROJECT}/{candidate.version} is in {data} already, from an earlier run, "
            "and no version is released twice: give --data a new folder, or leave it out."
        )


def _list_versions(stage: Stage) -> set[str]:
    words = ("release", "list", "--project", PROJECT, "--product", "main")
    return {each.version for each in stage.ask("rm", ItemPage[ReleaseItem], *words).items}


def tell_history(stage: Stage, folder: Path, candidate: SignedArchive) -> None:
    """Make finished releases, so that the project has a past; a second run finds them there."""
    known = {*_list_versions(stage), candidate.version}
    missing = [version for version in HISTORY if version not in known]
    with ThreadPoolExecutor(len(HISTORY)) as at_once:
        list(at_once.map(partial(_release_quietly, stage, folder), missing))


def _release_quietly(stage: Stage, folder: Path, version: str) -> None:
    release = f"{PROJECT}/{version}"
    archive = make_archive(folder / version, version)
    stage.do("rm", "key", "add", str(archive.public_key), "--project", PROJECT)
    compose(stage.do, release, archive)
    vote(stage, stage.do, release)
    announce(stage, stage.do, release)


def tell_story(stage: Stage, candidate: SignedArchive, scratch: Path) -> Ending:
    """Release the candidate with the program's own commands, download it and verify the download."""
    release = f"{PROJECT}/{candidate.version}"
    stage.show("rm", "key", "add", str(candidate.public_key), "--project", PROJECT)
    prove_key(stage, candidate)
    compose(stage.show, release, candidate)
    stage.show("rm", "checks", release)
    acknowledge(stage, release)
    vote(stage, stage.show, release)
    stage.show("rm", "vote", "show", release)
    announce(stage, stage.show, release)
    stage.show("rm", "release", "show", release)
    target = scratch / "download"
    stage.show("pmc1", "download", release, "--dir", str(target), "--with-evidence")
    stage.show("pmc1", "verify", str(target))
    proven = stage.ask("pmc1", Verification, "verify", str(target))
    return Ending(f"/releases/{PROJECT}/main/{candidate.version}", proven.summary)


def prove_key(stage: Stage, archive: SignedArchive) -> None:
    """Sign the text that proves whose the key is, as gpg does for a release manager."""
    fingerprint = archive.key.fingerprint
    asked = stage.ask("rm", KeyChallengeAnswer, "key", "prove", fingerprint)
    text = archive.public_key.with_name("challenge.txt")
    text.write_text(asked.text)
    stage.show("rm", "key", "prove", fingerprint, "--answer", str(archive.key.sign(text)))


def compose(run: Run, release: str, archive: SignedArchive) -> None:
    """Begin the candidate, upload its files and have them examined."""
    run("rm", "release", "create", release)
    run("rm", "upload", release, "--dir", str(archive.folder))
    run("rm", "evaluate", release, "--wait")


def acknowledge(stage: Stage, release: str) -> None:
    """Take note of every concern, as a release manager does before a vote."""
    for finding in stage.ask("rm", ChecksAnswer, "checks", release).findings:
        is_settled = finding.acknowledged is not None or finding.waiver is not None
        if finding.severity is Severity.CONCERN and not is_settled:
            reason = "Looked at; it does not stand in the way of this release."
            stage.show("rm", "acknowledge", release, finding.id, "--reason", reason)


def vote(stage: Stage, run: Run, release: str) -> None:
    """Hold the vote, and wait until what it decided is done."""
    run("rm", "vote", "start", release)
    for voter in _VOTERS:
        run(voter, "vote", "cast", release, "+1", "--comment", "Verified signature and checksum.")
    stage.wait_until("the files are in the download area", lambda: _phase_of(stage, release) == "announce")


def announce(stage: Stage, run: Run, release: str) -> None:
    """Announce, and wait until it is released."""
    run("rm", "announce", release, "--wait")
    stage.wait_until("the release is announced", lambda: _phase_of(stage, release) == "released")


def _phase_of(stage: Stage, release: str) -> str:
    return stage.ask("rm", ReleaseAnswer, "release", "show", release).phase
