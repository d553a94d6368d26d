# SPDX-License-Identifier: Apache-2.0
"""`atr product`: the product lines of a project."""

from collections.abc import Mapping
from pathlib import Path

import click

from atr.client.addresses import address_line, address_project
from atr.client.arguments import FILE, LINE, PRODUCT, Parsed, project_argument
from atr.client.bodies import make_body
from atr.client.commands.projects import print_lines
from atr.client.http import Api
from atr.client.output import json_option, print_done, print_facts, print_items, print_json
from atr.client.structured_file import read_fields
from atr.domain.names import ChannelKey, ProductKey, ProductRef, ProjectKey
from atr.domain.versions import VersionOrder
from atr.schema.products import ChannelUseAnswer, LineAnswer, ProductAnswer, ProductCreate, ProductPatch

_CHANNEL = Parsed("channel", ChannelKey)
_ORDER = click.Choice([str(each) for each in VersionOrder])
_order_option = click.option("--order", type=_ORDER, help="How its versions are ordered.")
_channel_option = click.option(
    "--channel", "channels", type=_CHANNEL, multiple=True, help="Where it is distributed to; may be repeated."
)
_required_option = click.option(
    "--required-channel",
    "required",
    type=_CHANNEL,
    multiple=True,
    help="A channel that a release must reach before it is announced; may be repeated.",
)


_file_option = click.option(
    "--channels-file",
    type=FILE,
    help="How its channels are used, as a JSON, TOML or YAML file with a list channel_uses; replaces all.",
)


@click.group()
def product() -> None:
    """Look at product lines, add them and change them."""


@product.command("list")
@project_argument
@json_option
def list_products(project: ProjectKey, as_json: bool) -> None:
    """List the product lines of a project with their latest versions."""
    with Api() as api:
        found = tuple(api.list(address_project(project, "products"), LineAnswer))
    if as_json:
        print_items(found)
    else:
        print_lines(found)


@product.command("show")
@click.argument("line", type=LINE, metavar="PROJECT[/PRODUCT]")
@json_option
def show_product(line: ProductRef, as_json: bool) -> None:
    """Show a product line."""
    with Api() as api:
        _print_product(api.get(address_line(line), ProductAnswer), as_json=as_json)


@product.command("create")
@project_argument
@click.argument("key", type=PRODUCT)
@click.option("--name", help="Its name for people; the key unless given.")
@_order_option
@_channel_option
@_required_option
@json_option
def create_product(
    project: ProjectKey, key: ProductKey, name: str | None, as_json: bool, **options: tuple[ChannelKey, ...]
) -> None:
    """Add a product line to a project."""
    body = make_body(ProductCreate, **({"key": key, "name": name or key} | _list_given(options)))
    with Api() as api:
        made = api.post(address_project(project, "products"), body, ProductAnswer)
    if not as_json:
        print_done(f"{made.project} has the product line {made.key} now.")
    _print_product(made, as_json=as_json)


@product.command("set")
@project_argument
@click.argument("key", type=PRODUCT)
@click.option("--name", help="Its name for people.")
@_order_option
@_channel_option
@_required_option
@_file_option
@json_option
def set_product(
    project: ProjectKey,
    key: ProductKey,
    as_json: bool,
    **options: str | Path | tuple[ChannelKey, ...] | None,
) -> None:
    """Change what is given of a product line; channels replace those it had, and keep their details.

    The file says more of each channel: `channel`, `required`, `owner_namespace`, `package`, `files`
    (patterns), `staging_name` and `final_names`, where {version} and {revision} stand for the release's own.
    """
    changes = _list_given(options)
    if not changes:
        raise click.UsageError(
            "Say what to change: --name, --order, --channel, --required-channel or a file."
        )
    with Api() as api:
        address = address_line(ProductRef(project, key))
        changed = api.patch(address, make_body(ProductPatch, **changes), ProductAnswer)
    if not as_json:
        print_done(f"{changed.project}/{changed.key} is changed.")
    _print_product(changed, as_json=as_json)


def _list_given(options: Mapping[str, str | Path | tuple[ChannelKey, ...] | None]) -> dict[str, object]:
    names = {
        "name": "name",
        "order": "version_order",
        "channels": "channels",
        "required": "required_channels",
    }
    given: dict[str, object] = {names[name]: options[name] for name in names if options.get(name)}
    file = options.get("channels_file")
    if isinstance(file, Path):
        given["channel_uses"] = read_fields(file).get("channel_uses", ())
    return given


def _print_product(found: ProductAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    print_facts(
        (
            ("line", f"{found.project}/{found.key}"),
            ("name", found.name),
            ("version order", found.version_order),
            ("latest", found.latest),
            ("released", found.released),
            ("channels", found.channels),
            ("required", found.required_channels),
            *((f"on {use.channel}", _say_use(use)) for use in found.channel_uses),
            ("policy version", found.policy_version),
            ("you may", found.permitted),
        )
    )


def _say_use(use: ChannelUseAnswer) -> str:
    parts = (
        ("owner", use.owner_namespace),
        ("package", use.package),
        ("files", " ".join(use.files)),
        ("for testers", use.staging_name),
        ("for everybody", " ".join(use.final_names)),
    )
    return ", ".join(f"{name} {value}" for name, value in parts if value)
