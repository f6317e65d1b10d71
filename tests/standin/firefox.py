"""A Firefox without a window, driven over WebDriver BiDi, with a push service of ours."""

import json
import os
import socket
import subprocess
import time

import aiohttp

from lockbox_site.scratch import free_port
from tests import moment, tools
from tests.standin.push_service import Loop

PATIENCE = 60  # seconds
PREFERENCES = {
    "dom.push.testing.allowInsecureServerURL": True,
    "permissions.default.desktop-notification": 1,
    "alerts.useSystemBackend": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    # The remote agent would else switch off all that it finds noisy, push among it.
    "remote.prefs.recommended": False,
    "remote.log.level": "Error",
}


class Firefox:
    """Started by `with`; one page."""

    def __init__(self, folder, push_port):
        self.loop, self.number, self.port = Loop(), 0, free_port()
        told = {**PREFERENCES, "dom.push.serverURL": f"ws://127.0.0.1:{push_port}/"}
        lines = [
            f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in told.items()
        ]
        (folder / "user.js").write_text("\n".join(lines))
        self.folder = folder

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                tools.path("firefox-esr"),
                "--headless",
                "--no-remote",
                "--profile",
                str(self.folder),
            ]
            + ["--remote-debugging-port", str(self.port), "about:blank"],
            env=moment.without(os.environ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait_for_port()
        self.loop.run(self._connect())
        return self

    def __exit__(self, *_error):
        self.loop.run(self.session.close())
        self.process.terminate()
        self.process.wait(PATIENCE)

    def _wait_for_port(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.2)
        raise TimeoutError("Firefox does not listen")

    async def _connect(self):
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(
            f"ws://127.0.0.1:{self.port}/session", max_msg_size=0
        )
        await self._ask("session.new", capabilities={})
        tree = await self._ask("browsingContext.getTree")
        self.page = tree["contexts"][0]["context"]

    async def _ask(self, method, **params):
        self.number += 1
        number = self.number
        await self.socket.send_json({"id": number, "method": method, "params": params})
        async for message in self.socket:
            said = json.loads(message.data)
            if said.get("id") == number:
                if said["type"] == "error":
                    raise RuntimeError(said["message"])
                return said["result"]
        raise ConnectionError("Firefox hung up")

    def goto(self, url):
        where = {"context": self.page, "url": url, "wait": "complete"}
        self.loop.run(self._ask("browsingContext.navigate", **where))

    def run(self, script):
        """The value of an expression in the page, as text, once a promise is kept."""
        answer = self.loop.run(
            self._ask(
                "script.evaluate",
                expression=f"Promise.resolve({script}).then(String)",
                target={"context": self.page},
                awaitPromise=True,
                userActivation=True,
            )
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"]["value"]

    def until(self, script, wanted):
        """Asked again until it is so."""
        end, last = time.monotonic() + PATIENCE, ""
        while time.monotonic() < end:
            try:
                last = self.run(script)
            except RuntimeError as error:
                last = str(error)
            if wanted(last):
                return last
            time.sleep(0.3)
        raise TimeoutError(last)
