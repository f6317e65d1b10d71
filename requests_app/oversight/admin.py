"""The admin pages of oversight: access event, alteration, comparison, decision proof,
deviation, incident duty, provider log, reconciliation rule, replay, side door and
support ticket."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from audit_app.models import LedgerEntry, Receipt
from audit_app.sealing import keys, sealer
from audit_app.sealing.outside import is_receipt_of
from audit_app.sealing.sealer import Proof, inclusions, proof_in_json, proof_of
from audit_app.verifying.program import name_of
from requests_app.cases.access import restore
from requests_app.cases.access.models import Comparison, SideDoor, SupportTicket
from requests_app.cases.access.restore import (
    COMPARISONS_SEEN_BY,
    comparisons_visible_to,
    differences,
)
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.cases.intake.models.request import in_words
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import known_people, requests_visible_to
from requests_app.cases.review.models.afterwards import Alteration, DecisionDocument
from requests_app.cases.review.models.decision import Decision
from requests_app.core.catalogue import country_name
from requests_app.core.forms import EmptyForm, ReasonForm
from requests_app.core.models import AlteredContent
from requests_app.core.pages.case import CaseAdmin, RelatedInReach
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always, link_to
from requests_app.core.pages.steps import TrialAdmin, done, saved_as
from requests_app.core.people.models import Role
from requests_app.core.people.rights import MANAGERS, authorities_of, has_role, roles_of
from requests_app.core.step import WrongState
from requests_app.core.two_persons import RULE_KEEPERS
from requests_app.core.words.texts import moment, moment_in_words
from requests_app.oversight.filters import ActOutcome, Explained
from requests_app.oversight.forms import (
    ConcludeAlterationForm,
    ConcludeComparisonForm,
    ConcludeDeviationForm,
    CoverDoorForm,
    DeclineDutyForm,
    ExplainGapForm,
    LogFileForm,
    RecordReportForm,
    ReplayForm,
    WithdrawDoorForm,
)
from requests_app.oversight.models import (
    Deviation,
    IncidentDuty,
    LogGap,
    LogPosition,
    ProviderLog,
    ReconciliationRule,
    ReplayRun,
)
from requests_app.oversight.papers import RECEIVERS, draft_of
from requests_app.oversight.rights import (
    ALTERATION_READERS,
    LOG_READERS,
    ORDER_REPLAYS,
    SEE_DOORS,
    SEE_REPLAYS,
    SEE_SIDE_DOORS,
    alterations_visible_to,
    connections_with_files,
    deviations_visible_to,
    duties_visible_to,
    gaps_visible_to,
    replays_visible_to,
    sees_doors,
    side_doors_visible_to,
)
from requests_app.oversight.selectors import (
    act_rows_of,
    clock_of_duty,
    deviation_page,
    object_of,
    outcome_of,
    replayed_cases,
    trial_of,
    with_state,
)
from requests_app.oversight.steps import acts, incidents
from requests_app.oversight.sweep import read_file
from requests_app.providers.reading import Unreadable

# What providers' people did, by their own record, and what each act came out as.


def _rows(user: Any) -> models.QuerySet[Any]:
    related = ("log__connection__product", "access_request", "payload")
    return act_rows_of(user).select_related(*related)


@admin.register(AccessEvent)
class AccessEventAdmin(CaseAdmin):
    guide = "arbetsflode#leverantorens-loggar"
    rows = staticmethod(_rows)
    list_display = [
        "happened",
        "connection",
        "action",
        "object_in_words",
        "actor",
        "place",
        "outcome",
    ]
    list_filter = [ActOutcome, ("connection", RelatedInReach), "happened_at"]
    ordering = ["-happened_at"]
    add_label = _("Read a log from a file")
    is_register = True
    page_template = "lockbox/access_event/page.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return sees_doors(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return connections_with_files(request.user).exists()

    @admin.display(description=_("when"), ordering="happened_at")
    def happened(self, obj: AccessEvent) -> str:
        return moment(obj.happened_at)

    @admin.display(description=_("object"))
    def object_in_words(self, obj: Any) -> str:
        return object_of(obj)

    @admin.display(description=_("from which country"))
    def place(self, obj: AccessEvent) -> str:
        return country_name(obj.country) if obj.country else ""

    @admin.display(description=_("came out as"))
    def outcome(self, obj: Any) -> str:
        return outcome_of(obj)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.payload_view)
        name = "requests_app_accessevent_payload"
        return [path("<path:object_id>/payload/", view, name=name), *super().get_urls()]

    def payload_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The record as it came; with ?bytes=1 byte for byte, as plain text."""
        obj = self.visible_or_404(request, object_id)
        if not obj.is_readable:
            raise Http404
        record("accessevent.payload_read", by=request.user, on=obj, kind=Kind.READ)
        if "bytes" in request.GET:
            plain = "text/plain; charset=utf-8"
            return HttpResponse(obj.payload.body, content_type=plain)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The record as it came"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
        }
        return TemplateResponse(request, "lockbox/access_event/payload.html", context)

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        outcomes = list(obj.outcomes.select_related("access_request"))
        cases = {row.access_request_id for row in outcomes} | {obj.access_request_id}
        seen = requests_visible_to(request.user).filter(pk__in=cases - {None})
        return {
            "title": f"{obj.action}, {moment_in_words(obj.happened_at)}",
            "outcomes": outcomes[::-1],
            "cases": {row.pk: row for row in seen},
            "outcome": self.outcome(obj),
            "object_in_words": self.object_in_words(obj),
        }

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # An act never changes: what it came out as stands on its page.
        raise Http404

    begins_with = LogFileForm

    def begin(self, request: HttpRequest, form: LogFileForm) -> HttpResponse:
        """A log that somebody has saved as a file."""
        if self.is_sent(request, form):
            try:
                return self._read(request, form)
            except Unreadable as error:
                form.add_error("file", str(error))
            except WrongState as error:
                form.add_error(None, str(error))
        return self.new_page(request, gettext("Read a log from a file"), form)

    def _read(self, request: HttpRequest, form: LogFileForm) -> HttpResponse:
        connection, file = (form.cleaned_data[name] for name in ("connection", "file"))
        result = read_file(connection, file.read(), file.name, by=request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The file has been read"),
            "opts": self.opts,
            "connection": connection,
            "file_name": file.name,
            "result": result,
            "sees_acts": sees_doors(request.user),
        }
        return TemplateResponse(request, "lockbox/access_event/read.html", context)


# What somebody changed outside the system.


@admin.register(Alteration)
class AlterationAdmin(CaseAdmin):
    guide = "steg#nagot-har-andrats-bakvagen"
    list_display = ["__str__", "kind", "object_id", "authority", "found_at", "ended"]
    list_select_related = ["authority"]
    page_template = "lockbox/alteration/page.html"
    is_register = True
    seen_by = ALTERATION_READERS
    steps = {
        "conclude": StepPage(
            _("Conclude"),
            incidents.conclude_alteration,
            ConcludeAlterationForm,
            main=always,
            done=_("The conclusion has been recorded."),
            guide="steg#nagot-har-andrats-bakvagen",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Alteration]:
        rows = alterations_visible_to(request.user)
        return rows.select_related("authority", "found_by", "concluded_by")

    @admin.display(description=_("kind"))
    def kind(self, obj: Alteration) -> str:
        return obj.kind

    @admin.display(description=_("concluded"), boolean=True)
    def ended(self, obj: Alteration) -> bool:
        return obj.concluded_at is not None

    def page_context(
        self, request: HttpRequest, obj: Alteration, relation: Any
    ) -> dict[str, Any]:
        requests = requests_visible_to(request.user)
        return {
            "kind": obj.kind,
            # Whose case it was, for whoever may know of it.
            "case": requests.filter(pk=obj.access_request_id or 0).first(),
        }


# Comparing with a provider's machine after a restore.


@admin.register(Comparison)
class ComparisonAdmin(CaseAdmin):
    guide = "steg#jamforelse-med-leverantorens-logg"
    list_display = ["__str__", "connection", "lost_from", "told_at", "ended"]
    list_select_related = ["connection__product"]
    page_template = "lockbox/comparison/page.html"
    is_register = True
    seen_by = COMPARISONS_SEEN_BY
    steps = {
        "conclude": StepPage(
            _("Conclude the comparison"),
            restore.conclude_comparison,
            ConcludeComparisonForm,
            main=always,
            done=_("The comparison is concluded: answers can be acknowledged again."),
            guide="steg#jamforelse-med-leverantorens-logg",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Comparison]:
        rows = comparisons_visible_to(request.user)
        return rows.select_related("connection__product", "concluded_by")

    @admin.display(description=_("concluded"), boolean=True)
    def ended(self, obj: Comparison) -> bool:
        return obj.concluded_at is not None

    def page_context(
        self, request: HttpRequest, obj: Comparison, relation: Any
    ) -> dict[str, Any]:
        rows = differences(obj) if obj.concluded_at is None else []
        known = [row.access_request.pk for row in rows if row.access_request]
        seen = requests_visible_to(request.user).filter(pk__in=known)
        links = set(seen.values_list("pk", flat=True)) if known else set()
        return {
            "differences": [
                {
                    "number": row.number,
                    "there": row.there and in_words(row.there),
                    "here": row.here and in_words(row.here),
                    "acknowledged_at": row.acknowledged_at,
                    # Whoever may know of it gets to it.
                    "link": row.access_request
                    if row.access_request and row.access_request.pk in links
                    else None,
                }
                for row in rows
            ],
        }


# What proves to a stranger that a decision stands in the ledger, as a file.

# Endings and what they are: C2SP tlog-proof, RFC 9942, and lines that say what they
# commit to.
KINDS = {
    "tlog-proof": "text/plain; charset=utf-8",
    "cose": "application/cose",
    "jsonl": "application/jsonl",
}


def proof_of_decision(
    review: SecrecyReview, number: int, kind: str, *, by: Any
) -> HttpResponse | None:
    """Recorded. Nothing while its line is in no checkpoint or has no receipt. Raises
    AlteredContent where the ledger does not have it, or another than was signed."""
    decision = get_object_or_404(Decision, review=review, pk=number)
    entry = _inserts(Decision, [decision.pk]).first()
    if entry is None:
        raise AlteredContent(str(review))
    proof = proof_of(entry.pk)
    if proof is None:
        return None
    body = _opened(decision, proof) if kind == "jsonl" else _encoded(proof, kind)
    if body is None:
        return None
    record(
        "decision.proof_taken",
        by=by,
        on=review,
        kind=Kind.EXPORT,
        decision=decision.pk,
        leaf=proof.leaf_index,
        form=kind,
    )
    name = f"{review.diary_number or review.pk}-{decision.pk}.{kind}"
    return saved_as(body, KINDS[kind], name.replace(" ", "-"))


def _inserts(model: type[Model], numbers: Iterable[int]) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(
        object_type=model._meta.db_table,
        object_id__in=[str(number) for number in numbers],
        kind=LedgerEntry.Kind.CHANGE,
        event="insert",
    )


def _opened(decision: Decision, proof: Proof) -> bytes:
    """The decision and its documents, in the tree of one checkpoint. What has been
    disposed of is not there."""
    entries = _inserts(Decision, [decision.pk]) | _inserts(
        DecisionDocument, decision.documents.values_list("pk", flat=True)
    )
    rows = list(entries.select_related("detail").order_by("pk"))
    proofs = inclusions([row.pk for row in rows], proof.checkpoint.size)
    lines = [sealer.head(proof.checkpoint)]
    for row in rows:
        detail = getattr(row, "detail", None)
        proved = proof_in_json(proofs.get(row.pk), is_open=True, detail=detail)
        name = name_of(row.object_type, row.object_id)
        lines.append(sealer.in_json({"row": name, "proof": proved}))
    return "".join([*lines, sealer.end(len(rows))]).encode()


def _encoded(proof: Proof, kind: str) -> bytes | None:
    """Nothing while the sweep has not signed a receipt."""
    if kind == "tlog-proof":
        return proof.text.encode()
    if kind not in KINDS:
        raise Http404
    receipt = Receipt.objects.filter(leaf=proof.leaf_index).first()
    if receipt is None:
        return None
    body = bytes(receipt.body)
    if not is_receipt_of(body, proof.entry.payload, keys.known_keys()):
        raise AlteredContent(str(proof.entry.pk))
    return body


# What was done outside what was granted.


def _has_no_owner(_may: Any, obj: Deviation) -> bool:
    return obj.owner_id is None


def _deviation_rows(user: Any) -> models.QuerySet[Deviation]:
    return deviations_visible_to(user).select_related(
        "review__authority",
        "access_request__connection__product",
        "event",
        "owner",
        "concluded_by",
        "conclusion",
    )


@admin.register(Deviation)
class DeviationAdmin(CaseAdmin):
    guide = "steg#avvikelse"
    rows = staticmethod(_deviation_rows)
    list_display = [
        "__str__",
        "case",
        "what",
        "discovered",
        "owner",
        "ended",
    ]
    list_filter = ["status", "outcome", "discovered_at"]
    list_select_related = ["review__authority", "owner"]
    request_path = "access_request"
    ordering = ["-id"]
    page_template = "lockbox/deviation/page.html"
    steps = {
        "take": StepPage(
            _("Take it on"),
            acts.take,
            EmptyForm,
            main=_has_no_owner,
            done=_("The deviation is yours."),
            guide="steg#avvikelse",
        ),
        "conclude": StepPage(
            _("Conclude"),
            acts.conclude,
            ConcludeDeviationForm,
            done=_("The conclusion has been recorded."),
            guide="steg#avvikelse",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: Deviation) -> str:
        return str(obj.review)

    @admin.display(description=_("what diverges"))
    def what(self, obj: Deviation) -> str:
        return obj.kinds_in_words

    @admin.display(description=_("conclusion"), empty_value="–")
    def ended(self, obj: Deviation) -> str:
        return obj.get_outcome_display() or obj.get_status_display()

    @admin.display(description=_("discovered"), ordering="discovered_at")
    def discovered(self, obj: Deviation) -> str:
        return moment(obj.discovered_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: Deviation, relation: Any
    ) -> dict[str, Any]:
        return {"page": deviation_page(request.user, obj)}

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        return known_people(request.user, obj.access_request)


# What has to be told of an incident, to whom and by when.


def _incident_duty_rows(user: Any) -> models.QuerySet[IncidentDuty]:
    return duties_visible_to(user).select_related(
        "review__authority",
        "breach__authority",
        "breach__what_happened",
        "breach__affected",
        "review__access_request__connection__product__provider",
        "deviation__access_request__connection__product__provider",
        "deviation__event",
        "report",
        "reason",
        "settled_by",
    )


@admin.register(IncidentDuty)
class IncidentDutyAdmin(CaseAdmin):
    guide = "steg#incidentjour"
    rows = staticmethod(_incident_duty_rows)
    list_display = ["kind", "case", "known", "due", "status"]
    list_filter = ["status", "kind", "due_at"]
    list_select_related = ["review__authority", "breach__authority"]
    request_path = "review__access_request"
    ordering = ["due_at"]
    page_template = "lockbox/incident_duty/page.html"
    steps = {
        "report": StepPage(
            _("Record the report"),
            incidents.record_report,
            RecordReportForm,
            main=lambda _by, obj: obj.is_certain,
            done=_("The report has been recorded."),
            guide="steg#incidentjour",
        ),
        "decline": StepPage(
            _("It is not needed"),
            incidents.decline,
            DeclineDutyForm,
            done=_("The reason has been recorded."),
            guide="steg#incidentjour",
        ),
    }

    @admin.display(description=_("case"))
    def case(self, obj: IncidentDuty) -> str:
        return str(obj.incident)

    @admin.display(description=_("known since"), ordering="known_at")
    def known(self, obj: IncidentDuty) -> str:
        return moment(obj.known_at)

    @admin.display(description=_("to be done by"), ordering="due_at")
    def due(self, obj: IncidentDuty) -> str:
        return moment(obj.due_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user))

    def page_context(
        self, request: HttpRequest, obj: IncidentDuty, relation: Any
    ) -> dict[str, Any]:
        is_open = obj.status == IncidentDuty.Status.OPEN
        return {
            "clock": clock_of_duty(obj),
            "receiver": RECEIVERS.get(obj.kind, ""),
            "draft": draft_of(obj) if is_open else "",
        }

    def known_people(self, request: HttpRequest, obj: Any) -> Any:
        if obj.review is None:
            return super().known_people(request, obj)
        return known_people(request.user, obj.review.access_request)


# The logs of providers: how far each is read, and what of it is missing.


@admin.register(ProviderLog)
class ProviderLogAdmin(LockboxAdmin):
    """Made when a connection is first read; whether it is read two persons say."""

    guide = "arbetsflode#leverantorens-loggar"
    columns = ["read_until", "trouble", "next_at", "acts", "gaps_open"]
    list_display = ["connection", "log_label", "is_read", *columns]
    list_select_related = ["connection__product", "position"]
    list_filter = ["is_read"]
    fields = ["connection", "log_label", "is_read", *columns]
    readonly_fields = ["connection", "log_label", *columns]
    authority_path = "connection__authority"
    seen_by = LOG_READERS
    kept_by = MANAGERS
    change_form_template = "lockbox/provider_log/form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        acts = AccessEvent.objects.filter(log=OuterRef("pk")).order_by()
        number = acts.values("log").annotate(n=Count("pk")).values("n")
        rows = super().get_queryset(request).select_related("position")
        return rows.annotate(
            act_count=Coalesce(Subquery(number), 0),
            gap_count=Count("gaps", filter=Q(gaps__explained_at=None)),
        )

    @admin.display(description=_("log"), ordering="name")
    def log_label(self, obj: ProviderLog) -> str:
        return str(obj.log.label) if obj.log else gettext("files that people bring")

    @admin.display(description=_("read until"))
    def read_until(self, obj: ProviderLog) -> str:
        return moment(_position(obj).read_until)

    @admin.display(description=_("trouble"))
    def trouble(self, obj: ProviderLog) -> str:
        return _position(obj).trouble

    @admin.display(description=_("read again"))
    def next_at(self, obj: ProviderLog) -> str:
        return moment(_position(obj).next_at)

    @admin.display(description=_("acts"))
    def acts(self, obj: Any) -> int:
        return int(obj.act_count)

    @admin.display(description=_("gaps that nobody has explained"))
    def gaps_open(self, obj: Any) -> int:
        return int(obj.gap_count)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        obj = kwargs.get("obj")
        gaps = gaps_visible_to(request.user).filter(log=obj).order_by("-since")
        context |= {"gaps": gaps[:20]}
        return super().render_change_form(request, context, *args, **kwargs)


def _position(obj: ProviderLog) -> LogPosition:
    return getattr(obj, "position", None) or LogPosition()


@admin.register(LogGap)
class LogGapAdmin(CaseAdmin):
    guide = "steg#en-lucka-i-en-logg"
    list_display = ["__str__", "begins", "ends", "why", "noticed", "is_explained"]
    list_filter = [Explained]
    list_select_related = ["log__connection__product"]
    page_template = "lockbox/provider_log/gap.html"
    is_register = True
    seen_by = LOG_READERS
    steps = {
        "explain": StepPage(
            _("Say what is known of that time"),
            acts.explain_gap,
            ExplainGapForm,
            main=always,
            done=_("What is known has been noted."),
            guide="steg#en-lucka-i-en-logg",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LogGap]:
        rows = gaps_visible_to(request.user)
        related = ("log__connection__product", "explained_by", "explanation")
        return rows.select_related(*related)

    @admin.display(description=_("from"), ordering="since")
    def begins(self, obj: LogGap) -> str:
        return moment(obj.since)

    @admin.display(description=_("until"))
    def ends(self, obj: LogGap) -> str:
        return moment(obj.until)

    @admin.display(description=_("noticed"))
    def noticed(self, obj: LogGap) -> str:
        return moment(obj.noticed_at)

    @admin.display(description=_("explained"), boolean=True)
    def is_explained(self, obj: LogGap) -> bool:
        return not obj.is_open


# Which acts in providers' logs somebody looks at: kept by two persons, tried on the
# acts of last month.


@admin.register(ReconciliationRule)
class ReconciliationRuleAdmin(TrialAdmin):
    guide = "arbetsflode#avstamningsregler"
    list_display = [
        "name",
        "authority",
        "connection",
        "outcome",
        "action",
        "country",
        "effect",
        "is_active",
    ]
    list_select_related = ["authority", "connection__product"]
    list_filter = ["is_active", "effect"]
    authority_path = "authority"
    seen_by = SEE_DOORS
    kept_by = RULE_KEEPERS
    records_reads = True
    change_form_template = "lockbox/reconciliation_rule/form.html"

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        return trial_of(rule, request.user)


@admin.register(ReplayRun)
class ReplayRunAdmin(CaseAdmin):
    guide = "arbetsflode#provkorning"
    list_display = ["__str__", "whose", "since", "ordered_by", "ordered_at", "state"]
    list_select_related = ["authority", "ordered_by"]
    page_template = "lockbox/replay/page.html"
    is_register = True
    seen_by = SEE_REPLAYS
    add_label = _("Try decisions anew")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ReplayRun]:
        rows = replays_visible_to(request.user)
        return with_state(rows.select_related("authority", "ordered_by"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, *ORDER_REPLAYS))

    @admin.display(description=_("authority"))
    def whose(self, obj: Any) -> Any:
        return obj.authority or _("Every authority")

    @admin.display(description=_("status"))
    def state(self, obj: Any) -> Any:
        if obj.is_done:
            return _("Done")
        return _("Under way") if obj.has_begun else _("Waits for the next round")

    begins_with = ReplayForm

    def begin(self, request: HttpRequest, form: ReplayForm) -> HttpResponse:
        if run := self.made(request, form, incidents.order):
            text = gettext("It is ordered, and begins within a minute.")
            url = self.page_url(run)
            return done(request, text, to=lambda: url, otherwise=url)
        return self.new_page(request, gettext("Try decisions anew"), form)

    def history_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # Its rows are only added: they are their own history.
        raise Http404

    def page_context(
        self, request: HttpRequest, obj: Any, relation: Any
    ) -> dict[str, Any]:
        return {
            "replayed": replayed_cases(obj, request.user),
            "state": self.state(obj),
            "whose": self.whose(obj),
        }


RELATED = (
    "connection__product",
    "connection__authority",
    "covered_by",
    "withdrawn_by",
    "record",
    "reason",
)


def _is_uncovered(_may: Any, door: SideDoor) -> bool:
    return not door.is_covered


@admin.register(SideDoor)
class SideDoorAdmin(CaseAdmin):
    guide = "arbetsflode#sidodorrar"
    list_display = [
        "place",
        "connection",
        "kind",
        "what",
        "seen_at",
        "closed_at",
        "decision_number",
        "covered_until",
    ]
    list_filter = ["kind", "closed_at"]
    ordering = ["-seen_at", "-id"]
    page_template = "lockbox/side_door/page.html"
    steps = {
        "withdraw": StepPage(
            _("Take it back"),
            incidents.withdraw,
            WithdrawDoorForm,
            main=_is_uncovered,
            done=_("It has been ordered, and has effect when the provider shows it."),
            guide="steg#sidodorr",
        ),
        "say-closed": StepPage(
            _("It is closed in the portal"),
            incidents.say_closed,
            ReasonForm,
            done=_("It is recorded as closed."),
            guide="steg#sidodorr",
        ),
        "cover": StepPage(
            _("Say which decision covers it"),
            incidents.cover,
            CoverDoorForm,
            done=_("The decision is said to cover it."),
            guide="steg#sidodorr",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SideDoor]:
        return side_doors_visible_to(request.user).select_related(*RELATED)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *SEE_SIDE_DOORS)

    def page_context(
        self, request: HttpRequest, obj: SideDoor, relation: Any
    ) -> dict[str, Any]:
        seen = requests_visible_to(request.user).filter(side_doors=obj)
        return {
            "access_request": seen.first(),
            "closing": obj.outbox.order_by("-pk").first(),
            "by_hand": incidents.by_hand(obj),
        }


@admin.register(SupportTicket)
class SupportTicketAdmin(CaseAdmin):
    guide = "arbetsflode#fraga-i-azures-supportarende"
    list_display = [
        "number",
        "connection",
        "status",
        "advanced_diagnostics",
        "other_consents",
    ]
    list_select_related = ["connection__product"]
    is_register = True
    authority_path = "connection__authority"
    seen_by = (Role.EXECUTOR, Role.IT_MANAGER, Role.REGISTRAR, Role.AUDITOR)
    page_template = "lockbox/support_ticket/page.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request.user, *self.seen_by)

    def buttons(
        self, request: HttpRequest, obj: SupportTicket, relation: Any
    ) -> list[dict[str, Any]]:
        """What it carries is taken back, or covered, as every side door."""
        doors = side_doors_visible_to(request.user).open().filter(ticket=obj)
        return [link_to(gettext("To the side door"), door, True) for door in doors]
