"""The protocol of a disposal: its numbers are those of what went, by a rule or by two
persons, and it can be drawn again."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.ledger import Kind, record
from audit_app.models import LedgerDetail, LedgerEntry
from requests_app.duty.models.notices import ChannelNotice, LadderNotice, SentNotice
from requests_app.records.sweep import carry_out_retention
from tests.background.test_retention import SHORT, later, notice
from tests.helpers.archive import faults
from tests.helpers.disposing import BASIS, dispose
from tests.helpers.retention_rules import DECISION, rules_everywhere
from tests.helpers.sheets import text_of
from tests.helpers.web import signed_in, words

pytestmark = [pytest.mark.usefixtures("laid_out"), pytest.mark.django_db]
PAGE = reverse("admin:retention")
NAMES = {
    "searches": "Vad någon sökt efter",
    "reads": "Vad någon läst, nekats och tagit ut",
    "sign_ins": "Inloggningar och försök att logga in",
}


def protocol(person, authority, at, day=False):
    on = timezone.localdate(at)
    name, days = "disposal_protocol", [on.year]
    if day:
        name, days = f"{name}_of_day", [on.year, on.month, on.day]
    url = reverse(f"admin:{name}", args=[authority.pk if authority else 0, *days])
    answer = signed_in(person).get(url)
    assert answer.status_code == 200, answer.content[:300]
    assert faults(answer.content) == []
    return text_of(answer.content)


def details():
    return {row.pk: row.entry for row in LedgerDetail.objects.select_related("entry")}


def gone_by_rule(before):
    """By authority and period, of the rows themselves."""
    gone = Counter()
    for pk, line in before.items():
        if not LedgerDetail.objects.filter(pk=pk).exists():
            with connection.cursor() as cursor:
                cursor.execute(
                    "select lockbox_retention_period(%s, %s)", [line.kind, line.event]
                )
                gone[line.authority_id, cursor.fetchone()[0]] += 1
    return gone


def test_what_ran_out_stands_in_it_by_kind_and_number(cast):
    rules_everywhere(cast, **SHORT)
    for number in range(7):
        signed_in(cast.karin).get("/search/", {"q": f"ord{number}"})
        record(
            "page.read", by=cast.per, kind=Kind.READ, authority=cast.gsn.pk, path="/x/"
        )
    review = cast.registered()
    record("review.read", by=cast.karin, on=review, kind=Kind.READ, path="/x/")
    notice(cast, "/requests_app/recertification/7/")
    before = details()
    sent = sum(
        kind.objects.count() for kind in (SentNotice, ChannelNotice, LadderNotice)
    )
    with later(400):
        carry_out_retention(cast.sweeper)
        at = timezone.localtime(acting.now())
    sent -= sum(
        kind.objects.count() for kind in (SentNotice, ChannelNotice, LadderNotice)
    )
    gone = gone_by_rule(before)
    assert gone[cast.gsn.pk, "reads"] >= 7 and gone[None, "searches"] >= 7 and sent == 1
    for authority in (cast.gsn, None):
        for day in (True, False):
            text = protocol(cast.dora, authority, at, day=day)
            for period, name in NAMES.items():
                number = gone[authority.pk if authority else None, period]
                on = timezone.localdate(at)
                assert (f"{name} {number} " in text) is (number > 0), (name, on, text)
            assert DECISION in text and "Per Test" in text and "Pia Test" in text
    assert f"Aviseringar som har skickats {sent}" in protocol(cast.dora, None, at)
    text = protocol(cast.per, cast.gsn, at)
    counted = LedgerEntry.objects.get(event="retention.carried_out").facts["periods"]
    number = counted["reads"][str(cast.gsn.pk)]["held"]["open"]
    assert f"{NAMES['reads']} {number} Ärendet är inte avslutat." in text
    assert text == protocol(cast.per, cast.gsn, at)
    page = words(signed_in(cast.agnes).get(PAGE))
    assert f"Hela {at.year} (PDF)" in page


def test_what_two_persons_disposed_of_stands_in_it_with_their_names(cast):
    review = cast.registered()
    for _each in range(3):
        record("review.read", by=cast.karin, on=review, kind=Kind.READ, path="/x/")
    lines = LedgerEntry.objects.filter(event="review.read", authority_id=cast.gsn.pk)
    before = LedgerDetail.objects.filter(entry__in=lines).count()
    dispose(list(lines.exclude(detail=None)))
    at = timezone.localtime(acting.now())
    text = protocol(cast.agnes, cast.gsn, at, day=True)
    assert f"{BASIS} Läsning {before} " in text, text
    assert "Föreslaget av Karin Test, bekräftat av Jonas Test" in text
    assert "Inget beslut om gallring var infört under tiden." in text
    assert BASIS not in protocol(cast.agnes, cast.gsn, at - timedelta(days=366))
    assert BASIS not in protocol(cast.dora, None, at)
    page = signed_in(cast.agnes).get(PAGE)
    assert reverse("admin:disposal_protocol", args=[cast.gsn.pk, at.year]) in (
        page.content.decode()
    )


def test_no_day_that_is_none_and_no_board_of_others(cast):
    client = signed_in(cast.dora)
    for name, args in (
        ("disposal_protocol_of_day", [cast.gsn.pk, 2026, 2, 30]),
        ("disposal_protocol", [cast.gsn.pk, 0]),
        ("disposal_protocol", [cast.snc.pk, 2026]),
    ):
        url = reverse(f"admin:{name}", args=args)
        assert client.get(url).status_code == 404, url
    url = reverse("admin:disposal_protocol", args=[cast.gsn.pk, 2026])
    assert signed_in(cast.karin).get(url).status_code == 403
