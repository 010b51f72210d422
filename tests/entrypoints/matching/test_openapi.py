"""The document of the API is whole; that answers are as it says is tested with the answers."""

import json

from havre.entrypoints.matching.openapi import DOCUMENT


def test_the_document_is_json_and_each_address_says_what_may_come_back() -> None:
    assert json.loads(json.dumps(DOCUMENT)) == DOCUMENT
    for path, verbs in DOCUMENT["paths"].items():
        for operation in verbs.values():
            assert operation["summary"]
            assert {"200", "503"} <= operation["responses"].keys(), path
