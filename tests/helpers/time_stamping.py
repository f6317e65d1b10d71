"""A time-stamping authority of its own: `openssl ts` behind a process that speaks HTTP.

python time_stamping.py FOLDER    serves, and prints its port
"""

import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamping]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
signer_digest = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(folder, *arguments, **more):
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, **more
    ).stdout


def make(folder):
    """A root, and the authority's own certificate beneath it."""
    folder.mkdir(exist_ok=True)
    (folder / "openssl.cnf").write_text(SETTINGS.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config",
           "openssl.cnf")  # fmt: skip
    openssl(folder, "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem",
            "-days", "2", "-subj", "/CN=Root", "-extensions", "root")  # fmt: skip
    openssl(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr",
            "-subj", "/CN=Stamps")  # fmt: skip
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey",
            "root.key", "-CAcreateserial", "-out", "tsa.pem", "-days", "2",
            "-extfile", "openssl.cnf", "-extensions", "stamping")  # fmt: skip
    return folder


@contextmanager
def serving(folder):
    """Gives its address, until it is left."""
    command = [sys.executable, __file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/"
        finally:
            process.terminate()


class Authority(BaseHTTPRequestHandler):
    def do_POST(self):
        assert self.headers["Content-Type"] == "application/timestamp-query"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        folder = Path(sys.argv[1])
        (folder / "query").write_bytes(body)
        reply = openssl(folder, "ts", "-reply", "-config", "openssl.cnf", "-queryfile",
                       "query")  # fmt: skip
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_arguments):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Authority)
    print(server.server_port, flush=True)
    server.serve_forever()
