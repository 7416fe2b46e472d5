# SPDX-License-Identifier: BSD-3-Clause
"""make_wheel.py PREFIX VERSION LICENSE FOLDER: a wheel of an installed prefix. Prints its path.

Its platform is what the programs in it need: the newest glibc symbol of all names the manylinux tag (PEP 600). What a
manylinux system need not have (libunwind) goes along, beside those that want it.
"""
import base64
import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import components  # noqa: E402

DOCUMENTS = "sidestep/prefix/share/doc/sidestep"
# What PEP 600 promises, of what we could need.
PROMISED = {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2",
            "ld-linux-aarch64.so.1"}

METADATA = """Metadata-Version: 2.4
Name: sidestep
Version: {version}
Summary: Fixes known run-time problems of MPI programs when they are loaded
License-Expression: {license}
{license_files}Requires-Python: >=3.6
"""
WHEEL = """Wheel-Version: 1.0
Generator: sidestep
Root-Is-Purelib: false
Tag: py3-none-{platform}
"""
ENTRY_POINTS = """[console_scripts]
sidestep = sidestep.__main__:main
sidestep-mpiexec = sidestep.__main__:mpiexec
"""


def output_of(*command):
    return subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def is_linked(file):
    """Whether it is a program or a library that the loader has to find something for: a static one is not."""
    return (file.is_file() and not file.is_symlink() and file.read_bytes()[:4] == b"\x7fELF"
            and "There is no dynamic section" not in output_of("readelf", "-dW", file))


def needed(file):
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-dW", file))) - PROMISED


def bring_along(file):
    """Copies what `file` needs and no one promises beside it, and has it look there. Returns whose libraries these are, and
    their versions."""
    if not needed(file):
        return {}
    brought = {}
    found = dict(re.findall(r"(\S+) => (/\S+)", output_of("ldd", file)))
    output_of("patchelf", "--set-rpath", "$ORIGIN", file)
    for name in needed(file):
        if not (file.parent / name).exists():
            shutil.copy(os.path.realpath(found[name]), file.parent / name)
            (file.parent / name).chmod(0o644)
            component = name.partition(".so")[0]
            brought[component] = version_of(found[name], component)
            brought.update(bring_along(file.parent / name))
    return brought


def glibc(files):
    """The newest glibc that any of them asks for, as (major, minor)."""
    versions = re.findall(r"GLIBC_(\d+)\.(\d+)", "".join(output_of("objdump", "-T", file) for file in files))
    return max((int(major), int(minor)) for major, minor in versions)


def platform_of(files):
    newest = max(glibc(files), (2, 17))
    machine = platform.machine()
    tag = "manylinux_{}_{}_{}".format(*newest, machine)
    return f"manylinux2014_{machine}.{tag}" if newest == (2, 17) else tag


def version_of(library, name):
    """Of a library that goes along: as pkg-config knows it, else as its file is named."""
    asked = subprocess.run(["pkg-config", "--modversion", name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return asked.stdout.strip() or pathlib.Path(os.path.realpath(library)).name.partition(".so.")[2]


def describe(tree, info, version, license_file, brought):
    """Writes what the wheel holds of others, for people and as an SBOM (PEP 639, PEP 770), and returns what METADATA says."""
    document = tree / DOCUMENTS / "sidestep.cdx.json"
    versions = {**components.versions_in(json.loads(document.read_text())), **brought}
    licenses = [license_file, *components.texts_of(versions)]
    for folder in tree / info / "licenses", tree / info / "sboms":
        folder.mkdir(parents=True)
    for file in licenses:
        shutil.copy(file, tree / info / "licenses")
    for file in licenses[1:]:
        shutil.copy(file, tree / DOCUMENTS / "licenses")
    for file in document, tree / info / "sboms/sidestep.cdx.json":
        components.write(file, components.sbom(version, versions))
    return {"license": components.expression_of(versions),
            "license_files": "".join(f"License-File: {pathlib.Path(file).name}\n" for file in licenses)}


def pack(tree, wheel, info):
    """Like zip, with the RECORD that a wheel ends with, and the same bytes each time."""
    record = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        def add(name, content, mode):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)

        for file in sorted(path for path in tree.rglob("*") if path.is_file()):
            name, content = file.relative_to(tree).as_posix(), file.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(content)}")
            add(name, content, 0o755 if os.access(file, os.X_OK) else 0o644)
        record.append(f"{info}/RECORD,,")
        add(f"{info}/RECORD", "\n".join(record) + "\n", 0o644)


def main(prefix, version, license_file, folder):
    with tempfile.TemporaryDirectory() as work:
        tree = pathlib.Path(work).resolve()
        shutil.copytree(HERE / "sidestep", tree / "sidestep", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(prefix, tree / "sidestep/prefix")
        brought = {}
        for file in [path for path in tree.rglob("*") if is_linked(path)]:
            brought.update(bring_along(file))
        tag = platform_of([path for path in tree.rglob("*") if is_linked(path)])
        info = f"sidestep-{version}.dist-info"
        facts = describe(tree, info, version, license_file, brought)
        for name, text in {"METADATA": METADATA, "WHEEL": WHEEL, "entry_points.txt": ENTRY_POINTS}.items():
            (tree / info / name).write_text(text.format(version=version, platform=tag, **facts))
        wheel = pathlib.Path(folder) / f"sidestep-{version}-py3-none-{tag}.whl"
        pack(tree, wheel, info)
        print(wheel)


if __name__ == "__main__":
    main(*sys.argv[1:])
