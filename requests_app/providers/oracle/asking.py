"""What Oracle's two interfaces share: signed calls, pages, one request as it is."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from requests_app.providers.http.exchange import refused
from requests_app.providers.oracle import signing
from requests_app.providers.protocol import Reply, Standing, Unknown, Unreachable
from requests_app.providers.reading import Piece, Unreadable, reading

MOST_PAGES = 200
PAGE = "100"


class Asking:
    """`base` is where the requests lie, `scope` what narrows their list."""

    def __init__(
        self, base: str, scope: dict[str, str], read: Callable[[bytes], Iterator[Piece]]
    ) -> None:
        self.base, self.scope, self.read = base, scope, read

    def listed(self) -> Iterator[Any]:
        """Summaries, page by page. Raises Unreachable or Unreadable."""
        query = {**self.scope, "limit": PAGE}
        for _page in range(MOST_PAGES):
            reply = signing.call("GET", f"{self.base}/accessRequests", query)
            refuse(reply)
            with reading(reply.body):
                yield from [piece.value for piece in self.read(reply.body)]
            more = reply.headers.get("opc-next-page")
            if not more:
                return
            query["page"] = more
        raise Unreachable(_("The list of requests does not end."))

    def whole(self) -> Iterator[Piece]:
        """Each request whole: a list leaves out what a decision rests on."""
        for row in list(self.listed()):
            number = row.get("id") if isinstance(row, dict) else None
            if number:
                yield self.one(str(number))

    def one(self, number: str) -> Piece:
        reply = signing.call("GET", self.address(number), {})
        if reply.status == 404:
            raise Unknown(
                _("It does not know request %(number)s.") % {"number": number}
            )
        refuse(reply)
        with reading(reply.body):
            shown = list(self.read(reply.body))
        if len(shown) != 1:
            raise Unreadable(_("The provider does not show the request."), reply.body)
        return shown[0]

    def act(self, number: str, act: str, body: bytes) -> Reply:
        """Raises Unreachable, after which it may have taken effect or not."""
        return signing.call("POST", f"{self.address(number)}/{act}", {}, body)

    def address(self, number: str) -> str:
        return f"{self.base}/accessRequests/{quote(number, safe='')}"

    def standing(self) -> Iterator[Standing]:
        trouble = ""
        try:
            next(self.listed(), None)
        except (Unreachable, Unreadable) as error:
            trouble = str(error)
        yield Standing(_("The requests can be listed"), trouble)


def refuse(reply: Reply) -> None:
    if reply.status != 200:
        raise refused(reply)
