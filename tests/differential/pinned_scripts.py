# SPDX-License-Identifier: BSD-3-Clause
"""Cases that one Trial does not tell: functions of a Place, which raise AssertionError."""
SCRIPTS = {}
