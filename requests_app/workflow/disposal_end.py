"""The end of a list: what went has gone by the database's own login, and the protocol
says so, once."""

from typing import Any

from audit_app import clock
from requests_app.documents.case_disposals import file_name, pdf_of_list
from requests_app.models import Disposal
from requests_app.workflow.content import keep
from requests_app.workflow.step import lock, note, save, step


@step
def end(disposal: Disposal, *, by: Any, stays: dict[int, str]) -> None:
    """`stays`: why, by the key of the item. Raises NotDrawn: then it is ended when it
    is carried out again."""
    lock(disposal, Disposal.Status.CONFIRMED)
    for item in disposal.items.filter(pk__in=stays):
        save(item, kept_because=stays[item.pk])
    at = clock.now()
    paper = pdf_of_list(disposal, at)
    save(
        disposal,
        status=Disposal.Status.ENDED,
        ended_at=at,
        protocol=keep(paper, "application/pdf", file_name(disposal)),
    )
    note("disposal.ended", on=disposal, by=by, stays=len(stays))
