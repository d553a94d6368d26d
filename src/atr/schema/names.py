# SPDX-License-Identifier: Apache-2.0
"""Identifiers on the wire: plain text that keeps to the pattern of its kind."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey, MailAddress, Name, ProductKey, ProjectKey, UserId, Version


def _check(kind: type[Name]) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            return kind(text)
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None

    return check


ProjectKeyText = Annotated[
    str, AfterValidator(_check(ProjectKey)), Field(description=f"A project key: {ProjectKey.hint}.")
]
ProductKeyText = Annotated[
    str, AfterValidator(_check(ProductKey)), Field(description=f"A product line key: {ProductKey.hint}.")
]
ChannelKeyText = Annotated[
    str, AfterValidator(_check(ChannelKey)), Field(description=f"A channel key: {ChannelKey.hint}.")
]
UserIdText = Annotated[str, AfterValidator(_check(UserId)), Field(description=f"A user id: {UserId.hint}.")]
VersionText = Annotated[
    str, AfterValidator(_check(Version)), Field(description=f"A version: {Version.hint}.")
]
MailText = Annotated[
    str, AfterValidator(_check(MailAddress)), Field(description=f"A mail address: {MailAddress.hint}.")
]
