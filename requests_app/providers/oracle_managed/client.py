"""Talking to Managed Access: everything is handled in one call."""

from collections.abc import Iterator

from requests_app.providers.oracle.client import Asking
from requests_app.providers.oracle_managed import CONCLUDED, applications
from requests_app.providers.protocol import Connector, Reply, Standing
from requests_app.providers.reading import Piece
from requests_app.providers.secrets import setting

HOST = "https://managed-access.{region}.oci.oraclecloud.com"


def connect(lockbox: str) -> Connector:
    return ManagedAccess(lockbox)


class ManagedAccess:
    """The connector of one lockbox at Oracle."""

    def __init__(self, lockbox: str) -> None:
        own = setting("LOCKBOX_ORACLE_MANAGED_ENDPOINT", "-")
        if own == "-":
            own = HOST.format(region=setting("LOCKBOX_ORACLE_REGION"))
        self.asking = Asking(f"{own}/20220126", {"lockboxId": lockbox}, applications)

    def pending(self) -> Iterator[Piece]:
        for piece in self.every():
            if piece.value.get("lifecycleStateDetails") not in CONCLUDED:
                yield piece

    def every(self) -> Iterator[Piece]:
        return self.asking.whole()

    def get(self, number: str) -> Piece:
        return self.asking.one(number)

    def decide(self, number: str, word: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return self.asking.act(number, "actions/handle", body)

    def events(self, number: str) -> Iterator[Piece]:
        return iter(())

    def standing(self) -> Iterator[Standing]:
        return self.asking.standing()
