"""The pages of audits that are kept: for their auditors, and nothing typed is lost."""

import pytest
from django.utils import timezone

from audit_app.models import LedgerEntry
from requests_app.audit import steps
from requests_app.audit.models import AuditFinding, SavedAudit
from requests_app.cases.review.steps import afterwards, people
from requests_app.core import drafts
from requests_app.core.people.models import Draft
from tests.cast import Cast
from tests.helpers.people import engage
from tests.helpers.saved_audits import answered, at, decide_five, draw, numbers, state
from tests.helpers.web import errors, fetch, lines, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def decided(once):
    return decide_five(Cast())


def asked(**changes):
    today = f"{timezone.localdate():%Y-%m-%d}"
    days = {"decided_from": today, "decided_to": today}
    gsn = {"authorities": [Cast().gsn.pk], "seed": "six four one, two five three"}
    return {"name": "Spring", **gsn, **days, "outcome": "", "size": "3", **changes}


def test_a_sample_is_drawn_on_the_page(cast, decided):
    agnes = signed_in(cast.agnes)
    answer = agnes.post(at("draw"), asked())
    audit = SavedAudit.objects.get()
    assert answer.url == at("one", audit.pk)
    shown = words(agnes.get(answer.url))
    for number in numbers(audit):
        assert number in shown
    assert audit.seed in shown and "3 av 5" in shown
    assert "Spring" in words(agnes.get(at("saved")))


def test_what_can_not_be_drawn_is_said_beside_the_field(cast, decided):
    agnes = signed_in(cast.agnes)
    for changes, field in (
        ({"size": "6"}, "size"),
        ({"size": "0"}, "size"),
        ({"size": "many"}, "size"),
        ({"decided_to": "2020-01-01", "decided_from": "2020-01-02"}, "decided_to"),
        ({"decided_to": "2020-01-02", "decided_from": "2020-01-01"}, "decided_to"),
        ({"decided_from": "99999-01-01"}, "decided_from"),
        ({"decided_from": "0001-01-01"}, "decided_from"),
        ({"name": " "}, "name"),
        ({"authorities": [cast.snc.pk]}, "authorities"),
        ({"seed": "short"}, "seed"),
        ({"seed": ""}, "seed"),
    ):
        answer = agnes.post(at("draw"), asked(**changes))
        assert answer.status_code == 200, changes
        form = answer.context["form"]
        assert set(form.errors) == {field}, (changes, form.errors)
        assert 'value="Spring"' in answer.content.decode() or field == "name"
    assert not SavedAudit.objects.exists()


def test_a_checklist_is_filled_in_and_nothing_typed_is_lost(cast, decided):
    audit = draw(cast)
    case = audit.cases.first()
    agnes, url = signed_in(cast.agnes), at("checklist", audit.pk, case.review_id)
    assert agnes.get(url).status_code == 200
    typed = {"reasons": "no", "in_time": "yes", "access_ended_text": "Ended late."}
    answer = agnes.post(url, typed)
    assert set(answer.context["form"].errors) == {"reasons_text", "access_ended"}
    assert "Ended late." in answer.content.decode()
    assert not AuditFinding.objects.exists()
    typed |= {"reasons_text": "Which paragraph?", "access_ended": "no"}
    assert agnes.post(url, typed).url == at("one", audit.pk)
    assert AuditFinding.objects.count() == 3
    shown = words(agnes.get(at("one", audit.pk)))
    assert "Which paragraph?" in shown and "3 av 18" in shown
    # Opened with what stands; sent by who had it open before, it is not written over.
    form = agnes.get(url).context["form"]
    assert form.initial["reasons_text"] == "Which paragraph?"
    answer = agnes.post(url, {"reasons": "none", "reasons_text": "My own words."})
    assert answer.status_code == 409 and "My own words." in answer.content.decode()
    answer = agnes.post(url, {"reasons": "none", "seen": state(case)})
    assert answer.status_code == 302


def test_what_is_being_typed_is_a_draft_and_comes_back(cast, decided):
    audit = draw(cast)
    url = at("checklist", audit.pk, audit.cases.first().review_id)
    agnes = signed_in(cast.agnes)
    ticket = agnes.get(url).context["ticket"]
    typed = {"reasons": "no", "reasons_text": "Half a sent", "ticket": ticket}
    typed["seen"] = ""
    kept = agnes.post(
        url, {**typed, "keep": "draft"}, headers={"X-Lockbox-Desk": "1"}
    ).json()
    assert kept["kept"] is True
    assert "Half a sent" in agnes.get(url).content.decode()
    # Signed out: what was sent then is kept too.
    signed_in(cast.agnes).logout()
    del agnes.cookies["sessionid"]  # in the same browser
    agnes.post(url, {**typed, "reasons_text": "A whole sentence."})
    assert Draft.objects.get().fields["reasons_text"] == ["A whole sentence."]
    again = signed_in(cast.agnes)
    assert "A whole sentence." in again.get(url).content.decode()
    assert again.post(url, {**typed, "reasons_text": "All."}).status_code == 302
    assert not Draft.objects.exists()


def test_an_audit_that_ends_while_somebody_types_keeps_what_was_typed(cast, decided):
    audit = draw(cast)
    url = at("checklist", audit.pk, audit.cases.first().review_id)
    agnes = signed_in(cast.agnes)
    answer = agnes.post(at("end", audit.pk), {"conclusion": " "})
    assert "conclusion" in answer.context["form"].errors
    assert agnes.post(at("end", audit.pk), {"conclusion": "Good."}).status_code == 302
    for path, typed in ((url, {"reasons": "yes", "reasons_text": "Good reasons."}),
                        (at("end", audit.pk), {"conclusion": "Better reasons."})):  # fmt: skip
        answer = agnes.post(path, typed)
        assert answer.status_code == 409
        assert " reasons." in answer.content.decode()
        assert "avslutad" in errors(answer)["__all__"][0]
        assert agnes.get(path).url == at("one", audit.pk)
    shown = words(agnes.get(at("one", audit.pk)))
    assert "Good." in shown and "Avsluta granskningen" not in shown


def pages(audit):
    case = audit.cases.first().review_id
    return [
        at("one", audit.pk),
        at("end", audit.pk),
        at("checklist", audit.pk, case),
        at("population", audit.pk),
        at("report", audit.pk),
    ]


def test_they_are_for_that_authoritys_auditors(cast, decided):
    audit = draw(cast)
    other = engage(cast, "olle", "auditor", cast.snc)
    for path in pages(audit):
        assert signed_in(other).get(path).status_code == 404, path
        for name in ("karin", "bo", "per", "sam"):
            client = signed_in(getattr(cast, name))
            assert client.get(path).status_code == 403, (name, path)
            assert client.post(path, {"conclusion": "x"}).status_code == 403
    assert audit.name not in words(signed_in(other).get(at("saved")))
    colleague = signed_in(engage(cast, "olga", "auditor", cast.gsn))
    for path in pages(audit):
        assert colleague.get(path).status_code == 200, path
    for path in (at("saved"), at("one", audit.pk), at("report", audit.pk)):
        assert colleague.post(path, {}).status_code == 405


def test_of_a_named_list_stand_number_and_clocks(cast, decided):
    audit = draw(cast, size=5)
    hidden = decided[0]
    case = audit.cases.get(review=hidden)
    answered(cast, case, reasons=("no", "About the principal."))
    people.close_list(hidden, by=cast.bo, reason="A staff matter")
    agnes = signed_in(cast.agnes)
    shown = words(agnes.get(at("one", audit.pk)))
    assert hidden.diary_number in shown and "About the principal." not in shown
    for path in (
        at("checklist", audit.pk, hidden.pk),
        at("report", audit.pk),
    ):
        answer = agnes.get(path)
        assert answer.status_code == (403 if "case" in path else 200)
        assert b"About the principal." not in answer.content
    story = words(agnes.get(f"/revision/?case={hidden.diary_number}"))
    assert "About the principal." not in story
    people.take_access(
        type(hidden).objects.get(pk=hidden.pk), by=cast.agnes, reason="Yearly audit"
    )
    shown = words(signed_in(cast.agnes).get(at("one", audit.pk)))
    assert "About the principal." in shown


def test_each_page_is_on_record_and_a_checklist_as_a_read_of_the_case(cast, decided):
    audit = draw(cast)
    agnes = signed_in(cast.agnes)
    for path in pages(audit):
        agnes.get(path)
    told = {
        (line.event, line.object_type)
        for line in LedgerEntry.objects.filter(actor_id=cast.agnes.pk)
        if line.kind in ("read", "export")
    }
    one = "requests_app_savedaudit"
    assert told == {
        ("audit_one.read", one),
        ("audit_end.read", one),
        ("audit_checklist.read", "requests_app_secrecyreview"),
        ("audit_population.exported", one),
        ("audit_report.exported", one),
        ("audit_report.exported", "requests_app_secrecyreview"),
    }


def test_within_twelve_queries_however_many_cases(cast, decided):
    audit = draw(cast, size=5)
    agnes = signed_in(cast.agnes)
    for case in audit.cases.all():
        answered(cast, case, reasons=("no", "Short."), in_time=("yes",))
    much = {}
    for path in [at("saved"), at("draw"), *pages(audit)]:
        _, queries = fetch(agnes, path)
        if len(queries) > 12:
            much[path] = len(queries), lines(queries)
    assert not much, "\n\n".join(f"{a} {n}\n{q}" for a, (n, q) in much.items())


def test_a_stop_leaves_no_draft_of_a_checklist(cast, decided):
    subject = decided[0]
    row = draw(cast, size=5).cases.get(review=subject)
    url = at("checklist", row.audit_id, subject.pk)
    ticket = drafts.ticket_of(cast.agnes, url, subject)
    assert drafts.keep_draft(ticket, {"reasons_text": ["x"]})
    again = type(subject).objects.get(pk=subject.pk)
    afterwards.stop(again, by=cast.karin, level="suspected")
    assert not Draft.objects.exists()
    assert not drafts.keep_draft(ticket, {"reasons_text": ["x"]})


def test_a_checklist_that_somebody_else_has_answered_is_begun_anew(cast, decided):
    """What was typed waits, and may be sent once it has been fetched."""
    audit = draw(cast)
    case = audit.cases.first()
    agnes, url = signed_in(cast.agnes), at("checklist", audit.pk, case.review_id)
    typed = {"reasons": "no", "reasons_text": "Which paragraph?", "seen": ""}
    headers = {"X-Lockbox-Desk": "1"}
    agnes.post(url, {**typed, "keep": "draft"}, headers=headers)
    answers = {"in_time": steps.TypedAnswer("yes")}
    steps.answer(audit, by=cast.agnes, case=case, answers=answers, seen="")
    late = {**typed, "keep": "draft", "reasons_text": "Later."}
    told = agnes.post(url, late, headers=headers).json()
    assert told["is_stale"] is True and told["kept"] is True
    begun = agnes.get(url)
    assert "Later." not in begun.content.decode()
    assert begun.context["form"]["in_time"].value() == "yes"
    fetched = agnes.get(url + "?draft=1")
    assert "Later." in fetched.content.decode()
    again = {**typed, "seen": fetched.context["form"].seen}
    assert agnes.post(url, again).status_code == 302
