"""The steps of a request, in the order in which their buttons stand."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms.answered_outside import AnsweredOutsideForm
from requests_app.forms.merging import MergeForm
from requests_app.forms.narrowing import LinkNarrowerForm
from requests_app.forms.revised_request import (
    ChangedByProviderForm,
    CompleteNoticeForm,
    CorrectEntryForm,
    JoinAuditIdForm,
    MoveForm,
)
from requests_app.forms.routing import RouteForm
from requests_app.forms.withdrawal import WithdrawForm
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import (
    entry,
    merging,
    moving,
    narrowing,
    routing,
    withdrawal,
)

STEPS = {
    "complete": StepPage(
        _("Complete from the portal"),
        entry.complete_notice,
        CompleteNoticeForm,
        main=lambda _by, obj: obj.is_draft,
        done=_("What the notice lacked has been recorded."),
        guide="steg#skriv-klart-begaran",
    ),
    "route": StepPage(
        _("Route"),
        routing.route,
        RouteForm,
        main=lambda _by, obj: not obj.is_draft,
        done=_("The request has been routed."),
        guide="steg#fordela-begaran",
    ),
    "merge": StepPage(
        _("Merge with another"),
        merging.merge,
        MergeForm,
        done=_("The request has been merged."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "link-narrower": StepPage(
        _("Link to the request that it is narrower than"),
        narrowing.link_narrower,
        LinkNarrowerForm,
        done=_("The requests have been linked."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "correct-entry": StepPage(
        _("Correct what was typed"),
        entry.correct_entry,
        CorrectEntryForm,
        done=_("The request has been corrected."),
        guide="steg#ratta-det-som-skrevs-in",
    ),
    "move": StepPage(
        _("Move to another connection"),
        moving.move_to_connection,
        MoveForm,
        done=_("The request has been moved."),
        guide="steg#flytta-till-ratt-anslutning",
    ),
    "record-change": StepPage(
        _("Record the provider's change"),
        entry.record_change,
        ChangedByProviderForm,
        done=_("The change has been recorded."),
        guide="steg#anteckna-leverantorens-andring",
    ),
    "join-audit-id": StepPage(
        _("Join with the provider's audit log"),
        entry.join_audit_id,
        JoinAuditIdForm,
        done=_("The id has been joined with the request."),
        guide="steg#sla-ihop-eller-koppla-arenden",
    ),
    "answered-outside": StepPage(
        _("Answered outside Lockbox"),
        entry.record_outside_answer,
        AnsweredOutsideForm,
        done=_("What was answered has been recorded."),
        guide="steg#anteckna-ett-svar-utanfor-lockbox",
    ),
    "withdraw": StepPage(
        _("Withdrawn by the provider"),
        withdrawal.withdraw,
        WithdrawForm,
        done=_("The withdrawal has been recorded."),
        guide="steg#leverantoren-tar-tillbaka-begaran",
    ),
}
