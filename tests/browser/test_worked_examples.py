"""The three worked examples of the law's application, each by people in browsers."""

import re

import pytest

from requests_app.cases.review.models.decision import Decision
from tests.browser.way import Way, act, count, may_read_all
from tests.cast import MAILBOX, SITE
from tests.helpers.worked_examples import LOG, prepare

pytestmark = [
    pytest.mark.long,
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.django_db(transaction=True),
]
# A statute is written out where it is first mentioned.
OSL = "offentlighets- och sekretesslagen (2009:400)"
# Words that would tell that protected persons occur.
TELLING = re.compile("21 kap|26 kap. 5|skyddad|folkbok|\\bhot\\b|barn", re.I)


@pytest.fixture
def way(cast, visit):
    prepare()
    return lambda code="GSN": Way(visit, code)


def test_the_school_mailbox_is_granted_with_conditions(way):
    case = way()
    case.record(
        "EXSR418822", MAILBOX, "Reparera ett skadat objekt som stoppar en flytt", 4,
        "IE", "Microsoft Ireland Operations Ltd", "SR 2026-1123-0417",
    )  # fmt: skip
    case.register("Kurators e-postlåda, ett skadat objekt")
    case.assign()
    case.begin_assessment()
    case.test(
        "23 kap. 2 §",
        "applies",
        "E-postlådan innehåller uppgifter om elevers personliga förhållanden i"
        " psykosocial elevhälsa.",
    )
    case.test("21 kap. 1 §", "does_not_apply")
    case.test("21 kap. 7 §", "does_not_apply")
    case.test("25 kap. 1 §", "struck", "Skolsköterskan skriver inte där.")
    case.ground("23 kap. 2 §", "osl-10-2a")
    case.grounds_because("Leverantören bearbetar uppgifterna endast tekniskt.")
    case.nothing_special()
    case.answer("N7.10-2a.assignment", "yes")
    case.answer(
        "N7.10-2a.technical",
        "yes",
        "Att reparera ett skadat objekt är teknisk bearbetning.",
    )
    case.weigh(data="against", strength="against", alternatives="for")
    case.answer(
        "N7.10-2a.suitable", "not_unsuitable", "Ett objekt, kort tid, inom EES."
    )
    case.answer("N9.processor", "yes")
    case.answer("N9.entity", "group")
    case.answer("N9.transfer", "not_needed")
    case.answer("N10", "condition", "Två timmar räcker.")
    case.save_and_propose()
    page = case.page
    assert page.locator("input[name=outcome][value=granted]").is_checked()
    page.fill("#id_granted_minutes", "120")
    page.fill("#id_granted_scope", "E-postlådan O-17, reparation av ett skadat objekt")
    for kind in ("named_engineer", "inside_eea", "no_copying", "account"):
        page.locator(f"input[name=kinds][value={kind}]").check()
    page.locator("button[name=draft]").click()
    assert f"10 kap. 2 a § {OSL}" in page.input_value("#id_motivation_for_recipient")
    case.propose()
    decision = case.decide()
    assert (decision.outcome, decision.ground) == ("granted", "osl-10-2a")
    assert decision.granted_minutes == 120
    text = decision.motivation_internal.text
    assert f"23 kap. 2 § första stycket {OSL}" in text
    assert "10 kap. 2 a § OSL" in text
    kinds = list(decision.review.conditions.values_list("kind", "due_days"))
    assert ("account", 5) in kinds
    assert len(kinds) == 4
    document = case.on_paper("full")
    for said in ("O-17", "två timmar", "10 kap. 2 a §", "inom fem arbetsdagar"):
        assert said in document
    assert case.answer_in_portal().status == "access_open"


def test_the_child_care_site_is_refused(way):
    case = way("SNC")
    case.record(
        "EXSR418931", SITE, "Undersöka sökindex för hela webbplatsen", 4,
        "IN", "Exempeldrift Ltd", "SR 2026-1123-0533",
    )  # fmt: skip
    case.register("Webbplats med barnavårdsakter")
    case.assign()
    case.begin_assessment()
    case.test("26 kap. 1 §", "applies", "Uppgifter om barn i samhällsvård.")
    case.test(
        "21 kap. 3 § första stycket",
        "applies",
        "Skyddade personuppgifter kan förekomma.",
    )
    case.test("21 kap. 3 a §", "applies", "Skyddad folkbokföring kan förekomma.")
    # What holds against whoever was reported on gives way to 26:1.
    assert "26 kap. 5 §" not in case.page.inner_text("section.harm")
    for provision in ("26 kap. 1 §", "21 kap. 3 § första stycket", "21 kap. 3 a §"):
        case.ground(provision, "osl-10-2a")
    case.grounds_because("Begäran gäller en hel webbplats.")
    case.nothing_special()
    case.answer(
        "N7.10-2a.assignment", "no", "Bolaget är inte godkänt som underbiträde."
    )
    case.answer("N7.10-2a.technical", "no", "Ingen bestämd åtgärd anges.")
    case.weigh(data="against", strength="against")
    case.answer("N7.10-2a.suitable", "unsuitable", "Åtkomst från tredje land.")
    case.answer("N9.entity", "subcontractor")
    case.answer("N9.transfer", "none", "Underlag för överföringen saknas.")
    case.answer("N9.special", "no", "Skyddet räcker inte.")
    case.answer("N10", "exists", "Omindexering med egna behörigheter.")
    case.save_and_propose()
    assert case.page.locator("input[name=outcome][value=refused]").is_checked()
    # Two of the provisions tell something by being named: so it begins.
    assert case.page.locator("input[name=leaves_out][value=yes]").is_checked()
    case.page.locator("[name=left_out_for][value=individual]").check()
    for name in ("left_out_because", "left_out_weight", "told_instead"):
        field = case.page.locator(f"textarea[name={name}]")
        if field.count():
            field.fill("Den som hotas kan annars hittas.")
    case.propose()
    decision = case.decide()
    assert decision.outcome == "refused"
    text = decision.motivation_internal.text
    for said in ("26 kap. 1 §", "21 kap. 3 a §", "kapitel V"):
        assert said in text
    to_them = decision.motivation_for_recipient.text
    assert f"26 kap. 1 § {OSL}" in to_them
    assert not TELLING.search(to_them)
    assert "21 kap. 3 a §" in case.on_paper("full")
    document = case.on_paper("recipient")
    assert "26 kap. 1 §" in document
    assert not TELLING.search(document)
    assert case.answer_in_portal().status == "answered"


def test_the_log_is_granted_without_secrecy_in_few_steps(way, capsys):
    case = way()
    case.record("EXSR419002", LOG, "Loggutdrag utan ärenderader", 1, "US", "Microsoft")
    case.register("Loggutdrag utan ärenderader")
    case.assign()
    karin = case.go("karin")
    counted = []
    count(karin.page, counted)
    act(karin, "Pröva")
    karin.page.check("input[name=confirmed]")
    # No to every question on secrecy from elsewhere, in one press.
    karin.page.click("button[name=none_of]")
    for selector in (
        "input[name='answer_N0'][value=yes]",
        "input[name='answer_N3'][value=no]",
        *(
            f"fieldset.provision >> nth={n} >> input[value=does_not_apply]"
            for n in range(4)
        ),
    ):
        karin.page.check(selector)
    last = karin.page.locator("fieldset.provision").filter(has_text="39 kap. 3 §")
    last.locator("textarea[name^=reasons_]").fill("Endast adresser i tjänsten.")
    # The provider itself, in a country covered: agreement and ground are known.
    karin.page.check("input[name='answer_N10'][value=none]")
    karin.page.check("input[name=no_conflict]")
    karin.fits("prova-logg")
    karin.page.click("button[name=on]")
    assert karin.page.locator("input[name=outcome][value=granted]").is_checked()
    karin.fits("foresla-logg")
    may_read_all(karin.page)
    karin.page.click("button[name=do]")

    bo = case.visit("bo")
    count(bo.page, counted)
    act(bo, "Besluta")
    bo.page.check("input[name=no_conflict]")
    bo.page.click("button[name=do]")
    decision = Decision.objects.get()
    assert (decision.outcome, decision.ground) == ("granted", "not_secret")
    text = decision.motivation_internal.text
    for said in ("18 kap. 8 §", "21 kap. 7 §", OSL, "(EU) 2023/1795"):
        assert said in text
    with capsys.disabled():
        print(f"\nThe routine case took {len(counted)} interactions: {counted}")
    assert len(counted) <= 30
