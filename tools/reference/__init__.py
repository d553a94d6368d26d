# SPDX-License-Identifier: Apache-2.0
"""The generated pages of docs/reference: one function a page, all of them in this tuple."""

from tools.reference.checks import render_checks
from tools.reference.commands import render_commands
from tools.reference.interface import render_interface
from tools.reference.life_cycle import render_life_cycle
from tools.reference.mail_templates import render_mail_templates
from tools.reference.page import Page
from tools.reference.permissions import render_permissions
from tools.reference.platforms import render_platforms
from tools.reference.settings import render_settings

PAGES: tuple[Page, ...] = (
    Page("permissions.md", render_permissions),
    Page("life-cycle.md", render_life_cycle),
    Page("checks.md", render_checks),
    Page("platforms.md", render_platforms),
    Page("settings.md", render_settings),
    Page("mail-templates.md", render_mail_templates),
    Page("cli.md", render_commands),
    Page("openapi.json", render_interface),
)
