"""A seized folder of pictures drawn from a seed, and its way into a case."""

from pathlib import Path

from PIL import Image

from havre.cases.models import Case
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.units.acting import Acting
from tests.pictures import landscape


def seizure(folder: Path, seeds: range) -> Path:
    """A folder with one small picture a seed."""
    folder.mkdir(exist_ok=True)
    for seed in seeds:
        Image.fromarray(landscape(seed, 96, 128)).save(folder / f"{seed:04}.png")
    return folder


def taken_in(home: Home, acting: Acting, reference: str, folder: Path) -> Case:
    """A new case into which the folder was taken."""
    case = open_dossier(home, acting, reference, "a warrant", "a test")
    take_in(home, acting, reference, str(folder), workers=1)
    return case
