"""An identity provider as units have them (OpenID Connect, authorization code with PKCE), on the loopback.

It answers as OpenID Connect Core 1.0 says: discovery, authorization, token, userinfo, keys; and refuses a wrong client,
a wrong verifier, a code used twice. Whom it signs in, and with what, is said by `claims`.
"""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT, SECRET = "havre", "a secret of the client"


@dataclass
class Identity:
    """One provider: where it is, and whom it signs in next."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    """Where it says something else of the person than the token does."""
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(65537, 2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every authorization request, as it came."""

    issuer: str | None = None
    """Who it says that it is, in its configuration and in tokens, where that is not its address."""
    silent: bool = False
    """Whether it is out of order."""

    def gone(self) -> None:
        """From now on it answers nothing but that it is out of order."""
        self.silent = True

    def configuration(self) -> dict[str, Any]:
        """What stands under /.well-known."""
        ends = ("authorization", "token", "userinfo")
        return {
            "issuer": self.issuer or self.address,
            **{f"{end}_endpoint": f"{self.address}/{end}" for end in ends},
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, given: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code."""
        self.asked.append(given)
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def token(self, given: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code; nothing where the client, the code or the verifier is wrong."""
        asked = self.codes.pop(given.get("code", ""), None)
        if asked is None or (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            return None
        digest = base64.urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest())
        if digest.rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer or self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
        }
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        token = jwt.encode(claims, self.key, "RS256", headers={"kid": "1"})
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def keys(self) -> dict[str, Any]:
        """Its public keys."""
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**told, "kid": "1", "alg": "RS256", "use": "sig"}]}


@contextmanager
def identity() -> Iterator[Identity]:
    """A provider that runs until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    provider = Identity(f"http://localhost:{server.server_address[1]}")
    server.provider = provider  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


class _Answers(BaseHTTPRequestHandler):
    @property
    def provider(self) -> Identity:
        found: Identity = self.server.provider  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(where.query).items()}
        if self.provider.silent:
            self.send_error(503)
        elif where.path == "/.well-known/openid-configuration":
            self._json(self.provider.configuration())
        elif where.path == "/keys":
            self._json(self.provider.keys())
        elif where.path == "/userinfo":
            self._json(self.provider.claims if self.provider.userinfo is None else self.provider.userinfo)
        elif where.path == "/authorization":
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(given))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        tokens = self.provider.token({name: values[0] for name, values in parse_qs(text).items()})
        self._json(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

    def _json(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing is printed."""
