# SPDX-License-Identifier: Apache-2.0
"""Giving final tags back; what was noted when they were moved is all that is needed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.platforms.oci.repository import Repository
from atr.platforms.oci.steps import REMEMBER, name_move
from atr.platforms.oci.storing import copy_manifest
from atr.ports.platforms import Consignment, NeedsPerson, RegistryDown, Results, Step


@dataclass(frozen=True, slots=True)
class ReturnSteps:
    """The steps that give the final tags of one repository to whoever had them before."""

    repository: Repository
    consignment: Consignment

    def list_steps(self) -> tuple[Step, ...]:
        """Return the steps, for the tag that was moved last first."""
        return tuple(self._tag_back(tag) for tag in reversed(self.consignment.final_names))

    def _tag_back(self, tag: str) -> Step:
        return Step(
            f"give back {tag}",
            f"PUT {self.repository.locate_manifest(tag)} (the bytes it had), or DELETE it if it is new",
            lambda results: self._ask_returned(tag, results),
            lambda results: self._return_tag(tag, results),
        )

    def _ask_returned(self, tag: str, results: Results) -> str | None:
        if (ours := results.get(name_move(tag))) is None:
            return "it was never moved"
        previous = read_remembered(results).get(tag)
        found = self.repository.fetch_manifest(tag)
        seen = None if found is None else str(found.digest)
        if seen == previous:
            return previous or "deleted"
        return None if seen == ours else f"left with {seen or 'nobody'}, who has it now"

    def _return_tag(self, tag: str, results: Results) -> str:
        previous = read_remembered(results).get(tag)
        if previous is not None:
            return copy_manifest(self.repository, Digest.parse(previous), tag)
        if self.repository.delete_tag(tag):
            return "deleted"
        raise NeedsPerson(
            f"This registry does not delete single tags. Delete the tag {tag} of {self.repository.path[4:]} "
            "on the registry's own pages (the tag alone, not its digest), then resume."
        )


def read_remembered(results: Results) -> Mapping[str, str | None]:
    """Return which digest each final tag had before; raise RegistryDown if that is not what was noted."""
    noted = json.loads(results[REMEMBER])
    if not isinstance(noted, dict):
        raise RegistryDown("What the final tags were before was not noted.")
    return noted
