"""Every page of the auditor answers, within its queries, for auditors and nobody else."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.helpers.web import fetch, lines, signed_in, words

pytestmark = pytest.mark.usefixtures("undone")

WHY = "Granskning 2026:4"


@pytest.fixture(scope="module")
def answered(once):
    return Cast().answered(number="EXSR500")


def addresses(review, person):
    number = review.diary_number
    case = f"/revision/case/{quote(number)}/"
    return [
        reverse("admin:audit"),
        f"{reverse('admin:audit')}?case={quote(number)}&text=Bifall",
        reverse("admin:audit_decisions"),
        f"{reverse('admin:audit_find')}?number=no+such",
        reverse("admin:audit_roles"),
        reverse("admin:audit_reading"),
        reverse("admin:audit_reading", query={"purpose": WHY, "case": number}),
        reverse("admin:audit_reading", query={"purpose": WHY, "person": person.pk}),
        reverse("admin:audit_figures"),
        reverse("admin:audit_outside"),
        f"{reverse('admin:audit_outside')}?compare=1",
        reverse("admin:audit_verdict"),
        reverse("admin:audit_patterns"),
        reverse("admin:audit_person", args=[person.pk]),
        case,
        f"{case}?reads=with",
        f"{case}readers/",
        f"{case}sight/",
    ]


def test_each_page_answers_within_twelve_queries(cast, answered):
    agnes = signed_in(cast.agnes)
    much = {}
    for address in addresses(answered, cast.karin):
        _, queries = fetch(agnes, address, 302 if "find" in address else 200)
        if len(queries) > 12 and "compare" not in address:
            much[address] = len(queries), lines(queries)
    assert not much, "\n\n".join(f"{a} {n}\n{q}" for a, (n, q) in much.items())


def test_what_the_record_does_not_protect_against_stands_where_it_is_compared(
    cast, answered
):
    agnes = signed_in(cast.agnes)
    for name in ("audit", "audit_outside"):
        text = words(agnes.get(reverse(f"admin:{name}")))
        assert "Vad uppgifterna inte skyddar mot" in text
        for part in ("Den som äger databasen", "signeringsnyckeln", "Om det var sant"):
            assert part in text, part
