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

# remove_files PREFIX FILE...: removes these, relative to PREFIX, in this order, and
# each folder that is empty then, up to PREFIX itself.
remove_files() {
  local prefix=$1 folder
  shift
  (
    cd -- "$prefix" || exit
    rm -f -- "$@" || exit
    # The deepest first. What is not empty, or a link, stays.
    for file; do
      folder=$file
      while [[ $folder == */* ]]; do
        folder=${folder%/*}
        printf '%s\n' "$folder"
      done
    done | sort -ru | while IFS= read -r folder; do rmdir -- "$folder" 2>/dev/null || true; done
  ) || return
  rmdir -- "$prefix" 2>/dev/null || true
}

# The list of what is installed below PREFIX (packaging/list_installed.py), in LISTED,
# the library first: what starts meanwhile has all of sidestep, or none. The list
# itself comes last, so that a removal that was interrupted can be done again.
read_list() { # PREFIX
  local list=share/sidestep/installed file rest=()
  listed=()
  while IFS= read -r file; do
    case /$file/ in
      //*) die "$1/$list: $file is outside of the prefix; remove it yourself, and its line" ;;
      */../*) die "$1/$list: $file is no file that sidestep installs" ;;
      */libsidestep.so/) listed+=("$file") ;;
      "/$list/") ;;
      *) rest+=("$file") ;;
    esac
  done <"$1/$list"
  listed+=("${rest[@]}" "$list")
}
