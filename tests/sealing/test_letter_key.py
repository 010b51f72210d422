"""Letters are signed by a key made of the node's; openssl says whether a signature is one of the node's."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from havre.sealing.certificate import authority
from havre.sealing.letter_key import ORDER, LetterKey

SEED = bytes(range(32))
TEXT = b"a letter\nof two lines"


def verified(folder: Path, data: bytes, signature: bytes, issuer: bytes) -> bool:
    """What openssl says."""
    pem = x509.load_der_x509_certificate(issuer).public_bytes(Encoding.PEM)
    for name, content in (("data", data), ("signature", signature), ("ca.pem", pem)):
        (folder / name).write_bytes(content)
    words = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "data"]
    words += ["-CAfile", "ca.pem", "-purpose", "any", "-out", "/dev/null"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode == 0


def test_openssl_verifies_a_signature_by_the_node(tmp_path: Path) -> None:
    key = LetterKey(SEED)
    assert verified(tmp_path, TEXT, key.sign(TEXT), key.issuer)


@pytest.mark.parametrize("altered", [TEXT + b".", TEXT.replace(b"two", b"six"), b""])
def test_what_was_altered_is_not(tmp_path: Path, altered: bytes) -> None:
    key = LetterKey(SEED)
    assert not verified(tmp_path, altered, key.sign(TEXT), key.issuer)


def test_another_nodes_signature_is_not_this_ones(tmp_path: Path) -> None:
    assert not verified(tmp_path, TEXT, LetterKey(bytes(32)).sign(TEXT), LetterKey(SEED).issuer)


def test_key_and_certificate_are_the_same_each_time_and_no_secret_is_shown() -> None:
    key = LetterKey(SEED)
    assert key.certificate == LetterKey(SEED).certificate != LetterKey(bytes(32)).certificate
    assert key.issuer == authority(SEED)
    assert repr(key) == "LetterKey()"


def test_the_certificate_signs_nothing_but_letters() -> None:
    usage = x509.load_der_x509_certificate(LetterKey(SEED).certificate).extensions.get_extension_for_class(
        x509.KeyUsage
    )
    said = usage.value
    assert (said.digital_signature, said.content_commitment, said.key_cert_sign, said.key_agreement) == (
        *(True, True, False, False),
    )


def test_the_order_is_that_of_the_group() -> None:
    last = ec.derive_private_key(ORDER - 1, ec.SECP256R1())
    first = ec.derive_private_key(1, ec.SECP256R1())
    assert last.public_key().public_numbers().x == first.public_key().public_numbers().x  # minus one times the base
    with pytest.raises(ValueError, match=r".*"):
        ec.derive_private_key(ORDER, ec.SECP256R1()).public_key()
