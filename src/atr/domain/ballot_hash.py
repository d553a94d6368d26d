# SPDX-License-Identifier: Apache-2.0
"""What names a ballot, and all ballots of a round, so that a result can be proven later.

A ballot's hash is the sha256 of its JSON: names sorted, no spaces, UTF-8, times as RFC 3339 in UTC. The root
over the ballots of a round is the sha256 of the hexadecimal hashes of all of them, changed ones too, sorted,
one a line.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from atr.domain.artifact import Digest
from atr.domain.vote import Ballot, Round


def hash_ballot(vote: Round, ballot: Ballot) -> Digest:
    """Return the digest of everything that somebody said, in the round in which it was said."""
    said = {
        "choice": ballot.text,
        "cast_at": ballot.cast_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "comment": ballot.comment,
        "door": str(ballot.door),
        "evidence": dict(ballot.evidence),
        "manifest_digest": str(ballot.manifest_digest),
        "release": vote.release.storage_key,
        "round": vote.number,
        "voter": str(ballot.voter),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _digest(text)


def hash_ballots(vote: Round, ballots: Iterable[Ballot]) -> Digest:
    """Return the root over all ballots of a round, whatever their order."""
    return combine_hashes(hash_ballot(vote, ballot) for ballot in ballots)


def combine_hashes(hashes: Iterable[Digest]) -> Digest:
    """Return the root over the hashes of ballots."""
    return _digest("".join(f"{each}\n" for each in sorted(digest.hex for digest in hashes)))


def _digest(text: str) -> Digest:
    return Digest("sha256", hashlib.sha256(text.encode()).hexdigest())
