# SPDX-License-Identifier: Apache-2.0
"""What services need of the outside world, as Protocols."""
