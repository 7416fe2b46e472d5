# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Sourced, never run.

# place_files FROM TO: moves all files below FROM, on the same file system, to their
# places below TO, each by one rename. What the library starts comes before the
# library: a program that starts in between finds a relay that it knows of.
place_files() {
  local file
  (
    cd -- "$1" || exit
    find . ! -type d -print0 | sort -z | while IFS= read -r -d '' file; do
      [[ $file == *libsidestep.so ]] || printf '%s\0' "$file"
    done
    find . -name libsidestep.so -print0
  ) | while IFS= read -r -d '' file; do
    mkdir -p -- "$2/$(dirname -- "$file")"
    mv -fT -- "$1/$file" "$2/$file"
  done
}
