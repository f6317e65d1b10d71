"""Why nothing was done that could be done in a while, as people are told it."""

from django.utils.translation import gettext_lazy

from audit_app.deadlines import Deadline

BUSY = {
    Deadline.LOCK: gettext_lazy(
        "Somebody else is at work on it right now. Nothing has been changed: wait a"
        " moment and try again."
    ),
    Deadline.ROOM: gettext_lazy(
        "Too many are at work right now. Nothing has been changed: wait a moment and"
        " try again."
    ),
    Deadline.STATEMENT: gettext_lazy(
        "It took the database too long. Nothing has been changed: try again, and tell"
        " the system administrator if it happens again."
    ),
    Deadline.AWAY: gettext_lazy(
        "The database does not answer. Nothing has been changed: try again in a"
        " minute, and tell the system administrator if it goes on."
    ),
}


WRONG_CLOCK = gettext_lazy(
    "The clocks of the servers differ, and nothing has been changed. The system"
    " administrator has to set them right."
)
