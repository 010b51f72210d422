"""The tables of this package: read once from its own files, and handed to whatever is computed with them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from publicsuffixlist import PublicSuffixList


@cache
def table(name: str) -> Mapping[str, Any]:
    """One TOML file that lies beside this module."""
    return tomllib.loads(resources.files("havre.addresses").joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def suffixes() -> PublicSuffixList:
    """Under which names people register others: Mozilla's Public Suffix List, its private section too."""
    return PublicSuffixList()
