"""Acts as lists show them: what each came out as, and which object it was."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from requests_app.models import AccessEvent, CloudObject, EventOutcome
from requests_app.models.event_outcome import Outcome
from requests_app.permissions.acts import acts_with_reach
from requests_app.words.phrases import label_of


def with_outcome(rows: QuerySet[AccessEvent]) -> QuerySet[Any]:
    """Each act with what it came out as, the last time that it was reckoned."""
    last = EventOutcome.objects.filter(event=OuterRef("pk")).order_by("-number")
    return rows.annotate(outcome_now=Subquery(last.values("outcome")[:1]))


def _with_object(rows: QuerySet[AccessEvent]) -> QuerySet[Any]:
    """Each act with how the map calls its object, where it stands there."""
    known = CloudObject.objects.filter(
        system__connection=OuterRef("connection"),
        external_id__iexact=OuterRef("object_name"),
    )
    return rows.annotate(designation=Subquery(known.values("designation")[:1]))


def act_rows_of(user: Any) -> QuerySet[Any]:
    """All that the person sees, with what its columns say."""
    rows = _with_object(with_outcome(acts_with_reach(user)))
    return rows.select_related("connection__product")


def outcome_of(act: Any) -> str:
    if act.outcome_now is None:
        return _("not weighed yet")
    return str(label_of(Outcome, act.outcome_now))


def object_of(act: Any) -> str:
    """The provider's own name of it, which may tell a person's, for whoever reads the
    case; for others how the map calls it."""
    if not act.object_name or act.is_readable:
        return str(act.object_name)
    return act.designation or _("an object that nobody has mapped")
