# SPDX-License-Identifier: Apache-2.0
"""Candidates as registries of packages: read-only views of the sealed bytes for the clients people have."""

from litestar.types import ControllerRouterHandler

from atr.web.indexes import files, maven, npm, oci, simple

INDEXES: tuple[ControllerRouterHandler, ...] = (
    *files.HANDLERS,
    *simple.HANDLERS,
    *npm.HANDLERS,
    *maven.HANDLERS,
    *oci.HANDLERS,
)
