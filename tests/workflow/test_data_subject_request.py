"""Requests of data subjects: their month, who they are, and what is answered.

The days are those of Regulation 1182/71, article 3, by the examples in the EDPB's
Guidelines 01/2022 (paragraphs 157–160); that a refusal says why, and how to complain and
appeal, GDPR 12.4 and the Swedish Data Protection Act 7:2."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.review.law.rules import answer_by
from requests_app.core.step import WrongState
from requests_app.desk.queue.everything import everything_for
from requests_app.disclosure import data_subjects as step_of
from requests_app.disclosure.data_subjects import answer_to
from requests_app.disclosure.models import DataSubjectRequest
from tests.cast import hours
from tests.helpers.data_subjects import asked_by_a_data_subject
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import offered, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_datasubjectrequest_add")
WHO = "Anna Berg, Storgatan 1, Exempelstad"
ASKS = "Jag vill veta vad ni har om mig."
WHY = "Uppgifterna omfattas av sekretess enligt 21 kap. 7 § OSL."


@pytest.fixture
def row(cast):
    return recorded(cast)


def recorded(cast, **more):
    return asked_by_a_data_subject(cast, who=WHO, wording=ASKS, **more)


@pytest.mark.parametrize(
    ("came", "months", "last"),
    [
        ("2026-03-05 09:00", 1, "2026-04-07"),  # 5 April is a Sunday, 6 Easter Monday
        ("2026-08-31 09:00", 1, "2026-09-30"),  # there is no 31 September
        ("2027-03-05 23:30", 1, "2027-04-05"),
        ("2026-01-31 08:00", 1, "2026-03-02"),  # 28 February is a Saturday
        ("2026-11-30 10:00", 3, "2027-03-01"),  # 28 February is a Sunday
        ("2026-03-05 09:00", 3, "2026-06-05"),
    ],
)
def test_the_month_ends_with_the_same_day_or_the_next_that_is_worked(
    came, months, last
):
    moment = timezone.make_aware(datetime.fromisoformat(came))
    assert f"{timezone.localtime(answer_by(moment, months)):%Y-%m-%d %H:%M}" == (
        f"{last} 23:59"
    )


def waits(person, row):
    return [item.step for item in everything_for(person) if item.name == str(row)]


def test_it_waits_for_who_makes_sure_and_then_for_who_answers(cast, row):
    assert waits(cast.lena, row) == ["Säkerställ vem som begär"]
    assert waits(cast.dora, row) == [""]
    assert waits(cast.karin, row) == waits(cast.per, row) == []
    step_of.identify(row, by=cast.lena, identity="document")
    assert waits(cast.lena, row) == [""] and waits(cast.bo, row) == ["Besvara begäran"]
    step_of.settle(fresh(row), by=cast.bo, status="granted", reasons="Bifogas.")
    assert waits(cast.bo, row) == waits(cast.dora, row) == []


def test_what_goes_against_the_person_says_how_to_complain_and_appeal(cast, row):
    step_of.settle(row, by=cast.bo, status="refused", reasons=WHY)
    answer = fresh(row).answer.text
    assert WHY in answer and "avslår din begäran" in answer
    for said in (
        "Integritetsskyddsmyndigheten",
        "artikel 77",
        "7 kap. 2 §",
        "2018:218",
    ):
        assert said in answer
    assert "inom tre veckor" in answer and "artikel 15" in answer
    given = recorded(cast)
    step_of.identify(given, by=cast.lena, identity="electronic")
    step_of.settle(fresh(given), by=cast.bo, status="granted", reasons="Bifogas.")
    assert "Så överklagar du" not in fresh(given).answer.text
    lines = LedgerEntry.objects.filter(object_type="requests_app_datasubjectrequest")
    assert {line.authority_id for line in lines} == {cast.gsn.pk}


def test_a_company_is_no_authority_that_is_appealed_from(cast, row):
    row.authority.kind = "company"
    assert "Så överklagar du" not in answer_to(row, "refused", WHY)
    assert "artikel 77" in answer_to(row, "refused", WHY)


def test_nothing_is_given_before_it_is_known_to_whom(cast, row):
    bo = signed_in(cast.bo)
    typed = {"status": "granted", "reasons": WHY, "do": "1", "seen": row.version}
    answer = bo.post(step_url(row, "settle"), typed)
    assert "vem som begär" in str(answer.context["form"].errors["status"])
    assert WHY in answer.content.decode() and fresh(row).status == "open"


def test_it_is_extended_once_and_within_the_month(cast, row):
    before = row.due_at
    step_of.extend(row, by=cast.lena, reason="Många ärenden.")
    row = fresh(row)
    assert row.due_at == answer_by(row.received_at, 3) > before
    assert row.extension_reason.text == "Många ärenden."
    refused(WrongState, step_of.extend, row, by=cast.lena, reason="Igen")
    late = recorded(cast)
    with acting.at(hours(24 * 40)):
        refused(WrongState, step_of.extend, fresh(late), by=cast.lena, reason="x")


def test_the_officer_oversees_and_answers_nothing(cast, row):
    for step, values in (
        (step_of.identify, {"identity": "document"}),
        (step_of.extend, {"reason": "x"}),
        (step_of.settle, {"status": "refused", "reasons": "x"}),
    ):
        refused(PermissionDenied, step, row, by=cast.dora, **values)
        refused(PermissionDenied, step, row, by=cast.didrik, **values)
    assert offered(signed_in(cast.dora), row) == set()
    assert WHO in words(signed_in(cast.dora).get(page(row)))
    for who in (cast.karin, cast.per, cast.didrik):
        assert signed_in(who).get(page(row)).status_code in (403, 404)


def test_nobody_answers_their_own(cast):
    row = recorded(cast, account=cast.bo)
    step = step_of.settle
    refused(PermissionDenied, step, row, by=cast.bo, status="refused", reasons="x")


def at(moment):
    local = timezone.localtime(moment)
    return {"received_at_0": f"{local:%Y-%m-%d}", "received_at_1": f"{local:%H:%M}"}


def typed(cast, **changes):
    words = {"authority": cast.gsn.pk, "kind": "access", "who": WHO, "wording": ASKS}
    return {**words, **at(hours(-1)), "account": "", **changes}


def test_it_is_recorded_by_the_form(cast):
    for who in (cast.dora, cast.lena):
        answer = signed_in(who).post(ADD, typed(cast))
        assert answer.status_code == 302
    assert DataSubjectRequest.objects.count() == 2
    assert signed_in(cast.karin).get(ADD).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": "Anna Berg, 19121212-1212"}, "who"),
        ({"wording": "Jag är 121212-1212."}, "wording"),
        ({"kind": "x"}, "kind"),
        ({"wording": " "}, "wording"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(cast, changes, field):
    answer = signed_in(cast.dora).post(ADD, typed(cast, **changes))
    assert field in answer.context["form"].errors
    assert "Storgatan 1" in answer.content.decode() or field == "who"
    assert not DataSubjectRequest.objects.exists()


def test_a_time_to_come_is_refused(cast):
    answer = signed_in(cast.dora).post(ADD, typed(cast, **at(hours(48))))
    assert "received_at" in answer.context["form"].errors


def test_the_database_holds_to_it(cast, row):
    """Around the workflow: answered by whom it is not, again, unidentified, late."""

    def change(**values):
        def write():
            changed = fresh(row)
            for name, value in values.items():
                setattr(changed, name, value)
            changed.save()

        return write

    now = {"settled_at": acting.now(), "reasons": row.who, "answer": row.who}
    given = {**now, "status": "granted", "settled_by": cast.bo}
    refuses("given_to_whom_it_is", change(**given), cast.bo)
    no = {**now, "status": "refused"}
    refuses("who decides there", change(**no, settled_by=cast.dora), cast.dora)
    refuses("who decides there", change(**no, settled_by=cast.bo), cast.lena)
    refuses("extended once", change(due_at=hours(24 * 90)), cast.lena)
    refuses("kept|deleted", row.delete, cast.dora)
    refuses("kept|stays|never", change(kind="erasure"), cast.dora)
    step_of.settle(fresh(row), by=cast.bo, status="refused", reasons="x")
    refuses("answered stays so", change(identity="document"), cast.lena)
