"""What flows for longer than gunicorn's time-out is not cut off; what hangs is."""

import subprocess
import sys
import time

import pytest
import requests
from django.conf import settings

from lockbox_site.processes.web import WEB
from lockbox_site.processes.web_worker import WebWorker
from lockbox_site.scratch.server import answers, free_port

pytestmark = pytest.mark.long

WORKER = f"{WebWorker.__module__}.{WebWorker.__name__}"
UNIT = settings.BASE_DIR / "lockbox_site/deploy/systemd/lockbox-web.service"
TIMEOUT = 3
PARTS = 12
PAUSE = 0.5


def application(environ, start_response):
    """Flows, or hangs after its first part, for longer than the time-out."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/hangs":
        yield b"first "
        time.sleep(4 * TIMEOUT)
    for number in range(PARTS):
        time.sleep(PAUSE)
        yield f"{number} ".encode()


@pytest.fixture(scope="module")
def address():
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"{__name__}:application"]
    command += ["--worker-class", WORKER]
    command += ["--timeout", str(TIMEOUT), "--bind", f"127.0.0.1:{port}"]
    command += ["--no-control-socket", "--log-level", "critical"]
    process = subprocess.Popen(command)
    try:
        assert answers(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def test_what_flows_for_longer_than_the_time_out_comes_whole(address):
    assert PARTS * PAUSE > TIMEOUT
    whole = "".join(f"{number} " for number in range(PARTS))
    assert requests.get(f"{address}/flows", timeout=60).text == whole


def test_what_hangs_is_ended(address):
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{address}/hangs", timeout=60)


def test_whoever_starts_the_web_starts_it_so():
    assert WORKER in WEB
    assert f"--worker-class {WORKER} " in UNIT.read_text()
