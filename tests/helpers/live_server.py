"""Django's live server with threads that stay, as gunicorn's do, and with them their
connections to the database: a new one reads the catalogue and compiles every trigger."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.servers.basehttp import WSGIServer
from django.test.testcases import LiveServerThread

THREADS = 6


class ServerThatStays(WSGIServer):
    """No browser keeps a thread to itself: each answer closes its connection."""

    def __init__(self, *where: Any, connections_override: Any, **more: Any) -> None:
        super().__init__(*where, **more)
        self.pool = ThreadPoolExecutor(THREADS)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.pool.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        self.pool.shutdown()


def use() -> None:
    LiveServerThread.server_class = ServerThatStays
