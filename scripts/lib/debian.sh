# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # the script that sources it sets apart
#
# How scripts/setup gets packages of another release of Debian than this
# machine's: where a mirror is, and an apt of settings of its own, all of whose
# files are in the folder $apart. Sourced, never run.

debian_keys() {
  local keys
  for keys in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
    [[ ! -r $keys ]] || { echo "$keys" && return; }
  done
}

# Why this machine cannot have another release's packages, by these commands; nothing if it can.
why_no_debian() { # COMMAND...
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || { echo "there is no $command here" && return; }
  done
  [[ -n $(debian_keys) ]] || echo 'there is no debian-archive-keyring here'
}

own_release() { sed -n 's/^VERSION_CODENAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release; }

# First those that this machine's own packages come from.
mirrors() {
  local release
  release=$(own_release)
  # shellcheck disable=SC2016 # apt's names, not ours
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" '
      ($2 == release || $2 ~ /^(old)*stable$/) && $3 == "main" && !seen[$1]++ { print $1 }'
  # Mirrors drop a release some day, and none tells where it goes.
  [[ -z ${SIDESTEP_DEBIAN_MIRROR:-} ]] || echo "$SIDESTEP_DEBIAN_MIRROR"
}

# This machine's settings apply (proxies), but for those here. Its hooks are
# dropped: they tell others that packages of this machine have changed.
apt_settings() { # ARCHITECTURE
  cat <<END
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
Dir::State "$apart";
Dir::State::lists "lists";
Dir::State::status "$apart/status";
Dir::Cache "$apart";
Dir::Cache::archives "archives";
Dir::Etc::SourceList "$apart/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "$1";
APT::Architectures "$1";
APT::Default-Release "";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
END
}

apt_apart() { apt-get -q -y -c "$apart/settings" "$@" </dev/null; }

# The lists of the first mirror that has the release; for this machine, or another one; of
# packages ("deb"), or of their sources ("deb-src").
find_mirror() { # RELEASE [ARCHITECTURE [KIND]]
  local mirror tried=() architecture=${2:-$(dpkg --print-architecture)}
  rm -rf -- "$apart" &&
    mkdir -p "$apart"/{lists,archives}/partial &&
    : >"$apart/status" &&
    apt_settings "$architecture" >"$apart/settings" || return 1
  while read -r mirror; do
    printf '%s [arch=%s signed-by=%s] %s %s main\n' \
      "${3:-deb}" "$architecture" "$(debian_keys)" "$mirror" "$1" >"$apart/sources.list"
    apt_apart update && return 0
    tried+=("$mirror")
  done < <(mirrors)
  echo "no mirror has Debian's $1, or could be reached: ${tried[*]}; SIDESTEP_DEBIAN_MIRROR may name one"
  return 1
}

# What apt_apart has downloaded, as it lies in the packages.
unpack_archives() { # DIR
  local deb
  for deb in "$apart"/archives/*.deb; do
    dpkg-deb -x "$deb" "$1" || return 1
  done
}
