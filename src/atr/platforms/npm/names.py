# SPDX-License-Identifier: Apache-2.0
"""Names of packages and dist-tags as npm writes them."""

import re

from atr.domain.errors import Invalid, Problem
from atr.ports.platforms import Consignment

# validate-npm-package-name, for new packages.
_WORD = re.compile(r"[a-z0-9~-][a-z0-9._~-]*")
_LONGEST = 214
# What npm-package-arg lets through as a tag: nothing that would be encoded in an address.
_TAG = re.compile(r"[A-Za-z0-9_.!~*'()-]+")
# What node-semver reads as a range, of what _TAG lets through.
_PART = r"(?:0|[1-9][0-9]*|[xX*])"
_RANGE = re.compile(rf"[~v=]*{_PART}(?:\.{_PART}(?:\.{_PART}(?:-[0-9A-Za-z.-]+)?)?)?")


def name_package(consignment: Consignment) -> str:
    """Return the whole name: `package`, or `@scope/package`."""
    scope = consignment.owner_namespace
    return f"@{scope.removeprefix('@')}/{consignment.package}" if scope else consignment.package


def escape_name(name: str) -> str:
    """Return the name as one segment of a path, as every npm client writes it."""
    return name.replace("/", "%2f")


def is_range(tag: str) -> bool:
    """Tell whether `package@tag` would be read as a range of versions."""
    return _RANGE.fullmatch(tag) is not None


def check_names(consignment: Consignment, *, scoped: bool) -> None:
    """Raise Invalid with everything that npm would not take."""
    problems = [*_check_package(consignment, scoped=scoped)]
    for tag in (consignment.staging_name, *consignment.final_names):
        if not _TAG.fullmatch(tag):
            problems.append(Problem("tag", f"{tag!r} is no dist-tag: use letters, digits and - _ ."))
        elif is_range(tag):
            problems.append(
                Problem("tag", f"The dist-tag {tag!r} reads as a range of versions: name another.")
            )
    if consignment.staging_name in consignment.final_names:
        problems.append(Problem("staging_name", "Testers need a dist-tag that nobody else follows."))
    if not consignment.final_names:
        problems.append(Problem("final_names", "Name the dist-tag that everybody follows, such as latest."))
    if problems:
        raise Invalid(*problems)


def _check_package(consignment: Consignment, *, scoped: bool) -> list[Problem]:
    scope = (consignment.owner_namespace or "").removeprefix("@")
    problems = []
    if scoped != bool(scope):
        wanted = (
            "Name the scope that owns the package." if scoped else "A scope needs a channel for scoped npm."
        )
        problems.append(Problem("owner_namespace", wanted))
    words = (scope, consignment.package) if scope else (consignment.package,)
    if not all(map(_WORD.fullmatch, words)) or len(name_package(consignment)) > _LONGEST:
        problems.append(Problem("package", f"{name_package(consignment)!r} cannot be the name of a package."))
    return problems
