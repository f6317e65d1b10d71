"""Before a decision is signed, or power given or taken: has the person just said who
they are?

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
from django.utils.html import format_html
from django.utils.translation import gettext as _

from requests_app.workflow.drafts.keeping import Ticket, keep_sent


def ask_who_it_is(request: HttpRequest, obj: Any, path: str) -> HttpResponse | None:
    """To the page that asks, with what was typed kept for the way back; None where the
    person has said it lately."""
    if has_said_lately(request):
        return None
    if request.method == "POST":
        path = _draft_address(request, obj, path)
    query = urlencode({"next": path})
    return HttpResponseRedirect(f"{reverse('admin:confirm_identity')}?{query}")


def has_said_lately(request: HttpRequest) -> bool:
    asked_at = request.session.get("identified_at", 0)
    return time.time() - asked_at <= settings.STEP_UP_MINUTES * 60


def is_sent_and_right(request: HttpRequest, form: Any, *, signs: bool) -> bool:
    """Where it `signs`, also by somebody who has just said who they are."""
    if signs and form.is_bound and form.is_valid():
        refuse_unsaid(request, form)
    return form.is_bound and form.is_valid()


def refuse_unsaid(request: HttpRequest, form: Any) -> None:
    """For a form that is shown again with all that was typed: say so first."""
    if has_said_lately(request):
        return
    text = _(
        '<a href="{url}" target="_blank">Confirm who you are</a> in a window of its'
        " own, and send this again."
    )
    form.add_error(None, format_html(text, url=reverse("admin:confirm_identity")))


def _draft_address(request: HttpRequest, obj: Any, path: str) -> str:
    """The address at which the person finds what they typed."""
    ticket = Ticket(request.user.pk or 0, path, obj._meta.label_lower, obj.pk)
    if keep_sent(ticket, dict(request.POST.lists())):
        return f"{path}?draft=1"
    text = _(
        "Nothing of what you typed is kept meanwhile: protective security may be"
        " concerned."
    )
    messages.warning(request, text)
    return path
