"""Certificates name the node by its log key: whoever another key vouches for is somebody else."""

import pytest

from havre.errors import Invalid, Refused
from havre.sealing.certificate import FOR_EVER, SINCE, Shown, authority, door_of, must_be_authority, shown_by
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


def test_an_authority_bears_the_name_of_its_own_node_alone() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    own = Ed25519PrivateKey.from_private_bytes(SEEDS["IT"])
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NODES["BE"])])
    made = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(own.public_key())
    made = made.serial_number(1).not_valid_before(SINCE).not_valid_after(FOR_EVER)
    with pytest.raises(Invalid, match="name of another node"):
        must_be_authority(made.sign(own, None).public_bytes(Encoding.DER), Signer(SEEDS["IT"]).verifier.public)
