"""The key that signs letters on paper: P-256, made of the node's own, vouched for by the node's authority. Pure.

What reads PDF files knows P-256 and not Ed25519, so letters have a key of their own; whoever holds the authority's
certificate, or has its fingerprint from an introduction, checks a letter without Havre.
"""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from havre.sealing.certificate import FOR_EVER, SINCE, authority
from havre.sealing.peer import node_of

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (FIPS 186-5, SEC 2)."""

PURPOSE = b"havre letters 1"
DRAWN_BYTES = 48
"""128 bits more than the order has: reduced, no number comes more often than another (FIPS 186-5, A.2.1)."""

SERIAL = 1 << 64
"""Far from the numbers of the doors, which count generations."""


class LetterKey:
    """What signs letters."""

    __slots__ = ("_authority", "_certificate", "_private")

    def __init__(self, seed: bytes) -> None:
        drawn = HKDF(SHA256(), DRAWN_BYTES, salt=None, info=PURPOSE).derive(seed)
        self._private = ec.derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, ec.SECP256R1())
        self._authority = authority(seed)
        self._certificate = _certificate(Ed25519PrivateKey.from_private_bytes(seed), self._private.public_key())

    @property
    def certificate(self) -> bytes:
        """Its certificate (DER); the same each time."""
        return self._certificate.public_bytes(Encoding.DER)

    @property
    def issuer(self) -> bytes:
        """The authority that signed it (DER)."""
        return self._authority

    def sign(self, data: bytes) -> bytes:
        """A detached signature (CMS, DER) over these bytes, with the certificate in it and no time of its own.

        The time of a letter stands in the letter, where it is signed with it.
        """
        builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(self._certificate, self._private, SHA256())
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoAttributes]
        return builder.sign(Encoding.DER, options)

    def __repr__(self) -> str:
        return "LetterKey()"


def _certificate(own: Ed25519PrivateKey, subject: ec.EllipticCurvePublicKey) -> x509.Certificate:
    node = node_of(own.public_key().public_bytes_raw())
    refused = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, encipher_only=False, decipher_only=False, **refused
    )
    return (
        x509.CertificateBuilder()
        .issuer_name(_named(node))
        .subject_name(_named(f"letters of {node[:40]}"))
        .public_key(subject)
        .serial_number(SERIAL)
        .not_valid_before(SINCE)
        .not_valid_after(FOR_EVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), critical=False)
        .sign(own, None)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
