"""What lists are narrowed by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.models import Connection, Outcome
from requests_app.models import event_outcome as acts
from requests_app.permissions.roles import roles_of, today
from requests_app.selectors.decided import (
    decided_by,
    decided_within,
    unanswered,
    with_outcome,
)
from requests_app.words.swedish_order import swedish_key
from requests_app.workbench.boundary import RelatedInReach

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


class OwnAuthority(admin.SimpleListFilter):
    """The authorities in which the person has a role."""

    title = _("authority")
    parameter_name = "authority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        roles: list[Any] = roles_of(request.user)
        own = {str(row.authority_id): row.authority.name for row in roles}
        rows = sorted(own.items(), key=lambda row: swedish_key(row[1]))
        return rows if len(own) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        return queryset.filter(authority=value) if value.isdecimal() else queryset


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


class DealtWith(admin.SimpleListFilter):
    title = _("dealt with")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(handled__isnull=self.value() == "no")
        return queryset


class Explained(admin.SimpleListFilter):
    title = _("explained")
    parameter_name = "explained"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(explained_at__isnull=self.value() == "no")
        return queryset


class ActOutcome(admin.SimpleListFilter):
    """What an act came out as; "other" is all that is not within what was granted."""

    title = _("came out as")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        other = ("other", _("Other than granted"))
        return [other, *((str(value), label) for value, label in acts.Outcome.choices)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "other":
            return queryset.exclude(outcome_now=acts.Outcome.INSIDE)
        if self.value() in acts.Outcome.values:
            return queryset.filter(outcome_now=self.value())
        return queryset


class Confirmed(admin.SimpleListFilter):
    """What one has entered, and another has confirmed or not."""

    title = _("confirmed")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(confirmed_at__isnull=self.value() == "no")
        return queryset


class SecondPersonStatus(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("Waits for a second person")),
            ("confirmed", _("Confirmed")),
            ("refused", _("Refused")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        terms: dict[str, dict[str, Any]] = {
            "no": {"confirmed_at": None, "refused_at": None},
            "confirmed": {"confirmed_at__isnull": False},
            "refused": {"refused_at__isnull": False},
        }
        return queryset.filter(**terms.get(self.value() or "", {}))


class DisposalState(admin.SimpleListFilter):
    """What has come to its day, and what is retained and why."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("due", _("The day has come")),
            ("later", _("The day is to come")),
            ("no_rule", _("Retained: no rule")),
            ("retained", _("Retained by a rule, or waits")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "due":
                return queryset.filter(due_on__lte=today())
            case "later":
                return queryset.filter(due_on__gt=today())
            case "no_rule":
                return queryset.filter(rule=None)
            case "retained":
                return queryset.filter(due_on=None).exclude(rule=None)
        return queryset
