# SPDX-License-Identifier: Apache-2.0
"""What the files of a release prove, offline: contents, checksums, signatures, and the bytes voted on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from atr.client.metadata import Metadata
from atr.client.output import count_things
from atr.domain.artifact import CHECKSUM_SUFFIXES, SIGNATURE_SUFFIX, Content, is_internal
from atr.domain.artifact_names import is_artifact
from atr.domain.errors import Invalid
from atr.domain.key import PublicKey, SignatureState, SignatureVerdict
from atr.domain.names import FilePath
from atr.formats.checksums import LARGEST_FILE, find_entry, read_checksums
from atr.formats.openpgp import LARGEST_SIGNATURE
from atr.openpgp.keyring import LocalKeyring


class Standing(StrEnum):
    """What became of the attempt to prove something."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was looked at; `topic` groups what evidence on a ballot says."""

    standing: Standing
    topic: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The files of a release on this machine, hashed, with what is known about them."""

    places: Mapping[FilePath, Path]
    contents: Mapping[FilePath, Content]
    metadata: Metadata | None
    keys: Sequence[PublicKey]
    is_whole: bool

    @property
    def artifacts(self) -> tuple[FilePath, ...]:
        """Return the files that need a signature and a checksum."""
        return tuple(path for path in sorted(self.places) if is_artifact(path))


def prove(exhibit: Exhibit, now: datetime) -> Iterator[Statement]:
    """Yield everything that the files prove, fail to prove, or contradict."""
    if exhibit.metadata is None:
        yield _doubt("manifest", "There is no release.json, so nothing tells which files were voted on.")
    else:
        yield from _compare_contents(exhibit, exhibit.metadata)
        yield from _weigh_votes(exhibit.metadata)
    for artifact in exhibit.artifacts:
        yield from _compare_checksums(exhibit, artifact)
        yield from _weigh_signature(exhibit, artifact, now)
    if not exhibit.artifacts:
        yield _object("signatures", "There is no file here that a release consists of.")


def _compare_contents(exhibit: Exhibit, metadata: Metadata) -> Iterator[Statement]:
    listed = {FilePath(file.path): file for file in metadata.files}
    faults = [
        f"{path} is not the file that was released: its content is another one."
        for path, content in exhibit.contents.items()
        if path in listed and content.sha512.hex != listed[path].sha512
    ]
    faults += [f"{path} is no file of {metadata.release}." for path in exhibit.places if path not in listed]
    if exhibit.is_whole:
        faults += [
            f"{path} is missing." for path in listed if path not in exhibit.places and not is_internal(path)
        ]
    if metadata.compute_digest() != metadata.manifest_digest:
        faults.append("The manifest digest is not that of the listed files: release.json was changed.")
    yield from (_object("manifest", fault) for fault in faults)
    if not faults:
        which = "All" if exhibit.is_whole else "The"
        number = count_things(len(exhibit.places), "file")
        manifest = f"the manifest digest is {metadata.manifest_digest}"
        yield _accept("manifest", f"{which} {number} of {metadata.release} are as listed; {manifest}.")


def _weigh_votes(metadata: Metadata) -> Iterator[Statement]:
    passed = [
        vote
        for vote in metadata.votes
        if vote.state == "passed" and vote.manifest_digest == metadata.manifest_digest
    ]
    if not passed:
        yield _doubt("vote", "No vote on these bytes has passed yet.")
    for vote in passed:
        yield _accept(
            "vote", f"By its release.json, round {vote.round} on these bytes passed: {vote.summary}"
        )


def _compare_checksums(exhibit: Exhibit, artifact: FilePath) -> Iterator[Statement]:
    for suffix in CHECKSUM_SUFFIXES:
        path = FilePath(f"{artifact}{suffix}")
        if path not in exhibit.places:
            continue
        fault = _explain_checksum(exhibit, artifact, path)
        if fault is None:
            yield _accept("checksums", f"{path} is the checksum of {artifact}.")
        else:
            yield _object("checksums", fault)


def _explain_checksum(exhibit: Exhibit, artifact: FilePath, path: FilePath) -> str | None:
    """Say what is wrong with a checksum file, or None."""
    try:
        entry = find_entry(read_checksums(_read_small(exhibit.places[path], LARGEST_FILE)), artifact.name)
    except Invalid as error:
        return f"{path} cannot be read: {error}"
    if entry is None:
        return f"{path} says nothing about {artifact}."
    content = exhibit.contents[artifact]
    if entry.hex in {content.sha512.hex, content.sha256.hex}:
        return None
    return f"{path} is not the checksum of {artifact}: one of the two was changed."


def _weigh_signature(exhibit: Exhibit, artifact: FilePath, now: datetime) -> Iterator[Statement]:
    path = FilePath(f"{artifact}{SIGNATURE_SUFFIX}")
    if path not in exhibit.places:
        yield _object("signatures", f"{artifact} has no signature beside it.")
        return
    if not exhibit.keys:
        yield _object("signatures", f"{path} cannot be verified without keys: name a KEYS file with --keys.")
        return
    signature = _read_small(exhibit.places[path], LARGEST_SIGNATURE)
    verdict = LocalKeyring().verify_detached(exhibit.keys, signature, exhibit.places[artifact], now)
    if verdict.state in {SignatureState.GOOD, SignatureState.WEAK_BINDING}:
        yield _accept("signatures", f"{artifact} was signed by {_name_signer(exhibit, verdict)}.")
    else:
        explain = f" {verdict.explain}" if verdict.explain else ""
        yield _object("signatures", f"{path} proves nothing: {verdict.state}.{explain}")


def _name_signer(exhibit: Exhibit, verdict: SignatureVerdict) -> str:
    key = next((each for each in exhibit.keys if each.fingerprint == verdict.fingerprint), None)
    name = f" ({key.user_ids[0]})" if key is not None and key.user_ids else ""
    return f"{verdict.fingerprint}{name}"


def _read_small(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _accept(topic: str, sentence: str) -> Statement:
    return Statement(Standing.PROVEN, topic, sentence)


def _doubt(topic: str, sentence: str) -> Statement:
    return Statement(Standing.UNPROVEN, topic, sentence)


def _object(topic: str, sentence: str) -> Statement:
    return Statement(Standing.WRONG, topic, sentence)
