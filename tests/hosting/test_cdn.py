"""Well-known CDNs are known by the names of their networks, and by the names to which customers lead."""

from hashlib import sha256
from pathlib import Path

import pytest

import havre.hosting
from havre.hosting.cdn import cdn_of_name, cdn_of_network, digest


@pytest.mark.parametrize(
    ("name", "cdn"),
    [
        ("CLOUDFLARENET", "Cloudflare"),
        ("Cloudflare, Inc.", "Cloudflare"),
        ("AKAMAI-ASN1", "Akamai"),
        ("AKAMAI-LINODE-AP Akamai Connected Cloud", ""),
        ("FASTLY", "Fastly"),
        ("EDGECAST", "Edgio"),
        ("DDOS-GUARD LTD", "DDoS-Guard"),
        ("EXAMPLECDN", "Example CDN"),
        ("Example Hosting", ""),
        ("Notcloudflare", ""),
        ("", ""),
    ],
)
def test_a_network_is_one_by_a_word_of_its_name(name: str, cdn: str) -> None:
    assert cdn_of_network(name) == cdn


@pytest.mark.parametrize(
    ("host", "cdn"),
    [
        ("d111.cloudfront.net", "Amazon CloudFront"),
        ("a.example.cdn.cloudflare.net", "Cloudflare"),
        ("x.edgekey.net", "Akamai"),
        ("cloudfront.net.example", ""),
        ("notcloudfront.net", ""),
        ("a.example", ""),
    ],
)
def test_a_name_leads_to_one_by_its_end(host: str, cdn: str) -> None:
    assert cdn_of_name(host) == cdn


def test_the_list_has_a_digest_as_any_other_file() -> None:
    assert digest() == sha256((Path(havre.hosting.__file__).parent / "cdn.toml").read_bytes()).digest()
