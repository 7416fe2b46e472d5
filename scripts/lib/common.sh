# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# What setup, test and demo share. Sourced, never run.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${SIDESTEP_CACHE:-${XDG_CACHE_HOME:-${HOME:?"sidestep: neither HOME nor SIDESTEP_CACHE is set"}/.cache}/sidestep}
[[ $cache == /* ]] || cache=$PWD/$cache
mpi_builds=$cache/mpi # one virtual environment for each line of mpi-builds.txt
# shellcheck disable=SC2034  # setup and demo use both
demo_build=4.2.3 demo_environment=$cache/demo # the line whose MPICH scripts/demo shows, and where that alone is
log_tail=20           # lines of a log shown when its step fails

die() {
  printf 'sidestep: %s\n' "$*" >&2
  exit 1
}

# The comment block at the top of a script, below its license, is its help.
help_of() { sed -n '3,/^[^#]/ { /^# shellcheck /d; s/^# \{0,1\}//p }' "$1"; }

# Microseconds; the separator of EPOCHREALTIME follows the locale.
now() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# seconds_since MICROSECONDS: "12.3"
seconds_since() {
  local tenths=$((($(now) - $1) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# step STARTED TEXT: one line of progress, with what it took.
step() { printf '[%6s s] %s\n' "$(seconds_since "$1")" "$2"; }

# logged LOG WHAT COMMAND...: runs it with its output in LOG; if it fails, says
# so with the end of LOG and returns its status.
logged() {
  local log=$1 what=$2 rc=0
  shift 2
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  ((rc == 0)) || show_log "$log" "$what failed (exit status $rc)"
  return "$rc"
}

show_log() {
  {
    printf 'sidestep: %s; the end of %s:\n' "$2" "$1"
    tail -n "$log_tail" -- "$1" | sed 's/^/  | /'
  } >&2
}

# configure DIR [OPTION...]: meson setup, whatever DIR was before.
configure() {
  local dir=$1 log=$1.configure.log
  shift
  local meson=(meson setup "-Dmpi_builds=$mpi_builds" "$@" "$dir" "$root")
  mkdir -p "$root/build"
  if [[ -e $dir/meson-private/coredata.dat ]]; then
    "${meson[@]}" --reconfigure >"$log" 2>&1 </dev/null && return 0
    # Made by another meson, or from another place: start afresh.
    rm -rf -- "$dir"
  fi
  logged "$log" "meson setup" "${meson[@]}"
}

# The version that meson.build names.
project_version() { sed -n "s/^ *version: '\(.*\)',$/\1/p" "$root/meson.build"; }

# made_folder DIR: makes it, and prints its whole path.
made_folder() {
  mkdir -p -- "$1" || die "cannot make $1"
  (cd -- "$1" && pwd -P)
}
