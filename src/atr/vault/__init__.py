# SPDX-License-Identifier: Apache-2.0
"""The vault: what is encrypted or signed under the master secret."""

from atr.vault.master import MasterVault

__all__ = ["MasterVault"]
