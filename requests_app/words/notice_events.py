"""What each event of a notice is called on a page."""

from django.utils.translation import gettext_lazy as _

NOTICE_EVENTS = {
    "notice.sent": _("A notice went out by mail"),
    "ladder.copied": _("Who is told of it, and when, was noted"),
    "turn.taken": _("Somebody said that they take it"),
    "device.added": _("A device was added for notices"),
    "device.ended": _("A device gets no more notices"),
    "number.told": _("A number for text messages was told or changed"),
    "notice.told": _("A notice went out to a channel"),
    "turn.read": _("The page where somebody takes a turn"),
}
