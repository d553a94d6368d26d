# SPDX-License-Identifier: Apache-2.0
"""Use cases: one frozen command a change, one query a question, all through the door."""
