"""An identity provider as a process of its own, and a browser's way there and back."""

import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import requests

HERE = Path(__file__).parent
SITE = "http://testserver"
BACK_TO = f"{SITE}/sign-in/back/"
AFTERWARDS = f"{SITE}/login/"


class Provider:
    """What it is told holds for every sign-in until it is told something else."""

    def __init__(self, port, pem=None):
        self.url = f"{'https' if pem else 'http'}://127.0.0.1:{port}"
        self.trust = str(pem) if pem else True

    def tell(self, sub, *roles, amr=("pwd", "mfa"), **more):
        claims = {"roles": roles, **more.pop("claims", {})}
        told = {"sub": sub, "amr": amr, "claims": claims, **more}
        requests.post(
            f"{self.url}/as-told", json=told, timeout=30, verify=self.trust
        ).raise_for_status()


@contextmanager
def running(pem=None, out_at=f"{SITE}/sign-in/ended/"):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "node",
        str(HERE / "provider.mjs"),
        str(port),
        BACK_TO,
        AFTERWARDS,
        out_at,
    ]
    command += [str(pem)] if pem else []
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        # It writes one line when it listens, and none when it fails.
        assert process.stdout.readline() == "ready\n"
        yield Provider(port, pem)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


class Surfer:
    """A browser: one jar of cookies for the site, another for the provider."""

    def __init__(self, client, trust=True):
        self.client = client
        self.elsewhere = requests.Session()
        # What the environment names would count before what is said here.
        self.elsewhere.trust_env, self.elsewhere.verify = False, trust

    def sign_in(self, address="/sign-in/"):
        """Follow the way from the site through the provider to what the site says."""
        answer = self.client.get(address)
        if answer.status_code != 302:
            return answer
        return self.client.get(self.through(answer.url))

    def through(self, address):
        """The address of the site to which the provider sends the browser back."""
        while not address.startswith(SITE):
            response = self.elsewhere.get(address, allow_redirects=False, timeout=30)
            assert response.is_redirect, response.text
            address = requests.compat.urljoin(address, response.headers["Location"])
        return address
