"""Small documents of every format, made from scratch: nothing in them comes from a real file."""

import base64
import json

from havre.matches.formats.icse import HEADER

MD5 = "0123456789abcdef0123456789abcdef"
SHA1 = "89abcdef01234567" * 2 + "01234567"
SHA256 = "76543210fedcba98" * 4
PDQ = "f0e1d2c3b4a5968778695a4b3c2d1e0f" * 2
PHOTODNA = bytes(range(144))

CONTEXT_2 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#{}"
CONTEXT_13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#{}"


def digest(number: int) -> str:
    """An MD5 of nothing in particular, another for each number."""
    return f"{number + 1:08x}" * 3 + "5eed5eed"


def media(number: int = 0, **fields: object) -> dict[str, object]:
    """A Media as a 2.0 exporter writes it, with these fields changed."""
    made: dict[str, object] = {
        "MediaID": number,
        "MD5": digest(number).upper(),
        "Category": 1,
        "VictimIdentified": False,
        "IsPrecategorized": True,
        "RelativeFilePath": f"files\\{number}.jpg",
        "MediaFiles": [{"MD5": digest(number), "MediaFileID": "1", "FileName": "a.jpg", "FilePath": "C:\\x"}],
    }
    made.update(fields)
    return {name: value for name, value in made.items() if value is not ...}


def document(*held: dict[str, object], region: str = "US") -> bytes:
    """A 2.0 hash set."""
    return json.dumps({"@odata.context": CONTEXT_2.format(region, "Media"), "value": held}).encode()


def vics2() -> bytes:
    full = media(
        1,
        SHA1=SHA1,
        Tags="beach, boat",
        Series={"Name": "Harbour"},
        Comments="seen twice",
        DateUpdated="/Date(1500000000000)/",
        PhotoDNA=base64.b64encode(PHOTODNA).decode(),
        AlternativeHashes=[{"HashName": "PDQ", "HashValue": PDQ}, {"HashName": "SHA256", "HashValue": SHA256}],
        Exifs=[{"PropertyName": "Make", "PropertyValue": "Acme", "PropertyGroup": "IFD0"}],
        IsDistributed="true",
    )
    return b"\xef\xbb\xbf" + document(media(0), full, media(2, Category=None), media(3, Category=5))


def vics2_cases() -> bytes:
    case = {"CaseID": "c", "CaseNumber": "2024-7", "TotalMediaFiles": 9, "Media": [media(0), media(1), media(1)]}
    return json.dumps({"@odata.context": CONTEXT_2.format("UK", "Cases"), "value": [case]}).encode()


def vics13() -> bytes:
    direct = media(7, MediaFiles=..., FileName="b.jpg", Created="2020-01-02T03:04:05Z", MediaSize="123", MediaID="7")
    held = {"odata.id": "", "Media@odata.navigationLinkUrl": "", "Media": [direct, media(8)], "CaseNumber": "1"}
    return json.dumps({"odata.metadata": CONTEXT_13.format("Cases"), "value": [held]}).encode()


def icse_row(**cells: str) -> str:
    """One row of the export, with these columns changed ('_' for a blank)."""
    made = dict.fromkeys(HEADER, "") | {
        "MD5": MD5, "SHA1": SHA1, "PhotoDNA": PHOTODNA.hex().upper(), "Image ID": "77", "Is distributed": "Y",
        "Victim identified": "N", "Offender identified": "N", "Series name": "Harbour", "Number of submissions": "3",
        "File Available": "True", "Media Type": "Image", "Baseline": "Yes",
    }  # fmt: skip
    made.update({name.replace("_", " "): cell for name, cell in cells.items()})
    return ";".join(made[name] for name in HEADER)


def icse() -> bytes:
    bad = icse_row(MD5=MD5 + "0", Baseline="No")
    return "\r\n".join([";".join(HEADER), icse_row() + ";", bad, icse_row(MD5="", SHA1="")]).encode()


def table() -> bytes:
    return f'Label;PDQ;MD5;Quality\npertinent;{PDQ};{MD5};88\n"not-pertinent";;{digest(1)};\n;;x;\n'.encode()


def hashes() -> bytes:
    return f"# a list\n{MD5}\n\n{SHA1.upper()}\n{SHA256}\npdq:{PDQ}\nnot a hash\n{MD5}0\n".encode()
