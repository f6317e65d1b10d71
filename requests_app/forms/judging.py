"""What is chosen on a page of a document: places to mask or to hand out, and by which
provision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm
from requests_app.models import (
    DisclosedDocument,
    Provision,
    Redaction,
    SecrecyReview,
)
from requests_app.permissions.roles import today
from requests_app.redaction import NotTurned, Page
from requests_app.selectors.handing_out import earlier_of, provisions_of
from requests_app.workflow.handing_out.drawing import drawing_of
from requests_app.workflow.handing_out.sheets import Place, Term, boxes_around

MASK, GIVE = "mask", "give"
Status = Redaction.Status


def offer_provisions(field: Any, review: SecrecyReview) -> None:
    """Those of the case first; its first is chosen."""
    of_case = provisions_of(review)
    everything = Provision.objects.in_force(today())
    field.queryset = everything
    rest = [(one.pk, one.choice) for one in everything if one not in of_case]
    groups: list[Any] = [(_("All"), rest)]
    if of_case:
        groups.insert(0, (_("Of the case"), [(one.pk, one.choice) for one in of_case]))
        field.initial = of_case[0].pk
    field.choices = groups if of_case else [("", "—"), *groups]


class DrawForm(StepForm):
    def clean(self) -> dict[str, Any]:
        """It takes time, and is done before anything is locked."""
        typed = super().clean() or {}
        try:
            typed["drawing"] = drawing_of(self.subject)
        except NotTurned as error:
            raise forms.ValidationError(str(error)) from error
        return typed


class KeepBackForm(StepForm):
    warning = _(
        "Is it all secret for whoever asks? What is not secret is handed out, with the"
        " rest masked (TF 2:15)."
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(), label=_("By which provision it is kept back")
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=4,
        help_text=_("For a decision, if one is asked for; not in the answer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_provisions(self.choice("provision"), self.subject.review)
        earlier = earlier_of(self.subject)
        if earlier and earlier.outcome == DisclosedDocument.Outcome.REFUSED:
            self.fields["provision"].initial = earlier.provision_id
            self.fields["reasons"].initial = earlier.reasons and earlier.reasons.text


class JudgeForm(StepForm):
    """Of one page: the places on it, and its words, chosen by their number."""

    own = ("places", "words", "verdict")
    places = forms.ModelMultipleChoiceField(
        Redaction.objects.none(),
        label=_("Places on this page"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is ticked is masked; the rest is handed out."),
    )
    words = forms.TypedMultipleChoiceField(
        label=_("Other words on the page"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    verdict = forms.ChoiceField(
        label=_("These words are"),
        choices=[(MASK, _("masked")), (GIVE, _("handed out"))],
        initial=MASK,
        widget=forms.RadioSelect,
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision"),
        required=False,
    )
    why = PlainText(label=_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, number: int, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number, self.page = number, page
        self.on_page = list(on_page(self.subject, number))
        places = self.choice("places")
        places.queryset = on_page(self.subject, number)
        places.choices = [(row.pk, _shown(row)) for row in self.on_page]
        places.initial = [row.pk for row in self.on_page if row.status != Status.GIVEN]
        self.choice("words").choices = [
            (place, word.text) for place, word in enumerate(page.words)
        ]
        offer_provisions(self.choice("provision"), self.subject.review)

    def step_fields(self) -> dict[str, Any]:
        typed = self.cleaned_data
        masked = set(typed["places"])
        return {
            "masked": [
                row
                for row in self.on_page
                if row in masked and row.status != Status.MASKED
            ],
            "given": [
                row
                for row in self.on_page
                if row not in masked and row.status != Status.GIVEN
            ],
            "chosen": chosen_places(self.number, self.page, typed["words"]),
            "is_masked": typed["verdict"] == MASK,
            **super().step_fields(),
        }


def on_page(document: DisclosedDocument, number: int) -> Any:
    rows = document.redactions.filter(page=number)
    return rows.select_related("words", "before", "provision")


def chosen_places(number: int, page: Page, words: Sequence[int]) -> list[Place]:
    """Words that follow on each other are one place."""
    places: list[Place] = []
    run: list[int] = []
    for place in [*sorted(words), -1]:
        if run and place != run[-1] + 1:
            term = Term("", Redaction.Source.CHOSEN)
            places += boxes_around(number, [page.words[one] for one in run], term)
            run = []
        run.append(place)
    return places


def _shown(row: Redaction) -> str:
    words = f"“{row.words.text}”"
    if row.before:
        because = _("masked in %(number)s") % {"number": row.before}
    else:
        because = row.get_source_display()
    return f"{words} — {because}"
