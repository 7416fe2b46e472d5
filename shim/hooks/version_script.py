# SPDX-License-Identifier: BSD-3-Clause
"""version_script.py HOOKS.DEF OUT: the linker's version script, which exports the table and nothing else."""
import re
import sys

with open(sys.argv[1]) as table:
    names = re.findall(r"^SIDESTEP_(?:HOOK\(\w+, |DRIVER\()(\w+)", table.read(), re.M)
with open(sys.argv[2], "w") as out:
    # sidestep_version lets a program ask for the loaded library (VirtualGL's probe symbol).
    out.write("{\n  global:\n" + "".join(f"    {name};\n" for name in names + ["sidestep_version"]) + "  local: *;\n};\n")
