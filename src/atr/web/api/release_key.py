# SPDX-License-Identifier: Apache-2.0
"""The release that an address of the API names; `main` is written out there."""

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, SkipValidation

from atr.domain.names import ProductKey, ProjectKey, ReleaseKey, Version

RELEASE_PATH = "/releases/{project:str}/{product:str}/{version:str}"

TheRelease = NamedDependency[SkipValidation[ReleaseKey]]
"""Annotate a handler's `release` with this below RELEASE_PATH to be given the release's key."""


def read_release_key(
    project: FromPath[ProjectKey], product: FromPath[ProductKey], version: FromPath[Version]
) -> ReleaseKey:
    """Return the key of the release in the address."""
    return ReleaseKey(project, product, version)


RELEASE_DEPENDENCY = {"release": Provide(read_release_key, sync_to_thread=False)}
