"""The kernel that browsers run, built from native/pdq: the same source, compiler and flags give the same bytes.

Zig's C compiler comes from PyPI, pinned with its hash in requirements-dev.lock; anyone can build the kernel again and
compare it with what a page serves.
"""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from havre.errors import Broken, Unavailable

SOURCES = ("wasm.c", "digests.c", "hash.c", "serial.c")

FLAGS = (
    *("--target=wasm32-freestanding", "-std=c11", "-O3", "-ffreestanding", "-nostdlib", "-mbulk-memory", "-g0"),
    # As natively: a fused multiply-add rounds once where the reference rounds twice.
    "-ffp-contract=off",
    *("-Wall", "-Wextra", "-Wl,--no-entry", "-Wl,--strip-all", "-Wl,-z,stack-size=65536"),
)

KINDS: Mapping[str, tuple[str, ...]] = {"kernel-simd.wasm": ("-msimd128",), "kernel.wasm": ()}
"""The artefacts, the faster one first, and what makes them different."""

CARRIED = "kernel.js"
"""Both in one script: a page that could fetch a kernel could also fetch something else, so it may fetch nothing."""

PATIENCE = 300.0
"""Seconds for one artefact; it takes half a second."""


def build(sources: Path, into: Path) -> dict[str, int]:
    """Write the kernels, and the script that carries them, into a folder; the bytes of each.

    Raises Unavailable where the sources or the compiler are not there, Broken where it does not compile.
    """
    made = built(sources)
    made[CARRIED] = carried(made)
    into.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (into / name).write_bytes(content)
    return {name: len(content) for name, content in made.items()}


def built(sources: Path) -> dict[str, bytes]:
    """The kernels of these sources, with nothing kept of what the compiler made on its way."""
    if not all((sources / name).is_file() for name in SOURCES):
        raise Unavailable(f"there are no sources of the kernel in {sources}: run this in a checkout of Havre")
    if find_spec("ziglang") is None:
        raise Unavailable("the compiler is not there: install it with `pip install -r requirements-dev.lock`")
    with TemporaryDirectory() as folder:
        return {name: _compiled(sources, Path(folder), name, flags) for name, flags in KINDS.items()}


def _compiled(sources: Path, folder: Path, name: str, flags: tuple[str, ...]) -> bytes:
    words = [sys.executable, "-m", "ziglang", "cc", *FLAGS, *flags, *SOURCES, "-o", str(folder / name)]
    caches = {f"ZIG_{each}_CACHE_DIR": str(folder / each) for each in ("GLOBAL", "LOCAL")}
    # The compiler is told where its caches are and nothing else of this machine.
    environment = {"PATH": os.defpath, "HOME": str(folder)} | caches
    done = subprocess.run(words, cwd=sources, env=environment, capture_output=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise Broken(f"the kernel does not compile: {done.stderr.decode(errors='replace')[-2000:]}")
    return (folder / name).read_bytes()


def carried(kernels: Mapping[str, bytes]) -> bytes:
    """The script that a page loads: both kernels as text."""
    lines = [f'  "{name}":\n    "{b64encode(kernels[name]).decode()}",' for name in KINDS]
    said = (
        "/* Made by `havre selfservice build` from native/pdq; kernel.wasm and kernel-simd.wasm are the same bytes. */"
    )
    return "\n".join([said, '"use strict";', "self.KERNELS = {", *lines, "};", ""]).encode()
