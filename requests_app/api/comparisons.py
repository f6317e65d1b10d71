"""After a restore of an older backup: what a client knows that we have lost."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from audit_app.ledger import Kind, record
from requests_app.api.auth import caller
from requests_app.api.codes import Code
from requests_app.api.idempotency import once
from requests_app.api.parameters import Key, Refusals, only_query
from requests_app.api.problems import Conflict
from requests_app.api.responses import ComparisonOut
from requests_app.api.schemas import ComparisonIn, KnownIn
from requests_app.models import Comparison
from requests_app.providers.contract.payloads import moment
from requests_app.workflow import comparison
from requests_app.workflow.differences import differences

router = Router()


@router.get(
    "/comparison",
    response={200: ComparisonOut, **Refusals},
    summary="What is compared after a restore",
    operation_id="read_comparison",
)
def read_comparison(request: HttpRequest) -> ComparisonOut:
    """Since when we know nothing, and where you and we differ now. `404`: nothing is
    compared, as nearly always."""
    only_query(request)
    client = caller(request)
    open_row = comparison.open_comparison(client.connection)
    if open_row is None:
        raise Http404
    record("api.comparison_read", by=client.account, on=open_row, kind=Kind.READ)
    return _out(open_row)


@router.post(
    "/comparisons",
    response={201: ComparisonOut, **Refusals},
    summary="Tell what you know of the time that was lost",
    operation_id="tell_comparison",
)
def tell_comparison(
    request: HttpRequest, key: Key, payload: ComparisonIn
) -> HttpResponse:
    """Every request of yours that you made or that changed since then, and every one
    that is not over. The newest list holds."""

    def act() -> ComparisonOut:
        client = caller(request)
        open_row = comparison.open_comparison(client.connection)
        if open_row is None:
            raise Conflict(Code.NOTHING_COMPARED, _("Nothing is compared now."))
        rows = [_cells(row) for row in payload.requests]
        comparison.tell_comparison(open_row, by=client.account, requests=rows)
        return _out(open_row)

    return once(request, key, 201, act)


def _cells(row: KnownIn) -> dict[str, str]:
    cells = {"number": row.number, "status": row.status}
    if row.acknowledged_at is not None:
        cells["acknowledged_at"] = moment(row.acknowledged_at)
    return cells


def _out(open_row: Comparison) -> ComparisonOut:
    return ComparisonOut.model_validate(
        {
            "since": open_row.lost_from,
            "told_at": open_row.told_at,
            "differences": [
                {"number": row.number, "told": row.there, "here": row.here}
                for row in differences(open_row)
            ],
        }
    )
