# SPDX-License-Identifier: Apache-2.0
"""The release before, as the checks compare with it."""

from dataclasses import replace

from atr.domain.names import ReleaseKey
from atr.domain.previous import PUBLIC_PHASES, PreviousRelease, find_version_before, rename_version
from atr.services.door import Work
from atr.services.products import find_product


def find_previous(work: Work, release: ReleaseKey) -> PreviousRelease | None:
    """Return the files of the line's public release before this one; None when it is the first."""
    order = find_product(work, release.line).version_order
    versions = work.unit.releases.list_versions(release.line, PUBLIC_PHASES)
    before = find_version_before(release.version, versions, order)
    key = replace(release, version=before) if before is not None else None
    found = work.unit.releases.find(key) if key is not None else None
    if before is None or key is None or found is None:
        return None
    revision = work.unit.revisions.find(key, found.shown_revision)
    files = revision.files if revision is not None else ()
    return PreviousRelease(before, rename_version(files, before, release.version))
