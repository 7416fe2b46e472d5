# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh and setup set them
#
# The part of scripts/setup that makes the environment in which the wheel is made
# and tried. Sourced by it, never run.

packaging_environment=$cache/packaging
packaging_requirements=(meson-python==0.22.1 auditwheel==6.8.2 build==1.6.1 pipx==1.18.4 uv==0.13.9)

packaging_recipe() { printf '%s\n' "$python_version" "${packaging_requirements[@]}" | sha256sum | cut -d ' ' -f 1; }

# In place: an environment's scripts name it by absolute path.
fill_packaging_environment() {
  rm -rf -- "$packaging_environment" &&
    "$(python)" -m venv "$packaging_environment" &&
    PIP_ONLY_BINARY=${PIP_ONLY_BINARY-:all:} PIP_DISABLE_PIP_VERSION_CHECK=1 \
      "$packaging_environment/bin/python" -I -m pip install --progress-bar off "${packaging_requirements[@]}" &&
    "$packaging_environment/bin/auditwheel" --version
}

make_packaging_environment() {
  local started
  started=$(now)
  if ! stamped "$packaging_environment" "$(packaging_recipe)"; then
    lock
    stamped "$packaging_environment" "$(packaging_recipe)" || {
      logged "$logs/packaging.log" 'the environment for packages' fill_packaging_environment || exit 1
      stamp "$packaging_environment" "$(packaging_recipe)"
    }
  fi
  step "$started" "meson-python, auditwheel, pipx and uv: in $packaging_environment"
}
