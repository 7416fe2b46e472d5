# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # ucx-builds.sh sets them
#
# How the module systems in ucx-builds.txt are made of Debian's packages. Sourced
# by scripts/setup, never run.
#
# The two cannot be installed side by side, and no release has the old and the
# new. They are scripts that name their own place, so that is written anew; Lua,
# Tcl and their modules are this machine's.

# The package alone, moved to DIR; DIR/init has what a shell sources.
settle() { # DIR PACKAGE INIT
  local places='/(usr/share/(lmod|modules)|usr/lib/[^ /]*-linux-gnu/modulecmd.tcl|etc/(lmod|environment-modules))'
  dpkg-deb -x "$apart/archives/$2"_*.deb "$1" &&
    grep -rlIZ -E "$places|/usr/bin/lua" "$1" |
    xargs -0 sed -i -E "s#$places#$1\0#g; s#/usr/bin/lua[0-9.]*#/usr/bin/lua5.3#g" &&
    ln -s "$3" "$1/init" && [[ -r $1/init/bash ]]
}

fill_from_debian_lmod() { settle "$1" lmod usr/share/lmod/lmod/init; }

fill_from_debian_environment-modules() { settle "$1" environment-modules usr/share/modules/init; }
