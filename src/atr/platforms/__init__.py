# SPDX-License-Identifier: Apache-2.0
"""Speaking HTTP with the outside: registries, and ATR itself as a downloader sees it."""
