"""POST /witness/add-checkpoint: other installations have their checkpoints cosigned.

Nobody signs in: what is asked is signed by a log that the settings name.
"""

import logging

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
)
from django.views.decorators.csrf import csrf_exempt

from audit_app.sealing import configured, witness
from audit_app.sealing.keys import NoKey
from audit_app.verifying.note import Malformed
from lockbox_site.sign_in import brakes

log = logging.getLogger(__name__)


@csrf_exempt
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """Where we witness nobody there is no such page. Who is refused too often waits."""
    try:
        key, logs = configured.witness_key(), configured.witnessed_logs()
    except (NoKey, Malformed) as error:
        log.error("witness: %s", error)
        return HttpResponse("the witness is out of order\n", status=503)
    if key is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    # By address alone: what others are refused keeps no log from its witness.
    caller = f"witness {brakes.client_address(request)}"
    if wait := brakes.take_a_try(request, caller):
        seconds = str(int(wait.total_seconds()) + 1)
        return HttpResponse(status=429, headers={"Retry-After": seconds})
    body = request.read(witness.MOST_BYTES + 1)
    if len(body) > witness.MOST_BYTES:
        return HttpResponse("too large\n", status=413)
    reply = witness.add_checkpoint(body, logs, key)
    if reply.status in (200, 409):
        brakes.release(request, caller)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.media_type)
