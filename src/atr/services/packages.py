# SPDX-License-Identifier: Apache-2.0
"""Reading what the files of a sealed revision are as packages: once a content, by a job."""

import time
from dataclasses import dataclass
from typing import Self

from atr.domain.artifact import FileEntry, list_public
from atr.domain.errors import Invalid
from atr.domain.names import ReleaseKey
from atr.domain.package import PackageFacts
from atr.domain.people import SERVICE
from atr.formats.budget import Budget, Limits
from atr.formats.package import make_package_key, read_package
from atr.ports.jobs import Job, JobKind
from atr.services.door import Bookkeeping, Query, Work
from atr.services.errand import Errand, Tools
from atr.services.revisions import find_revision


@dataclass(frozen=True, slots=True)
class ListUnreadPackages(Query[dict[str, FileEntry]]):
    """The files of a revision of which it is not known yet what they are as packages."""

    release: ReleaseKey
    revision: int

    def answer(self, work: Work) -> dict[str, FileEntry]:
        """Return them by their keys; raise NotFound."""
        files = list_public(find_revision(work, self.release, self.revision).files)
        wanted = {key: entry for entry in files if (key := make_package_key(entry)) is not None}
        known = work.unit.packages.find(wanted)
        return {key: entry for key, entry in wanted.items() if key not in known}


@dataclass(frozen=True, slots=True)
class KeepPackage(Bookkeeping[None]):
    """Remember what a file is."""

    key: str
    facts: PackageFacts | None

    def note(self, work: Work) -> None:
        """Write it down."""
        work.unit.packages.keep(self.key, self.facts)


@dataclass(frozen=True, slots=True)
class ReadPackages(Errand):
    """Look into every file of a revision that may be a package; what is known by content costs nothing."""

    release: ReleaseKey
    revision: int

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read `PROJECT/PRODUCT/VERSION@REVISION`."""
        key, _, number = argument.rpartition("@")
        if not number.isdecimal():
            raise Invalid.field("argument", f"{argument!r} does not name a revision.")
        return cls(ReleaseKey.parse(key), int(number))

    def run(self, tools: Tools) -> None:
        """Read and remember, one file after the other."""
        unread = tools.door.ask(SERVICE, ListUnreadPackages(self.release, self.revision))
        for key, entry in unread.items():
            with tools.blobs.open_file(entry.content.sha512) as file:
                facts = read_package(entry.path, file, Budget(Limits(), time.monotonic))
            tools.door.keep(KeepPackage(key, facts))


def request_packages(release: ReleaseKey, revision: int) -> Job:
    """Return the job that reads the packages of a revision."""
    argument = f"{release.storage_key}@{revision}"
    return Job(JobKind.READ_PACKAGES, argument, lock=f"packages {argument}")
