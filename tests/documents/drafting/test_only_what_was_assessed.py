"""No sentence without its answer: what was not asked is a gap, or is not there."""

from dataclasses import replace

import pytest

from requests_app.cases.review.drafting.case import References
from requests_app.cases.review.drafting.texts import for_recipient, internal
from requests_app.core.models import Outcome
from requests_app.core.words.texts import dated, placeholders
from tests.documents.drafting.examples import LOG, MAILBOX, SITE_CASE, answered, tried

OPEN = (
    *("N9.controller", "N9.processor", "N9.country", "N9.entity", "N9.transfer"),
    *("N9.special", "N10"),
    *("N7.10-2a.assignment", "N7.10-2a.technical", "N7.10-2a.suitable"),
)


@pytest.mark.parametrize("code", OPEN)
def test_a_grant_leaves_a_gap_for_every_question_that_stands_open(code):
    text = internal(answered(MAILBOX, **{code: None}))
    assert len(placeholders(text)) >= 1
    if code.startswith("N9"):
        assert "Hinder enligt dataskyddsförordningen finns inte" not in text


def test_a_decisive_answer_without_reasons_leaves_a_gap():
    bare = answered(
        MAILBOX,
        **{
            "N7.10-2a.technical": ("yes",),
            "N7.10-2a.data": ("against",),
        },
    )
    assert placeholders(internal(bare)) == [
        "[Ange varför åtgärden bedöms så.]",
        "[Ange vad som har varit avgörande för lämpligheten.]",
    ]


def test_third_country_without_a_transfer_is_never_said():
    abroad = {"N9.country": ("third",), "N9.transfer": ("not_needed",)}
    text = internal(answered(MAILBOX, **abroad, **{"N9.entity": ("group",)}))
    assert "Någon överföring till tredje land sker inte" not in text
    assert "[Ange om uppgifter förs över till tredje land och på vilken grund.]" in text
    assert "finns inte." not in text


def test_a_country_that_the_answer_contradicts_is_not_named():
    case = replace(SITE_CASE, outcome=Outcome.REFUSED)
    text = internal(answered(case, **{"N9.country": ("eea",)}))
    assert "inom EES." in text and "EES (Indien)" not in text


@pytest.mark.parametrize(
    ("answer", "said"), [(None, False), (("yes",), False), (("no",), True)]
)
def test_that_no_reservation_helps_is_said_where_somebody_answered_so(answer, said):
    text = internal(answered(SITE_CASE, N8=answer))
    assert ("Risken kan inte undanröjas med ett förbehåll" in text) == said


@pytest.mark.parametrize("ground", ["none", "osl-10-2a"])
def test_that_there_is_no_consent_is_not_said_when_nobody_asked(ground):
    text = internal(answered(SITE_CASE, N7=(ground, "Skäl.")))
    assert "samtycke finns inte" not in text
    assert "Det har inte kommit fram att" in text


def test_after_a_revocation_nothing_is_concluded_from_what_has_fallen():
    case = replace(MAILBOX, outcome=Outcome.REFUSED, reliance="revoked", minutes=None)
    text = internal(case)
    assert "stående bedömning av leverantören har återkallats. Nämnden har inte" in text
    assert (
        "inte längre underlag för bedömningen att förutsättningarna i 10 kap. 2 a §"
        in text
    )
    assert "olämpligt att uppgifterna" not in text
    assert "Hinder enligt dataskyddsförordningen finns inte" not in text
    assert "återkallats" not in for_recipient(case)
    missing = internal(replace(case, reliance="missing"))
    assert "Nämnden har inte underlag för bedömningen att" in missing


def test_a_company_is_not_called_a_board():
    case = replace(MAILBOX, outcome=Outcome.REFUSED, reliance="expired", minutes=None)
    text = internal(replace(case, is_company=True))
    assert "Bolaget har inte längre underlag" in text and "ämnden" not in text


def test_less_time_than_asked_for_says_so_and_why():
    assert "fyra timmar" not in internal(MAILBOX).split("\n\n", 1)[1]
    bare = answered(MAILBOX, N10=("none",))
    gap = "[Ange varför åtkomst inte medges i fyra timmar.]"
    assert gap in internal(bare) and gap in for_recipient(bare)
    whole = replace(MAILBOX, minutes=240)
    assert "Begäran gäller" not in internal(whole)


@pytest.mark.parametrize("partly", [True, False])
def test_why_the_rest_is_refused_is_for_a_person_to_say(partly):
    request = replace(MAILBOX.request, can_answer_partly=partly)
    case = replace(MAILBOX, outcome=Outcome.PARTIALLY_GRANTED, request=request)
    for text in (internal(case), for_recipient(case)):
        assert any("inte bifalls i övrigt" in gap for gap in placeholders(text))
    whole = "kan endast godkännas eller nekas i sin helhet" in for_recipient(case)
    assert whole != partly
    assert (case.diary_number in for_recipient(case)) != partly


@pytest.mark.parametrize(
    ("code", "gap"),
    [
        ("OSL-26-5", "endast i förhållande till den som anmälan eller utsagan avser"),
        ("OSL-25-7", "endast i förhållande till den som anmälan eller utsagan avser"),
        ("OSL-17-2", "endast i förhållande till den som kontrollen avser"),
    ],
)
def test_what_works_against_somebody_else_is_never_just_applied(code, gap):
    text = internal(replace(SITE_CASE, tests=(tried(code, "applies", "Skäl."),)))
    assert any(gap in place for place in placeholders(text))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("OSL-31-23", "dels ett röjande av uppgiften innebär ett upphovsrättsligt"),
        ("OSL-21-3a", "där en part har skyddad folkbokföring"),
        ("OSL-39-3-st2", "där personalen särskilt kan riskera"),
        ("OSL-40-7g", "uppgiften hänför sig till en anmälan om oro för ett barn"),
    ],
)
def test_what_the_statute_also_asks_is_stated_and_accounted_for(code, said):
    bare = internal(replace(SITE_CASE, tests=(tried(code, "applies"),)))
    text = internal(replace(SITE_CASE, tests=(tried(code, "applies", "Skäl."),)))
    assert said in bare
    assert len(placeholders(bare)) > len(placeholders(text))


def test_a_foreign_demand_is_tried_by_its_own_law():
    demand = replace(SITE_CASE, request=from_abroad(), is_foreign_demand=True)
    assert "Enligt 8 kap. 3 §" in internal(demand)
    assert "artikel 48 i dataskyddsförordningen" in internal(demand)
    assert "Det har inte kommit fram att det finns en sådan grund" in internal(demand)
    told = for_recipient(demand)
    assert told.startswith("Kravet uppfyller inte förutsättningarna i 8 kap. 3 §")
    assert "OSL, eller artikel 48 i dataskyddsförordningen" in told
    assert "Ni kan göra" not in for_recipient(demand)
    grounded = replace(demand, treaty_ground="Lagen (2000:562)")
    assert "Kravet stöds på följande: Lagen (2000:562)." in internal(grounded)


def test_a_lawful_demand_is_granted_on_its_own_ground():
    case = answered(
        replace(MAILBOX, is_foreign_demand=True, treaty_ground="Lagen (2000:562)"),
        N7=("osl-8-3", "Lagen föreskriver det."),
    )
    text = internal(case)
    assert "Kravet stöds på följande: Lagen (2000:562)." in text
    assert "Lagen föreskriver det. Sekretessen hindrar därför inte att" in text
    assert "får ta del av uppgifterna enligt 8 kap. 3 §" in for_recipient(case)
    unfounded = replace(case, treaty_ground="", outcome=Outcome.REFUSED)
    assert "Sekretessen hindrar därför att" in internal(unfounded)


@pytest.mark.parametrize("where", [{"country": "Irland", "is_in_eea": True}, {}])
def test_article_48_is_of_third_countries(where):
    """A demand from within the EEA is no such: nobody has told whence it comes."""
    request = replace(SITE_CASE.request, **{"country": "", "is_in_eea": False, **where})
    demand = replace(SITE_CASE, request=request, is_foreign_demand=True)
    for text in (internal(demand), for_recipient(demand)):
        assert "artikel 48" not in text
        assert "[Ange om kravet kommer från ett tredjeland.]" in placeholders(text)


def from_abroad():
    return replace(SITE_CASE.request, country="USA", is_in_eea=False)


def test_a_demand_for_what_is_not_secret_cites_no_rule_about_what_is():
    demand = replace(SITE_CASE, request=from_abroad(), is_foreign_demand=True)
    tests = tuple(replace(row, outcome="does_not_apply") for row in demand.tests)
    open_to_all = replace(demand, tests=tests)
    assert "Enligt 8 kap. 3 §" not in internal(open_to_all)
    assert "Enligt artikel 48" in internal(open_to_all)
    without_data = replace(open_to_all, has_personal_data=False)
    assert any(
        "varken 8 kap. 3 §" in gap for gap in placeholders(internal(without_data))
    )


@pytest.mark.parametrize("ground", ["clauses", "bcr"])
def test_clauses_say_what_was_assessed_of_the_law_of_the_country(ground):
    abroad = {"N9.country": ("third",), "N9.entity": ("group",)}
    bare = internal(answered(MAILBOX, **abroad, **{"N9.transfer": (ground,)}))
    assert any("lagstiftningen i mottagarlandet" in gap for gap in placeholders(bare))
    own = {"N9.transfer": (ground, "Landets lag har prövats den 2 maj 2026.")}
    text = internal(answered(MAILBOX, **abroad, **own))
    assert "Landets lag har prövats" in text
    assert not any("mottagarlandet" in gap for gap in placeholders(text))


def test_whoever_asks_for_documents_is_not_asked_who_they_are():
    case = replace(SITE_CASE, is_registered_as_tf=True)
    assert "begärt att få ta del av allmänna handlingar" in internal(case)
    assert "Ni kan göra" not in for_recipient(case)
    assessed = answered(SITE_CASE, **{"N0.tf": ("yes",)})
    assert for_recipient(assessed) == for_recipient(case)


@pytest.mark.parametrize(
    ("status", "said"),
    [("withdrawn", "återkallat sin begäran"), ("lapsed", "Tiden för att svara")],
)
def test_a_case_is_struck_off_because_of_what_happened(status, said):
    request = replace(LOG.request, status=status)
    case = replace(LOG, outcome=Outcome.STRUCK_OFF, request=request)
    assert said in internal(case) and said in for_recipient(case)
    waiting = replace(case, request=replace(request, status="in_review"))
    assert placeholders(internal(waiting))


def test_an_agreement_is_named_once_and_its_day_written_out():
    named = replace(
        MAILBOX,
        references=References(agreement="Personuppgiftsbiträdesavtal 2025-01-15"),
    )
    said = "Åtgärden täcks av personuppgiftsbiträdesavtalet den 15 januari 2025."
    assert said in internal(named)
    other = replace(named, references=References(agreement="PUB 7"))
    assert "täcks av ett personuppgiftsbiträdesavtal, PUB 7." in internal(other)
    assert dated("Avtal 2025-13-45") == "avtal 2025-13-45"
