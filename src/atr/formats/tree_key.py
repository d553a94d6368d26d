# SPDX-License-Identifier: Apache-2.0
"""The name under which the list of an archive's members is kept."""

from atr.domain.artifact import FileEntry
from atr.formats.archive import find_suffix
from atr.formats.tree import TREE_VERSION


def make_tree_key(entry: FileEntry) -> str:
    """Return the key under which the list of an archive's members is kept: content and suffix decide."""
    return f"{TREE_VERSION}{find_suffix(entry.path)} {entry.content.sha512}"
