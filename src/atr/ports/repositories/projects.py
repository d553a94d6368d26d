# SPDX-License-Identifier: Apache-2.0
"""Projects, product lines and their policy versions."""

from collections.abc import Iterable
from typing import Protocol

from atr.domain.lifecycle import Stage
from atr.domain.names import ProductKey, ProductRef, ProjectKey, UserId, Version
from atr.domain.people import Roster
from atr.domain.policy import PolicyVersion
from atr.domain.project import ProductLine, Project, ProjectStatus


class Projects(Protocol):
    """Projects with their rosters."""

    def find(self, key: ProjectKey) -> Project | None:
        """Return the project, if it is there."""

    def find_roster(self, key: ProjectKey) -> Roster | None:
        """Return only the roster; None when there is no such project."""

    def list_names(self) -> dict[ProjectKey, str]:
        """Return the names of all projects, without anything else of them."""

    def list(self, status: ProjectStatus | None = None, text: str = "") -> tuple[Project, ...]:
        """Return projects in order of their names."""

    def count_statuses(self, text: str = "") -> dict[ProjectStatus, int]:
        """Return how many projects match the words in each status, in one query; others are left out."""

    def find_names(self, keys: Iterable[ProjectKey]) -> dict[ProjectKey, str]:
        """Return the names of those projects that exist, in one query."""

    def list_of_person(self, user: UserId) -> tuple[Project, ...]:
        """Return the projects whose roster names the person."""

    def add(self, project: Project) -> None:
        """Add the project; raise Conflict when the key is taken."""

    def save(self, project: Project) -> Project:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition."""

    def add_policy_version(self, ref: ProjectKey | ProductRef, version: PolicyVersion) -> None:
        """Keep a saved policy for ever."""

    def list_policy_versions(self, ref: ProjectKey | ProductRef) -> tuple[PolicyVersion, ...]:
        """Return all saved policies, newest first."""


class Products(Protocol):
    """Product lines."""

    def find(self, ref: ProductRef) -> ProductLine | None:
        """Return the product line, if it is there."""

    def list(self, project: ProjectKey) -> tuple[ProductLine, ...]:
        """Return the project's lines, the main one first."""

    def list_many(self, projects: Iterable[ProjectKey]) -> dict[ProjectKey, tuple[ProductLine, ...]]:
        """Return the lines of many projects in one query, each project's main one first."""

    def add(self, product: ProductLine) -> None:
        """Add the line; raise Conflict when the key is taken."""

    def save(self, product: ProductLine) -> ProductLine:
        """Replace it, or raise Conflict if its edition is not the stored one; return the next edition."""

    def list_released_versions(self, project: ProjectKey) -> dict[ProductKey, tuple[Version, ...]]:
        """Return the versions in phase `released`, by line, in one query."""

    def list_all_versions(self, ref: ProductRef) -> tuple[Version, ...]:
        """Return the versions of all releases of the line, whatever their phase."""

    def count_releases(self, project: ProjectKey) -> dict[ProductKey, dict[Stage, int]]:
        """Return how many releases each line has in each stage, in one query; empty stages are left out."""

    def list_versions(self, refs: Iterable[ProductRef]) -> dict[ProductRef, tuple[Version, ...]]:
        """Return the released versions of many lines in one query."""
