"""Accesses that were open in a period, each with what is to be counted of it: the class
of what it was to, whether it was used, and what the acts in it touched."""

from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from requests_app.law.not_known import may_lack_acts
from requests_app.law.open_accesses import open_within
from requests_app.models import AccessEvent, EventOutcome
from requests_app.permissions.classes import highest_class_among
from requests_app.permissions.request_visibility import grants_visible_to
from requests_app.permissions.visibility import visible_to
from requests_app.selectors.over_all.period import Period

CONTENT = (
    AccessEvent.Act.READ,
    AccessEvent.Act.CHANGE,
    AccessEvent.Act.COPY,
    AccessEvent.Act.DELETE,
)


class Touch(TextChoices):
    """What the acts that were seen in an access touched. Where the log does not say the
    kind of one, or may lack some, it is not known, and never counted as harmless."""

    CONTENT = "content", pgettext_lazy("what was touched", "Content")
    AROUND = "around", _("Only what lies around the content")
    UNSAID = "unsaid", _("Not known: the log does not say it, or not of every act")
    NOTHING = "nothing", _("No act was seen")


def accesses(user: Any, period: Period) -> QuerySet[Any]:
    """Of what the person sees, as `open_within` annotates them."""
    return open_within(grants_visible_to(user), period.since, period.until)


def with_class(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Of rows with an access request: with `level`, the highest class of what the
    objects hold that the person sees, as it is today."""
    level = highest_class_among("access_request", user, visible_to(user))
    return rows.annotate(level=level)


def with_touch(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of `accesses`: with `touch`."""
    seen = EventOutcome.objects.current().filter(access_request=OuterRef("access"))
    return rows.annotate(
        touch=Case(
            When(
                Exists(seen.filter(event__act__in=CONTENT)), then=Value(Touch.CONTENT)
            ),
            When(
                Exists(seen.filter(event__act="")) | may_lack_acts(),
                then=Value(Touch.UNSAID),
            ),
            When(~Exists(seen), then=Value(Touch.NOTHING)),
            default=Value(Touch.AROUND),
            output_field=CharField(),
        )
    )
