"""An identity provider on loopback that speaks OpenID Connect and lets everybody in as the person it was made for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "polydesk"


@contextmanager
def identity_provider(**claims: object) -> Iterator[str]:
    """The address of a provider that puts ``claims`` into the token of whoever asks."""
    key = RSAKey.generate_key(2048, {"kid": "one"})
    nonces: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._say(
                    {
                        "issuer": url,
                        "authorization_endpoint": f"{url}/authorize",
                        "token_endpoint": f"{url}/token",
                        "jwks_uri": f"{url}/keys",
                        "id_token_signing_alg_values_supported": ["RS256"],
                        "code_challenge_methods_supported": ["S256"],
                    }
                )
            elif parts.path == "/keys":
                self._say({"keys": [key.as_dict(private=False)]})
            elif parts.path == "/authorize" and asked["client_id"] == CLIENT_ID:
                code = f"code-{len(nonces)}"
                nonces[code] = asked["nonce"]
                self.send_response(302)
                self.send_header(
                    "Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
                )
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            now = int(time.time())
            content = {
                "iss": url,
                "aud": CLIENT_ID,
                "iat": now,
                "exp": now + 600,
                "nonce": nonces[form["code"][0]],
                **claims,
            }
            token = jwt.encode({"alg": "RS256", "kid": "one"}, content, key)
            self._say({"access_token": "x", "token_type": "Bearer", "id_token": token, "expires_in": 600})

        def log_message(self, format: str, *args: object) -> None:  # the base class calls it so
            """Nothing is printed."""

        def _say(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
