# SPDX-License-Identifier: Apache-2.0
"""Where things are found in the API."""

from urllib.parse import quote

from atr.domain.names import MAIN, FilePath, ProductKey, ProductRef, ProjectKey, ReleaseKey


def address_release(release: ReleaseKey, *parts: str | int) -> str:
    """Return the address of a release, or of something below it; `main` is written out."""
    return _join("releases", release.project, release.product, release.version, *parts)


def address_file(release: ReleaseKey, revision: int, path: FilePath) -> str:
    """Return the address of one file of a revision."""
    return address_release(release, "revisions", revision, "files", *path.split("/"))


def address_project(project: ProjectKey, *parts: str | int) -> str:
    """Return the address of a project, or of something below it."""
    return _join("projects", project, *parts)


def address_line(line: ProductRef, *parts: str | int) -> str:
    """Return the address of a product line, or of something below it."""
    return _join("projects", line.project, "products", line.product, *parts)


def address_policy(line: ProductRef) -> str:
    """Return the address of a project's policy, or of a product line's if it is not the main one."""
    if line.product == ProductKey(MAIN):
        return address_project(line.project, "policy")
    return address_line(line, "policy")


def _join(*parts: str | int) -> str:
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)
