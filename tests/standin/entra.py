"""A small authority that gives tokens to whoever proves a certificate (client assertion)."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt


class EntraStandIn:
    """`assertions` holds the claims of each proof that was signed with the key."""

    def __init__(self, public_key):
        self.assertions = []
        self.address = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                base = f"{outer.address}/tenant"
                outer.answer(
                    self,
                    {
                        "issuer": f"{base}/v2.0",
                        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                        "token_endpoint": f"{base}/oauth2/v2.0/token",
                    },
                )

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                form = parse_qs(self.rfile.read(length).decode())
                claims = jwt.decode(
                    form["client_assertion"][0],
                    public_key,
                    algorithms=["RS256", "PS256"],
                    options={"verify_aud": False},
                )
                outer.assertions.append((form["scope"][0], claims))
                outer.answer(
                    self,
                    {
                        "token_type": "Bearer",
                        "expires_in": 3600,
                        "access_token": "a-token-of-the-stand-in",
                    },
                )

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, http, value):
        body = json.dumps(value).encode()
        http.send_response(200)
        http.send_header("Content-Type", "application/json")
        http.send_header("Content-Length", str(len(body)))
        http.end_headers()
        http.wfile.write(body)
