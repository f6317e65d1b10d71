"""Links for all new accounts at once: whom they are for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.models import LedgerEntry
from requests_app.forms.several import SeveralForm, rows_field
from requests_app.permissions.people import waiting_for_link

# What a link changes: of two pages that were open, one makes it.
PEOPLE = get_user_model()._default_manager.annotate(version=F("session_epoch"))


class Line(NamedTuple):
    """An account as the page shows it."""

    person: Any
    # When its last link was made, if one was.
    linked_at: datetime | None
    is_ticked: bool
    error: str


class FirstLinksForm(SeveralForm):
    template = "lockbox/person/first_links.html"
    go = "link"
    warning = _(
        "Each link is shown once, on a sheet to print, and is valid for a day. Whoever"
        " has been given a link before is to use the new one."
    )
    most = 100

    rows = rows_field(
        PEOPLE.none(), label=_("Accounts"), required=_("Tick whom the links are for.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("rows").queryset = PEOPLE.filter(is_machine=False)

    def clean_rows(self) -> list[Any]:
        rows = super().clean_rows()
        late = [row.pk for row in rows if row.version != row.session_epoch]
        self.errors_of = dict.fromkeys(late, gettext("A link was made meanwhile."))
        if late:
            raise ValidationError(
                gettext("Nothing has been done: see what is marked below.")
            )
        return rows

    @cached_property
    def waiting(self) -> list[Any]:
        rows = PEOPLE.filter(pk__in=waiting_for_link(self.by).values("pk"))
        return list(rows.order_by("last_name", "first_name", "pk")[: self.most + 1])

    @cached_property
    def lines(self) -> list[Line]:
        """Who waits; and who was ticked and waits no more, with why."""
        shown = self.shown
        known = {person.pk for person in shown}
        shown += PEOPLE.filter(pk__in=self.errors_of.keys() - known)
        links = links_made(shown)
        return [
            Line(
                person,
                links.get(person.pk),
                self._is_for(person, links),
                self.errors_of.get(person.pk, ""),
            )
            for person in shown
        ]

    def _is_for(self, person: Any, links: dict[int, datetime]) -> bool:
        """Another link makes the one void that somebody may hold in their hand."""
        if self.is_bound:
            return str(person.pk) in self.data.getlist("rows")  # type: ignore[attr-defined]
        return self.tick_all and person.pk not in links


def links_made(people: Iterable[Any]) -> dict[int, datetime]:
    """By person: when the last link was made."""
    made = LedgerEntry.objects.filter(
        object_type=PEOPLE.model._meta.db_table,
        object_id__in=[str(person.pk) for person in people],
        event="user.link_made",
    )
    last = made.order_by().values("object_id").annotate(last=Max("at"))
    return {int(row["object_id"]): row["last"] for row in last}
