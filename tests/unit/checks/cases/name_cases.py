# SPDX-License-Identifier: Apache-2.0
"""Names and layout of a revision, kept and broken."""

from collections.abc import Callable

from atr.domain.check_policy import CheckPolicy
from tests.support.archives import make_source
from tests.unit.checks.cases.case import Case
from tests.unit.checks.examination import NAME, Release

PODLING = "apache-example-1.0-incubating-src.tar.gz"


def _write(name: str, content: bytes = b"content") -> Callable[[Release], object]:
    return lambda release: release.write(name, content)


def _drop(suffix: str) -> Callable[[Release], object]:
    return lambda release: release.folder.joinpath(NAME + suffix).unlink()


def _rename_checksum(release: Release) -> None:
    checksum = release.folder / f"{NAME}.sha512"
    checksum.rename(checksum.with_suffix(".SHA512"))


def _replace_checksum(release: Release) -> None:
    _drop(".sha512")(release)
    release.write(f"{NAME}.sha256", b"0" * 64)


def _be_podling(release: Release) -> None:
    release.describe(podling=True)


def _name_podling(release: Release) -> None:
    for path in release.folder.iterdir():
        path.unlink()
    release.add(PODLING, make_source("apache-example-1.0-incubating"))
    release.describe(podling=True)


def _move_source(release: Release) -> None:
    release.describe(policy=CheckPolicy(source_globs=("*.orig",)))


def _write_both(release: Release) -> None:
    release.write("README.md")
    release.write("ReadMe.md")


def _keep(_release: Release) -> None:
    """Leave the good release as it is."""


CASES: tuple[Case, ...] = (
    Case("names.signature-missing", "an artifact without .asc", _drop(".asc"), finds=True),
    Case("names.signature-missing", "a document without .asc", _write("README"), finds=False),
    Case("names.checksum-missing", "an artifact without a checksum", _drop(".sha512"), finds=True),
    Case("names.checksum-missing", "an artifact with .sha256 alone", _replace_checksum, finds=False),
    Case("names.md5", "a .md5 file", _write(f"{NAME}.md5"), finds=True),
    Case("names.md5", "a file whose name begins with md5", _write("md5.txt"), finds=False),
    Case("names.sig-file", "a .sig file", _write(f"{NAME}.sig"), finds=True),
    Case("names.sig-file", "an .asc file", _keep, finds=False),
    Case("names.keys-file", "a KEYS file", _write("KEYS"), finds=True),
    Case("names.keys-file", "a file with KEYS in its name", _write("KEYS-example-1.0.txt"), finds=False),
    Case("names.hidden-file", "a file in a hidden folder", _write("below/.idea/config"), finds=True),
    Case("names.hidden-file", "a file in .atr/", _write(".atr/notes"), finds=False),
    Case("names.orphan-signature", "an .asc of no file", _write("gone.zip.asc"), finds=True),
    Case("names.orphan-signature", "an .asc beside its file", _keep, finds=False),
    Case("names.orphan-checksum", "a .sha512 of no file", _write("gone.zip.sha512"), finds=True),
    Case("names.orphan-checksum", "a .sha512 beside its file", _keep, finds=False),
    Case("names.weak-checksum", "a .sha1 file", _write(f"{NAME}.sha1"), finds=True),
    Case("names.weak-checksum", "a .sha file", _write(f"{NAME}.sha"), finds=True),
    Case("names.weak-checksum", "a .sha512 file", _keep, finds=False),
    Case("names.checksum-case", "a .SHA512 file", _rename_checksum, finds=True),
    Case("names.checksum-case", "a .sha512 file", _keep, finds=False),
    Case("names.not-incubating", "a podling's artifact named like others", _be_podling, finds=True),
    Case("names.not-incubating", "a podling's artifact named as one", _name_podling, finds=False),
    Case("names.no-source", "a release of other files", _move_source, finds=True),
    Case("names.no-source", "a release with its source", _keep, finds=False),
    Case("names.version-differs", "a name of another version", _write("example-1.1.zip"), finds=True),
    Case("names.version-differs", "a name with the version", _write("example_1_0.zip"), finds=False),
    Case("names.unknown-file", "a file of no known kind", _write("odd-1.0.data"), finds=True),
    Case("names.unknown-file", "metadata and a standalone SBOM", _write("example-1.0.cdx.json"), finds=False),
    Case("names.collision", "names that differ in case", _write_both, finds=True),
    Case("names.collision", "two other names", _write("README.md"), finds=False),
    Case("names.reserved", "the name of a device", _write("aux.txt"), finds=True),
    Case("names.reserved", "a name with a colon", _write("a:b.txt"), finds=True),
    Case("names.reserved", "a name that begins like a device", _write("auxiliary.txt"), finds=False),
    Case("names.empty-file", "an empty file", _write("README", b""), finds=True),
    Case("names.empty-file", "a file of one byte", _write("README", b"x"), finds=False),
)
