"""The C kernels and the compiled words of other languages; everything else is in pyproject.toml."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import Extension, setup

# -ffp-contract=off: a fused multiply-add rounds once where the reference rounds twice, and one hash in 368 differs.
FLAGS = ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-Wall", "-Wextra", "-Werror=implicit"]
ABI3 = [("Py_LIMITED_API", "0x030B0000")]


def kernel(name: str, *sources: str) -> Extension:
    """One abi3 extension module from native/."""
    return Extension(
        name,
        [f"native/{source}" for source in sources],
        depends=[str(header) for header in Path("native").glob("*/*.h")],
        include_dirs=["native"],
        define_macros=ABI3,
        extra_compile_args=FLAGS,
        py_limited_api=True,
    )


def compile_words() -> None:
    """Every catalogue of words in the form that Django reads."""
    for source in Path("src").glob("havre/**/locale/**/*.po"):
        with source.open("rb") as written, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(written, locale=source.parts[-3]))


compile_words()
setup(
    ext_modules=[
        kernel(
            "havre.matching._hamming",
            *(f"hamming/{part}.c" for part in ("module", "serial", "avx2", "avx512", "brute", "segment", "join")),
        ),
        kernel(
            "havre.fingerprints._pdq",
            *(f"pdq/{part}.c" for part in ("module", "hash", "serial", "avx2", "avx512", "film")),
        ),
        kernel(
            "havre.fingerprints._sift",
            *(f"sift/{part}.c" for part in ("module", "extract", "source", "filter", "pyramid", "rank", "describe")),
            *(f"sift/{part}.c" for part in ("serial", "avx2", "avx512")),
        ),
        kernel(
            "havre.matching._scene",
            *(f"scene/{part}.c" for part in ("module", "verify", "cells", "scan", "serial", "avx2", "avx512")),
        ),
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}, "build_ext": {"parallel": os.cpu_count() or 1}},
)
