# SPDX-License-Identifier: Apache-2.0
"""Trying a policy before it is saved: the last votes under it, and what would have come out otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from atr.domain.errors import Invalid
from atr.domain.keep import apply_change
from atr.domain.names import ProjectKey
from atr.domain.policy import PolicyChange, VotePolicy, check_policy
from atr.domain.project import ProductLine, Project, find_policy
from atr.domain.vote import Round
from atr.domain.vote_replay import Comparison, Course, apply_difference, compare_policies
from atr.ports.repositories.paging import PageRequest
from atr.ports.repositories.releases import ReleaseFilter
from atr.services.door import Place, Query, Work
from atr.services.policies import PolicyRef
from atr.services.products import find_product
from atr.services.projects import find_project

MOST_RELEASES = 100


@dataclass(frozen=True, slots=True)
class SimulatePolicy(Query[tuple[Comparison, ...]]):
    """The votes of the last releases of a project or product line, as they would end under a change.

    A vote of another body is left out: a podling's second round follows its sponsor's policy.
    """

    ref: PolicyRef
    change: PolicyChange
    releases: int = 20

    @property
    def place(self) -> Place:
        """Return the project or the line."""
        return Place(self.ref) if isinstance(self.ref, ProjectKey) else Place.of_line(self.ref)

    def answer(self, work: Work) -> tuple[Comparison, ...]:
        """Return one comparison a round that is over, the newest first; raise NotFound or Invalid."""
        if not 1 <= self.releases <= MOST_RELEASES:
            raise Invalid.field("releases", f"Choose 1 to {MOST_RELEASES} releases.")
        if isinstance(self.ref, ProjectKey):
            project, line = find_project(work, self.ref), None
        else:
            project, line = find_project(work, self.ref.project), find_product(work, self.ref)
        _, changed = self._find_policies(work, project, line)
        check_policy(changed, work.around.foundation.default_policy, podling=project.is_podling)
        which = ReleaseFilter(project=project.key, product=line.ref.product if line else None)
        return tuple(self._compare_all(work, project, which))

    def _find_policies(
        self, work: Work, project: Project, line: ProductLine | None
    ) -> tuple[VotePolicy, VotePolicy]:
        """Return the policy in force as it is and as it would be."""
        default = work.around.foundation.default_policy
        new_project, new_line = project, line
        if isinstance(self.ref, ProjectKey):
            new_project = replace(project, policy=apply_change(project.policy, self.change))
        else:
            assert line is not None  # whose policy it is
            new_line = replace(line, policy=apply_change(line.policy, self.change))
        old = find_policy(project, line, default).policy
        return old, find_policy(new_project, new_line, default).policy

    def _compare_all(self, work: Work, project: Project, which: ReleaseFilter) -> Iterator[Comparison]:
        found = work.unit.releases.list(which, PageRequest(limit=self.releases)).items
        rounds = work.unit.votes.list_many([release.key for release in found])
        lines = {line.ref: line for line in work.unit.products.list(project.key)}
        for release in found:
            policies = self._find_policies(work, project, lines[release.key.line])
            for vote in reversed(rounds.get(release.key, ())):
                if vote.state.is_over and vote.voting_project == project.key:
                    yield _compare(work, vote, policies)


def _compare(work: Work, vote: Round, policies: tuple[VotePolicy, VotePolicy]) -> Comparison:
    votes, which = work.unit.votes, (vote.release, vote.number)
    course = Course(votes.list_ballots(*which), votes.list_withdrawn(*which))
    return compare_policies(vote, course, apply_difference(vote.policy, *policies), work.now)
