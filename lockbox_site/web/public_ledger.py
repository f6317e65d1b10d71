"""What anybody may know of the ledger, without signing in: checkpoints, keys, whether a
tree goes on from an earlier one, and the program to check it with. No line of it, and
no hash of one but those that a proof needs."""

import base64
from typing import Any

from django.contrib.admin import site
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from audit_app.models import KeyStatement
from audit_app.sealing import believed, configured, tree, verifier_file

# A round is a minute; nobody needs to ask more often.
SECONDS = 20
NEWEST = 10


def _public(view: Any) -> Any:
    cached = cache_control(public=True, max_age=SECONDS)(view)
    return login_not_required(require_GET(cached))


def _plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@_public
def ledger(request: HttpRequest) -> HttpResponse:
    keys = configured.where_readable(configured.own_keys)
    address = request.build_absolute_uri(request.path)
    context = {
        **site.each_context(request),
        "title": _("The ledger, for anybody to check"),
        "checkpoints": [
            (one, base64.b64encode(one.root).decode()) for one in believed.last(NEWEST)
        ],
        "ledger_keys": keys,
        "statements": KeyStatement.objects.all(),
        "digest": verifier_file.digest(),
        "file": verifier_file.NAME,
        "command": f"python3 {verifier_file.NAME} --follow {address}"
        f" --kept checkpoint.txt --key {keys[0] if keys else '…'}",
    }
    return TemplateResponse(request, "lockbox/site/public_ledger.html", context)


@_public
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest, with its cosignatures (C2SP tlog-checkpoint)."""
    newest = believed.newest()
    if newest is None:
        raise Http404
    return _plain(newest.cosigned)


@_public
def consistency(_request: HttpRequest, old: int, size: int) -> HttpResponse:
    """That the tree of one checkpoint goes on from that of another (RFC 9162, 2.1.4):
    hashes in Base 64, one a line."""
    if old > size or None in (believed.of_size(old), believed.of_size(size)):
        raise Http404
    try:
        hashes = tree.consistency(old, size)
    except tree.Incomplete:
        raise Http404 from None
    return _plain("".join(f"{base64.b64encode(one).decode()}\n" for one in hashes))


@_public
def statements(_request: HttpRequest) -> HttpResponse:
    """What our keys say of each other, in the order in which they said it."""
    notes = list(KeyStatement.objects.values_list("note", flat=True))
    return JsonResponse(notes, safe=False, json_dumps_params={"ensure_ascii": False})


@_public
def program(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        verifier_file.verifier(),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{verifier_file.NAME}"'},
    )
