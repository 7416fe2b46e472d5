# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# shellcheck disable=SC2154  # common.sh and setup set them
#
# The part of scripts/setup that makes environments of tools: the one in which
# docs/ becomes a site, and in which a notebook is tried; EasyBuild, which reads
# its recipe; and those that make the wheel and try it. Sourced, never run.

docs_requirements=(mkdocs==1.6.1 mkdocs-material==9.8.2 jupyterlab==4.6.6)
# PyPI has EasyBuild as sources alone, in Python. pycodestyle is for its --check-style.
easybuild_requirements=('--no-binary=easybuild,easybuild-framework,easybuild-easyblocks,easybuild-easyconfigs' easybuild==5.4.1
  pycodestyle==2.15.0)

packaging_environment=$cache/packaging
packaging_requirements=(meson-python==0.22.1 auditwheel==6.8.2 build==1.6.1 pipx==1.18.4 uv==0.13.9)

tools_recipe() { printf '%s\n' "$python_version" "$@" | sha256sum | cut -d ' ' -f 1; }

# In place: an environment's scripts name it by absolute path.
fill_tools() { # DIR COMMAND REQUIREMENT...
  rm -rf -- "$1" &&
    "$(python)" -m venv "$1" &&
    PIP_ONLY_BINARY=${PIP_ONLY_BINARY-:all:} PIP_DISABLE_PIP_VERSION_CHECK=1 \
      "$1/bin/python" -I -m pip install --progress-bar off "${@:3}" &&
    PATH=$1/bin:$PATH "$2" --version
}

make_tools() { # NAME WHAT COMMAND REQUIREMENT...
  local started folder=$cache/$1
  started=$(now)
  make_once "$folder" "$(tools_recipe "${@:4}")" "$1" "the environment of $2" fill_tools "$folder" "${@:3}"
  step "$started" "$2: in $folder"
}

make_docs_environment() { make_tools docs 'MkDocs and JupyterLab' mkdocs "${docs_requirements[@]}"; }
make_easybuild() { make_tools easybuild EasyBuild eb "${easybuild_requirements[@]}"; }
make_packaging_environment() {
  make_tools "${packaging_environment##*/}" 'meson-python, auditwheel, pipx and uv' auditwheel "${packaging_requirements[@]}"
}
