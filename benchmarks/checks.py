# SPDX-License-Identifier: Apache-2.0
"""Examining archives against `gzip -dc FILE | sha512sum` plus one signature verification, and what it takes.

Run it alone: `python -m benchmarks.checks [FOLDER]`. The archives come from the Python package registry and
are kept in FOLDER, by default in the user's cache; one with 100,000 small files is made. Rounds alternate
between the ways and the best of each counts, since all share the machine with whatever else runs.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from atr.checks.contract import FindingCache
from atr.checks.engine import Engine, ForgetfulCache
from atr.checks.local_revision import LocalRevision, read_revision
from atr.checks.sandbox import Sandbox
from atr.domain.check import Finding
from atr.domain.key import SigningKey
from atr.openpgp.keyring import LocalKeyring, ProcessKeyring
from atr.openpgp.proof import weigh_signatures
from atr.openpgp.signing import SecretKey
from benchmarks.archives import fetch_archives, find_kept, make_variant
from benchmarks.passes import FACTS, NOW, measure_memory, measure_shares

ROUNDS = 4
FILES = 10
MEBIBYTE = 1024 * 1024


class MemoryCache(ForgetfulCache):
    """A cache that keeps everything, as the server's does."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self._kept: dict[str, tuple[Finding, ...]] = {}

    def find_cached(self, keys: frozenset[str]) -> dict[str, tuple[Finding, ...]]:
        """Return what is kept."""
        return {key: self._kept[key] for key in keys if key in self._kept}

    def keep_cached(self, entries: dict[str, tuple[Finding, ...]]) -> None:
        """Keep the entries."""
        self._kept |= entries


@dataclass(frozen=True, slots=True)
class Candidate:
    """Signed archives as a release, and the key that signed them."""

    archives: tuple[Path, ...]
    revision: LocalRevision
    key: SigningKey


@dataclass(frozen=True, slots=True)
class Examiner:
    """The processes that a worker has."""

    sandbox: Sandbox
    keyring: ProcessKeyring

    def examine(self, candidate: Candidate, cache: FindingCache | None = None) -> tuple[Finding, ...]:
        """Run every check over the release."""
        sources = candidate.revision.sources
        engine = Engine(
            lambda entry: sources[entry.path].open("rb"),
            self.keyring,
            cache or ForgetfulCache(),
            scan=self.sandbox,
        )
        return engine.examine(FACTS, candidate.revision.entries, [candidate.key])


def sign(archives: Sequence[Path], secret: SecretKey) -> Candidate:
    """Return the archives as a release."""
    for archive in archives:
        secret.sign(archive)
    keys, _ = LocalKeyring().read_keys(secret.public_armor.encode())
    return Candidate(tuple(archives), read_revision(archives), SigningKey(keys[0], None, NOW))


def take_time(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def decompress_and_verify(candidate: Candidate) -> None:
    """Do what everybody can do by hand: the baseline."""
    (archive,) = candidate.archives
    words = ["/bin/sh", "-c", 'gzip -dc "$1" | sha512sum', "sh", str(archive)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    signature = archive.with_name(f"{archive.name}.asc").read_bytes()
    weigh_signatures((candidate.key.key,), signature, archive, NOW)


def compare_ways(candidate: Candidate, examiner: Examiner) -> None:
    """Print how long the two ways take, the share of each check, and the memory."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(take_time(lambda: decompress_and_verify(candidate)))
        ours.append(take_time(lambda: examiner.examine(candidate)))
    (archive,) = candidate.archives
    times = f"{min(ours):.3f} s against {min(theirs):.3f} s, ratio {min(ours) / min(theirs):.2f} (limit 1.5)"
    print(f"{archive.name} ({archive.stat().st_size / 1e6:.1f} MB): {times}")
    entry = next(each for each in candidate.revision.entries if each.path == archive.name)
    shares = measure_shares(archive, entry)
    whole = sum(shares.values())
    rows = sorted(shares.items(), key=lambda row: -row[1])
    print("   " + ", ".join(f"{name} {100 * taken / whole:.0f} %" for name, taken in rows))
    print(f"   memory of the pass {measure_memory(archive, entry) / MEBIBYTE:.0f} MiB (limit 200)")


def compare_revisions(archive: Path, folder: Path, secret: SecretKey, examiner: Examiner) -> None:
    """Print what the second revision costs when one file of ten has changed."""
    first = sign([make_variant(archive, folder / "first", number) for number in range(FILES)], secret)
    changed = [make_variant(archive, folder / "second", number or FILES, number) for number in range(FILES)]
    for old, new in zip(first.archives[1:], changed[1:], strict=True):
        new.with_name(f"{new.name}.asc").write_bytes(old.with_name(f"{old.name}.asc").read_bytes())
    secret.sign(changed[0])
    second = Candidate(tuple(changed), read_revision(changed), first.key)
    befores, afters = [], []
    for _ in range(ROUNDS):
        cache = MemoryCache()
        befores.append(take_time(partial(examiner.examine, first, cache)))
        afters.append(take_time(partial(examiner.examine, second, cache)))
    print(
        f"second revision, one file of ten changed: {min(afters):.3f} s against {min(befores):.3f} s,"
        f" ratio {min(afters) / min(befores):.2f} (limit 0.15)"
    )


def compare_workers(candidate: Candidate, examiners: Sequence[Examiner]) -> None:
    """Print how long two workers take for an archive each, against one worker for one."""
    alone, both = [], []
    with ThreadPoolExecutor(len(examiners)) as pool:
        for _ in range(ROUNDS):
            alone.append(take_time(lambda: examiners[0].examine(candidate)))
            both.append(
                take_time(lambda: list(pool.map(lambda examiner: examiner.examine(candidate), examiners)))
            )
    print(
        f"two workers, two archives: {min(both):.3f} s against {min(alone):.3f} s for one,"
        f" ratio {min(both) / min(alone):.2f} (limit 1.15)"
    )


def main(kept: Path) -> None:
    """Print every figure."""
    secret = SecretKey("Benchmark <benchmark@foundation.example>")
    with (
        Sandbox() as sandbox,
        Sandbox() as other,
        ProcessKeyring() as keyring,
        tempfile.TemporaryDirectory() as name,
    ):
        examiner, second = Examiner(sandbox, keyring), Examiner(other, keyring)
        candidates = []
        for archive in fetch_archives(kept):
            link = Path(name) / archive.name
            link.symlink_to(archive)
            candidates.append(sign([link], secret))
        for candidate in candidates:
            compare_ways(candidate, examiner)
        compare_revisions(candidates[1].archives[0], Path(name), secret, examiner)
        compare_workers(candidates[-2], [examiner, second])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else find_kept())
