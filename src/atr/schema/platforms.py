# SPDX-License-Identifier: Apache-2.0
"""Platforms on the wire."""

from pydantic import Field

from atr.schema.wire import WireAnswer


class AbilitiesAnswer(WireAnswer):
    """What ATR does on a platform."""

    stages: bool = Field(description="Whether testers can get the bytes there before the public does.")
    uploads: bool = Field(description="Whether ATR brings the bytes; otherwise it watches for them.")
    can_undo: bool = Field(description="Whether going public can be taken back.")
    take_back: str = Field(description="How going public is taken back.")
    takes: tuple[str, ...] = Field(description="The endings of the files it takes; none for every file.")
    secret_fields: tuple[str, ...] = Field(description="The fields of a channel's credentials.")
    promotes_unasked: bool = Field(description="Whether channels promote unless they say otherwise.")


class PlatformAnswer(WireAnswer):
    """A kind of registry; templates take owner_namespace, package and version."""

    key: str
    name: str
    gh_slug: str
    template_url: str
    template_staging_url: str | None
    requires_owner_namespace: bool
    default_owner_namespace: str | None
    supports_promotion: bool
    promotion_mechanism: str | None
    abilities: AbilitiesAnswer
