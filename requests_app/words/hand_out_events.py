"""What each event of a hand-out is called on a page."""

from django.utils.translation import gettext_lazy as _

HAND_OUT_EVENTS = {
    "disclosure_request.recorded": _("A request for documents was recorded"),
    "disclosure_request.case_taken_in": _("Documents of a case were asked for"),
    "disclosure_request.handed_over": _("Documents were tested, for a second look"),
    "disclosure_request.looked_through": _("A hand-out was looked through"),
    "disclosure_request.sent_back": _("A hand-out was sent back"),
    "disclosure_request.delivered": _("Documents were handed out"),
    "disclosure_request.decision_asked": _("A decision on a hand-out was asked for"),
    "disclosure_request.reserved": _("Documents were to be given with a reservation"),
    "disclosure_request.reservation_decided": _("A reservation was decided on"),
    "disclosure_request.decided": _("What was kept back was decided on"),
    "disclosure_request.decision_served": _("A decision on a hand-out was served"),
    "disclosed_document.drawn": _("The pages of a document were drawn"),
    "disclosed_document.tested": _("A document was tested for whoever asks"),
    "disclosed_document.places_judged": _("Places in a document were judged"),
}
