# SPDX-License-Identifier: Apache-2.0
"""The form of a check policy: a field left empty inherits, so each says what it would inherit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from atr.domain.check_policy import (
    LONGEST_ATTRIBUTION,
    LONGEST_HEADER,
    LONGEST_LICENCE,
    MOST_CHANNELS,
    MOST_GLOBS,
    OPTIONAL_CHECKS,
    CheckPolicy,
    CheckPolicyChange,
    LicenceChecker,
)
from atr.domain.names import ChannelKey
from atr.schema.check_policies import Glob
from atr.schema.names import ChannelKeyText
from atr.services.check_policies import CheckPolicyView
from atr.web.components import Option
from atr.web.fields import PageForm, SeveralLines, SeveralWords, Ticks

_Globs = Annotated[tuple[Glob, ...], SeveralLines, Field(max_length=MOST_GLOBS)]
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "source_globs": "Source artifacts",
        "binary_globs": "Binary artifacts",
        "excluded_globs": "Members without a header",
        "generated_globs": "Generated members",
        "licence": "Licence",
        "licence_text": "Text of the licence",
        "header_text": "Header of source files",
        "notice_attribution": "Attribution in NOTICE",
        "licence_checker": "Headers are examined by",
        "required_channels": "Channels that every release must reach",
        "required_checks": "Optional checks that must have run",
    }
)
"""The fields in the order in which people ask for them."""

_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "source_globs": "Patterns of file names, one a line. A file that fits both lists is a binary.",
        "binary_globs": "Patterns of file names, one a line.",
        "excluded_globs": "Patterns of paths inside archives that need no header and may be binary.",
        "generated_globs": "Patterns of paths in source archives that need not be in version control.",
        "licence": "Its SPDX identifier, such as Apache-2.0.",
        "licence_text": "Needed for another licence than Apache-2.0, whose text is built in.",
        "header_text": "What source files begin with.",
        "notice_attribution": "The line that NOTICE has to contain.",
        "required_channels": "Their keys, beside what each product line requires.",
        "required_checks": "They run only where something more is given.",
    }
)
_AREAS = ("source_globs", "binary_globs", "excluded_globs", "generated_globs")
_CHECKERS: Mapping[LicenceChecker, str] = MappingProxyType(
    {
        LicenceChecker.BUILT_IN: "ATR's own check",
        LicenceChecker.RAT: "Apache RAT",
        LicenceChecker.BOTH: "both",
    }
)
_LONGEST_SHOWN = 60


class CheckPolicyForm(PageForm):
    """A check policy as somebody wants it; `edition` is the version that was shown."""

    edition: int
    source_globs: _Globs = ()
    binary_globs: _Globs = ()
    excluded_globs: _Globs = ()
    generated_globs: _Globs = ()
    licence: Annotated[str, Field(max_length=100)] = ""
    licence_text: Annotated[str, Field(max_length=LONGEST_LICENCE)] = ""
    header_text: Annotated[str, Field(max_length=LONGEST_HEADER)] = ""
    notice_attribution: Annotated[str, Field(max_length=LONGEST_ATTRIBUTION)] = ""
    licence_checker: LicenceChecker | None = None
    required_channels: Annotated[
        tuple[ChannelKeyText, ...], SeveralWords, Field(max_length=MOST_CHANNELS)
    ] = ()
    required_checks: Ticks = ()

    @property
    def change(self) -> CheckPolicyChange:
        """Return what is to be set; what was left empty inherits."""
        return CheckPolicyChange(
            source_globs=self.source_globs or None,
            binary_globs=self.binary_globs or None,
            excluded_globs=self.excluded_globs or None,
            generated_globs=self.generated_globs or None,
            licence=self.licence or None,
            licence_text=_read_text(self.licence_text),
            header_text=_read_text(self.header_text),
            notice_attribution=_read_text(self.notice_attribution),
            licence_checker=self.licence_checker,
            required_channels=tuple(map(ChannelKey, self.required_channels)) or None,
            required_checks=self.required_checks or None,
        )


@dataclass(frozen=True, slots=True)
class CheckField:
    """A text of the form, with what it would inherit in its hint; `rows` is 1 for a single line."""

    name: str
    label: str
    hint: str
    value: str
    rows: int


@dataclass(frozen=True, slots=True)
class CheckFields:
    """What stands in the form."""

    edition: int
    texts: tuple[CheckField, ...]
    checker: str
    checkers: tuple[Option, ...]
    optional_checks: tuple[Option, ...]


def make_check_fields(view: CheckPolicyView) -> CheckFields:
    """Return the fields as the policy is set now."""
    inherited = _CHECKERS[view.inherited.licence_checker]
    return CheckFields(
        edition=view.number,
        texts=tuple(_list_texts(view)),
        checker=str(view.own.licence_checker or ""),
        checkers=(
            Option("", f"Inherit ({inherited})"),
            *(Option(str(each), label.capitalize()) for each, label in _CHECKERS.items()),
        ),
        optional_checks=tuple(
            Option(name, name, f"Runs when {when}.") for name, when in OPTIONAL_CHECKS.items()
        ),
    )


def say_setting(name: str, value: object) -> str:
    """Return what a field is set to in words."""
    match value:
        case LicenceChecker():
            return _CHECKERS[value]
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case str() if name in {"licence_text", "header_text"} and len(value) > _LONGEST_SHOWN:
            return f"{len(value.splitlines())} lines"
        case str() if not value:
            return _SAID_EMPTY.get(name, "none")
        case _:
            return str(value)


_SAID_EMPTY: Mapping[str, str] = MappingProxyType(
    {
        "licence_text": "the built-in one",
        "header_text": "the one that the ASF prescribes",
        "notice_attribution": "any line of the usual form",
    }
)


def _list_texts(view: CheckPolicyView) -> Iterator[CheckField]:
    for name, label in LABELS.items():
        if name in {"licence_checker", "required_checks"}:
            continue
        own = getattr(view.own, name)
        value = "\n".join(own) if isinstance(own, tuple) else own or ""
        hint = f"{_HINTS[name]} Left empty: {_say_inherited(view.inherited, name)}."
        yield CheckField(name, label, hint, value, 1 if name == "licence" else 4 if name in _AREAS else 3)


def _say_inherited(inherited: CheckPolicy, name: str) -> str:
    return say_setting(name, getattr(inherited, name))


def _read_text(text: str) -> str | None:
    return text.replace("\r\n", "\n") or None
