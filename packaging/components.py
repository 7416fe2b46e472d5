# SPDX-License-Identifier: BSD-3-Clause
"""components.py OUTPUT VERSION LIBEXEC NAME=VERSION...: what a build of sidestep holds of others, as CycloneDX (an SBOM).

THE table of it: the licenses of all packages come from here too. Of the versions those count that are given; a component
that is not given is not in the build.
"""
import json
import pathlib
import posixpath
import sys
from typing import NamedTuple

LICENSES = pathlib.Path(__file__).resolve().parent / "licenses"
OWN = "BSD-3-Clause"


class Component(NamedTuple):
    license: str  # SPDX's expression
    texts: tuple  # in packaging/licenses
    site: str
    inside: tuple  # of the installed files
    note: str = ""


# Which can be static, and which never are, of libc alone.
PROGRAMS = ("bin/sidestep", "bin/sidestep-mpiexec", "libexec/sidestep/sidestep-relay")
LOADING_PROGRAMS = ("libexec/sidestep/sidestep-connect", "libexec/sidestep/sidestep-probe")
COMMANDS = {*PROGRAMS[:2], LOADING_PROGRAMS[1]}  # which -Dcommands=false leaves out
COMPONENTS = {
    "CLI11": Component("BSD-3-Clause", ("CLI11.txt",), "https://github.com/CLIUtils/CLI11", PROGRAMS[:1]),
    "fmt": Component("MIT", ("fmt.txt",), "https://github.com/fmtlib/fmt", PROGRAMS[:1]),
    "nlohmann_json": Component("MIT", ("nlohmann_json.txt",), "https://github.com/nlohmann/json", PROGRAMS[:1]),
    "libstdc++": Component("GPL-3.0-or-later WITH GCC-exception-3.1", ("GPL-3.0.txt", "GCC-exception-3.1.txt"),
                           "https://gcc.gnu.org", PROGRAMS + LOADING_PROGRAMS, "with libgcc, both linked statically"),
    "glibc": Component("LGPL-2.1-or-later", ("LGPL-2.1.txt",), "https://sourceware.org/glibc", PROGRAMS,
                       "linked statically. The programs can be linked with another glibc: `meson setup` takes the libc.a of "
                       "the machine, or with -Dstatic_programs=disabled its libc.so"),
    "libunwind": Component("MIT", ("libunwind.txt",), "https://github.com/libunwind/libunwind",
                           ("libexec/sidestep/libsidestep-backtrace.so",), "linked statically"),
}


def texts_of(names):
    """The files with the licenses of these components."""
    return sorted({LICENSES / text for name in names for text in COMPONENTS[name].texts})


def expression_of(names):
    """The license of a package that holds them, by SPDX."""
    return " AND ".join(sorted({OWN} | {COMPONENTS[name].license for name in names}))


def sbom(version, versions, libexec):
    """CycloneDX 1.6, the same bytes each time. `versions`: of each component that is in the build. `libexec`: where a
    prefix has what COMPONENTS says is in libexec/sidestep."""
    def described(name):
        one = COMPONENTS[name]
        inside = [file.replace("libexec/sidestep", libexec) for file in one.inside if commands or file not in COMMANDS]
        properties = [{"name": "sidestep:inside", "value": file} for file in inside]
        if one.note:
            properties.append({"name": "sidestep:note", "value": one.note})
        return {"type": "library", "bom-ref": name, "name": name, "version": versions[name],
                "licenses": [{"expression": one.license}],
                "externalReferences": [{"type": "website", "url": one.site}], "properties": properties}

    names = sorted(versions)
    commands = "CLI11" in versions  # which each build of the commands holds
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
            "metadata": {"component": {"type": "application", "bom-ref": "sidestep", "name": "sidestep", "version": version,
                                       "licenses": [{"expression": OWN}]}},
            "components": [described(name) for name in names],
            "dependencies": [{"ref": "sidestep", "dependsOn": names}] + [{"ref": name} for name in names]}


def versions_in(document):
    """What sbom() was given."""
    return {one["name"]: one["version"] for one in document["components"]}


def main(output, version, libexec, *given):
    document = sbom(version, dict(one.split("=", 1) for one in given), posixpath.normpath(libexec))
    pathlib.Path(output).write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
