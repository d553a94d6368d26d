# SPDX-License-Identifier: Apache-2.0
"""Examine real releases of Apache projects: `python -m tools.examine_real_releases [NAME...]`.

The archives come from the Debian source archive, with the signatures of release managers and the keys that
Debian carries, and from the Python package registry, which keeps no signatures: these are signed with a fresh
key. Missing checksums are written. What was fetched stays in the user's cache, or in `--folder`.
"""

import json
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import platformdirs

from atr.openpgp.signing import SecretKey

_SUITES = ("sid", "trixie", "bookworm")
_KEY_FILES = ("debian/upstream/signing-key.asc", "debian/upstream/signing-key.pgp")


@dataclass(frozen=True, slots=True)
class DebianSource:
    """A source package, and the name of its upstream archive without version and suffix."""

    package: str
    upstream: str


DEBIAN = (
    DebianSource("apache-arrow", "apache-arrow"),
    DebianSource("apache2", "httpd"),
    DebianSource("apr", "apr"),
    DebianSource("apr-util", "apr-util"),
    DebianSource("serf", "serf"),
    DebianSource("subversion", "subversion"),
    DebianSource("zookeeper", "apache-zookeeper"),
)
PYTHON = (
    "apache-libcloud==3.9.1",
    "apache-airflow-core==3.3.2",
    "apache-superset==6.1.0",
    "apache-sedona==1.9.1",
    "avro==1.12.2",
    "pyiceberg==0.12.0",
    "pyspark==3.5.1",
    "thrift==0.25.0",
)


def _find_mirror() -> str:
    """Return the mirror from which this machine gets its packages."""
    words = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[0]


class DebianArchive:
    """Debian's source packages, fetched by apt with lists of its own, so that no set-up is touched."""

    def __init__(self, folder: Path) -> None:
        """Keep lists below the folder."""
        lists = folder / "apt" / "lists" / "partial"
        lists.mkdir(parents=True, exist_ok=True)
        sources = folder / "apt" / "sources.list"
        mirror = _find_mirror()
        sources.write_text("".join(f"deb-src {mirror} {suite} main\n" for suite in _SUITES))
        settings = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": "-",
            "Dir::State::lists": lists.parent,
        }
        self._options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        subprocess.run(["apt-get", *self._options, "-qq", "update"], check=True)

    def fetch(self, source: DebianSource, folder: Path) -> Path | None:
        """Return a folder with the newest version that comes with a signature and can be had."""
        shown = subprocess.run(
            ["apt-cache", *self._options, "showsrc", "--only-source", source.package],
            check=True,
            capture_output=True,
            text=True,
        )
        versions = _find_signed(shown.stdout)
        return next((place for each in versions if (place := self._try(source.package, each, folder))), None)

    def _try(self, package: str, version: str, folder: Path) -> Path | None:
        place = folder / package / version
        place.mkdir(parents=True, exist_ok=True)
        words = ["apt-get", *self._options, "-qq", "source", "--download-only", f"{package}={version}"]
        done = subprocess.run(words, check=False, cwd=place, capture_output=True)
        return place if done.returncode == 0 else None


def _find_signed(paragraphs: str) -> list[str]:
    """Return the versions whose files include a signature of the upstream archive, newest suite first."""
    found = []
    for paragraph in paragraphs.split("\n\n"):
        if ".orig.tar" in paragraph and ".asc" in paragraph:
            found += [line.split()[1] for line in paragraph.splitlines() if line.startswith("Version:")]
    return list(dict.fromkeys(found))


def prepare_debian(archive: DebianArchive, source: DebianSource, folder: Path) -> Path | None:
    """Return a folder with upstream's archive under its own name and its signature, and KEYS beside it."""
    fetched = archive.fetch(source, folder / "debian")
    if fetched is None:
        return None
    signature = next(fetched.glob("*.orig.tar.*.asc"))
    version, _, suffix = signature.name.removesuffix(".asc").partition("_")[2].partition(".orig")
    release = folder / "releases" / source.upstream
    release.mkdir(parents=True, exist_ok=True)
    target = release / f"{source.upstream}-{version}{suffix}"
    _link(signature.with_name(signature.name.removesuffix(".asc")), target)
    _link(signature, target.with_name(f"{target.name}.asc"))
    with tarfile.open(next(fetched.glob("*.debian.tar.xz"))) as packaging:
        _keys_of(release).write_bytes(b"".join(_read_keys(packaging)))
    return release


def _read_keys(packaging: tarfile.TarFile) -> Iterator[bytes]:
    for name in _KEY_FILES:
        if name in packaging.getnames() and (file := packaging.extractfile(name)) is not None:
            yield file.read()


def prepare_python(requirement: str, folder: Path) -> Path:
    """Return a folder with the source distribution, signed with a fresh key, and KEYS beside the folder."""
    name = requirement.partition("==")[0]
    release = folder / "releases" / name
    if not release.exists():
        words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*words, "--dest", str(release), requirement], check=True)
    key = SecretKey("Examiner <examiner@foundation.example>")
    key.sign(next(release.glob("*.tar.gz")))
    _keys_of(release).write_text(key.public_armor)
    return release


def _keys_of(release: Path) -> Path:
    return release.with_name(f"{release.name}.KEYS")


def _link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.hardlink_to(source)


def examine(release: Path) -> list[dict[str, object]]:
    """Return what `atr check` finds."""
    words = [str(Path(sys.executable).with_name("atr")), "check", str(release), "--write-checksums", "--json"]
    done = subprocess.run(
        [*words, "--keys", str(_keys_of(release))], check=False, capture_output=True, text=True
    )
    findings: list[dict[str, object]] = json.loads(done.stdout)["findings"]
    return findings


def _print_counts(release: Path, findings: list[dict[str, object]]) -> None:
    name = next(path.name for path in sorted(release.glob("*")) if ".tar" in path.suffixes)
    click.echo(f"\n{name}")
    counts = Counter((str(each["severity"]), str(each["rule"])) for each in findings)
    examples = {each["rule"]: each["message"] for each in reversed(findings)}
    for (severity, rule), count in sorted(counts.items()):
        click.echo(f"  {severity:10} {rule:32} {count:5}  {str(examples[rule])[:150]}")


def _choose(names: tuple[str, ...], name: str) -> bool:
    return not names or any(word in name for word in names)


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), help="Where fetched archives stay.")
@click.argument("names", nargs=-1)
def main(folder: Path | None, names: tuple[str, ...]) -> None:
    """Examine the releases and print what was found by rule."""
    kept = folder or Path(platformdirs.user_cache_dir("atr-real-releases"))
    releases: list[Path] = []
    wanted = [source for source in DEBIAN if _choose(names, source.package)]
    if wanted:
        archive = DebianArchive(kept)
        prepared = {source.package: prepare_debian(archive, source, kept) for source in wanted}
        releases += filter(None, prepared.values())
        for package in (name for name, release in prepared.items() if release is None):
            click.echo(f"{package}: no version with a signature can be had", err=True)
    releases += [prepare_python(each, kept) for each in PYTHON if _choose(names, each)]
    for release in releases:
        _print_counts(release, examine(release))


if __name__ == "__main__":
    main()
