"""The editor of a ladder: what is wrong stands at its rung, and nobody saves it without
having seen who would be told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.core.two_persons import RegisterChange, confirm
from requests_app.duty.models.notices import NoticeLadder
from tests.helpers.people import engage, give, rewrite
from tests.helpers.web import signed_in, words
from tests.standin.mail import address_of

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_noticeladder_add")


@pytest.fixture
def nina(cast, settings):
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 25}
    rewrite(cast.karin, email=address_of("karin"))
    return engage(cast, "nina", "it_manager", cast.nis)


def typed(cast, *rungs, **more):
    sent = {
        "authority": cast.nis.pk,
        "product": "",
        "class_from": "0",
        "margin": "10",
        "shown_for": str(cast.gsn.pk),
        **more,
    }
    for place, rung in enumerate(rungs):
        for name, value in rung.items():
            sent[f"rungs-{place}-{name}"] = value
    return sent


FIRST = {"at": "0", "whom": "on_duty", "by": ["mail"], "hours": "any", "hold": "30"}
LAST = {"at": "80", "whom": "everybody", "by": ["mail", "push"], "hours": "any"}


def test_it_is_saved_once_somebody_has_seen_who_would_be_told(cast, nina):
    web = signed_in(nina)
    with acting.at(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Europe/Stockholm"))):
        shown = web.post(ADD, typed(cast, FIRST, LAST))
    text = words(shown)
    assert shown.status_code == 200 and not RegisterChange.objects.exists()
    for told in ("I kväll", "Julafton", "Karin", "e-post", "Ingen: nästa steg genast"):
        assert told in text, told
    as_read = shown.context["as_read"]
    # What was changed after the look is looked at again.
    other = typed(cast, {**FIRST, "at": "5"}, LAST, as_read=as_read)
    assert web.post(ADD, other).status_code == 200
    assert not RegisterChange.objects.exists()
    sent = typed(cast, FIRST, LAST, as_read=as_read)
    assert web.post(ADD, sent).status_code == 302
    change = RegisterChange.objects.get()
    assert not NoticeLadder.objects.exists()
    confirm(change, by=engage(cast, "nadja", "it_manager", cast.nis))
    ladder = NoticeLadder.objects.get()
    assert [row["at"] for row in ladder.rungs] == [0, 80]
    assert ladder.rungs[0]["hold"] == 30


@pytest.mark.parametrize(
    "rungs, text",
    [
        ([FIRST], "Det sista steget"),
        ([], "Det sista steget"),
        ([{**FIRST, "by": []}, LAST], "minst ett sätt"),
        ([{**FIRST, "at": "101"}, LAST], "mindre än eller lika med 100"),
        ([{**FIRST, "at": "90"}, LAST], "i den ordning"),
        ([{**FIRST, "whom": "role"}, LAST], "En roll väljs"),
        ([{**FIRST, "whom": "person"}, LAST], "En person väljs"),
        ([{**FIRST, "whom": "nobody"}, LAST], "Välj ett giltigt alternativ"),
    ],
)
def test_what_is_wrong_stands_at_its_rung_and_what_was_typed_stays(
    cast, nina, rungs, text
):
    shown = signed_in(nina).post(ADD, typed(cast, *rungs))
    assert shown.status_code == 200 and text in words(shown)
    assert not RegisterChange.objects.exists()
    for place, rung in enumerate(rungs):
        assert f'name="rungs-{place}-at" value="{rung["at"]}"' in shown.content.decode()


def test_only_managers_of_the_authority_lay_it(cast, nina):
    for person in (cast.lena, cast.karin, cast.sam):
        assert signed_in(person).get(ADD).status_code == 403
    shown = signed_in(cast.per).post(ADD, typed(cast, FIRST, LAST))
    assert shown.context["adminform"].form.errors["authority"]


def test_it_is_laid_only_where_requests_come_in(cast, nina):
    """A request follows the ladder of whoever runs its connection: elsewhere one would
    never hold."""
    give(cast, nina, "it_manager", cast.gsn)
    assert not cast.gsn.connections.exists() and cast.nis.connections.exists()
    form = signed_in(nina).get(ADD).context["adminform"].form
    assert list(form.fields["authority"].queryset) == [cast.nis]
    sent = typed(cast, FIRST, LAST, authority=cast.gsn.pk)
    answer = signed_in(nina).post(ADD, sent)
    assert "authority" in answer.context["adminform"].form.errors
