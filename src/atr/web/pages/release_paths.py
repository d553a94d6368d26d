# SPDX-License-Identifier: Apache-2.0
"""The addresses of a release's pages, and of the files it offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from atr.domain.coordinates import Coordinate, KeysCoordinate
from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, FilePath, ProductRef, ReleaseKey


@dataclass(frozen=True, slots=True)
class ReleasePaths:
    """The addresses of one release."""

    key: ReleaseKey

    @property
    def overview(self) -> str:
        """Return the page that says where the release is."""
        return f"/releases/{quote(self.key.storage_key)}"

    @property
    def files(self) -> str:
        """Return the page where files are added and removed."""
        return f"{self.overview}/files"

    @property
    def checks(self) -> str:
        """Return the page of the findings."""
        return f"{self.overview}/checks"

    def findings(self, severity: str | None = None, rule: str = "", cursor: str | None = None) -> str:
        """Return the page of the findings, narrowed to a severity or a rule, from the cursor on."""
        return self.narrow_findings(severity=severity, rule=rule, cursor=cursor)

    def narrow_findings(self, **named: str | None) -> str:
        """Return the page of the findings, narrowed by what is named; what is empty is left out."""
        return _add_query(self.checks, named)

    def acknowledging(self, **named: str | None) -> str:
        """Return where concerns are acknowledged: a `finding` by its id, or all of a `rule`."""
        return _add_query(f"{self.checks}/acknowledgements", named)

    def waiving(self, rule: str, paths: str = "") -> str:
        """Return where a rule is waived, at paths that are proposed."""
        return _add_query(f"{self.checks}/waivers", {"rule": rule, "paths": paths})

    @property
    def votes(self) -> str:
        """Return the page of all rounds of voting."""
        return f"{self.overview}/votes"

    def vote(self, number: int) -> str:
        """Return the page of one round."""
        return f"{self.votes}/{number}"

    @property
    def announcement(self) -> str:
        """Return the page where the announcement is written and approved."""
        return f"{self.overview}/announcement"

    @property
    def distribution(self) -> str:
        """Return the page of the channels."""
        return f"{self.overview}/distribution"

    @property
    def plan(self) -> str:
        """Return the page of every call that going public makes."""
        return f"{self.distribution}/plan"

    def order(self, order: str) -> str:
        """Return where something is asked of the channels."""
        return f"{self.distribution}/{order}"

    def revision(self, number: int) -> str:
        """Return the page of one revision."""
        return f"{self.overview}/revisions/{number}"

    @property
    def phase(self) -> str:
        """Return where a step to another phase is taken."""
        return f"{self.overview}/phase"

    @property
    def download(self) -> str:
        """Return the public page from which people download."""
        return f"{make_line_path(self.key.line)}/{quote(self.key.version)}/download"

    @property
    def events(self) -> str:
        """Return the audit trail, narrowed to the release."""
        return f"/events?subject={quote(str(self.key))}"

    @property
    def api(self) -> str:
        """Return where the release is found in the API."""
        return f"/api/v1/releases/{quote(self.key.storage_key)}"

    def stored_file(self, revision: int, path: FilePath) -> str:
        """Return where a file of any revision is read."""
        return f"{self.api}/revisions/{revision}/files/{quote(path)}"

    def offered_file(self, stage: Stage, path: FilePath) -> str:
        """Return the public coordinate of a file."""
        return Coordinate.of(stage, self.key, path).url_path

    def keys_file(self, stage: Stage) -> str:
        """Return the public coordinate of the project's keys."""
        return KeysCoordinate(stage, self.key.project).path


def _add_query(path: str, named: Mapping[str, str | None]) -> str:
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{path}?{query}" if query else path


def make_line_path(ref: ProductRef) -> str:
    """Return the page of the product line, `main` written out."""
    return f"/projects/{quote(ref.project)}/{quote(ref.product)}"


def make_crumb_path(ref: ProductRef) -> str:
    """Return the page above a release's: the project's for its main line, otherwise the line's."""
    return f"/projects/{quote(ref.project)}" if ref.product == MAIN else make_line_path(ref)
