"""A case on its way, by the people who take each of its steps."""

import io
import re

from pypdf import PdfReader

from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.models.decision import Decision
from tests.law import statute

TAKING = {
    "GSN": ("lena", "per", "karin", "bo"),
    "SNC": ("rut", None, "cilla", "didrik"),
}


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
            ("support_case", support),
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
        self.page.locator("input[name=confirmed]").check()
        self.page.locator("input[name=no_conflict]").check()
        return visitor

    @property
    def page(self):
        return self.visit_now(self.assesses).page

    def visit_now(self, name):
        return self.visit(name, anew=False)

    def answer(self, code, value, why=""):
        name = f"answer_{code}"
        choose(self.page, name, value)
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
                "legend", has_text=re.compile(rf"^\s*{re.escape(provision)}")
            )
        )
        card.locator(f"input[value={outcome}]").check()
        if why:
            card.locator("textarea[name^=reasons_]").fill(why)

    def ground(self, provision, value):
        card = self.page.locator("fieldset.provision").filter(
            has=self.page.locator(
                "legend", has_text=re.compile(rf"^\s*{re.escape(provision)}")
            )
        )
        card.locator(f"input[name^=ground_][value={value}]").check()

    def grounds_because(self, why):
        field = self.page.locator("textarea[name=motivation_N7]")
        if not field.is_visible():
            fold = self.page.locator("details:has([name=motivation_N7]) > summary")
            fold.first.click()
        field.fill(why)

    def weigh(self, **weights):
        """Every factor; what speaks one way has words of its own."""
        for factor in statute.FACTORS:
            self.answer(f"N7.10-2a.{factor}", weights.get(factor, "neutral"))

    def nothing_special(self):
        for code in ("N5.transferred", "N5.patient", "N5.care", "N5.whistle"):
            self.answer(code, "no")
        self.answer("N9.dpia", "not_needed")

    def save_and_propose(self):
        self.visit_now(self.assesses).fits("prova")
        self.page.locator("button[name=on]").click()
        assert "/do/propose/" in self.page.url, self.page.inner_text("body")

    def propose(self):
        self.visit_now(self.assesses).fits("foresla")
        may_read_all(self.page)
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


def may_read_all(page):
    """The recipient may read all reasons, unless it begins otherwise."""
    if not page.locator("input[name=leaves_out]:checked").count():
        page.check("input[name=leaves_out][value=no]")


def choose(page, name, value):
    """An answer; what is known or has been answered is folded."""
    radio = page.locator(f"input[name='{name}'][value='{value}']")
    if not radio.is_visible():
        fold = page.locator(f"details:not([open]):has([name='{name}'])")
        fold.locator("summary").first.click()
    radio.check()


def option(page, word):
    labels = page.locator("#id_connection option").all_inner_texts()
    return next(label for label in labels if word in label)


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
