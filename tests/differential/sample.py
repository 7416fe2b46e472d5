# SPDX-License-Identifier: BSD-3-Clause
"""The combinations that every test run tries: quick ones, of which none is known to differ from run to run."""
SAMPLE = (3, 4, 5, 6, 8, 9, 10, 13, 14, 15, 16, 22, 31, 32, 38, 39, 41, 46, 47, 53, 54, 55, 58, 62, 64, 65, 66, 67, 69, 75,
          79, 81, 86, 90, 95, 96, 97, 98, 100)
