"""A platform's program that reports to a hotline, step by step."""

import base64
from pathlib import Path
from typing import Any

from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.cybertip.files import FileDetails
from havre.cybertip.read import document_of
from havre.cybertip.write import xml_of
from havre.entrypoints.platform.node import serve
from havre.hotline.models import Tip, TipState
from havre.settings import Front
from tests.hotline.tipped import KEY, report_xml

BASIC = "Basic " + base64.b64encode(f"whoever:{KEY}".encode()).decode()
FORM = "multipart/form-data; boundary=h-0"


def form(
    number: object, content: bytes | None = None, name: str = "boat.jpg", end: bytes = b"--\r\n", until: str = ""
) -> bytes:
    """A form as programs write it."""
    parts = [b'Content-Disposition: form-data; name="id"\r\n\r\n' + str(number).encode()]
    if content is not None:
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content)
    if until:
        parts.append(b'Content-Disposition: form-data; name="until"\r\n\r\n' + until.encode())
    return b"".join(b"--h-0\r\n" + part + b"\r\n" for part in parts) + b"--h-0" + end


class Program:
    """What asks, with the platform's key unless another is shown."""

    def __init__(self, folder: Path) -> None:
        serve(Front(feeds=folder / "feeds", tips=folder / "tips"))
        self._client = Client(raise_request_exception=False)
        self.last: Any = None

    def __call__(self, what: str, body: bytes | None = None, kind: str = "text/xml", shown: str = BASIC) -> Any:
        """The document of the answer."""
        given: dict[str, Any] = {"HTTP_AUTHORIZATION": shown} if shown else {}
        place = f"/cybertip/{what}"
        with override_settings(**platform_answers()):
            if body is None:
                self.last = self._client.get(place, **given)
            else:
                self.last = self._client.post(place, body, content_type=kind, **given)
        return document_of(self.last.content)


def whole_way(folder: Path) -> None:
    """Everything that a program may ask, each answered as it should be: one report finished, one taken back."""
    ask = Program(folder)
    assert ask("status").response_code == 0
    for end in ("finish", "retract"):
        number = ask("submit", report_xml()).report_id
        kept = ask("upload", form(number, b"a boat"), FORM)
        assert kept.response_code == 0, kept
        details = FileDetails(report_id=number, file_id=kept.file_id, file_name="boat.jpg")
        assert ask("fileinfo", xml_of(details)).response_code == 0
        assert ask(end, form(number), FORM).response_code == 0
    assert ask("finish", form(1), FORM).response_code == 5001
    number = Tip.objects.get(state=TipState.FINISHED).number
    assert ask("preserved", form(number, until="2027-03-02"), FORM).response_code == 0
