"""The certificates of mutual TLS: the node's log key is its own authority, and signs one for each generation. Pure.

Peers hold the authority, so a new generation needs nothing of them; who shows an older one than introduced is refused.
No date means anything: clocks of nodes differ, and what counts is whom one was introduced to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from havre.errors import Invalid, Refused
from havre.sealing.peer import node_of
from havre.sealing.secret import Secrets

SINCE, FOR_EVER = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""RFC 5280, 4.1.2.5: a certificate without an end says 99991231235959Z."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Who shows a certificate."""

    node: str
    generation: int


def authority(seed: bytes) -> bytes:
    """The certificate of the node with this seed, signed by itself (DER); the same each time."""
    own = Ed25519PrivateKey.from_private_bytes(seed)
    made = _certificate(own.public_key(), own.public_key(), 1, ca=True)
    return made.sign(own, None).public_bytes(Encoding.DER)


def door_of(seed: bytes, secrets: Secrets) -> bytes:
    """Key and certificate that this generation shows in mutual TLS, as one PEM."""
    own, door = (Ed25519PrivateKey.from_private_bytes(each) for each in (seed, secrets.door))
    made = _certificate(own.public_key(), door.public_key(), secrets.generation + 1, ca=False).sign(own, None)
    key = door.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + made.public_bytes(Encoding.PEM)


def _certificate(
    issuer: Ed25519PublicKey, subject: Ed25519PublicKey, number: int, *, ca: bool
) -> x509.CertificateBuilder:
    named = _named(issuer.public_bytes_raw())
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"generation {number - 1}")])
    return (
        x509.CertificateBuilder()
        .issuer_name(named)
        .subject_name(named if ca else own)
        .public_key(subject)
        .serial_number(number)
        .not_valid_before(SINCE)
        .not_valid_after(FOR_EVER)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, decipher_only=False, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(subject), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    )


def _named(key: bytes) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node_of(key))])


def must_be_authority(certificate: bytes, key: bytes) -> None:
    """Raises Invalid unless this is the authority of the node whose log this key signs."""
    try:
        found = x509.load_der_x509_certificate(certificate)
        found.verify_directly_issued_by(found)
        public, _name = found.public_key(), found.subject
    except (ValueError, TypeError, InvalidSignature):
        raise Invalid("the certificate in this introduction is none") from None
    if not isinstance(public, Ed25519PublicKey) or public.public_bytes_raw() != key:
        raise Invalid("the certificate in this introduction is of another key")
    if found.subject != _named(key):  # authorities are looked up by name: no node's stands in the way of another's
        raise Invalid("the certificate in this introduction has the name of another node")


def shown_by(certificate: bytes, authority: bytes) -> Shown:
    """Who shows this certificate (DER). Raises Refused where this authority did not sign it."""
    issuer = x509.load_der_x509_certificate(authority)
    public = issuer.public_key()
    try:
        found = x509.load_der_x509_certificate(certificate)
        found.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        raise Refused("this certificate is of another node") from None
    if found.serial_number < 1 or not isinstance(public, Ed25519PublicKey):
        raise Refused("this certificate is of another node")
    return Shown(node_of(public.public_bytes_raw()), found.serial_number - 1)
