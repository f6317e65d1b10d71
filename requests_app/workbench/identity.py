"""Before a decision is signed: has the person just said who they are?

When they did stands in their session (lockbox_site.sign_in.sessions), which the page
"confirm_identity" renews.
"""

import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.workflow.drafts.keeping import Ticket, keep_sent


def ask_who_it_is(request: HttpRequest, obj: Any, path: str) -> HttpResponse | None:
    """To the page that asks, with what was typed kept for the way back; None where the
    person has said it lately."""
    asked_at = request.session.get("identified_at", 0)
    if time.time() - asked_at <= settings.STEP_UP_MINUTES * 60:
        return None
    if request.method == "POST":
        path = _draft_address(request, obj, path)
    query = urlencode({"next": path})
    return HttpResponseRedirect(f"{reverse('admin:confirm_identity')}?{query}")


def _draft_address(request: HttpRequest, obj: Any, path: str) -> str:
    """The address at which the person finds what they typed."""
    ticket = Ticket(request.user.pk or 0, path, obj._meta.model_name, obj.pk)
    if keep_sent(ticket, dict(request.POST.lists())):
        return f"{path}?draft=1"
    text = _(
        "Nothing of what you typed is kept meanwhile: protective security may be"
        " concerned."
    )
    messages.warning(request, text)
    return path
