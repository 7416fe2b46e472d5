# SPDX-License-Identifier: BSD-3-Clause
"""stage.py STAMP ROOT (FOLDER FILE)...: lays the built files out below ROOT as an installation has them."""
import os
import shutil
import sys

stamp, root, *pairs = sys.argv[1:]
for folder, file in zip(pairs[::2], pairs[1::2]):
    os.makedirs(os.path.join(root, folder), exist_ok=True)
    target = os.path.join(root, folder, os.path.basename(file))
    shutil.copy2(file, target + ".new")
    os.replace(target + ".new", target)
open(stamp, "w").close()
