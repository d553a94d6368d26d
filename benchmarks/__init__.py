# SPDX-License-Identifier: Apache-2.0
"""Figures: one module each, runnable alone, printing ratios within one run."""
