"""What flows for longer than gunicorn's time-out is not cut off; what hangs is."""

import json
import os
import subprocess
import sys
import time

import pytest
import requests
from django.conf import settings

from lockbox_site import gunicorn_settings
from lockbox_site.processes import SETTINGS, WEB, WebWorker
from lockbox_site.scratch import answers, free_port
from tests.install.test_release import PRODUCTION

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
    assert gunicorn_settings.worker_class == WORKER
    assert SETTINGS in WEB
    assert f"--config {SETTINGS}\n" in UNIT.read_text()


def test_each_line_of_a_server_is_an_object():
    """Also gunicorn's own."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", SETTINGS]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--workers", "1"],
        env=os.environ | PRODUCTION,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert answers(port, process)
        address = f"http://127.0.0.1:{port}/login/?q=Anna"
        host = {"Host": PRODUCTION["LOCKBOX_HOSTS"]}
        asked = requests.get(address, headers=host, timeout=60, allow_redirects=False)
        assert asked.status_code == 301
    finally:
        process.terminate()
        written, _ = process.communicate(timeout=20)
    lines = [json.loads(line) for line in written.splitlines()]
    assert {"gunicorn.error"} == {line["logger"] for line in lines}
    assert "Anna" not in written
    assert any("Listening at" in line["message"] for line in lines)
