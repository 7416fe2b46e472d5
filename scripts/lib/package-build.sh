# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # common.sh sets root and cache, the scripts use folder and portable_options
#
# The one build that all packages of a machine are made from: what differs between
# them are paths and links, so each source is compiled once. Sourced, never run.

package_machine=$(uname -m)
package_build=$root/build/package
package_setup=() # what `meson setup` is given for another machine
package_libunwind=$cache/libunwind/$package_machine # as scripts/lib/libunwind.sh makes it

# What runs anywhere, from any folder: the tarball and the wheel. A copy of the modulefile names the prefix.
set_portable_options() {
  local libunwind_there=$package_libunwind/lib/pkgconfig
  [[ -d $libunwind_there ]] || die "no $package_libunwind: scripts/setup makes it"
  # Another machine's lies in the root that it is built with too: pkg-config takes nothing from outside of that.
  [[ $package_machine == "$(uname -m)" ]] || libunwind_there=
  portable_options=("-Dprefix=/opt/sidestep/$(project_version)" -Dsysconfdir=etc -Dlibdir=lib -Dlibexecdir=libexec
    -Dpreload_dir= -Dstatic_programs=enabled -Dbacktrace=enabled "-Dpkg_config_path=$libunwind_there")
}

# package_arguments NAME [--help] [--arch MACHINE] [FOLDER]: what the scripts of such packages are given. Sets folder and
# portable_options.
package_arguments() {
  local name=$1
  shift
  if [[ ${1:-} == --arch ]]; then
    package_for "${2:-}"
    shift 2
  fi
  case ${1:-} in
    -h | --help)
      help_of "$0"
      exit 0
      ;;
    -*) die "package-$name takes no option '$1'; see package-$name --help" ;;
  esac
  (($# <= 1)) || die "package-$name takes one folder; see package-$name --help"
  folder=$(made_folder "${1:-$root/build/$name}")
  set_portable_options
}

# Another machine than this one: cross-built, in a folder of its own.
package_for() { # MACHINE, as uname -m says it
  local parts=$cache/$1 sysroot=$cache/$1/root
  [[ $1 != "$package_machine" ]] || return 0
  [[ $1 == aarch64 ]] || die "packages are made for $package_machine and aarch64, not for '$1'"
  [[ -e $parts/.sidestep-stamp ]] || die "no $parts: scripts/setup makes it"
  package_machine=$1 package_build=$root/build/package-$1 package_libunwind=$sysroot/usr/local
  mkdir -p "$root/build"
  printf "[constants]\nparts = '%s'\n" "$parts" >"$package_build.parts"
  package_setup=(--cross-file "$package_build.parts" --cross-file "$root/tests/aarch64/aarch64.cross")
}

# The same files make the same bytes on any day: all in a package is as old as the
# entry of the changelog (https://reproducible-builds.org/specs/source-date-epoch).
set_source_date() {
  local date
  date=$(sed -n '/^ -- .*  /{s///p;q}' "$root/packaging/debian/changelog.in")
  [[ -n $date ]] || die 'packaging/debian/changelog.in has no date'
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$date" +%s)}
  export SOURCE_DATE_EPOCH
  umask 022
}

# with_package_build COMMAND...: what may write into the build, one at a time; what it prints goes to the log.
with_package_build() {
  local status=0
  mkdir -p "$root/build"
  exec 8>"$package_build.lock"
  flock 8
  logged "$package_build.log" 'the build' "$@" || status=$?
  exec 8>&-
  return "$status"
}

# configure_package OPTION...: what the packages share, and these options of Meson.
configure_package() {
  if [[ -e $package_build/meson-private/coredata.dat ]]; then
    meson configure "$package_build" "$@" && return 0
    # Made from a source with other options, or by another meson: start afresh.
    rm -rf -- "$package_build"
  fi
  meson setup "${package_setup[@]}" -Dtests=false -Dstrip=true -Dbuildtype=release -Db_ndebug=if-release "$@" \
    "$package_build" "$root"
}

# install_package DESTDIR OPTION...: builds sidestep with these options of Meson,
# and installs it below DESTDIR.
install_package() { with_package_build build_and_install "$@"; }

build_and_install() {
  local destdir=$1
  shift
  configure_package -Dwheel=false -Ddatadir=share "$@" &&
    ninja -C "$package_build" &&
    meson install -C "$package_build" --no-rebuild --destdir "$destdir"
}
