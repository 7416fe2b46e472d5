# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh and setup set them
#
# The part of scripts/setup that makes what roots.txt lists: each is a
# folder, roots/NAME/tree in the cache, that chroot can enter. Nothing is written
# there any more: tests/distros/root.py lays a layer of its own over it.

roots_table=$root/scripts/lib/roots.txt
roots=$cache/roots

# Why this machine cannot have them; nothing if it can.
why_no_roots() {
  ((EUID == 0)) || { echo 'only root can make and enter them' && return; }
  why_no_debian apt-get mmdebstrap unshare
  unshare --mount true 2>/dev/null || echo 'nothing can be mounted'
}

root_names() {
  local long='^(#|long-|$)'
  [[ ${SIDESTEP_TEST_LONG:-} != 1 ]] || long='^(#|$)'
  awk -v not="$long" '$0 !~ not { print $1 }' "$roots_table"
}

root_row() { awk -v name="$1" '$1 == name' "$roots_table"; }

root_recipe() { # NAME
  { root_row "$1" && declare -f fill_root at_hand_hook early_users_hook; } | sha256sum | cut -d ' ' -f 1
}

missing_roots() {
  local name
  while read -r name; do
    stamped "$roots/$name" "$(root_recipe "$name")" || printf '%s\n' "$name"
  done < <(root_names)
}

# Run by mmdebstrap. One package after the other, for some conflict; apt makes
# its *.bin anew.
at_hand_hook() { # PACKAGES
  cat <<END
export APT_CONFIG="\$MMDEBSTRAP_APT_CONFIG"
apt-get clean
for package in $1; do
  apt-get -q -y install --no-install-recommends --download-only \$package
done
rm -f "\$1"/var/cache/apt/*.bin
END
}

# Ubuntu 16.04 counts systemd as essential, which makes users before PAM is set up.
early_users_hook() {
  cat <<'END'
for type in auth account password session; do
  echo "$type required pam_permit.so" >"$1/etc/pam.d/common-$type"
done
END
}

# This machine's way to the network is the root's too. dpkg's syncs would take
# longer than all else, so mmdebstrap's own hook leaves them out.
fill_root() { # NAME
  local dir=$roots/$1 apart=$roots/$1/apt release packages at_hand options
  IFS='|' read -r packages at_hand <<<"$(root_row "$1")"
  read -r _ release packages <<<"$packages"
  # shellcheck disable=SC2016 # the hook's $1
  options=(--mode=root --variant=minbase --hook-dir=/usr/share/mmdebstrap/hooks/eatmydata
    --aptopt="$dir/apt/aptopt" --include="${packages// /,}"
    --customize-hook='chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash user')
  [[ -z $at_hand ]] || options+=(--skip=cleanup/apt --customize-hook="$(at_hand_hook "$at_hand")")
  # shellcheck disable=SC2016 # the hook's $1
  [[ $release != ubuntu:xenial ]] ||
    options+=(--extract-hook="$(early_users_hook)" --customize-hook='chroot "$1" pam-auth-update --force')
  rm -rf -- "$dir" && find_mirror "$release" || return 1
  apt-config dump | grep '^Acquire::' >"$apart/aptopt"
  grep '^Acquire::' "$apart/settings" >>"$apart/aptopt"
  # Its mounts end with it, whatever ends it: what is removed later must not hold /dev.
  unshare --mount mmdebstrap "${options[@]}" "${release#ubuntu:}" "$dir/tree" "$apart/sources.list" </dev/null &&
    rm -rf -- "$apart"
}

make_root() { # NAME
  local started
  started=$(now)
  logged "$logs/root-$1.log" "making the clean root $1" fill_root "$1" || exit 1
  stamp "$roots/$1" "$(root_recipe "$1")"
  step "$started" "clean root $1: made"
}

make_roots() {
  local started why missing
  started=$(now)
  why=$(why_no_roots)
  if [[ -n $why ]]; then
    step "$started" "left out: clean roots: $why"
    return 0
  fi
  mapfile -t missing < <(missing_roots)
  if ((${#missing[@]} > 0)); then
    lock
    mapfile -t missing < <(missing_roots) # another setup may have made them meanwhile
  fi
  if ((${#missing[@]} > 0)); then
    printf '%s\0' "${missing[@]}" |
      xargs -0 -n 1 -P "$at_once" -- bash "$root/scripts/setup" --make-root ||
      die "not every clean root could be made; the logs are in $logs"
  fi
  step "$started" "clean roots: $(root_names | wc -l), in $roots"
}
