# SPDX-License-Identifier: Apache-2.0
"""The house rules that ruff, mypy and import-linter cannot state."""

from tests.architecture.rules import forms, imports, names, pages, sizes
from tests.architecture.rules.rule import Rule

RULES: tuple[Rule, ...] = (*sizes.RULES, *names.RULES, *imports.RULES, *forms.RULES, *pages.RULES)
