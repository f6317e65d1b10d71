"""A call that comes again gets the answer it got, and is done once."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.api.auth import caller
from requests_app.api.codes import Code, FieldCode
from requests_app.api.parameters import only_query
from requests_app.api.problems import field_error, problem
from requests_app.models import IdempotencyKey


class Refusal(NamedTuple):
    """A refusal of what is kept all the same, for a person to look into."""

    code: Code
    detail: str
    request_status: str = ""


def once(
    request: HttpRequest, key: str, status: int, act: Callable[[], Any]
) -> HttpResponse:
    """Carry out the call under this key, or repeat the answer it had.

    The key's row and what the call does are one transaction: a second call waits for
    the first, then finds its answer. Another body under the same key is refused. A
    refused call keeps no key, and can be sent again when it is mended.
    """
    only_query(request)
    client = caller(request)
    call = f"{request.method} {request.path}\n".encode() + request.body
    fingerprint = hashlib.sha256(call).hexdigest()
    with transaction.atomic():
        if not claim(client.pk, key, fingerprint):
            return _repeat(client.pk, key, fingerprint)
        outcome = act()
        if isinstance(outcome, Refusal):
            refusal = problem(
                outcome.code, outcome.detail, request_status=outcome.request_status
            )
            status, body = refusal.status_code, refusal.content.decode()
        else:
            body = outcome.model_dump_json()
        claimed = IdempotencyKey.objects.filter(client=client, key=key)
        claimed.update(status=status, body=body)
    return _answer(status, body)


def claim(client: int, key: str, fingerprint: str) -> bool:
    """Is it the first time that the client uses this key?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO requests_app_idempotencykey"
            " (client_id, key, fingerprint, body, made_at) VALUES (%s, %s, %s, '', %s)"
            " ON CONFLICT DO NOTHING",
            [client, key, fingerprint, clock.now()],
        )
        return cursor.rowcount == 1


def _repeat(client: int, key: str, fingerprint: str) -> HttpResponse:
    claimed = IdempotencyKey.objects.get(client=client, key=key)
    if claimed.fingerprint != fingerprint:
        detail = _("The key was used for another call.")
        error = field_error("header:Idempotency-Key", FieldCode.KEY_REUSED, detail)
        return problem(Code.KEY_REUSED, detail, [error])
    response = _answer(claimed.status or 200, claimed.body)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _answer(status: int, body: str) -> HttpResponse:
    kind = "application/json" if status < 400 else "application/problem+json"
    return HttpResponse(body, status=status, content_type=kind)
