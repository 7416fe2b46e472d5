# SPDX-License-Identifier: BSD-3-Clause
"""The combinations that CI runs."""
SAMPLE = range(1, 30)
