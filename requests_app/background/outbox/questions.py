"""A question to a provider, in its support ticket or under its request: asked for
first, said, read back."""

from django.utils.translation import gettext as _

from requests_app.background.connector import correspondent_of
from requests_app.background.outbox.lease import (
    Call,
    delivered,
    give_up,
    refused,
    try_later,
)
from requests_app.models import AccessRequest, OutboxMessage
from requests_app.providers.http.identity import NotSet
from requests_app.providers.protocol import (
    Correspondent,
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
            return delivered(message, Call(b"", result=_("It is there.")))
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
    subject = _("Concerning request %(number)s") % {"number": request}
    message.uncertain = True
    try:
        reply = correspondent.say(thread, key_of(message), subject, text)
    except Unreachable as error:
        return try_later(message, Call(text.encode(), result=str(error)))
    call = Call(text.encode(), reply.body, reply.status)
    if reply.status >= 300 and reply.status != IN_USE:
        return refused(message, reply, call)
    try:
        is_there = correspondent.has_message(thread, key_of(message))
    except (Unreachable, Unreadable) as error:
        return try_later(message, call._replace(result=str(error)))
    if is_there:
        return delivered(message, call._replace(result=_("It took effect.")))
    trouble = _("Accepted, but not yet to be seen at the provider.")
    return try_later(message, call._replace(result=trouble))
