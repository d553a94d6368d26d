# SPDX-License-Identifier: Apache-2.0
"""Container images in any registry that speaks the OCI distribution specification, Docker Hub above all."""

from atr.platforms.oci.registry import connect

__all__ = ["connect"]
