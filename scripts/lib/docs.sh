# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh and setup set them
#
# The part of scripts/setup that makes the environment in which docs/ becomes a
# site, and in which a notebook is tried. Sourced by it, never run.

docs_environment=$cache/docs
docs_requirements=(mkdocs==1.6.1 mkdocs-material==9.8.2 jupyterlab==4.6.6)

docs_recipe() { printf '%s\n' "$python_version" "${docs_requirements[@]}" | sha256sum | cut -d ' ' -f 1; }

# In place: an environment's scripts name it by absolute path.
fill_docs_environment() {
  rm -rf -- "$docs_environment" &&
    "$(python)" -m venv "$docs_environment" &&
    PIP_ONLY_BINARY=${PIP_ONLY_BINARY-:all:} PIP_DISABLE_PIP_VERSION_CHECK=1 \
      "$docs_environment/bin/python" -I -m pip install --progress-bar off "${docs_requirements[@]}" &&
    "$docs_environment/bin/mkdocs" --version
}

make_docs_environment() {
  local started
  started=$(now)
  if ! stamped "$docs_environment" "$(docs_recipe)"; then
    lock
    stamped "$docs_environment" "$(docs_recipe)" || {
      logged "$logs/docs.log" 'the environment for the documentation' fill_docs_environment || exit 1
      stamp "$docs_environment" "$(docs_recipe)"
    }
  fi
  step "$started" "MkDocs and JupyterLab: in $docs_environment"
}
