# SPDX-License-Identifier: Apache-2.0
"""What travels over the wire, shared by the server's API and the client."""
