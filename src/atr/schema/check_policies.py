# SPDX-License-Identifier: Apache-2.0
"""What projects tell the checks, on the wire."""

from typing import Annotated

from pydantic import Field, StringConstraints

from atr.domain.check_policy import (
    LONGEST_ATTRIBUTION,
    LONGEST_GLOB,
    LONGEST_HEADER,
    LONGEST_LICENCE,
    MOST_CHANNELS,
    MOST_GLOBS,
    LicenceChecker,
)
from atr.domain.policy import PolicyLevel
from atr.schema.names import ChannelKeyText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

Glob = Annotated[str, StringConstraints(max_length=LONGEST_GLOB)]
_MOST_CHECKS = 20


class CheckPolicyPatch(WireRequest):
    """Which fields to change: a value sets one here, null inherits it again, leaving it out keeps it."""

    source_globs: tuple[Glob, ...] | None = Field(
        default=None, max_length=MOST_GLOBS, description="Which files are source artifacts."
    )
    binary_globs: tuple[Glob, ...] | None = Field(
        default=None, max_length=MOST_GLOBS, description="Which files are binary artifacts, before sources."
    )
    excluded_globs: tuple[Glob, ...] | None = Field(
        default=None,
        max_length=MOST_GLOBS,
        description="Members of archives that need no header and may be binary.",
    )
    generated_globs: tuple[Glob, ...] | None = Field(
        default=None,
        max_length=MOST_GLOBS,
        description="Members of source archives that need not be in version control.",
    )
    licence: str | None = Field(default=None, max_length=100, description="An SPDX identifier.")
    licence_text: str | None = Field(default=None, max_length=LONGEST_LICENCE)
    header_text: str | None = Field(
        default=None, max_length=LONGEST_HEADER, description="The header of source files; empty: the ASF's."
    )
    notice_attribution: str | None = Field(default=None, max_length=LONGEST_ATTRIBUTION)
    licence_checker: LicenceChecker | None = None
    required_channels: tuple[ChannelKeyText, ...] | None = Field(
        default=None,
        max_length=MOST_CHANNELS,
        description="Where every release has to go, beside what its line requires.",
    )
    required_checks: tuple[str, ...] | None = Field(
        default=None, max_length=_MOST_CHECKS, description="Optional checks that must have run."
    )


class CheckPolicyAnswer(WireAnswer):
    """A whole policy."""

    source_globs: tuple[str, ...]
    binary_globs: tuple[str, ...]
    excluded_globs: tuple[str, ...]
    generated_globs: tuple[str, ...]
    licence: str
    licence_text: str
    header_text: str
    notice_attribution: str
    licence_checker: LicenceChecker
    required_channels: tuple[str, ...]
    required_checks: tuple[str, ...]


class CheckOverrideAnswer(WireAnswer):
    """What is set in one place; null inherits."""

    source_globs: tuple[str, ...] | None
    binary_globs: tuple[str, ...] | None
    excluded_globs: tuple[str, ...] | None
    generated_globs: tuple[str, ...] | None
    licence: str | None
    licence_text: str | None
    header_text: str | None
    notice_attribution: str | None
    licence_checker: LicenceChecker | None
    required_channels: tuple[str, ...] | None
    required_checks: tuple[str, ...] | None


class ChecksInForceAnswer(WireAnswer):
    """What the checks are told, who set it, what is set here, and what would hold if nothing were."""

    version: str = Field(description="What an evaluation records: the project's version, a dot, the line's.")
    number: int = Field(description="The version saved here last; 0 when nothing ever was.")
    effective: CheckPolicyAnswer
    levels: dict[str, PolicyLevel] = Field(description="Who set each field: foundation, project or product.")
    own: CheckOverrideAnswer
    inherited: CheckPolicyAnswer
    permitted: tuple[str, ...]
    examined_again: int | None = Field(
        default=None, description="How many open candidates are examined again after a change."
    )


class CheckPolicyVersionAnswer(WireAnswer):
    """One saved version."""

    number: int
    override: CheckOverrideAnswer
    saved_at: UtcTime
    saved_by: str | None
    saved_by_name: str
