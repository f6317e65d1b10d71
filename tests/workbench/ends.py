"""Cases as they go on after the decision: what is done outside, revoked, appealed."""

from audit_app import acting
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.steps import afterwards, decision, people, revocation
from requests_app.disclosure import data_subjects
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts
from requests_app.providers.application import Application
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.cases import HASTE
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.reasons import left_out
from tests.helpers.refusals import fresh
from tests.helpers.two_persons import by_two
from tests.workbench.hand_outs import look_at_hand_outs

BOTH = {"reason": "x", "reason_for_recipient": "x", "haste": HASTE}


def look_at_ends(cast, look):
    """Each state that asks for a step, to whoever takes it."""
    _outside(cast, look)
    _stopped(cast, look)
    _changed(cast, look)
    _withdrawn(cast, look)
    _appealed(cast, look)
    _left_out(cast, look)
    _overseen(cast, look)
    look_at_hand_outs(cast, look)


def _outside(cast, look):
    subject = cast.answered(number="20")
    acts.record_act(
        subject,
        by=cast.karin,
        happened_at=acting.now(),
        action="read",
        object_name="x@y.example",
    )
    row = Deviation.objects.get()
    look(cast.ivar, row)
    acts.take(row, by=cast.ivar)
    look(cast.ivar, row)
    acts.conclude(row, by=cast.ivar, outcome="incident", conclusion="x")
    look(cast.ivar, row.duties.first())
    subject = fresh(subject)
    look(cast.bo, subject)
    revocation.revoke(subject, by=cast.bo, ground="security", no_conflict=True, **BOTH)
    look(cast.lena, fresh(subject))


def _stopped(cast, look):
    subject = cast.assigned(number="21")
    afterwards.stop(subject, by=cast.karin, level="suspected")
    look(cast.sixten, fresh(subject))
    with acting.at(hours(13)):
        afterwards.sweep_request(fresh(subject.access_request), by=cast.sweeper)
        afterwards.propose_striking_off(fresh(subject), by=cast.karin)
        look(cast.bo, fresh(subject))


def _changed(cast, look):
    subject = cast.assessed(number="25")
    application = Application(
        external_id="25",
        service="Exchange",
        justification="Repair a corrupted item",
        duration_minutes=120,
        object_ids=(MAILBOX, SITE),
    )
    by = {"by": cast.intake, "payload": b"{}", "received_by": "poll"}
    request.receive(cast.m365, application, **by)
    look(cast.karin, fresh(subject))


def _withdrawn(cast, look):
    subject = cast.assigned(number="22")
    look(cast.karin, subject)
    lapsed = cast.assigned(number="23")
    with acting.at(hours(13)):
        afterwards.sweep_request(lapsed.access_request, by=cast.sweeper)
        look(cast.karin, fresh(lapsed))
        afterwards.close_lapsed(fresh(lapsed), by=cast.lena, cause="nobody")
        look(cast.bo, fresh(lapsed).lapse)
    dialogue.withdraw(subject.access_request, by=cast.karin, reason="x")
    look(cast.karin, fresh(subject))


def _appealed(cast, look):
    by_two(cast.gsn, cast.per, cast.pia, regime="fl_full")
    subject = cast.answered("refused", number="24")
    look(cast.lena, fresh(subject))
    told = {"received_at": acting.now(), "appellant": "x"}
    afterwards.register_appeal(fresh(subject), by=cast.lena, **told)
    look(cast.bo, fresh(subject))
    subject = cast.answered("refused", number="26")
    decision.serve(
        subject, by=cast.lena, served_at=acting.now(), way="email", recipient="x"
    )
    # Not before the decision that it is of, however long that took.
    told["received_at"] = acting.now()
    row = afterwards.register_appeal(fresh(subject), by=cast.lena, **told)
    for person in (cast.lena, cast.bo):
        look(person, fresh(subject))
    afterwards.hand_over_appeal(
        fresh(subject),
        by=cast.lena,
        appeal=row,
        court="x",
        handed_over_at=acting.now(),
    )
    look(cast.lena, fresh(subject))


def _left_out(cast, look):
    subject = cast.assessed(number="27")
    cast.propose(subject, outcome="refused", omission=left_out())
    made = decision.decide(subject, by=cast.bo, no_conflict=True)
    look(cast.lena, fresh(subject))
    afterwards.ask_for_reasons(
        fresh(subject),
        by=cast.lena,
        made=made,
        received_at=acting.now(),
        applicant="Microsoft",
    )
    look(cast.bo, fresh(subject))


def _overseen(cast, look):
    """What data subjects ask, and a case whose content the officer has opened."""
    row = asked_by_a_data_subject(cast)
    look(cast.lena, row)
    data_subjects.identify(row, by=cast.lena, identity="document")
    look(cast.bo, fresh(row))
    subject = cast.assigned(number="28")
    look(cast.dora, subject)
    people.open_content(subject, by=cast.dora, reason="x")
    look(cast.dora, fresh(subject))
