# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # common.sh and setup set them, debian.sh reads apart
#
# The part of scripts/setup that makes libunwind for packages: static and
# position-independent, so that libsidestep-backtrace.so holds what it needs of it
# and one build runs on every glibc. (Debian's libunwind.a is not position-independent,
# its libunwind.so needs liblzma and a glibc as new as the build machine's.) From
# Debian's source package, whose checksums apt compares with those that Debian
# signed. In the cache, in libunwind/MACHINE for this machine and for aarch64:
# include/ and lib/, which may move.

libunwind=$cache/libunwind
libunwind_release=bookworm # which one it is must not depend on the machine that builds

# Machines, and the compilers for them, that this machine has.
libunwind_machines() {
  local machine
  for machine in "$(uname -m)" aarch64; do
    [[ $machine == "$(uname -m)" ]] || command -v "$machine-linux-gnu-gcc" >/dev/null || continue
    echo "$machine"
  done | sort -u
}

libunwind_compiler() { # MACHINE
  if [[ $1 == "$(uname -m)" ]]; then echo gcc; else echo "$1-linux-gnu-gcc"; fi
}

# As meson.build compiles what it is linked with.
libunwind_flags() { # MACHINE
  case $1 in
    aarch64) echo -mbranch-protection=standard -mno-outline-atomics ;;
    *) echo -fcf-protection ;;
  esac
}

unpack_libunwind() { # DIR
  find_mirror "$libunwind_release" "$(dpkg --print-architecture)" deb-src &&
    (cd "$1" && apt_apart source libunwind && mv libunwind-*/ source)
}

# Only what traces the stack of the process itself, and nothing that needs another
# library. -g0: the files' names would differ with the folder.
build_libunwind() { # MACHINE SOURCE BUILD
  local flags
  flags="-O2 -g0 -fvisibility=hidden $(libunwind_flags "$1")"
  # Assembly says by a header that it has branch protection.
  local assembly=$flags
  [[ $1 != x86_64 ]] || assembly+=' -include cet.h'
  mkdir -p "$3" && cd "$3" &&
    "$2/configure" "--host=$1-linux-gnu" "CC=$(libunwind_compiler "$1")" "CFLAGS=$flags" "CCASFLAGS=$assembly" \
      --prefix=/ --disable-shared --with-pic --disable-dependency-tracking --disable-unwind-header \
      --disable-minidebuginfo --disable-zlibdebuginfo --disable-cxx-exceptions \
      --disable-coredump --disable-ptrace --disable-setjmp --disable-tests --disable-documentation &&
    make "-j$at_once" && make install "DESTDIR=$libunwind/$1" || return 1
  # From where it lies, and it says that it is inside what is linked with it.
  # shellcheck disable=SC2016 # pkg-config's variable
  rm -f "$libunwind/$1"/lib/*.la &&
    sed -i -e 's,^prefix=.*,prefix=${pcfiledir}/../..,' -e '/^prefix=/a only_static=true' \
      "$libunwind/$1"/lib/pkgconfig/*.pc
}

fill_libunwind() {
  local apart=$libunwind/apt machine
  rm -rf -- "$libunwind" && mkdir -p "$libunwind" && unpack_libunwind "$libunwind" || return 1
  for machine in $(libunwind_machines); do
    (build_libunwind "$machine" "$libunwind/source" "$libunwind/build-$machine") || return 1
  done
  rm -rf -- "$libunwind"/{apt,source,build-*,*.dsc,*.tar.*}
}

libunwind_recipe() {
  local machine
  {
    echo "$libunwind_release"
    for machine in $(libunwind_machines); do
      echo "$machine"
      "$(libunwind_compiler "$machine")" --version
    done
    declare -f fill_libunwind unpack_libunwind build_libunwind libunwind_flags
  } | sha256sum | cut -d ' ' -f 1
}

why_no_libunwind() { why_no_debian apt-get dpkg-source gcc make; }

make_libunwind() {
  local started why
  started=$(now)
  why=$(why_no_libunwind)
  if [[ -n $why ]]; then
    step "$started" "left out: libunwind for packages: $why"
    return 0
  fi
  make_once "$libunwind" "$(libunwind_recipe)" libunwind 'making libunwind for packages' fill_libunwind
  step "$started" "libunwind for packages, static: $(libunwind_machines | tr '\n' ' ')in $libunwind"
}
