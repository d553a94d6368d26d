# SPDX-License-Identifier: Apache-2.0
"""`atr project`: projects, their rosters and their vote policies."""

import click

from atr.client.addresses import address_project
from atr.client.arguments import project_argument
from atr.client.commands.mail_templates import template
from atr.client.commands.policies import policy
from atr.client.http import Api
from atr.client.output import json_option, print_facts, print_heading, print_items, print_json, print_table
from atr.domain.names import ProjectKey
from atr.domain.project import ProjectStatus
from atr.schema.products import LineAnswer
from atr.schema.projects import ProjectAnswer, ProjectItem, RosterAnswer


@click.group()
def project() -> None:
    """Look at projects, and set their vote policies."""


project.add_command(policy)
project.add_command(template)


@project.command("list")
@click.option("--status", type=click.Choice([str(each) for each in ProjectStatus]), help="Only these.")
@click.option("--search", "-q", "text", help="Only those with these words in key, name or description.")
@json_option
def list_projects(status: str | None, text: str | None, as_json: bool) -> None:
    """List projects in order of their names."""
    with Api() as api:
        found = list(api.list("/projects", ProjectItem, {"status": status, "q": text}))
    if as_json:
        print_items(found)
        return
    rows = ((each.key, each.name, each.status, each.lines, each.latest) for each in found)
    print_table(("key", "name", "status", "lines", "latest"), rows, "There are no such projects.")


@project.command("show")
@project_argument
@json_option
def show_project(project: ProjectKey, as_json: bool) -> None:
    """Show a project with its product lines."""
    with Api() as api:
        found = api.get(address_project(project), ProjectAnswer)
    if as_json:
        print_json(found)
        return
    lists = found.mailing_lists
    print_facts(
        (
            ("key", found.key),
            ("name", found.name),
            ("status", found.status),
            ("sponsor", found.sponsor_name or found.sponsor),
            ("about", found.description),
            ("homepage", found.homepage),
            ("lists", tuple(each for each in (lists.dev, lists.announce, lists.private) if each)),
            ("policy version", found.policy_version),
            ("you may", found.permitted),
        )
    )
    print_heading("Product lines")
    print_lines(found.products)


def print_lines(lines: tuple[LineAnswer, ...]) -> None:
    """Print product lines as a table."""
    rows = (
        (
            each.key,
            each.name,
            each.latest,
            each.releases.candidate,
            each.releases.current,
            each.releases.archived,
        )
        for each in lines
    )
    headings = ("line", "name", "latest", "candidates", "current", "archived")
    print_table(headings, rows, "There are no product lines.")


@project.command("roster")
@project_argument
@json_option
def show_roster(project: ProjectKey, as_json: bool) -> None:
    """Show who is PMC member, committer or release manager."""
    with Api() as api:
        found = api.get(address_project(project, "roster"), RosterAnswer)
    if as_json:
        print_json(found)
        return
    rows = ((each.user, each.name, each.roles) for each in found.members)
    print_table(("user", "name", "roles"), rows, "Nobody is on the roster.")
