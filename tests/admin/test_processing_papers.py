"""Papers on the processing: made of the models and of what is filled in, signed by two,
and asked for before the first case."""

from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from audit_app import acting
from audit_app.retention import Retention
from requests_app.core import two_persons
from requests_app.core.people.models import Absence, Authority
from requests_app.core.two_persons import RegisterChange
from requests_app.desk.go_live import people_at, standing_of, with_facts
from requests_app.privacy import papers
from requests_app.privacy.models import ProcessingPaper
from requests_app.privacy.papers import UNNAMED, _models, tables
from requests_app.privacy.selectors import standings
from tests.helpers.archive import faults
from tests.helpers.processing_papers import paper_by_two, papers_by_two
from tests.helpers.refusals import refused, refuses
from tests.helpers.sheets import text_of
from tests.helpers.web import fetch, signed_in, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]

ADD = "admin:requests_app_processingpaper_add"
PAGE = "admin:processing_papers"
# Regulation (EU) 2016/679, article 30.1: the points that a record has.
ARTICLE_30 = (
    "a. Personuppgiftsansvarig", "b. Ändamål", "c. Kategorier", "d. Kategorier av mottagare",
    "e. Överföring", "f. Tidsfrister", "g. Säkerhetsåtgärder",
)  # fmt: skip
# Article 28.3, second sentence, a–h; and what the others are to hold.
SAID = {
    "record": [*ARTICLE_30, "artikel 6.1 e", "9.2 g", "3 kap. 3 § första stycket samma lag"],
    "assessment": ["artikel 35.7 a", "35.7 b", "35.7 c", "35.7 d", "övervakas", "barn",
                   "samlas", "andra stycket", "35.2", "35.9", "artikel 36"],
    "staff": ["11 § lagen (1976:580)", "(19 §)", "artikel 15", "artikel 77",
              "Förhandlat enligt 11 §"],
    "retention": ["artikel 5.1 e", "10 § arkivlagen (1990:782)", "Användare", "365 dagar"],
    "processor": [f" {point}. " for point in "abcdefgh"] + ["10 kap. 2 a §", "21 kap. 7 §",
                  "18 kap. 8 §", "4 § lagen (2020:914)", "förhandstillstånd"],
    "transfers": ["artikel 45", "artikel 30.1 e", "21 kap. 7 §"],
    "classification": ["K3", "R3", "T3", "aldrig får föras in", "1 kap. 2 § andra stycket", "K4",
                       "18 kap. 8 § 3 och 4"],
}  # fmt: skip


def pdf(person, authority, kind):
    url = reverse("admin:processing_paper_pdf", args=[authority.pk, kind])
    answer = signed_in(person).get(url)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content


@pytest.mark.parametrize("kind", list(papers.PAPERS))
def test_each_paper_says_what_its_law_asks_for(cast, kind):
    body = pdf(cast.dora, cast.gsn, kind)
    text = text_of(body)
    places = [text.find(said) for said in SAID[kind]]
    assert -1 not in places, [one for one in SAID[kind] if one not in text]
    assert "Utkast: handlingen är inte undertecknad" in text
    assert faults(body) == []
    if kind == "record":
        points = [text.find(point) for point in ARTICLE_30]
        assert all(one < other for one, other in pairwise(points))


def test_what_is_not_filled_in_is_told_and_what_is_stands_there(cast):
    text = text_of(pdf(cast.per, cast.gsn, "processor"))
    assert text.count("ännu inte ifyllt") >= 4
    paper_by_two(
        cast, "processor", processor="Grannkommunen", contract="A-17", remarks="Se § 9."
    )
    text = text_of(pdf(cast.per, cast.gsn, "processor"))
    for said in ("Grannkommunen", "A-17", "Se § 9.", "Per Test", "Dora Test"):
        assert said in text
    assert "Utkast" not in text


def test_the_schedule_and_the_record_are_the_models_own(cast):
    record = text_of(pdf(cast.per, cast.gsn, "record"))
    schedule = text_of(pdf(cast.per, cast.gsn, "retention"))
    rows = tables()
    assert len(rows) > 80
    for model in _models():
        declared = "verbose_name" in model._meta.original_attrs
        assert declared or model.__name__ in UNNAMED, model
    assert "Frånvaro Person, Ersättare" in record
    assert "Utkast till ett formulär 7 dagar" in schedule


def test_a_paper_is_signed_by_two_of_those_who_answer_for_it(cast):
    per = signed_in(cast.per)
    form = {"authority": cast.gsn.pk, "kind": "record", "contact": "Registrator"}
    assert per.post(reverse(ADD), form).status_code == 302
    assert not ProcessingPaper.objects.exists()
    change = RegisterChange.objects.get()
    refused(PermissionDenied, two_persons.confirm, change, by=cast.per)
    refused(PermissionDenied, two_persons.confirm, change, by=cast.lena)
    assert "Väntar på en andra person" in words(per.get(reverse(PAGE)))
    two_persons.confirm(change, by=cast.dora)
    paper = ProcessingPaper.objects.get()
    assert (paper.contact, paper.digest) == ("Registrator", papers.digest_of("record"))
    assert "Gäller sedan den" in words(per.get(reverse(PAGE)))


def test_nobody_alone_signs_by_any_door(cast):
    paper = paper_by_two(cast)
    paper.digest = "0" * 64
    refuses("two persons", paper.save, cast.per)
    another = ProcessingPaper(
        authority=cast.gsn, kind="staff", drawn_on=paper.drawn_on, digest="0" * 64
    )
    refuses("two persons", another.save, cast.dora)


@pytest.mark.parametrize("who", ["lena", "karin", "bo", "ines", "agnes", "eva"])
def test_others_have_no_such_page(cast, who):
    client = signed_in(getattr(cast, who))
    assert client.get(reverse(PAGE)).status_code == 404
    url = reverse("admin:processing_paper_pdf", args=[cast.gsn.pk, "record"])
    assert client.get(url).status_code == 404
    assert signed_in(cast.per).get(url.replace("record", "none")).status_code == 404


def papered(cast):
    (authority,) = with_facts(Authority.objects.filter(pk=cast.gsn.pk), acting.now())
    needs = standing_of(authority, cast.per, people_at(authority), lambda model: None)
    return next(one for one in needs if one.need.fact == "papered")


def test_going_live_asks_for_each_and_says_which_and_why(cast):
    seen = papered(cast)
    assert not seen.is_met and len(seen.lacking) == len(papers.PAPERS) == 7
    papers_by_two(cast)
    assert papered(cast).is_met and papered(cast).lacking == []
    ProcessingPaper.objects.first()
    page = signed_in(cast.per).get(reverse("admin:go_live", args=[cast.gsn.pk]))
    assert (
        "Registerförteckning (artikel 30)" not in words(page).split("Vad som finns")[0]
    )


def test_what_changes_in_the_models_changes_the_paper_and_says_so(cast, monkeypatch):
    papers_by_two(cast)
    with translation.override("sv"):
        before = Retention(str(Absence.retention.after), str(Absence.retention.basis))
    another = Retention(after="det är gjort", basis="ett beslut", days=12)
    monkeypatch.setattr(Absence, "retention", another)
    papers.digest_of.cache_clear()
    try:
        seen = papered(cast)
        assert not seen.is_met
        changed = {one.split(" (")[0].split(":")[0] for one in seen.lacking}
        assert changed == {"Registerförteckning", "Gallringsplan"}
        assert all("har ändrats sedan" in one for one in seen.lacking)
        text = text_of(pdf(cast.per, cast.gsn, "retention"))
        assert "Den ska läsas och undertecknas på nytt" in text and "12 dagar" in text
        assert "det är gjort ett beslut" in text and "Per Test" not in text
        told = words(signed_in(cast.per).get(reverse(PAGE)))
        assert "Frånvaro · 12 dagar · det är gjort · ett beslut" in told
        assert (
            f"Frånvaro · gallras först efter beslut · {before.after} · {before.basis}"
            in told
        )
        url = reverse(
            "admin:signed_processing_paper_pdf", args=[cast.gsn.pk, "retention"]
        )
        signed = text_of(signed_in(cast.dora).get(url).content)
        assert "det är gjort ett beslut" not in signed and "Utkast: " not in signed
        assert "Per Test" in signed and "Dora Test" in signed
        paper_by_two(cast, "record")
        paper_by_two(cast, "retention")
        assert papered(cast).is_met
    finally:
        papers.digest_of.cache_clear()


def test_a_page_of_them_costs_no_more_for_what_is_signed(cast):
    per = signed_in(cast.per)
    _answer, before = fetch(per, reverse(PAGE))
    papers_by_two(cast)
    _answer, after = fetch(per, reverse(PAGE))
    assert len(after) <= len(before) + 1
    assert [one.why for one in standings(cast.gsn)] == [""] * 7
