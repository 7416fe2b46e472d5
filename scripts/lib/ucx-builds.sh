# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh and setup set them
#
# The part of scripts/setup that makes what ucx-builds.txt lists. Sourced by it,
# never run.
#
# Packages of an older Debian are downloaded by apt with settings of its own and
# unpacked by dpkg-deb: nothing is installed, so that it needs no root. Of them
# only what this machine lacks is kept; libc and the compiler's libraries are
# this machine's, so that its own MPICH and UCX run in the same process.

ucx_table=$root/scripts/lib/ucx-builds.txt
unpacked=$cache/unpacked # removed at the end
apart=$unpacked/apt

# --- an older Debian's packages

# Why this machine cannot have what comes from there; nothing if it can.
why_not() { # SOURCE
  [[ $1 != pip ]] || return 0
  if [[ $1 == 'pip>='* ]]; then
    ! python_before "${1#*=}" || echo "this Python is older than ${1#*=}"
    return 0
  fi
  why_no_debian apt-get dpkg-deb
}

# The package and all it depends on, as files in $unpacked/tree.
unpack() { # RELEASE PACKAGE
  if ! grep -qs " $1 main$" "$apart/sources.list"; then
    rm -rf -- "$unpacked" && find_mirror "$1" || return 1
  fi
  apt_apart install --download-only "$2" && unpack_archives "$unpacked/tree"
}

unpacked_library() { # NAME
  local found
  found=$(find "$unpacked/tree" -name "$1" -print -quit)
  [[ -n $found ]] && printf '%s\n' "$found"
}

# This machine's own library of that name, if it has one.
own_library() { # NAME
  PATH=$PATH:/usr/sbin:/sbin ldconfig -p | awk -v name="$1" '$1 == name && !n++ { print $NF }'
}

# Adds to DIR what its libraries need and this machine lacks, and what those need.
add_missing() { # DIR
  local missing name found
  while true; do
    mapfile -t missing < <(
      find "$1" -type f -name '*.so*' -exec env LD_LIBRARY_PATH="$1" ldd {} + 2>/dev/null |
        awk '$2 == "=>" && $3 == "not" { print $1 }' | sort -u
    )
    ((${#missing[@]} > 0)) || return 0
    for name in "${missing[@]}"; do
      found=$(unpacked_library "$name") || {
        echo "nothing has $name"
        return 1
      }
      cp -L "$found" "$1/$name" && echo "from the older Debian: $name" || return 1
    done
  done
}

# --- what is made

# Without rdmacm: 1.10's makes MPI_Init fail where there is no network for RDMA.
# Another module stands under its name, lest UCX take this machine's own.
fill_from_debian_libucx0() { # DIR
  local lib
  lib=$(dirname "$(unpacked_library libucp.so.0)") &&
    mkdir -p "$1/lib" &&
    cp -a "$lib"/libuc[mpst].so.* "$lib/ucx" "$1/lib/" &&
    rm -f "$1"/lib/ucx/libuct_rdmacm.so.* &&
    ln -s libuct_cma.so.0 "$1/lib/ucx/libuct_rdmacm.so.0" &&
    add_missing "$1/lib"
}

# lib/ has all the libraries; julia looks for its own in a folder named after
# the machine, which is lib/ itself.
fill_from_debian_julia() { # DIR
  local lib link name own
  lib=$(dirname "$(unpacked_library libjulia.so.1)") &&
    mkdir -p "$1"/{bin,lib,share,etc} &&
    cp -a "$lib"/libjulia.so.* "$lib/julia" "$1/lib/" &&
    ln -s . "$1/lib/$(basename "$lib")" &&
    cp -a "$unpacked/tree/usr/bin/julia" "$1/bin/" &&
    cp -a "$unpacked/tree/usr/share/julia" "$1/share/" &&
    cp -a "$unpacked/tree/etc/julia" "$1/etc/" || return 1
  # Links to libraries of other packages, under the names without a version that julia opens.
  while IFS= read -r -d '' link; do
    name=$(basename "$(readlink "$link")")
    own=$(own_library "$name")
    if [[ -n $own ]]; then
      ln -sf "$own" "$link" || return 1
    else
      cp -L "$lib/$name" "$1/lib/$name" || return 1
    fi
  done < <(find "$1/lib/julia" -xtype l -print0)
  # This machine's own, where it has one, may be newer: 1.6 crashes at an exception of this Julia.
  cp -L "$lib/libunwind.so.8" "$1/lib/" &&
    add_missing "$1/lib" &&
    # Numbers that need gmp, openblas and its Fortran.
    JULIA_DEPOT_PATH=$unpacked/depot LD_LIBRARY_PATH=$1/lib \
      "$1/bin/julia" --startup-file=no -e '
        using LinearAlgebra
        println("Julia ", VERSION, ": ", big(2)^70, " ", det([1.0 2.0; 3.0 4.0]))
        try mkdir("/") catch error println(error) end'
}

# As they lie in the packages: a host of tests/cluster/ has its own /usr, this machine's with them below it.
lay() { # DIR PACKAGE...
  local package
  for package in "${@:2}"; do
    dpkg-deb -x "$unpacked/apt/archives/$package"_*.deb "$1" || return 1
  done
}

fill_from_debian_openssh-server() { # DIR
  lay "$1" openssh-server openssh-client libwrap0
}

fill_from_debian_slurm-wlm() { # DIR
  lay "$1" slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge libmunge2 \
    libdbus-1-3 libhwloc15 libjson-c5 liblua5.1-0 libnuma1 libyaml-0-2
}

# From wheels, unpacked as they lie, and then put as the tests want them.
fill_from_pip() { # DIR REQUIREMENT...
  local name
  read -r name < <(build_names)
  "$mpi_builds/$name/bin/python" -I -m pip install --disable-pip-version-check \
    --progress-bar off --only-binary :all: --no-deps --no-compile --target "$1" "${@:2}"
}

# The wheel's own layout stays: its libraries look for others, and for ucx.conf,
# in folders beside their own. OpenMP and the perftest modules that need it are
# for its programs. A wheel knows no links, so it holds every library three times.
arrange_ucx() { # DIR
  local lib name
  rm -rf -- "$1"/libucx/{bin,share} "$1"/libucx_cu*.libs/libgomp-* &&
    find "$1" \( -name '*.a' -o -name '*.la' -o -name '*_perftest_*' \) -delete || return 1
  for lib in "$1"/libucx/lib/{,ucx/}*.so.0.0.0; do
    for name in "${lib%.0.0}" "${lib%.0.0.0}"; do
      ! cmp -s "$lib" "$name" || ln -sf "$(basename "$lib")" "$name" || return 1
    done
  done
  ln -s libucx/lib libucx/include "$1" &&
    [[ -e $1/lib/libucp.so.0 && -e $1/lib/ucx/libucm_cuda.so.0 && -e $1/include/ucp/api/ucp.h ]]
}

# The folder in nvidia/ has another name in each release.
arrange_cuda() { # DIR
  local part
  mkdir "$1"/{include,lib} || return 1
  for part in "$1"/nvidia/*/; do
    cp -a "$part/include/." "$1/include/" &&
      find "$part" \( -name 'libcudart*' -o -name libculibos.a \) -exec cp -a {} "$1/lib/" \; || return 1
  done
  rm -rf -- "$1/nvidia" &&
    (cd "$1/lib" && ln -s libcudart.so.* libcudart.so) &&
    [[ -e $1/include/cuda.h && -e $1/include/cuda_runtime_api.h && -e $1/include/crt/host_defines.h ]]
}

arrange_ucxx() { # DIR
  rm -rf -- "$1"/lib{ucxx,rmm}/{include,lib64/cmake} &&
    [[ -e $1/libucxx/lib64/libucxx.so && -e $1/ucxx/core.py && -d $1/cuda/bindings ]]
}

fill() { # NAME SOURCE WHAT
  local dir=$cache/$1
  rm -rf -- "$dir" && mkdir -p "$dir" || return 1
  if [[ $2 == pip* ]]; then
    # shellcheck disable=SC2086 # words
    fill_from_pip "$dir" $3 && "arrange_${1%%/*}" "$dir"
  else
    unpack "$2" "$3" && "fill_from_debian_$3" "$dir"
  fi
}

# --- which are to be made

# What this machine lacks depends on its own release.
ucx_recipe() { # NAME SOURCE WHAT
  local how=(fill_from_pip "arrange_${1%%/*}")
  [[ $2 == pip* ]] || how=("fill_from_debian_$3" add_missing)
  [[ $1 != modules/* ]] || how=("fill_from_debian_$3" settle)
  [[ $1 != cluster/* ]] || how=("fill_from_debian_$3" lay)
  { printf '%s\n' "$@" && cat /etc/os-release && declare -f "${how[@]}"; } |
    sha256sum | cut -d ' ' -f 1
}

# The table's rows; module systems and a cluster's services are for the tests alone.
ucx_rows() {
  local tests_only='^(#|$)'
  [[ $set_up_for == tests ]] || tests_only='^(#|$|modules/|cluster/)'
  grep -vE "$tests_only" "$ucx_table"
}

# The table's rows that are to be had here and not made yet.
missing_ucx_builds() {
  local name source what
  while read -r name source what; do
    [[ -z $(why_not "$source") ]] || continue
    stamped "$cache/$name" "$(ucx_recipe "$name" "$source" "$what")" ||
      printf '%s\n' "$name $source $what"
  done < <(ucx_rows)
}

make_ucx_build() { # NAME SOURCE WHAT
  local started
  started=$(now)
  logged "$logs/${1//\//-}.log" "making $1" fill "$@" || die "$1 could not be made, from $2: $3"
  stamp "$cache/$1" "$(ucx_recipe "$@")"
  step "$started" "$1: made"
}

# What "make_ucx_builds" gives to xargs: rows, to be made one after the other.
make_ucx_rows() { # ROWS
  local name source what
  [[ $1 == *' pip'* ]] || trap 'rm -rf -- "$unpacked"' EXIT
  while read -r name source what; do
    make_ucx_build "$name" "$source" "$what"
  done <<<"$1"
}

make_ucx_builds() {
  local started name source what why rows from_debian made=0 known=0
  started=$(now)
  while read -r name source what; do
    known=$((known + 1))
    why=$(why_not "$source")
    if [[ -z $why ]]; then
      made=$((made + 1))
    else
      step "$started" "left out: $name ($source $what): $why"
    fi
  done < <(ucx_rows)
  mapfile -t rows < <(missing_ucx_builds)
  if ((${#rows[@]} > 0)); then
    lock
    mapfile -t rows < <(missing_ucx_builds) # another setup may have made them meanwhile
  fi
  if ((${#rows[@]} > 0)); then
    rm -rf -- "$unpacked"
    # Those of Debian are unpacked in one place, so they are one job.
    from_debian=$(printf '%s\n' "${rows[@]}" | grep -v '^[^ ]* pip' || true)
    mapfile -t rows < <(printf '%s\n' "${rows[@]}" | grep '^[^ ]* pip')
    [[ -z $from_debian ]] || rows=("$from_debian" "${rows[@]}")
    printf '%s\0' "${rows[@]}" |
      xargs -0 -n 1 -P "$at_once" -- bash "$root/scripts/setup" --make-ucx-rows ||
      die "not everything in scripts/lib/ucx-builds.txt could be made; the logs are in $logs"
  fi
  step "$started" "UCX builds, CUDA runtimes, Julia, module systems and a cluster's services: $made of $known, in $cache"
}
