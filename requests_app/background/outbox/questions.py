"""A question to a provider, in its support ticket or under its request: asked for
first, said, read back."""

from django.utils.translation import gettext as _

from requests_app.background.connector import correspondent_of
from requests_app.background.outbox.answers import REFUSED, REFUSED_FOR_GOOD
from requests_app.background.outbox.lease import (
    Call,
    Result,
    finish,
    give_up,
    keep_attempt,
    still_ours,
    try_later,
)
from requests_app.models import AccessRequest, OutboxMessage
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import (
    Correspondent,
    Reply,
    Unknown,
    Unreachable,
)
from requests_app.providers.reading import Unreadable

# That the name is taken: what was said before is there, or will be.
IN_USE = 409


def key_of(message: OutboxMessage) -> str:
    """What the message is called at the provider: the same for every try."""
    return f"lockbox-{message.key}"


def send_question(message: OutboxMessage) -> str:
    request = message.access_request
    assert request is not None  # noqa: S101 — a question has its request
    if not request.is_asked:
        return give_up(message, Call(b"", result=_("It is asked by hand by now.")))
    try:
        correspondent = correspondent_of(request.connection)
        thread = correspondent.thread(request.asked_in)
        if correspondent.has_message(thread, key_of(message)):
            return _is_said(message, Call(b"", result=_("It is there.")))
    except (Unknown, NotSet) as error:
        message.uncertain = False
        return give_up(message, Call(b"", result=str(error)))
    except (Unreachable, Unreadable) as error:
        return try_later(message, Call(b"", result=str(error)))
    return _say(message, request, correspondent, thread)


def _say(
    message: OutboxMessage,
    request: AccessRequest,
    correspondent: Correspondent,
    thread: str,
) -> str:
    assert message.question is not None  # noqa: S101 — a question has its text
    text = message.question.text.text
    subject = _("Concerning request %(number)s") % {"number": request.external_id}
    message.uncertain = True
    try:
        reply = correspondent.say(thread, key_of(message), subject, text)
    except Unreachable as error:
        return try_later(message, Call(text.encode(), result=str(error)))
    call = Call(text.encode(), reply.body, reply.status)
    if reply.status >= 300 and reply.status != IN_USE:
        return _refused(message, reply, call)
    try:
        is_there = correspondent.has_message(thread, key_of(message))
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if is_there:
        return _is_said(message, call._replace(result=_("It took effect.")))
    trouble = _("Accepted, but not yet to be seen at the provider.")
    return try_later(message, call._replace(result=trouble))


def _is_said(message: OutboxMessage, call: Call) -> str:
    with still_ours(message):
        keep_attempt(message, call)
        finish(message, Result.DELIVERED)
    return Result.DELIVERED


def _refused(message: OutboxMessage, reply: Reply, call: Call) -> str:
    trouble = _("The provider answered HTTP %(status)s.") % {"status": reply.status}
    call = call._replace(result=trouble)
    if reply.status in REFUSED:
        message.uncertain = False
    if reply.status in REFUSED_FOR_GOOD:
        return give_up(message, call)
    return try_later(message, call, pause=reply.retry_after)
