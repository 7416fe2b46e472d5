# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh sets root
#
# The one build that all packages are made from: what differs between them are
# paths and links, so each source is compiled once. Sourced, never run.

package_build=$root/build/package

# install_package DESTDIR OPTION...: builds sidestep with these options of Meson,
# and installs it below DESTDIR. One at a time; what it prints goes to the log.
install_package() {
  local destdir=$1 status=0
  shift
  mkdir -p "$package_build"
  exec 8>"$package_build.lock"
  flock 8
  logged "$package_build.log" 'the build' build_package "$destdir" "$@" || status=$?
  exec 8>&-
  return "$status"
}

build_package() {
  local destdir=$1
  shift
  if [[ -e $package_build/meson-private/coredata.dat ]]; then
    meson configure "$package_build" "$@"
  else
    meson setup -Dtests=false -Dstrip=true "$@" "$package_build" "$root"
  fi &&
    ninja -C "$package_build" &&
    meson install -C "$package_build" --no-rebuild --destdir "$destdir"
}
