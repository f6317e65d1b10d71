"""Auditors' own pages are on record: each that is opened, of which case, and each that
was asked for in vain."""

import json
from urllib.parse import quote

import pytest
from django.contrib.admin import site
from django.db import connections
from django.urls import NoReverseMatch, get_resolver, reverse

from audit_app import ledger
from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry
from lockbox_site.models import User
from requests_app.audit.models import SavedAudit
from requests_app.audit.pages.pages import urls
from requests_app.cases.access import clients
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import people
from requests_app.core.drafts import BY_ITSELF, HEADER
from tests.admin.addresses import patterns
from tests.helpers.caller import Caller
from tests.helpers.hand_outs import asked_for, drawn, with_a_name
from tests.helpers.kept_words import kept
from tests.helpers.people import engage, give
from tests.helpers.saved_audits import draw
from tests.helpers.web import page, signed_in

OF_A_CASE = {"audit_case", "audit_readers", "audit_sight", "audit_checklist"}


def addresses(review, person, audit):
    """Of every page of auditors, by its name."""
    one = {"key": audit.pk}
    known = {
        **dict.fromkeys(OF_A_CASE, {"number": review.diary_number}),
        "audit_person": {"person_id": person.pk},
        **dict.fromkeys(("audit_one", "audit_end"), one),
        **dict.fromkeys(("audit_report", "audit_population"), one),
        "audit_checklist": {**one, "review": review.pk},
    }
    for pattern in urls(site):
        kwargs = known.get(str(pattern.name))
        yield str(pattern.name), reverse(f"admin:{pattern.name}", kwargs=kwargs)


@pytest.mark.django_db
def test_each_page_that_is_opened_leaves_its_line_of_what_it_is_about(cast):
    review = cast.decided("refused", number="EXSR500")
    audit = draw(cast, size=1)
    agnes = signed_in(cast.agnes)
    for name, address in addresses(review, cast.karin, audit):
        last = LedgerEntry.objects.latest("pk").pk
        response = agnes.get(address)
        if name == "audit_find":
            assert response.status_code == 302
            continue
        assert response.status_code == 200, name
        lines = LedgerEntry.objects.filter(pk__gt=last, actor_id=cast.agnes.pk)
        line, *of_cases = lines.filter(
            event__in=[f"{name}.read", f"{name}.exported"]
        ).order_by("pk")
        cases = [str(review.pk)] if name == "audit_report" else []
        assert [one.object_id for one in of_cases] == cases, name
        about = (
            {SavedAudit: audit.pk} if "key" in address or "/audits/" in address else {}
        )
        if name in OF_A_CASE:
            about = {SecrecyReview: review.pk}
        elif name in ("audit_saved", "audit_draw"):
            about = {}
        elif name == "audit_person":
            about = {User: cast.karin.pk}
        expected = [(model._meta.db_table, str(pk)) for model, pk in about.items()]
        assert (line.object_type, line.object_id) == (*expected, ("", ""))[0], name


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {HEADER: "person"}, {HEADER: BY_ITSELF}])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_drawn_page_is_on_record_however_it_is_asked_for(cast, method, headers):
    row = asked_for(cast, with_a_name(cast))
    lena, one = signed_in(cast.lena), drawn(row, cast.lena)[0]
    address = reverse("admin:requests_app_discloseddocument_picture", args=[one.pk, 1])
    last = LedgerEntry.objects.latest("pk").pk
    answer = lena.generic(method, address, headers=headers)
    assert answer.content.startswith(b"\x89PNG")
    line = LedgerEntry.objects.get(pk__gt=last, actor_id=cast.lena.pk)
    assert (line.kind, line.object_id) == ("read", str(one.pk))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_no_page_of_people_takes_another_method(cast, method):
    lena, tried, takes = signed_in(cast.lena), 0, set()
    for _route, pattern in patterns(get_resolver()):
        kwargs = dict.fromkeys(pattern.pattern.converters, 1)
        try:
            address = reverse(f"admin:{pattern.name}", kwargs=kwargs)
        except NoReverseMatch:
            continue
        if lena.generic(method, address).status_code != 405:
            takes.add(pattern.name)
        tried += 1
    # Shown to whoever is not signed in: nothing of anybody's stands there.
    assert takes <= {"login"} and tried > 300


@pytest.mark.django_db
def test_no_row_is_reached_by_its_type_and_number(cast):
    assert signed_in(cast.lena).get("/r/8/1/").status_code == 404


@pytest.mark.django_db
def test_an_auditors_read_stands_with_who_read_it_and_in_unusual_reading(cast):
    review = cast.decided("refused", number="EXSR500")
    case = f"/revision/case/{quote(review.diary_number)}/"
    agnes = signed_in(cast.agnes)
    for rest in ("", "sight/"):
        agnes.get(case + rest)
    acts = agnes.get(case + "readers/").context["acts"]
    mine = [row.what for act in acts for row in act.events if row.by == "Agnes Test"]
    assert sorted(mine) == [
        "Allt om ett ärende: sekretessprövning",
        "Vem som kunde se ett ärende en viss dag: sekretessprövning",
    ]
    asked = {"purpose": "Granskning 2026:4", "person": cast.agnes.pk}
    rows = agnes.get(reverse("admin:audit_reading", query=asked)).context["rows"]
    assert {row.person: row.cases for row, _url in rows}["Agnes Test"] == 1
    # Of what no authority has been found for yet, of the request.
    loose = cast.request(number="LOOSE", objects=("unknown@nowhere.example",))
    give(cast, cast.agnes, "auditor", cast.nis)
    agnes.get("/revision/case/LOOSE/")
    line = LedgerEntry.objects.filter(event="audit_case.read").latest("pk")
    assert not loose.reviews.exists()
    assert line.object_type == AccessRequest._meta.db_table
    assert line.object_id == str(loose.pk)


@pytest.mark.django_db
def test_what_was_asked_for_in_vain_is_on_record(cast):
    agnes = signed_in(cast.agnes)
    assert agnes.get("/revision/case/NO-SUCH/?reads=only").status_code == 404
    line = LedgerEntry.objects.filter(kind="refusal").latest("pk")
    assert (line.event, line.actor_id) == ("audit_case.read", cast.agnes.pk)
    detail = json.loads(line.detail.body)
    assert detail["asked"] == {"number": "NO-SUCH", "reads": "only"}
    (row, *_rest) = agnes.get("/revision/?kind=refusal").context["rows"]
    assert row.what == "Allt om ett ärende"
    assert "NO-SUCH" in str(row.notes) and "Det finns inte" in str(row.notes)


@pytest.mark.django_db
def test_what_is_typed_into_an_address_is_kept_no_more_than_in_the_log(cast):
    """Neither a personal number nor what lets somebody in."""
    review, karin = cast.assigned(), signed_in(cast.karin)
    number = "19811218-9876"
    for address in (
        f"/requests_app/secrecyreview/{number}/change/",
        f"/requests_app/secrecyreview/{review.pk}/do/{number}/",
        f"/calendar/{number}.ics",
        "/calendar/qz-let-me-in.ics",
    ):
        assert karin.get(address).status_code == 404
    assert LedgerEntry.objects.filter(kind="refusal").count() == 3  # one is folded
    assert not kept(number) and not kept("qz-let-me-in")


@pytest.mark.django_db(transaction=True, databases=["default", "auditor"])
def test_what_took_too_long_is_on_record(cast, monkeypatch):
    monkeypatch.setattr(ledger, "ALIAS", "auditor")
    agnes = signed_in(cast.agnes)
    agnes.raise_request_exception = False
    with connections["auditor"].cursor() as cursor:
        cursor.execute("set statement_timeout = '1ms'")
    try:
        assert agnes.get(reverse("admin:audit"), {"text": "a"}).status_code == 503
    finally:
        connections["auditor"].close()
    line = LedgerEntry.objects.filter(kind="refusal").latest("pk")
    assert line.event == "audit.read"
    assert json.loads(line.detail.body)["asked"] == {"text": "a"}


# -- By what right -------------------------------------------------------------------


def rights(cast, number):
    acts = signed_in(cast.agnes).get(f"/revision/case/{quote(number)}/readers/")
    newest_last = reversed(acts.context["acts"])
    return {act.first.by: act.roles for act in newest_last}


@pytest.mark.django_db
def test_the_right_that_is_told_is_the_one_that_opened_it(cast):
    """Not all that somebody is, everywhere."""
    review = cast.assessed(number="EXSR500")
    for authority in (cast.snc, cast.nis):
        give(cast, cast.karin, "legal_reviewer", authority)
    signed_in(cast.karin).get(page(review))
    assert rights(cast, "EXSR500")["Karin Test"] == ["Handläggare, GSN"]


@pytest.mark.django_db
def test_on_a_named_list_it_is_the_name_and_no_role(cast):
    review = cast.assessed(number="EXSR500")
    people.close_list(review, by=cast.bo, reason="A staff matter")
    agnes = signed_in(cast.agnes)
    agnes.get(f"/revision/case/{quote(review.diary_number)}/")
    assert rights(cast, "EXSR500")["Agnes Test"] == ["Revisor, GSN"]
    people.take_access(review, by=cast.agnes, reason="Granskning 2026:4")
    for person in (cast.karin, cast.agnes, cast.bo):
        signed_in(person).get(page(review))
    told = rights(cast, "EXSR500")
    assert told["Karin Test"] == ["namngiven"] and told["Bo Test"] == ["namngiven"]
    assert told["Agnes Test"] == ["åtkomst med antecknad grund"]


@pytest.mark.django_db
def test_who_gives_the_answer_reads_it_by_that(cast):
    review = cast.decided("refused", number="EXSR500")
    signed_in(cast.eva).get(page(review.access_request.deliveries.get()))
    assert rights(cast, "EXSR500")["Eva Test"] == ["Verkställare, NIS"]


@pytest.mark.django_db
def test_the_providers_client_reads_its_own_request(cast):
    caller = Caller(clients.make_client(cast.contract, by=cast.sam, name="Exempelmoln"))
    assert caller.apply("P-1").status_code == 201
    assert caller.get("/requests/P-1").status_code == 200
    response = signed_in(cast.agnes).get("/revision/case/P-1/readers/")
    told = [
        act.roles for act in response.context["acts"] if "Exempelmoln" in act.first.by
    ]
    assert told and all(one == ["leverantörens klient"] for one in told)
    assert "ingen rätt då" not in response.content.decode()


@pytest.mark.django_db
def test_who_had_no_right_stands_red(cast):
    review = cast.assessed(number="EXSR500")
    rose = engage(cast, "rose", "dpo", cast.snc)
    record("secrecyreview.read", by=rose, on=review, kind=Kind.READ)
    response = signed_in(cast.agnes).get("/revision/case/EXSR500/readers/")
    assert "ingen rätt då" in response.content.decode()
    assert {a.first.by: a.roles for a in response.context["acts"]}["rose"] == []
