# SPDX-License-Identifier: Apache-2.0
"""Blobs on disk or in an object store, uploads under way, and the tree of published releases."""
