"""The three worked examples of the law's application, each by people in browsers."""

import io
import re

import pytest
from pypdf import PdfReader

from requests_app.models import Decision, SecrecyReview
from tests.cast import MAILBOX, SITE
from tests.helpers.worked_examples import LOG, prepare
from tests.law import oracle

pytestmark = [
    pytest.mark.usefixtures("laid_out"),
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
TAKING = {
    "GSN": ("lena", "per", "karin", "bo"),
    "SNC": ("rut", None, "cilla", "didrik"),
}

# A statute is written out where it is first mentioned.
OSL = "offentlighets- och sekretesslagen (2009:400), OSL"
# Words that would tell that protected persons occur.
TELLING = re.compile("21 kap|26 kap. 5|skyddad|folkbok|\\bhot\\b|barn", re.I)


class Way:
    """A case on its way, and who takes each of its steps."""

    def __init__(self, visit, code="GSN"):
        self.visit = visit
        self.registers, self.assigns, self.assesses, self.decides = TAKING[code]

    def record(self, number, objects, why, hours, country, employer, support=""):
        eva = self.visit("eva")
        eva.page.goto(eva.address + "/requests_app/accessrequest/add/")
        page = eva.page
        page.locator("#id_connection").select_option(label=option(page, "m365"))
        for name, value in (
            ("external_id", number),
            ("service", "Exchange"),
            ("object_ids", objects),
            ("justification", why),
            ("hours", str(hours)),
            ("employer_entity", employer),
            ("support_request", support),
        ):
            page.fill(f"#id_{name}", value)
        page.locator("#id_engineer_country").select_option(country)
        eva.fits("ny-begaran")
        page.locator("button[name=do]").click()
        assert SecrecyReview.objects.count() == 1, page.inner_text("body")
        self.path = f"/requests_app/secrecyreview/{SecrecyReview.objects.get().pk}"

    def go(self, name, step=""):
        visitor = self.visit(name)
        end = f"/do/{step}/" if step else "/change/"
        visitor.page.goto(visitor.address + self.path + end)
        return visitor

    def register(self, subject):
        visitor = self.go(self.registers, "register")
        visitor.page.fill("#id_protected_subject", subject)
        visitor.page.locator("button[name=do]").click()

    def assign(self):
        if self.assigns is None:
            visitor = self.go(self.assesses, "take")
        else:
            visitor = self.go(self.assigns, "assign")
            visitor.page.get_by_label("Karin Test").check()
        visitor.page.locator("button[name=do]").click()

    def begin_assessment(self):
        visitor = self.go(self.assesses, "assess")
        self.answer("N0", "yes")
        self.answer("N3", "no")
        self.page.locator("input[name=no_conflict]").check()
        return visitor

    @property
    def page(self):
        return self.visit_now(self.assesses).page

    def visit_now(self, name):
        return self.visit(name, anew=False)

    def answer(self, code, value, why=""):
        name = f"answer_{code}"
        self.page.locator(f"input[name='{name}'][value='{value}']").check()
        if why:
            field = self.page.locator(f"textarea[name='motivation_{code}']")
            if not field.is_visible():
                self.page.locator(
                    f"details:has([name='motivation_{code}']) summary"
                ).click()
            field.fill(why)

    def test(self, provision, outcome, why=""):
        card = self.page.locator("fieldset.provision").filter(
            has=self.page.locator(
                "legend", has_text=re.compile(rf"^{re.escape(provision)}")
            )
        )
        card.locator(f"input[value={outcome}]").check()
        if why:
            card.locator("textarea[name^=reasons_]").fill(why)

    def ground(self, provision, value):
        card = self.page.locator("fieldset.provision").filter(
            has=self.page.locator(
                "legend", has_text=re.compile(rf"^{re.escape(provision)}")
            )
        )
        card.locator(f"input[name^=ground_][value={value}]").check()

    def grounds_because(self, why):
        self.page.locator("textarea[name=motivation_N7]").fill(why)

    def weigh(self, **weights):
        """Every factor, with a reason of its own."""
        for factor in oracle.FACTORS:
            weight, why = weights.get(factor, ("neutral", "Varken för eller emot."))
            self.answer(f"N7.10-2a.{factor}", weight, why)

    def nothing_special(self):
        for code in ("N5.transferred", "N5.patient", "N5.whistle"):
            self.answer(code, "no")
        self.answer("N9.dpia", "not_needed")

    def save_and_propose(self):
        self.visit_now(self.assesses).fits("prova")
        self.page.locator("button[name=on]").click()
        assert "/do/propose/" in self.page.url, self.page.inner_text("body")

    def propose(self):
        self.visit_now(self.assesses).fits("foresla")
        self.page.locator("button[name=do]").click()
        assert "/change/" in self.page.url, self.page.inner_text(".errornote")
        self.visit_now(self.assesses).fits("foreslaget")

    def decide(self):
        visitor = self.go(self.decides, "decide")
        visitor.page.locator("input[name=no_conflict]").check()
        visitor.fits("besluta")
        visitor.page.locator("button[name=do]").click()
        visitor.fits("beslutad")
        return Decision.objects.get()

    def on_paper(self, version):
        """The decision's document, fetched by whoever decided it, as one line of text."""
        visitor = self.go(self.decides)
        document = Decision.objects.get().documents.get(version=version)
        link = visitor.page.locator(f".documents a[href$='/document/{document.pk}/']")
        answer = visitor.page.request.get(visitor.address + link.get_attribute("href"))
        assert answer.headers["content-type"] == "application/pdf"
        pages = PdfReader(io.BytesIO(answer.body())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def answer_in_portal(self):
        eva = self.visit("eva")
        eva.page.locator("a.btn").filter(has_text="svar").first.click()
        eva.page.locator("input[name=no_conflict]").check()
        eva.fits("bekrafta")
        eva.page.locator("button[name=do]").click()
        return Decision.objects.get().review.access_request


def option(page, word):
    labels = page.locator("#id_connection option").all_inner_texts()
    return next(label for label in labels if word in label)


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
    case.weigh(
        data=("against", "Uppgifterna är känsliga."),
        alternatives=("for", "Andra åtgärder har prövats utan resultat."),
    )
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
    case.weigh(data=("against", "Mängden är stor."))
    case.answer("N7.10-2a.suitable", "unsuitable", "Åtkomst från tredje land.")
    case.answer("N9.entity", "subcontractor")
    case.answer("N9.transfer", "none", "Underlag för överföringen saknas.")
    case.answer("N9.special", "no", "Skyddet räcker inte.")
    case.answer("N10", "exists", "Omindexering med egna behörigheter.")
    case.save_and_propose()
    assert case.page.locator("input[name=outcome][value=refused]").is_checked()
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
    for selector in (
        "input[name='answer_N0'][value=yes]",
        "input[name='answer_N3'][value=no]",
        "input[name='answer_N5.transferred'][value=no]",
        "input[name='answer_N5.patient'][value=no]",
        "input[name='answer_N5.whistle'][value=no]",
        *(
            f"fieldset.provision >> nth={n} >> input[value=does_not_apply]"
            for n in range(4)
        ),
    ):
        karin.page.check(selector)
    last = karin.page.locator("fieldset.provision").filter(has_text="39 kap. 3 §")
    last.locator("textarea[name^=reasons_]").fill("Endast adresser i tjänsten.")
    # The provider itself, in a country covered: agreement and ground are known.
    for name, value in (
        ("N9.transfer.certified", "yes"),
        ("N9.transfer.scope", "yes"),
        ("N9.dpia", "not_needed"),
        ("N10", "none"),
    ):
        karin.page.check(f"input[name='answer_{name}'][value={value}]")
    karin.page.check("input[name=no_conflict]")
    karin.fits("prova-logg")
    karin.page.click("button[name=on]")
    assert karin.page.locator("input[name=outcome][value=granted]").is_checked()
    karin.fits("foresla-logg")
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


def act(visitor, text):
    """A press of the button that leads on."""
    visitor.page.locator("a.btn").filter(has_text=text).first.click()


def count(page, counted):
    """What the browser itself sees: every click and every field filled in."""
    page.expose_function("counted", lambda what: counted.append(what))
    page.add_init_script(COUNTING)
    page.reload()


COUNTING = """
const told = (event) => {
  const at = event.target.closest("a, button, input, textarea, select, summary");
  if (!at) return;
  const isText = at.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  if ((event.type === "change") === isText) window.counted(at.name || at.innerText);
};
document.addEventListener("click", told, true);
document.addEventListener("change", told, true);
"""
