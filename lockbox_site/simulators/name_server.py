"""A name server with a few texts in it, as DNS speaks over UDP."""

import socketserver
import threading
from typing import Any, Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """Started by `with`. `texts` by name, with a dot at its end; `is_down`: it says
    that it can't."""

    def __init__(self, port: int = 0) -> None:
        self.texts: dict[str, str] = {}
        self.is_down = False
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, sock = self.request
                sock.sendto(outer.answer(data), self.client_address)

        self.server = socketserver.ThreadingUDPServer(("127.0.0.1", port), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, data: bytes) -> Any:
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        name = question.question[0].name
        text = self.texts.get(name.to_text().lower())
        if self.is_down:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif text is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            parts = [text[at : at + 200] for at in range(0, len(text), 200)]
            quoted = " ".join(f'"{part}"' for part in parts)
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", quoted))
        return answer.to_wire()
