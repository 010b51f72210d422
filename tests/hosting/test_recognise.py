"""What a file says is told by how it begins."""

import json

import pytest

from havre.errors import Invalid
from havre.hosting.models import Kind
from havre.hosting.recognise import About, recognise
from tests.hosting.readers.test_delegations import RIPE
from tests.hosting.readers.test_records import BLOCK, DOMAIN

FILES = {
    RIPE: "delegations",
    "# words\n\nprefix,asn\n192.0.2.0/24,1\n": "prefixes",
    "\ufeff192.0.2.0/24 AS1": "prefixes",
    "asn,name,country,kind\n": "systems",
    '64500,"Example"\n': "systems",
    '{"name":"a.example","type":"A","value":"192.0.2.7"}\n{"name":"b"': "answers",
    "; <<>> DiG\n;; x\na.example. 300 IN A 192.0.2.7\n": "answers",
    json.dumps(BLOCK): "records",
    json.dumps(DOMAIN, indent=2): "records",
}


@pytest.mark.parametrize("text", FILES)
def test_a_file_is_recognised(text: str) -> None:
    assert recognise(text.encode()).kind == FILES[text]


@pytest.mark.parametrize("text", ["", "\n\n", "hello world", "<html>", "\x00\x01", '{"a": 1}', "# only words", "[]"])
def test_what_is_none_is_told_so(text: str) -> None:
    with pytest.raises(Invalid, match="--kind says what it is"):
        recognise(text.encode())


def test_somebody_may_say_what_it_is() -> None:
    assert recognise(b"hello world", "answers") == About("answers")
    with pytest.raises(Invalid, match="take one of delegations, prefixes, systems, answers, records"):
        recognise(b"192.0.2.0/24,1", "nothing")
    for kind in (Kind.DELEGATIONS, Kind.RECORDS):
        with pytest.raises(Invalid, match="--kind"):
            recognise(b"192.0.2.0/24,1", kind)


def test_an_answer_of_rdap_that_says_nothing_is_told_so() -> None:
    with pytest.raises(Invalid, match="says nothing that is understood: a domain has a name"):
        recognise(b'{"objectClassName": "domain"}')
