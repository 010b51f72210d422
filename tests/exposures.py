"""Photographs as cameras write them: a scene from a seed with what its EXIF block says."""

import io
from collections.abc import Mapping
from pathlib import Path

from PIL import ExifTags, Image

from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.units.acting import Acting
from tests.sources import lay, scene

NIKON = {"Make": "NIKON CORPORATION", "Model": "NIKON D810"}
CANON = {"Make": "Canon", "Model": "Canon EOS 5D Mark III"}
PHONE = {"Make": "Apple", "Model": "iPhone 6"}

IN_EXIF = {"BodySerialNumber", "LensSerialNumber", "LensModel", "DateTimeOriginal", "OffsetTimeOriginal"}
IN_EXIF |= {"ImageUniqueID", "SubsecTimeOriginal"}


def exposure(seed: int, *told: Mapping[str, str], **more: str) -> bytes:
    """A JPEG of a scene that nothing else shows, with these EXIF fields."""
    fields = {name: value for some in (*told, more) for name, value in some.items()}
    exif = Image.Exif()
    for name, value in fields.items():
        tag = ExifTags.Base[name]
        (exif.get_ifd(ExifTags.IFD.Exif) if name in IN_EXIF else exif)[tag] = value
    file = io.BytesIO()
    Image.fromarray(scene(seed)).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def taken_at(clock: str, day: str = "2019:04:14") -> dict[str, str]:
    """When the camera says it was taken."""
    return {"DateTimeOriginal": f"{day} {clock}"}


def intake(home: Home, acting: Acting, folder: Path, files: Mapping[str, bytes], case: str = "C") -> None:
    """Lay these files into a folder and take it into a case of that name, opened if there is none; propose nothing."""
    if not acting.unit.cases.filter(reference=case).exists():
        open_dossier(home, acting, case, "a warrant", "a test")
    take_in(home, acting, case, str(lay(folder, files)), workers=1, series=False)
