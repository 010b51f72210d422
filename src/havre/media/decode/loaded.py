"""Everything that a worker may need to import, imported before it is confined."""

import contextlib
import encodings
import importlib
import pkgutil

import av
import pi_heif
from PIL import AvifImagePlugin, GifImagePlugin, Image, ImageFile

from havre.fingerprints import scene

PILLOW = ("Bmp", "Gif", "Jpeg", "Jpeg2K", "Mpo", "Png", "Tiff", "WebP", "Avif")
"""The formats read with Pillow; no other plugin is ever loaded."""

MODULES = (
    "PIL.ImageCms",
    "PIL.ImageOps",
    "PIL.ImageChops",
    "PIL.ImageMath",
    "PIL.ImagePalette",
    "PIL.ImageSequence",
    "simplejpeg",
    "numpy",
    "defusedxml.ElementTree",
    "xml.parsers.expat",
    "bz2",
    "gzip",
    "lzma",
    "py7zr",
    "tarfile",
    "zipfile",
    "zoneinfo",
    "csv",
    "json",
    "linecache",
    "traceback",
    "decimal",
    "_strptime",
    "stringprep",
    "unicodedata",
)


LEFT_OUT = ("av.__main__", "av.datasets")
"""Parts of PyAV that are programs, or fetch something."""


def everything() -> None:
    """Import and initialise all of it. A module that is absent is simply not there for the worker either."""
    for name in MODULES:
        importlib.import_module(name)
    for plugin in PILLOW:
        importlib.import_module(f"PIL.{plugin}ImagePlugin")
    for codec in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(ImportError):
            importlib.import_module(f"encodings.{codec.name}")
    # PyAV imports the class of a stream when it meets one.
    for part in pkgutil.walk_packages(av.__path__, "av."):
        if part.name not in LEFT_OUT:
            importlib.import_module(part.name)
    scene.model()  # a file, read once
    _set_up_pillow()


def _set_up_pillow() -> None:
    # Pixels are counted by ourselves, from the header, against one limit for all formats.
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # Every frame comes as RGB or RGBA: with palettes, one frame's colours would depend on how many follow.
    GifImagePlugin.LOADING_STRATEGY = GifImagePlugin.LoadingStrategy.RGB_ALWAYS
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener(thumbnails=False)
    Image._initialized = 2  # otherwise Pillow imports all its other plugins
