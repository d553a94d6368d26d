# SPDX-License-Identifier: Apache-2.0
"""What packages say of themselves inside, in the formats of npm, Python, NuGet, Ruby and Rust."""

import json
import re
import tomllib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from packaging.version import Version

from atr.checks.known_names import normalise_name
from atr.formats.archive import strip_suffix

LARGEST_MANIFEST = 1024 * 1024
_NPM_MANIFEST = "package/package.json"
_GZIP_WINDOW = 31
_HEADER = re.compile(r"(?m)^(Name|Version):[ \t]*(\S+)[ \t]*\r?$")
_NUSPEC_FIELD = r"<{0}(?:\s[^>]*)?>\s*([^<\s]+)\s*</{0}>"
_GEM_NAME = re.compile(r"(?m)^name: *[\"']?([A-Za-z0-9_.-]+)")
_GEM_VERSION = re.compile(r"(?m)^version: *!ruby/object:Gem::Version *\n +version: *[\"']?([A-Za-z0-9_.-]+)")
_GEM_PLATFORM = re.compile(r"(?m)^platform: *[\"']?([A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True)
class Description:
    """Name and version as a package's own description has them, and the file names that fit."""

    name: str
    version: str
    file_stems: tuple[str, ...]

    def fits(self, file_name: str) -> bool:
        """Tell whether a file of this name may hold the package."""
        stem = normalise_name(strip_suffix(file_name))
        return any(stem == normalise_name(each) for each in self.file_stems)


@dataclass(frozen=True, slots=True)
class PackageFormat:
    """A format: which member describes the package, what it is called, and how it is read.

    `read` raises ValueError, LookupError or TypeError when name and version are not there.
    """

    manifest: str
    is_manifest: Callable[[str], bool]
    read: Callable[[bytes, str], Description]
    required: bool = True


def _read_npm(data: bytes, _file_name: str) -> Description:
    manifest = json.loads(data)
    name, version = str(manifest["name"]), str(manifest["version"])
    words = name.removeprefix("@").replace("/", "-")
    return Description(name, version, (f"{words}-{version}",))


def _read_wheel(data: bytes, file_name: str) -> Description:
    """Read METADATA; the tags at the end of the file name are no part of what it says."""
    header = data.decode("utf-8", "replace").split("\n\n", 1)[0].split("\r\n\r\n", 1)[0]
    fields = dict(_HEADER.findall(header))
    name, version = fields["Name"], fields["Version"]
    tags = strip_suffix(file_name).split("-")[2:]
    spellings = (str(Version(version)), version)
    return Description(name, version, tuple("-".join([name, each, *tags]) for each in spellings))


def _read_nuspec(data: bytes, _file_name: str) -> Description:
    text = data.decode("utf-8-sig", "replace")
    found = [re.search(_NUSPEC_FIELD.format(field), text) for field in ("id", "version")]
    name, version = (match[1] for match in found if match is not None)
    plain = version.partition("+")[0]
    return Description(name, version, (f"{name}.{plain}", f"{name}.{plain.removesuffix('.0')}"))


def _read_gem(data: bytes, _file_name: str) -> Description:
    try:
        text = zlib.decompressobj(_GZIP_WINDOW).decompress(data, LARGEST_MANIFEST).decode("utf-8", "replace")
    except zlib.error as error:
        raise ValueError("metadata.gz is damaged") from error
    found = (_GEM_NAME.search(text), _GEM_VERSION.search(text))
    name, version = (match[1] for match in found if match is not None)
    platform = _GEM_PLATFORM.search(text)
    suffix = "" if platform is None or platform[1] == "ruby" else f"-{platform[1]}"
    return Description(name, version, (f"{name}-{version}{suffix}",))


def _read_crate(data: bytes, _file_name: str) -> Description:
    package = tomllib.loads(data.decode())["package"]
    name, version = str(package["name"]), str(package["version"])
    return Description(name, version, (f"{name}-{version}",))


def _is_wheel_metadata(path: str) -> bool:
    return path.endswith(".dist-info/METADATA") and path.count("/") == 1


FORMATS: dict[str, PackageFormat] = {
    ".tgz": PackageFormat("package.json", _NPM_MANIFEST.__eq__, _read_npm, required=False),
    ".whl": PackageFormat("METADATA", _is_wheel_metadata, _read_wheel),
    ".nupkg": PackageFormat(
        ".nuspec file", lambda path: "/" not in path and path.lower().endswith(".nuspec"), _read_nuspec
    ),
    ".gem": PackageFormat("metadata.gz", "metadata.gz".__eq__, _read_gem),
    ".crate": PackageFormat(
        "Cargo.toml", lambda path: path.endswith("/Cargo.toml") and path.count("/") == 1, _read_crate
    ),
}


def read_package(form: PackageFormat, data: bytes, file_name: str) -> Description | None:
    """Return what the package says of itself, or None when it does not say name and version."""
    try:
        return form.read(data, file_name)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
