# SPDX-License-Identifier: Apache-2.0
"""The page on platforms: the table of the investigation, and what ATR does on each of them."""

from atr.domain.destination import NAMING
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey
from tools.reference.page import format_table

INTRODUCTION = """\
# Platforms

A channel is a place on one of these platforms; it may be the public one, a company's registry or one on
this machine. How one is set up stands in [Add a channel](../howto/add-a-channel.md). On every platform
ATR compares the digest of each file at four points: when it is sealed, after staging, just before it
goes public, and from the public address afterwards, and then again every day.
"""
CAPABILITIES = """
## What the platforms can do

*Promotion* makes staged bytes public without sending them again. Where it says *elsewhere*, testers get
the bytes on another instance, to which they are sent apart. Before any platform, they get them from ATR
itself.
"""
ACTIONS = """
## What ATR does there

*Unasked*: whether ATR makes public by itself when the vote has passed; a channel may say otherwise.
What cannot be undone comes last in the plan of a release.
"""
FILES = """
## Which files go there, and under which names

A line may choose the files by patterns, and the names, for each of its channels. Otherwise it goes by
this table: a file goes to the platform whose ending it has if its name is that of the package, or if it
is the only one; source archives, signatures and checksums do not. Python's wheels and source
distributions are known by the names that PEP 427 and PEP 625 give them. Maven takes signatures and
checksums along with its files, and GitHub takes everything that is offered for download. Versions that
are not final move only the names in the last column.
"""
ADDRESSES = """
## Addresses

Templates take the owner namespace, the package and the version. An owner that is *required* has to be
named by the line: the scope, the group id, the namespace or the organisation.
"""


def render_platforms() -> str:
    """Return the page: four tables, each with a line a platform."""
    return "\n".join(
        [
            INTRODUCTION,
            CAPABILITIES,
            format_table(
                ("platform", "key", "staging", "promotion", "mechanism", "GitHub workflows"),
                map(_list_capabilities, DESCRIPTORS),
            ),
            ACTIONS,
            format_table(
                ("platform", "bytes", "unasked", "can be undone", "taking back", "credentials"),
                map(_list_actions, DESCRIPTORS),
            ),
            FILES,
            format_table(
                ("platform", "files", "names", "for testers", "for everybody", "not final"),
                map(_list_names, DESCRIPTORS),
            ),
            ADDRESSES,
            format_table(("platform", "owner", "public", "for testers"), map(_list_addresses, DESCRIPTORS)),
        ]
    )


def _list_capabilities(key: PlatformKey) -> tuple[str, ...]:
    descriptor = DESCRIPTORS[key]
    staging = "yes" if ABILITIES[key].stages else "elsewhere" if descriptor.template_staging_url else "no"
    promotion = "yes" if descriptor.supports_promotion else "no"
    mechanism = descriptor.promotion_mechanism or ""
    return (descriptor.name, f"`{key}`", staging, promotion, mechanism, descriptor.gh_slug)


def _list_actions(key: PlatformKey) -> tuple[str, ...]:
    abilities = ABILITIES[key]
    return (
        DESCRIPTORS[key].name,
        "sends them" if abilities.uploads else "waits until they are seen",
        _say(holds=abilities.promotes_unasked),
        _say(holds=abilities.can_undo),
        abilities.take_back,
        ", ".join(abilities.secret_fields) or "none",
    )


def _list_names(key: PlatformKey) -> tuple[str, ...]:
    naming = NAMING[key]
    takes = " ".join(f"`{each}`" for each in ABILITIES[key].takes) or "everything"
    finals = (_quote(naming.final), _quote(naming.final_of_prerelease))
    testers = _quote((naming.staging,))
    if naming.special:
        testers = f"{testers}, or `{naming.special}`: {naming.special_meaning}"
    return (DESCRIPTORS[key].name, takes, naming.called or "none", testers, *finals)


def _list_addresses(key: PlatformKey) -> tuple[str, ...]:
    descriptor = DESCRIPTORS[key]
    default = descriptor.default_owner_namespace
    owner = "required" if descriptor.requires_owner_namespace else _quote((default,)) if default else "none"
    staging = descriptor.template_staging_url
    return (
        descriptor.name,
        owner,
        f"`{descriptor.template_url}`",
        f"`{staging}`" if staging is not None else "",
    )


def _quote(names: tuple[str, ...]) -> str:
    return " ".join(f"`{name}`" for name in names if name)


def _say(*, holds: bool) -> str:
    return "yes" if holds else "no"
