"""How large a file is, in words: the same few of them on every page."""

from functools import lru_cache

from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language

UNITS = (1 << 50, 1 << 40, 1 << 30, 1 << 20, 1 << 10)


def size_words(size: int) -> str:
    """As Django's filesizeformat says it: `1.9 MB`."""
    unit = next((each for each in UNITS if size >= each), 1)
    # What is told has one digit after the point: sizes that agree in it are told alike.
    tenths = round(size / unit, 1)
    return _words(min(round(tenths * unit), 1023 * unit + unit - 1) if unit > 1 else size, get_language())


@lru_cache(maxsize=10_000)
def _words(size: int, _language: str | None) -> str:
    return filesizeformat(size)
