"""Requests for documents, as far as they have come."""

from audit_app import clock
from requests_app.models import DisclosureRequest, Redaction
from requests_app.workflow import case_file
from requests_app.workflow.handing_out import delivery, document, looking
from requests_app.workflow.handing_out.request import record_disclosure_request
from tests.cast import provision
from tests.helpers.refusals import fresh

SECRET = "Rosengren"
ASKS = "Jag vill ha ut hela akten om e-postlådan."


def with_a_name(cast):
    """A case with a note in which a name stands that is nobody's to hand out."""
    subject = cast.proposed(number="asked for")
    words = {"happened_at": clock.now(), "source": SECRET}
    text = f"{SECRET} ringde om e-postlådan, och nås på anna@example.se."
    case_file.make_note(subject, by=cast.karin, text=text, **words)
    return fresh(subject)


def asked_for(cast, case=None, **more):
    words = {"channel": "mail", "wording": ASKS, "reply_to": "anna@example.se", **more}
    return record_disclosure_request(
        cast.gsn, by=cast.lena, received_at=clock.now(), case=case, **words
    )


def drawn(row, by):
    document.draw_all(row, by=by)
    return list(row.documents.untested())


def judged(row, by):
    """Everything that is proposed is masked; the rest is handed out whole."""
    for one in drawn(row, by):
        places = one.redactions.filter(status=Redaction.Status.PROPOSED)
        if masked := list(places):
            secret = provision("OSL-23-2-st1")
            document.judge(one, by=by, masked=masked, provision=secret, why="x")
        else:
            document.hand_out_whole(one, by=by)


def handed_over(row, by):
    row = fresh(row)
    looking.hand_over(row, by=by, made=looking.file_of(row))
    return row


def delivered(cast, row):
    judged(row, cast.lena)
    row = handed_over(row, cast.lena)
    looking.let_go(row, by=cast.jonas)
    delivery.deliver(row, by=cast.lena, how="mail", to="anna@example.se")
    return row


def waiting(cast, status):
    """One that has come so far, without documents."""
    row = asked_for(cast)
    if status != DisclosureRequest.Status.OPEN:
        row = handed_over(row, cast.lena)
    if status in ("ready", "answered"):
        looking.let_go(row, by=cast.jonas)
    if status == "answered":
        delivery.deliver(row, by=cast.lena, how="desk")
    return fresh(row)
