"""The admin pages of intake: mail rule and mail trial."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.cases.intake.models.request import MailRule, ReceivedMail
from requests_app.core.models import AlteredContent
from requests_app.core.pages.steps import TrialAdmin
from requests_app.core.people.models import Role
from requests_app.core.people.rights import CLOUD_KEEPERS
from requests_app.core.two_persons import RegisterChange
from requests_app.providers.mail import BadPattern, Letter, contents_of, read, takes
from requests_app.providers.reading import Unreadable
from requests_app.registers.selectors import row_after

# What lists are narrowed by.


class DealtWith(admin.SimpleListFilter):
    title = _("dealt with")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(handled__isnull=self.value() == "no")
        return queryset


# What a mail rule would make of the mails that are kept, before it is changed.

# The newest: more would keep somebody waiting.
MOST = 200
SHOWN = 10
TAKEN = (ReceivedMail.Verdict.NOTICE, ReceivedMail.Verdict.KNOWN)


class Tried(NamedTuple):
    """One mail that the rule would take."""

    subject: str
    sent_at: datetime
    number: str
    support_case: str
    is_signed: bool
    was_taken: bool


class Trial(NamedTuple):
    """Of so many kept mails. `lost` were notices by this rule, and would be none."""

    of: int
    taken: int
    lost: int
    rows: list[Tried]


def trial_of(rule: MailRule) -> Trial | None:
    """None for a rule that can't be tried as it stands."""
    rows_kept = ReceivedMail.objects.filter(rule__connection=rule.connection_id)
    mails = list(rows_kept.select_related("mail").order_by("-pk")[:MOST])
    rows, lost = [], 0
    try:
        for mail in mails:
            tried = _tried(rule, mail)
            if tried is not None:
                rows.append(tried)
            elif mail.verdict in TAKEN and mail.rule_id == rule.pk:
                lost += 1
    except BadPattern:
        return None
    return Trial(len(mails), len(rows), lost, rows[:SHOWN])


def trial_of_change(change: RegisterChange) -> Trial | None:
    """Of a rule as it would become; None where the change is about something else."""
    rule = row_after(change, MailRule)
    return trial_of(rule) if rule is not None else None


def _tried(rule: Any, mail: ReceivedMail) -> Tried | None:
    letter = _letter(mail)
    if letter is None or not takes(rule, letter):
        return None
    contents = contents_of(rule, letter, mail.signatures)
    if not contents.is_ours:
        return None
    return Tried(
        subject=letter.subject,
        sent_at=mail.sent_at,
        number=contents.number,
        support_case=contents.support_case,
        is_signed=contents.is_signed,
        was_taken=mail.verdict in TAKEN,
    )


def _letter(mail: ReceivedMail) -> Letter | None:
    try:
        return read(mail.mail.body)
    except (AlteredContent, Unreadable):
        return None


# Which mails are providers' notices: kept by two persons, tried on mails that came.


@admin.register(MailRule)
class MailRuleAdmin(TrialAdmin):
    guide = "arbetsflode#begaran-kommer-in"
    list_display = ["name", "connection", "sender", "is_active"]
    list_select_related = ["connection__product"]
    list_filter = ["is_active"]
    authority_path = "connection__authority"
    seen_by = (*CLOUD_KEEPERS, Role.REGISTRAR, Role.AUDITOR)
    kept_by = CLOUD_KEEPERS
    records_reads = True
    change_form_template = "lockbox/mail_rule/form.html"

    def trial(self, request: HttpRequest, rule: Any) -> Any:
        return trial_of(rule)
