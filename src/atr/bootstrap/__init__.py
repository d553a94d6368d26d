# SPDX-License-Identifier: Apache-2.0
"""The composition root: the only place that knows who stands behind which port."""
