# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # the script that sources it sets apart
#
# How scripts/setup gets packages of another release than this machine's, of
# Debian or of Ubuntu: where a mirror is, and an apt of settings of its own, all
# of whose files are in the folder $apart. Sourced, never run.

archive_keys() { # debian|ubuntu
  local keys
  for keys in {,"${apart:-}/keys"}"/usr/share/keyrings/$1-archive-keyring".{gpg,pgp}; do
    [[ ! -r $keys ]] || { echo "$keys" && return; }
  done
}

# Why this machine cannot have another release's packages, by these commands; nothing if it can.
why_no_debian() { # COMMAND...
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || { echo "there is no $command here" && return; }
  done
  [[ -n $(archive_keys debian) ]] || echo 'there is no debian-archive-keyring here'
}

own_release() { sed -n 's/^VERSION_CODENAME="\{0,1\}\([^"]*\).*/\1/p' /etc/os-release; }

# First those that this machine's own packages come from.
mirrors() { # debian|ubuntu
  local release
  release=$(own_release)
  # shellcheck disable=SC2016 # apt's names, not ours
  ! grep -E '^ID(_LIKE)?=' /etc/os-release | grep -qw "$1" ||
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" '
      ($2 == release || $2 ~ /^(old)*stable$/) && $3 == "main" && !seen[$1]++ { print $1 }'
  # Mirrors drop a release some day, and none tells where it goes.
  case $1 in
    debian) [[ -z ${SIDESTEP_DEBIAN_MIRROR:-} ]] || echo "$SIDESTEP_DEBIAN_MIRROR" ;;
    ubuntu) echo "${SIDESTEP_UBUNTU_MIRROR:-http://archive.ubuntu.com/ubuntu}" ;;
  esac
}

# Debian 12 has no package of Ubuntu's keys; a newer one does, and Debian's keys have signed it.
fetch_ubuntu_keys() {
  [[ -z $(archive_keys ubuntu) ]] || return 0
  find_mirror trixie && apt_apart install --download-only ubuntu-keyring && unpack_archives "$apart/keys"
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

# The lists of the first mirror that has the release; for this machine, or another one; of packages
# ("deb"), or of their sources ("deb-src").
find_mirror() { # RELEASE|ubuntu:RELEASE [ARCHITECTURE [KIND]]
  local mirror tried=() suite keys architecture=${2:-$(dpkg --print-architecture)}
  local distribution=debian parts=main suites=("$1")
  if [[ $1 == ubuntu:* ]]; then
    distribution=ubuntu parts='main universe' suites=("${1#*:}" "${1#*:}-updates")
    fetch_ubuntu_keys || return 1
  fi
  keys=$(archive_keys "$distribution")
  rm -rf -- "$apart"/{lists,archives} &&
    mkdir -p "$apart"/{lists,archives}/partial &&
    : >"$apart/status" &&
    apt_settings "$architecture" >"$apart/settings" || return 1
  while read -r mirror; do
    for suite in "${suites[@]}"; do
      printf '%s [arch=%s signed-by=%s] %s %s %s\n' "${3:-deb}" "$architecture" "$keys" "$mirror" "$suite" "$parts"
    done >"$apart/sources.list"
    apt_apart update && return 0
    tried+=("$mirror")
  done < <(mirrors "$distribution")
  echo "no mirror has ${distribution^}'s ${suites[0]}, or could be reached: ${tried[*]};" \
    "SIDESTEP_${distribution^^}_MIRROR may name one"
  return 1
}

# What apt_apart has downloaded, as it lies in the packages.
unpack_archives() { # DIR
  local deb
  for deb in "$apart"/archives/*.deb; do
    dpkg-deb -x "$deb" "$1" || return 1
  done
}
