"""A mail server that keeps what it is sent, and refuses what it is told to."""

import email
from email.policy import default

from aiosmtpd.controller import Controller


class Received:
    """What the server has taken, in the order it came; `refused` are addresses;
    `when_taken` is called before it says so."""

    when_taken = staticmethod(lambda: None)

    def __init__(self, port):
        self.port, self.mails, self.refused = port, [], set()

    def start(self, **tls):
        self.server = Controller(self, hostname="127.0.0.1", port=self.port, **tls)
        self.server.start()

    def stop(self):
        self.server.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        self.when_taken()
        return "250 OK"

    def to(self, name):
        return [mail for mail in self.mails if mail["To"] == address_of(name)]


def address_of(name):
    return f"{name}@skola.example"
