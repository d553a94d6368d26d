# SPDX-License-Identifier: Apache-2.0
"""What is new in the bytes that are voted on: since the last release, and since the last round."""

from dataclasses import dataclass

from atr.domain.names import ReleaseKey
from atr.domain.vote import Round
from atr.services.door import Place, Query, Work
from atr.services.previous_release import find_previous
from atr.services.revision_diffs import Diff, diff_files
from atr.services.revisions import find_revision
from atr.services.rounds import find_round


@dataclass(frozen=True, slots=True)
class VotedDifferences:
    """What changed since the line's public release before, and since other bytes were voted on.

    `before` is the version of that release, None for the first one; `earlier` is the last round on another
    revision, if there was one.
    """

    before: str | None
    since_release: Diff | None
    earlier: Round | None
    since_round: Diff | None


@dataclass(frozen=True, slots=True)
class ShowDifferences(Query[VotedDifferences]):
    """What is new in the revision of a round."""

    release: ReleaseKey
    number: int

    @property
    def place(self) -> Place:
        """Return the release."""
        return Place.of_release(self.release)

    def answer(self, work: Work) -> VotedDifferences:
        """Return it; raise NotFound."""
        vote = find_round(work, self.release, self.number)
        files = find_revision(work, self.release, vote.revision).files
        previous = find_previous(work, self.release)
        earlier = _find_earlier(work, vote)
        return VotedDifferences(
            before=previous.version if previous else None,
            since_release=diff_files(str(previous.version), str(vote.release.version), previous.files, files)
            if previous
            else None,
            earlier=earlier,
            since_round=diff_files(
                f"revision {earlier.revision}",
                f"revision {vote.revision}",
                find_revision(work, self.release, earlier.revision).files,
                files,
            )
            if earlier
            else None,
        )


def _find_earlier(work: Work, vote: Round) -> Round | None:
    rounds = work.unit.votes.list_rounds(vote.release)
    others = [each for each in rounds if each.number < vote.number and each.revision != vote.revision]
    return max(others, key=lambda each: each.number, default=None)
