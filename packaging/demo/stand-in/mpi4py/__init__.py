# SPDX-License-Identifier: BSD-3-Clause
"""`sidestep demo` puts this in front of a Python that has no mpi4py."""
