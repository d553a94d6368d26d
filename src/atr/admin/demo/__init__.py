# SPDX-License-Identifier: Apache-2.0
"""`atr demo`: a real archive from candidate to announced release, by the program's own commands."""

from atr.admin.demo.command import demo

__all__ = ["demo"]
