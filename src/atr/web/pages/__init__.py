# SPDX-License-Identifier: Apache-2.0
"""The pages: one module per subject, GET and POST side by side; a new one is added to the tuple."""

from litestar.types import ControllerRouterHandler

from atr.web.pages import (
    accounts,
    announcements,
    compose,
    downloads,
    events,
    help_pages,
    home,
    key_page,
    keys,
    mails,
    policies,
    privacy,
    product_edit,
    products,
    project,
    project_edit,
    project_keys,
    project_roster,
    projects,
    release_checks,
    release_list,
    releases,
    search,
    sign_in,
    tokens,
    visitors,
    vote_mail,
    votes,
)
from atr.web.pages.api_docs import show_api_docs
from atr.web.pages.appearance import change_theme
from atr.web.pages.design import show_design, try_form

PAGES: tuple[ControllerRouterHandler, ...] = (
    change_theme,
    show_api_docs,
    show_design,
    try_form,
    *home.HANDLERS,
    *search.HANDLERS,
    *projects.HANDLERS,
    *project.HANDLERS,
    *project_edit.HANDLERS,
    *project_roster.HANDLERS,
    *project_keys.HANDLERS,
    *policies.HANDLERS,
    *products.HANDLERS,
    *product_edit.HANDLERS,
    *release_list.HANDLERS,
    *releases.HANDLERS,
    *compose.HANDLERS,
    *release_checks.HANDLERS,
    *votes.HANDLERS,
    *vote_mail.HANDLERS,
    *visitors.HANDLERS,
    *announcements.HANDLERS,
    *downloads.HANDLERS,
    *sign_in.HANDLERS,
    *accounts.HANDLERS,
    *tokens.HANDLERS,
    *keys.HANDLERS,
    *key_page.HANDLERS,
    *events.HANDLERS,
    *mails.HANDLERS,
    *help_pages.HANDLERS,
    *privacy.HANDLERS,
)
"""Every page and form."""
