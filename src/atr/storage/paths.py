# SPDX-License-Identifier: Apache-2.0
"""The one function that joins names to a folder."""

from pathlib import Path

from atr.domain.errors import Invalid


def join_inside(root: Path, relative: str) -> Path:
    """Return the path below the root; raise Invalid for anything that could lead out of it."""
    segments = relative.split("/")
    if "\0" in relative or any(segment in {"", ".", ".."} for segment in segments):
        raise Invalid.field("path", f"{relative!r} does not stay inside its folder.")
    return root.joinpath(*segments)
