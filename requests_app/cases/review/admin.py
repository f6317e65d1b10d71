"""The admin pages of secrecy review: consultation, document, freeze, lapse, listed
review, provision, registering and subsequent review."""

from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import Kind, record
from requests_app.cases.access.queue import clock_of
from requests_app.cases.access.selectors import (
    clock_of_lapse,
    running_under,
    subsequent_page,
    waiting_under,
)
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import ListedReview, SecrecyReview
from requests_app.cases.intake.rights import (
    known_people,
    overseen_by,
    readable_by,
    visible_to,
)
from requests_app.cases.review.alteration import altered_of
from requests_app.cases.review.forms import people as forms
from requests_app.cases.review.forms.afterwards import (
    ConfirmClosingForm,
    LapseCauseForm,
    LookAgainForm,
    OpenAgainForm,
)
from requests_app.cases.review.forms.decision import FreezeForm, LiftForm
from requests_app.cases.review.forms.people import TakeAccessForm
from requests_app.cases.review.law.known import has_ended
from requests_app.cases.review.models.afterwards import (
    DecisionDocument,
    Lapse,
    SubsequentReview,
)
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.consultation import Consultation
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.rights.decision import (
    can_freeze,
    freezes_visible_to,
    lapses_visible_to,
    subsequent_reviews_visible_to,
)
from requests_app.cases.review.rights.involvement import (
    can_read,
    can_view,
    consultations_visible_to,
)
from requests_app.cases.review.selectors import (
    decided_by,
    decided_within,
    unanswered,
    with_outcome,
)
from requests_app.cases.review.steps import afterwards, case, decision, people
from requests_app.core.forms import ReasonForm
from requests_app.core.models import AlteredContent, Outcome
from requests_app.core.pages.case import CaseAdmin, RegisterAdmin, RelatedInReach
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.pages.steps import take_as_proposed
from requests_app.core.people.models import Role
from requests_app.core.people.rights import roles_of
from requests_app.core.queue import NoticeKind, clock_between
from requests_app.core.words.texts import moment
from requests_app.registers.models.cloud import Connection
from requests_app.registers.models.provisions import Provision, StatuteParagraph


def _rows(user: Any) -> models.QuerySet[Consultation]:
    return consultations_visible_to(user).select_related(
        "review__authority", "review__access_request", "person", "asked_by",
        "question", "opinion",
    )  # fmt: skip


@admin.register(Consultation)
class ConsultationAdmin(CaseAdmin):
    guide = "arbetsflode#remiss"
    rows = staticmethod(_rows)
    list_display = ["consultation", "authority", "person", "due", "status"]
    list_filter = ["status", "due_at"]
    is_register = True
    page_template = "lockbox/consultation/page.html"
    steps = {
        "answer": StepPage(
            _("Give your opinion"),
            people.answer,
            forms.OpinionForm,
            main=always,
            done=_("Your opinion has been handed in."),
            guide="steg#svara-pa-en-remiss",
        ),
        "conflict": StepPage(
            _("Declare conflict of interest"),
            people.declare_instead_of_answering,
            forms.ConsultedConflictForm,
            done=_("The declaration has been recorded."),
            guide="steg#anmal-jav",
        ),
        "withdraw": StepPage(
            _("The opinion is no longer needed"),
            people.withdraw,
            forms.WithdrawConsultationForm,
            done=_("The consultation has been withdrawn."),
            guide="steg#fraga-nagon-inom-myndigheten",
        ),
    }

    @admin.display(description=_("consultation"), ordering="pk")
    def consultation(self, obj: Consultation) -> str:
        return str(obj)

    @admin.display(description=_("authority"))
    def authority(self, obj: Consultation) -> Any:
        return obj.review.authority

    @admin.display(description=_("answer by"), ordering="due_at")
    def due(self, obj: Consultation) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Consultation, relation: Any
    ) -> dict[str, Any]:
        is_open = obj.status == Consultation.Status.OPEN
        waits = clock_between(NoticeKind.OPINION, obj.asked_at, obj.due_at)
        return {
            "clock": waits if is_open else None,
            "is_late": is_open and obj.due_at <= acting.now(),
            "reads_review": can_read(request.user, obj.review),
        }

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # It stands in the history of the review, which the person asked may not read.
        raise Http404


def document_of(review: SecrecyReview, number: int, *, by: Any) -> FileResponse:
    """A decision on paper, byte for byte as it was drawn up; the read is recorded.
    Raises AlteredContent where the case is no longer what was recorded."""
    if altered_of(review):
        raise AlteredContent(str(review))
    documents = DecisionDocument.objects.filter(decision__review=review)
    document = get_object_or_404(documents.select_related("content"), pk=number)
    record(
        "decision.document_read",
        by=by,
        on=review,
        kind=Kind.READ,
        version=document.version,
        sha256=document.sha256,
    )
    return FileResponse(
        BytesIO(document.content.body),
        as_attachment=True,
        filename=document.content.file_name,
        content_type=document.content.media_type,
    )


# What lists are narrowed by.

DAYS = {"1": _("Today"), "7": _("Past 7 days"), "30": _("Past 30 days")}


class Product(RelatedInReach):
    """Asked by the product's connections: how many rows each of those has is known to
    the database, so that it begins by the rows of a rare one."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        rows: Any = super().queryset(request, queryset)
        if not self.lookup_val or self.lookup_val_isnull:
            return rows
        of_product = Connection.objects.filter(product__in=self.lookup_val)
        connection = self.field_path.removesuffix("__product")
        keys = list(of_product.values_list("pk", flat=True))
        return queryset.filter(**{f"{connection}__in": keys})


PRODUCT = ("access_request__connection__product", Product)


class Officer(admin.SimpleListFilter):
    title = _("case officer")
    parameter_name = "officer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("I")), ("none", _("Nobody yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "me":
            return queryset.filter(case_officer=request.user.pk)
        if self.value() == "none":
            return queryset.filter(case_officer=None)
        return queryset


class Outcomes(admin.SimpleListFilter):
    """Filter: the outcome of the decision that stands, in cases that the person
    reads."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(value), label) for value, label in Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in Outcome.values:
            return with_outcome(request.user, queryset, str(self.value()))
        return queryset


class Decider(admin.SimpleListFilter):
    title = _("decided by")
    parameter_name = "decider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", _("I"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        mine = self.value() == "me"
        return decided_by(queryset, request.user) if mine else queryset


class DecidedWithin(admin.SimpleListFilter):
    title = _("decided")
    parameter_name = "decided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(DAYS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        days = self.value()
        if days not in DAYS:
            return queryset
        return decided_within(request.user, queryset, int(days))


class Answer(admin.SimpleListFilter):
    title = _("answer by")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("Within four hours")), ("waits", _("Not answered yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in ("late", "waits"):
            return queryset
        return unanswered(request.user, queryset, late=self.value() == "late")


@admin.register(Freeze)
class FreezeAdmin(CaseAdmin):
    guide = "arbetsflode#stopp-for-godkannanden"
    list_display = ["scope", "authority", "reason", "begins_at", "ends_at", "state"]
    list_select_related = ["authority", "provider", "product", "information_set"]
    page_template = "lockbox/freeze/page.html"
    steps = {
        "ask-lift": StepPage(
            _("Ask for it to be lifted"),
            case.ask_lift,
            ReasonForm,
            done=_("Another person can now lift it."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
        "lift": StepPage(
            _("Lift the freeze"),
            case.lift,
            LiftForm,
            main=always,
            done=_("The freeze has been lifted."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
        "keep": StepPage(
            _("Keep the freeze"),
            case.take_back_lift,
            ReasonForm,
            done=_("The freeze stays."),
            guide="steg#stoppa-eller-slappa-godkannanden",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Freeze]:
        rows = freezes_visible_to(request.user)
        return rows.select_related(*self.list_select_related, "made_by")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_freeze(request.user)

    @admin.display(description=_("what is stopped"))
    def scope(self, obj: Freeze) -> Any:
        return obj.scope

    @admin.display(description=_("state"))
    def state(self, obj: Freeze) -> Any:
        return obj.state

    begins_with = FreezeForm

    def begin(self, request: HttpRequest, form: FreezeForm) -> HttpResponse:
        if form.asks_again():
            return self._shown_first(request, form)
        if new_freeze := self.made(request, form, case.freeze):
            messages.success(request, gettext("Approvals are stopped."))
            return HttpResponseRedirect(self.page_url(new_freeze))
        return self.new_page(request, gettext("Stop approvals"), form)

    def _shown_first(self, request: HttpRequest, form: FreezeForm) -> HttpResponse:
        """What it would stop, with all that was typed: nothing is set yet."""
        reached: dict[str, Any] = {}
        if (frozen := form.frozen()) is not None:
            reached = {"is_shown": True, **self.page_context(request, frozen, None)}
        title = gettext("Stop approvals")
        return self.new_page(request, title, form, **reached)

    def page_context(
        self, request: HttpRequest, obj: Freeze, relation: Any
    ) -> dict[str, Any]:
        return {
            "running": running_under(obj, request.user),
            "waiting": waiting_under(obj, request.user),
        }


# Reviews that ended before anything was decided, and why.


def _lapse_rows(user: Any) -> models.QuerySet[Lapse]:
    return lapses_visible_to(user).select_related(
        "review__authority",
        "review__access_request__connection__product",
        "given_by",
        "closed_by",
        "confirmed_by",
    )


@admin.register(Lapse)
class LapseAdmin(CaseAdmin):
    guide = "arbetsflode#orsaken-till-att-ett-arende-forfoll"
    rows = staticmethod(_lapse_rows)
    list_display = ["__str__", "case", "lapsed", "cause", "due"]
    list_filter = ["cause", "lapsed_at"]
    list_select_related = ["review__authority"]
    request_path = "review__access_request"
    ordering = ["-id"]
    page_template = "lockbox/lapse/page.html"
    steps = {
        "cause": StepPage(
            _("Say why it lapsed"),
            afterwards.give_cause,
            LapseCauseForm,
            main=lambda _by, obj: not obj.cause,
            done=_("The cause has been recorded."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
        "confirm": StepPage(
            _("Look at the closing"),
            afterwards.confirm_closing,
            ConfirmClosingForm,
            main=always,
            done=_("The closing has been confirmed."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
        "open-again": StepPage(
            _("Open the case again"),
            afterwards.open_again,
            OpenAgainForm,
            done=_("The case is open again. It is struck off by a decision."),
            guide="steg#orsaken-till-att-ett-arende-forfoll",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: Lapse) -> str:
        return str(obj.review)

    @admin.display(description=_("lapsed"), ordering="lapsed_at")
    def lapsed(self, obj: Lapse) -> str:
        return moment(obj.lapsed_at)

    @admin.display(description=_("to be done by"))
    def due(self, obj: Lapse) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Lapse, relation: Any
    ) -> dict[str, Any]:
        return {"clock": clock_of_lapse(obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.review.access_request)


# Who works the review, who may see it, and who may not.

# By whom: whoever is named, or oversees it.
LIST_STEPS = {
    "confirm-list": StepPage(
        _("Confirm the named list"),
        people.confirm_list,
        forms.ConfirmListForm,
        done=_("The named list has been confirmed."),
        guide="steg#namngiven-lista",
    ),
    "open-list": StepPage(
        _("Open the review again"),
        people.open_list,
        forms.OpenListForm,
        done=_("The roles of the authority open the review again."),
        guide="steg#namngiven-lista",
    ),
}


@admin.register(ListedReview)
class ListedReviewAdmin(CaseAdmin):
    """Number and clocks, until access with a basis is recorded (design.md 6)."""

    guide = "arbetsflode#namngiven-lista"

    page_template = "lockbox/case/overseen.html"
    is_register = True
    list_display = ["case", "authority", "received", "answer_by", "get_status_display"]
    list_filter = ["status"]
    search_fields = ["diary_number"]
    search_help_text = _("Registration number")
    seen_by = [Role.AUDITOR, Role.DECISION_MAKER]
    steps = {
        "open": StepPage(
            _("Take access with a basis"),
            people.take_access,
            TakeAccessForm,
            done=_("You now read the case."),
            guide="steg#namngiven-lista",
        ),
        **LIST_STEPS,
    }

    @admin.display(description=_("received"))
    def received(self, obj: SecrecyReview) -> str:
        return moment(obj.access_request.received_at)

    @admin.display(description=_("answer by"), empty_value="–")
    def answer_by(self, obj: SecrecyReview) -> str | None:
        ends = obj.access_request.clock.answer_by
        return moment(ends) if ends else None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SecrecyReview]:
        rows = overseen_by(request.user)
        return rows.select_related("authority", "access_request__connection__product")

    def page_context(
        self, request: HttpRequest, obj: SecrecyReview, relation: Any
    ) -> dict[str, Any]:
        access_request = obj.access_request
        return {
            "clock": clock_of(access_request, access_request.grants.all()),
            "product": access_request.connection.product,
        }

    def after_step(self, request: HttpRequest, obj: SecrecyReview) -> str:
        """On to the case itself, for whoever now reads it."""
        if can_view(request.user, obj):
            return reverse("admin:requests_app_secrecyreview_change", args=[obj.pk])
        return super().after_step(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        raise Http404


@admin.register(Provision)
class ProvisionAdmin(RegisterAdmin):
    guide = "arbetsflode#ny-lag"
    change_form_template = "lockbox/provision/register_form.html"
    list_display = [
        "__str__",
        "code",
        "called",
        "harm_test",
        "max_secrecy_years",
        "valid_from",
        "valid_to",
    ]
    list_filter = ["harm_test", "confidence"]
    search_fields = ["code", "title_sv", "title_en", "typical_municipal_data"]

    @admin.display(description=_("title"))
    def called(self, obj: Provision) -> str:
        return obj.title

    def page_context(
        self, request: HttpRequest, obj: Provision, relation: Any
    ) -> dict[str, Any]:
        """The open reviews that cite this version, as far as the person reads them."""
        tests = HarmTest.objects.filter(provision=obj)
        citing = readable_by(request.user).filter(
            status__in=SecrecyReview.OPEN,
            pk__in=tests.exclude(outcome=HarmTest.Outcome.STRUCK).values("review"),
        )
        related = ("authority", "case_officer", "access_request")
        return {
            "has_ended": has_ended(obj),
            "citing": citing.select_related(*related).order_by("-pk")[:200],
        }


@admin.register(StatuteParagraph)
class StatuteParagraphAdmin(LockboxAdmin):
    guide = "arbetsflode#ny-lag"
    list_display = ["__str__", "heading", "valid_from", "valid_to"]
    search_fields = ["text", "heading", "=chapter"]


# Registering what was typed in a moment ago.


def register_too(
    admin: Any, request: HttpRequest, access_request: AccessRequest, to: str
) -> str:
    """Register its reviews that are the person's to register, each under the subject
    that is proposed. `admin`: that of reviews; `to`: where they went otherwise. The
    address of the page to go to."""
    reviews = visible_to(request.user).filter(access_request=access_request).live()
    if not reviews:
        text = gettext("The authority whose information it is registers it.")
        messages.warning(request, text)
    for review in reviews:
        to = take_as_proposed(admin, request, review, "register")
    return to


# Decisions that a second person looks at afterwards.


def _subsequent_review_rows(user: Any) -> models.QuerySet[SubsequentReview]:
    return subsequent_reviews_visible_to(user).select_related(
        "review__authority",
        "review__access_request__connection__product",
        "decision__superseded_by",
        "concluded_by",
        "note",
    )


def _message(row: SubsequentReview) -> Any:
    if row.conclusion == SubsequentReview.Conclusion.ANEW:
        return _("The case is open again for a new decision. Revoke access that runs.")
    return _("The conclusion has been recorded.")


@admin.register(SubsequentReview)
class SubsequentReviewAdmin(CaseAdmin):
    guide = "arbetsflode#efterhandsgranskning"
    rows = staticmethod(_subsequent_review_rows)
    list_display = ["__str__", "case", "why", "decider", "due", "ended"]
    list_filter = ["conclusion", "due_at"]
    list_select_related = ["review__authority", "decision"]
    request_path = "review__access_request"
    ordering = ["-id"]
    page_template = "lockbox/subsequent_review/page.html"
    steps = {
        "conclude": StepPage(
            _("Look at the decision"),
            decision.conclude,
            LookAgainForm,
            main=always,
            done=_message,
            guide="steg#efterhandsgranskning",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: SubsequentReview) -> str:
        return str(obj.review)

    @admin.display(description=_("why it is looked at again"))
    def why(self, obj: SubsequentReview) -> str:
        return obj.reasons_in_words

    @admin.display(description=_("decision-maker"))
    def decider(self, obj: SubsequentReview) -> str:
        return obj.decision.decided_by_name

    @admin.display(description=_("to be looked at by"), ordering="due_at")
    def due(self, obj: SubsequentReview) -> str:
        return moment(obj.due_at)

    @admin.display(description=_("conclusion"), empty_value="–")
    def ended(self, obj: SubsequentReview) -> str:
        return obj.get_conclusion_display()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: SubsequentReview, relation: Any
    ) -> dict[str, Any]:
        return {"page": subsequent_page(request.user, obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.review.access_request)
