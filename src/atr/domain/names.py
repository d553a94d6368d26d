# SPDX-License-Identifier: Apache-2.0
"""Identifiers: each is parsed once, at the border, and then trusted."""

import re
import unicodedata
from dataclasses import dataclass
from typing import ClassVar, Self

from atr.domain.errors import Invalid

_VERSION = re.compile(r"v?[0-9][A-Za-z0-9._+~-]{0,99}")
LONGEST_SEGMENT_BYTES = 255
LONGEST_PATH_BYTES = 1024
MAIN = "main"
RESERVED_PROJECT_KEYS = (
    "admin",
    "announce",
    "announced",
    "api",
    "archived",
    "atr",
    "automation",
    "candidate",
    "candidates",
    "channels",
    "checks",
    "confirm-ballot",
    "current",
    "design",
    "docs",
    "downloads",
    "events",
    "healthz",
    "help",
    "home",
    "keys",
    "latest",
    "log",
    "login",
    "logout",
    "mail",
    "me",
    "metrics",
    "new",
    "operations",
    "participants",
    "platforms",
    "podlings",
    "privacy",
    "projects",
    "readyz",
    "releases",
    "retired",
    "robots",
    "schema",
    "search",
    "sign-in",
    "sign-out",
    "static",
    "tokens",
    "v2",
    "votes",
    "waivers",
)
"""Words of the site's own addresses, which no new project may take."""
_CONTROL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED_CHARACTERS = frozenset('\\:*?"<>|')


class Name(str):
    """A piece of text that keeps to the pattern of its kind; raises Invalid otherwise."""

    __slots__ = ()
    kind: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    hint: ClassVar[str]

    def __new__(cls, text: str) -> Self:
        """Return the name, or raise Invalid with the rule it breaks."""
        if not cls.pattern.fullmatch(text):
            raise Invalid.field(cls.kind, f"{text!r} is not a {cls.kind.replace('_', ' ')}: {cls.hint}.")
        return super().__new__(cls, text)


class ProjectKey(Name):
    """The short name of a project in every address."""

    __slots__ = ()
    kind = "project_key"
    pattern = re.compile(r"(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
    hint = "use lower-case letters, digits and single hyphens, beginning with a letter, at most 63"


def refuse_reserved(key: ProjectKey) -> None:
    """Raise Invalid when the key is a word of the site's own addresses."""
    if key in RESERVED_PROJECT_KEYS:
        raise Invalid.field("key", f"{key} is a word of this site's own addresses: choose another key.")


class ProductKey(Name):
    """The short name of a product line; never reads as a version or as `latest`."""

    __slots__ = ()
    kind = "product_key"
    pattern = re.compile(r"(?=.{1,63}$)(?!latest$)(?!v[0-9])[a-z][a-z0-9]*(-[a-z0-9]+)*")
    hint = (
        "use lower-case letters, digits and single hyphens, beginning with a letter, at most 63, "
        "and nothing that reads as a version or as 'latest'"
    )


RESERVED_PRODUCT_KEYS = ("edit", "events", "keys", "new-line", "policy", "roster")
"""Words of the addresses below a project, which no new product line may take."""


def refuse_reserved_line(key: ProductKey) -> None:
    """Raise Invalid when the key is a word of the addresses below a project."""
    if key in RESERVED_PRODUCT_KEYS:
        raise Invalid.field("key", f"{key} is a word of this site's own addresses: choose another key.")


class UserId(Name):
    """The identifier of a person in the directory."""

    __slots__ = ()
    kind = "user_id"
    pattern = re.compile(r"[a-z][a-z0-9._-]{0,63}")
    hint = "use lower-case letters, digits, dots, underscores and hyphens, beginning with a letter"


class ParticipantId(Name):
    """The random identifier of a visitor in one round; the colon keeps it apart from every user id."""

    __slots__ = ()
    kind = "participant_id"
    pattern = re.compile(r"participant:[0-9a-f]{32}")
    hint = "write participant: and 32 hexadecimal digits"


Voter = UserId | ParticipantId
"""Whoever a ballot is by: a person of the directory, or a visitor."""


def parse_voter(text: str) -> Voter:
    """Read who a ballot is by; raise Invalid when it is neither of the two."""
    return ParticipantId(text) if ":" in text else UserId(text)


class ChannelKey(Name):
    """The short name of a distribution channel."""

    __slots__ = ()
    kind = "channel_key"
    pattern = re.compile(r"(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
    hint = "use lower-case letters, digits and single hyphens, beginning with a letter, at most 63"


class Version(Name):
    """The version of a release as its project writes it; ordering is the product line's."""

    __slots__ = ()
    kind = "version"
    pattern = _VERSION
    hint = "begin with a digit (a 'v' may stand before it) and use letters, digits and . _ + ~ -, at most 100"


class MailAddress(Name):
    """One address for mail; no line break can hide in it (RFC 5321, section 4.1.2)."""

    __slots__ = ()
    kind = "mail_address"
    pattern = re.compile(
        r"(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
    )
    hint = "write it as name@host"


class Fingerprint(Name):
    """An OpenPGP fingerprint in lower-case hexadecimal, 40 or 64 digits (RFC 9580, section 5.5.4)."""

    __slots__ = ()
    kind = "fingerprint"
    pattern = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
    hint = "use the 40 or 64 hexadecimal digits without spaces"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a fingerprint as people write it, with spaces, `0x` or upper case."""
        return cls(text.replace(" ", "").lower().removeprefix("0x"))


class FilePath(str):
    """A path inside a release: relative, NFC, forward slashes, nothing that escapes or hides."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Return the path, or raise Invalid with what is wrong with it."""
        complaint = None if _PLAIN_PATH.fullmatch(text) else _explain_bad_path(text)
        if complaint:
            raise Invalid.field("path", f"{text!r} is not a usable file path: {complaint}.")
        return super().__new__(cls, text)

    @property
    def name(self) -> str:
        """Return the last segment."""
        return self.rpartition("/")[2]

    @property
    def folded(self) -> str:
        """Return the form in which two paths collide on a case-insensitive file system."""
        return unicodedata.normalize("NFKC", self).casefold()


# Nearly every path: short, and nothing in it that would have to be looked at more closely.
_PLAIN_PATH = re.compile(r"(?=.{1,200}\Z)[\w+~-]+(?:[./][\w+~-]+)*", re.ASCII)


def _explain_bad_path(text: str) -> str | None:
    if not text or len(text.encode("utf-8", "surrogatepass")) > LONGEST_PATH_BYTES:
        return f"it must have 1 to {LONGEST_PATH_BYTES} bytes"
    if any(unicodedata.category(character) in _CONTROL_CATEGORIES for character in text):
        return "it contains a control or unassigned character"
    if _RESERVED_CHARACTERS & set(text):
        return 'it contains one of \\ : * ? " < > |'
    if unicodedata.normalize("NFC", text) != text:
        return "it is not in Unicode normal form C"
    return next(filter(None, map(_explain_bad_segment, text.split("/"))), None)


def _explain_bad_segment(segment: str) -> str | None:
    if segment in {"", ".", ".."}:
        return "it is absolute, or has an empty, '.' or '..' segment"
    if len(segment.encode()) > LONGEST_SEGMENT_BYTES:
        return f"a segment has more than {LONGEST_SEGMENT_BYTES} bytes"
    if segment != segment.strip() or segment.endswith("."):
        return "a segment begins or ends with a space, or ends with a dot"
    return None


@dataclass(frozen=True, slots=True, order=True)
class ProductRef:
    """Where a product line is found: its project and its key."""

    project: ProjectKey
    product: ProductKey

    def __str__(self) -> str:
        return self.project if self.product == MAIN else f"{self.project}/{self.product}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PROJECT[/PRODUCT]`."""
        project, slash, product = text.partition("/")
        return cls(ProjectKey(project), ProductKey(product if slash else MAIN))


@dataclass(frozen=True, slots=True, order=True)
class ReleaseKey:
    """Where a release is found; as text `PROJECT[/PRODUCT]/VERSION`, `main` left out."""

    project: ProjectKey
    product: ProductKey
    version: Version

    def __str__(self) -> str:
        return f"{self.line}/{self.version}"

    @property
    def line(self) -> ProductRef:
        """Return the product line this is a release of."""
        return ProductRef(self.project, self.product)

    @property
    def storage_key(self) -> str:
        """Return the key under which everything of this release is stored."""
        return f"{self.project}/{self.product}/{self.version}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PROJECT[/PRODUCT]/VERSION`; raise Invalid when it is not of that form."""
        match text.split("/"):
            case [project, version]:
                return cls(ProjectKey(project), ProductKey(MAIN), Version(version))
            case [project, product, version]:
                return cls(ProjectKey(project), ProductKey(product), Version(version))
            case _:
                hint = "write PROJECT[/PRODUCT]/VERSION"
                raise Invalid.field("release", f"{text!r} does not name a release: {hint}.")


def parse_place(text: str) -> tuple[ProjectKey, ProductKey | None, Version | None]:
    """Read `PROJECT`, `PROJECT/PRODUCT` or `PROJECT[/PRODUCT]/VERSION`; no product reads as a version."""
    match text.split("/"):
        case [project]:
            return ProjectKey(project), None, None
        case [project, product] if ProductKey.pattern.fullmatch(product):
            return ProjectKey(project), ProductKey(product), None
        case _:
            key = ReleaseKey.parse(text)
            return key.project, key.product, key.version
