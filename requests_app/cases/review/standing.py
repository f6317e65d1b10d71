"""Standing: standing assessment and standing recipient."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.law.rules import seen_relying_on
from requests_app.core.content import same_or_keep
from requests_app.core.forms import (
    CountrySelect,
    EmptyForm,
    NamedRadios,
    PlainText,
    StepForm,
)
from requests_app.core.pages.case import RegisterAdmin
from requests_app.core.pages.histories import LockboxInline
from requests_app.core.pages.lists import StepPage, always
from requests_app.core.people.rights import SEE_REGISTERS
from requests_app.core.words.texts import label_of
from requests_app.registers import steps
from requests_app.registers.models.standing import (
    Factor,
    StandingAssessment,
    StandingRecipient,
    Weight,
)
from requests_app.registers.rights import (
    STANDING_ASSESSORS,
    standing_confirmers_of,
    would_leave_no_confirmer,
)

# Making, confirming and revoking a standing assessment.

# Not the one who works a case: the provider's task, which OSL 10:2 a asks for.
TASK = _("Task on the authority's behalf")
FACTORS = {f"factor_{factor.value}": factor for factor in Factor}


class StandingAssessmentForm(forms.ModelForm):
    """The row, its eight factors and the reasons."""

    reasons = PlainText(label=_("Reasons for the suitability"), rows=8)

    class Meta:
        model = StandingAssessment
        fields = "__all__"  # noqa: DJ007 — the admin names them
        labels = {"assignment": TASK}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        weighed = row.factors or self.initial.get("factors") or {}
        for name, factor in FACTORS.items():
            if name in self.fields:
                self.initial.setdefault(name, weighed.get(factor.value))
        if row.pk and "reasons" in self.fields:
            self.initial["reasons"] = row.suitability.text

    def factors(self) -> dict[str, str]:
        return {
            factor.value: self.cleaned_data[name] for name, factor in FACTORS.items()
        }


def factor_field(factor: Factor) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=factor.label, choices=Weight.choices, widget=NamedRadios(factor.label)
    )


# Eight fields of one kind, by their names.
WeighingForm: Any = type(
    "WeighingForm",
    (StandingAssessmentForm,),
    {name: factor_field(factor) for name, factor in FACTORS.items()},
)


class ConfirmStandingForm(EmptyForm):
    warning = _(
        "Read it as a whole, with the agreements it names. From here on reviews rely on"
        " it and it can not be changed, only revoked."
    )
    shows = (
        "authority",
        "provider",
        "information_set",
        "is_suitable",
        "processor_agreement",
        "impact_assessment",
        "valid_from",
        "review_due",
        "contract_ends",
        "made_by",
    )

    def particulars(self) -> list[tuple[Any, Any]]:
        weighed = [(factor.label, weight) for factor, weight in weights(self.subject)]
        reasons = (_("Reasons for the suitability"), self.subject.suitability.text)
        task = (TASK, self.subject.assignment or "–")
        recipients = [(row, in_words(row)) for row in self.subject.recipients.all()]
        return [*super().particulars(), task, *recipients, *weighed, reasons]


def in_words(row: StandingRecipient) -> str:
    """For what a recipient gets access, and on what ground it may be elsewhere."""
    parts = [
        row.get_relation_display(),
        row.purpose,
        f"{row._meta.get_field('highest_class').verbose_name} {row.highest_class}",
        row.get_transfer_ground_display(),
        row.transfer_reference,
    ]
    if row.certification:
        label = row._meta.get_field("certification").verbose_name
        parts.append(f"{label}: {row.get_certification_display()}")
    if row.certification_checked:
        parts.append(date_format(row.certification_checked))
    if row.covers_staff_data:
        parts.append(str(row._meta.get_field("covers_staff_data").verbose_name))
    return " · ".join(str(part) for part in parts if part)


class RecipientForm(forms.ModelForm):
    """One legal entity at one place; its country as it is chosen for a request."""

    class Meta:
        model = StandingRecipient
        fields = "__all__"  # noqa: DJ007 — the inline names them
        widgets = {"country": CountrySelect}


def weights(row: StandingAssessment) -> list[tuple[Factor, Any]]:
    """Each factor with its weight in words."""
    return [
        (factor, label_of(Weight, row.factors.get(factor, Weight.NEUTRAL)))
        for factor in Factor
    ]


class RevokeStandingForm(StepForm):
    template = "lockbox/standing_assessment/revocation_form.html"
    warning = _(
        "Nothing more is granted on it, at once. Decisions already made stand until"
        " they are made anew. It can not be taken back: make a new one instead."
    )
    reason = forms.CharField(label=_("Why it is revoked"), max_length=300)

    @cached_property
    def relying(self) -> list[SecrecyReview]:
        return list(seen_relying_on(self.subject, self.by))


# The recipients of a standing assessment, as rows of its form.

RECIPIENT = (
    "legal_entity",
    "country",
    "relation",
    "purpose",
    "highest_class",
    "transfer_ground",
    "transfer_reference",
    ("certification", "certification_checked"),
    "covers_staff_data",
)
COPIED_OF_RECIPIENT = [
    field.name
    for field in StandingRecipient._meta.fields
    if field.name not in ("id", "standing_assessment", "certification_checked")
]


class RecipientInline(LockboxInline):
    """Named one by one, below what is settled for them; taken out until confirmed."""

    model = StandingRecipient
    form = RecipientForm
    template = "admin/edit_inline/stacked.html"
    fieldsets = [(None, {"fields": RECIPIENT})]
    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        if obj is not None:
            return 0
        return max(1, len(self._parent().copied_recipients(request)))


SCOPE = (
    _("What it is about"),
    {"fields": ["authority", "provider", "information_set"]},
)
GDPR = (
    _("Agreements"),
    {"fields": ["assignment", "processor_agreement", "impact_assessment"]},
)
DAYS = (_("How long"), {"fields": [("valid_from", "review_due", "contract_ends")]})
PEOPLE = (
    _("Who"),
    {
        "fields": [
            ("made_by", "confirmed_by", "confirmed_at"),
            "under",
            ("revoked_by", "revoked_at", "revoked_reason"),
        ]
    },
)
SUITABLE = _("Suitability (OSL 10:2 a)")
COPIED = (
    "authority",
    "provider",
    "information_set",
    "is_suitable",
    "factors",
    "assignment",
    "processor_agreement",
    "impact_assessment",
)


@admin.register(StandingAssessment)
class StandingAssessmentAdmin(RegisterAdmin):
    guide = "arbetsflode#staende-bedomningar"
    has_origin = True
    form = WeighingForm
    change_form_template = "lockbox/standing_assessment/register_form.html"
    list_display = [
        "provider",
        "authority",
        "covers",
        "judged",
        "valid_from",
        "review_due",
        "state",
    ]
    list_filter = ["authority", "provider", "is_suitable"]
    list_select_related = ["authority", "provider", "information_set"]
    search_fields = ["provider__name", "information_set__name", "assignment"]
    readonly_fields = [
        "judged",
        "weighed",
        "why",
        "made_by",
        "confirmed_by",
        "confirmed_at",
        "under",
        "revoked_by",
        "revoked_at",
        "revoked_reason",
    ]
    authority_path = "authority"
    inlines = [RecipientInline]
    seen_by = SEE_REGISTERS
    kept_by = STANDING_ASSESSORS
    steps = {
        "confirm": StepPage(
            _("Confirm"),
            steps.confirm,
            ConfirmStandingForm,
            main=always,
            done=_("The standing assessment has been confirmed."),
            guide="steg#staende-bedomning",
        ),
        "revoke": StepPage(
            _("Revoke the assessment"),
            steps.revoke,
            RevokeStandingForm,
            done=_("The standing assessment has been revoked."),
            guide="steg#staende-bedomning",
        ),
    }

    @admin.display(description=_("covers"))
    def covers(self, obj: StandingAssessment) -> Any:
        return obj.information_set or gettext("Every set without one of its own")

    @admin.display(description=_("state"))
    def state(self, obj: StandingAssessment) -> Any:
        is_running = obj.confirmed_at and not obj.revoked_at
        if is_running and obj.review_due < acting.today():
            return gettext("Expired")
        return obj.state

    @admin.display(description=_("suitability"), ordering="is_suitable")
    def judged(self, obj: StandingAssessment) -> Any:
        """In words: a cross at “not unsuitable” is read both ways."""
        return gettext("Not unsuitable") if obj.is_suitable else gettext("Unsuitable")

    @admin.display(description=_("factors"))
    def weighed(self, obj: StandingAssessment) -> str:
        rows = format_html_join(
            "", "<li>{}: <b>{}</b></li>", ((f.label, w) for f, w in weights(obj))
        )
        return format_html('<ul class="plain">{}</ul>', rows)

    @admin.display(description=_("delegation rule"))
    def under(self, obj: StandingAssessment) -> str:
        rule = obj.delegation_snapshot or {}
        return ", ".join(filter(None, map(rule.get, ("item_no", "board_decision"))))

    @admin.display(description=_("reasons for the suitability"))
    def why(self, obj: StandingAssessment) -> str:
        return obj.suitability.text

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is confirmed or revoked stays as it was; a change is a new one."""
        if obj is not None and (obj.confirmed_at or obj.revoked_at):
            return False
        return super().has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        writes = obj is None or self.has_change_permission(request, obj)
        questions = ["is_suitable", *FACTORS, "reasons"]
        fields = questions if writes else ["judged", "weighed", "why"]
        suitability = (SUITABLE, {"fields": fields})
        people = () if obj is None else (PEOPLE,)
        return [SCOPE, suitability, GDPR, DAYS, *people]

    def get_queryset(self, request: HttpRequest) -> Any:
        people = ("made_by", "confirmed_by", "revoked_by")
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related, *people)

    def _source(self, request: HttpRequest) -> StandingAssessment | None:
        """A new one is made from an old one that the person may see."""
        key = request.GET.get("from", "")
        if not key.isdecimal() or len(key) > 9:
            return None
        return self.get_queryset(request).filter(pk=key).first()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        start: dict[str, Any] = {"valid_from": acting.today()}
        if authority := request.GET.get("authority"):
            start["authority"] = authority
        old = self._source(request)
        if old is None:
            return start
        copied = {name: getattr(old, name) for name in COPIED}
        return {**copied, "reasons": old.suitability.text, **start}

    def copied_recipients(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Their certification is looked up anew."""
        old = self._source(request) if request.method == "GET" else None
        rows = old.recipients.all() if old else ()
        return [
            {name: getattr(row, name) for name in COPIED_OF_RECIPIENT} for row in rows
        ]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        copied = [] if obj.pk else self.copied_recipients(request)
        return {**kwargs, "initial": copied} if copied else kwargs

    def refuse(self, request: HttpRequest, form: Any) -> None:
        authority = form.cleaned_data.get("authority")
        information_set = form.cleaned_data.get("information_set")
        if (
            information_set
            and authority
            and information_set.authority_id != authority.pk
        ):
            text = gettext("The information set is another authority's.")
            form.add_error("information_set", text)
        if form.instance.pk and would_leave_no_confirmer(form.instance, request.user):
            text = gettext(
                "If you write in it nobody can confirm it: ask %(maker)s, who made it,"
                " to do so, and confirm it afterwards."
            )
            form.add_error(None, text % {"maker": form.instance.made_by})

    def buttons(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> list[dict[str, Any]]:
        buttons = super().buttons(request, obj, relation)
        if obj.confirmed_at and self._keeps(request, obj.authority_id, None):
            add = reverse("admin:requests_app_standingassessment_add")
            label = _("Make a new one from this")
            buttons.append(
                {"label": label, "url": f"{add}?from={obj.pk}", "main": False}
            )
        return buttons

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        context = {"standing": obj, "relying": seen_relying_on(obj, request.user)}
        if obj.confirmed_at or obj.revoked_at:
            return context
        nobody = gettext(
            "Nobody can confirm it: it takes a legal reviewer or a decision-maker"
            " who has not made it, and a confirmed item of delegation for standing"
            " assessments. A registrar enters the item."
        )
        confirmers = standing_confirmers_of(obj)
        return {**context, **self.waits_for(confirmers, nobody)}

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        old = obj.suitability if obj.suitability_id else None
        obj.suitability = same_or_keep(old, form.cleaned_data["reasons"])
        obj.factors = form.factors()
        obj.made_by = request.user
        obj.version += 1
        super().save_model(request, obj, form, change)
