"""Certificates name the node by its log key: whoever another key vouches for is somebody else."""

import pytest

from havre.errors import Invalid, Refused
from havre.sealing.certificate import Shown, authority, door_of, must_be_authority, shown_by
from havre.sealing.peer import node_of
from havre.sealing.secret import secrets_of
from havre.sealing.sign import Signer
from tests.sealing.wire import NODES, SEEDS


def certificate(country: str, generation: int) -> bytes:
    """What a node of this generation shows, as DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = door_of(SEEDS[country], secrets_of(SEEDS[country], generation))
    return x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERT") :]).public_bytes(Encoding.DER)


def test_a_certificate_tells_node_and_generation() -> None:
    assert shown_by(certificate("BE", 3), authority(SEEDS["BE"])) == Shown(NODES["BE"], 3)


def test_a_certificate_of_another_node_is_refused() -> None:
    with pytest.raises(Refused):
        shown_by(certificate("IT", 0), authority(SEEDS["BE"]))
    with pytest.raises(Refused):
        shown_by(b"none", authority(SEEDS["BE"]))


def test_an_authority_is_the_same_each_time_and_of_its_own_key_alone() -> None:
    assert authority(SEEDS["BE"]) == authority(SEEDS["BE"])
    key = Signer(SEEDS["BE"]).verifier.public
    must_be_authority(authority(SEEDS["BE"]), key)
    assert node_of(key) == NODES["BE"]
    for wrong in (authority(SEEDS["IT"]), certificate("BE", 0), b"none"):
        with pytest.raises(Invalid):
            must_be_authority(wrong, key)
