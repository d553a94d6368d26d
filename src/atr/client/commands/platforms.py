# SPDX-License-Identifier: Apache-2.0
"""`atr platform`: the kinds of registries that releases can go to."""

import click

from atr.client.http import Api
from atr.client.output import json_option, print_items, print_table
from atr.schema.platforms import PlatformAnswer


@click.group()
def platform() -> None:
    """Look at the platforms that releases can go to."""


@platform.command("list")
@json_option
def list_platforms(as_json: bool) -> None:
    """List the platforms with what each of them can do."""
    with Api() as api:
        found = tuple(api.list("/platforms", PlatformAnswer))
    if as_json:
        print_items(found)
        return
    headings = ("platform", "key", "testers first", "promotion", "owner", "takes", "credentials")
    rows = (
        (
            each.name,
            each.key,
            each.abilities.stages or each.template_staging_url is not None,
            each.promotion_mechanism,
            _say_owner(each),
            each.abilities.takes or "every file",
            each.abilities.secret_fields,
        )
        for each in found
    )
    print_table(headings, rows, "This server knows no platforms.")


def _say_owner(found: PlatformAnswer) -> str | None:
    return "required" if found.requires_owner_namespace else found.default_owner_namespace
