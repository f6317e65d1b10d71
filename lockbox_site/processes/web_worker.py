"""A process of gunicorn's that is alive for as long as something flows from it.

An export takes minutes. The time-out ends a process from which nothing has come for so
long, and not one in the midst of a file.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from gunicorn.workers.sync import SyncWorker


class WebWorker(SyncWorker):
    wsgi: Any

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi = self._alive_while_it_flows(self.wsgi)

    def _alive_while_it_flows(self, application: Any) -> Any:
        def answer(environ: dict[str, Any], start_response: Any) -> Any:
            body = application(environ, start_response)
            if isinstance(body, environ["wsgi.file_wrapper"]):
                return body  # the kernel sends a file
            return self._noticed(body)

        return answer

    def _noticed(self, body: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for part in body:
                self.notify()
                yield part
        finally:
            if hasattr(body, "close"):
                body.close()
