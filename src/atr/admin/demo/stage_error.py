# SPDX-License-Identifier: Apache-2.0
"""How the demo ends when a step of it does not work."""


class StepFailed(Exception):
    """Raised with what was tried and what came of it."""
