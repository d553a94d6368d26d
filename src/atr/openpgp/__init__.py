# SPDX-License-Identifier: Apache-2.0
"""OpenPGP behind the keyring port."""
