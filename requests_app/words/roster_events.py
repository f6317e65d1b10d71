"""What each event of a roster is called on a page."""

from django.utils.translation import gettext_lazy as _

ROSTER_EVENTS = {
    "shift.laid": _("Somebody was put on duty"),
    "shift.withdrawn": _("A shift was withdrawn"),
    "shift.offered": _("Somebody was asked to take a shift"),
    "shift.volunteers_asked": _("Volunteers were asked for"),
    "shift.taken": _("A shift was taken over"),
    "shift.offer_withdrawn": _("A shift is no longer offered"),
    "roster.pattern_laid": _("A pattern of shifts was laid"),
    "roster.pattern_ended": _("A pattern of shifts was ended"),
    "roster.calendar_made": _("An address for one's own calendar was made"),
    "roster.calendar_ended": _("An address for one's own calendar was ended"),
    "roster.feed_set": _("A calendar is taken in as roster"),
    "roster.feed_ended": _("A calendar is taken in no more"),
}
