"""A push service on this machine, as Firefox talks to one: a socket for the browser, an
address for each page that listens."""

import asyncio
import base64
import json
import threading
import uuid

from aiohttp import WSMsgType, web

ADDRESS = "https://hook.example/push/"


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine, timeout=120):
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        return future.result(timeout)


class PushService:
    """Started by `with`. `got` holds what was posted, as (headers, body)."""

    def __init__(self):
        self.got, self.browser, self.loop = [], None, Loop()

    def __enter__(self):
        self.loop.run(self._start())
        return self

    def __exit__(self, *_error):
        self.loop.run(self.runner.cleanup())

    async def _start(self):
        app = web.Application()
        app.add_routes(
            [web.get("/", self._listen), web.post("/push/{channel}", self._push)]
        )
        self.runner = web.AppRunner(app, shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def _listen(self, request):
        socket = web.WebSocketResponse(protocols=["push-notification"])
        await socket.prepare(request)
        self.browser = socket
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                answer = self._answer(json.loads(message.data))
                if answer:
                    await socket.send_json(answer)
        return socket

    def _answer(self, said):
        kind = said.get("messageType")
        answer = {"messageType": kind, "status": 200}
        if kind == "hello":
            uaid = said.get("uaid") or uuid.uuid4().hex
            return {**answer, "uaid": uaid, "use_webpush": True, "broadcasts": {}}
        if kind in ("register", "unregister"):
            channel = said["channelID"]
            return {**answer, "channelID": channel, "pushEndpoint": ADDRESS + channel}
        return None

    async def _push(self, request):
        body = await request.read()
        self.got.append((dict(request.headers), body))
        await self.browser.send_json(
            {
                "messageType": "notification",
                "channelID": request.match_info["channel"],
                "version": uuid.uuid4().hex,
                "data": base64.urlsafe_b64encode(body).rstrip(b"=").decode(),
                "headers": {"encoding": "aes128gcm"},
            }
        )
        return web.Response(status=201)
