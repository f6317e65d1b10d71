"""The forms of the organisation: first links, first managers, left alone, lending,
person, role assignment, role plan and waiting roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import F, Max, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.core.forms import (
    DayField,
    EmptyForm,
    NumberField,
    ReasonForm,
    SeveralForm,
    StepForm,
    reason_field,
    rows_field,
)
from requests_app.core.people.models import (
    BY_THE_BOARD,
    Authority,
    Role,
    RoleAssignment,
)
from requests_app.core.people.rights import (
    held_alone,
    placeable_by,
    waiting_for_link,
)
from requests_app.core.words.texts import by_name, in_swedish
from requests_app.organisation.law import (
    PLANS,
    Combination,
    Seat,
    combinations_of,
    why_not_called,
    why_to_be_explained,
)
from requests_app.organisation.rights import does_run, never_managed, waiting_roles
from requests_app.organisation.steps import Placed, lacking, why_not_confirmed

# Links for all new accounts at once: whom they are for.

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


# Proposing and settling the first managers of an authority.

PERSON = get_user_model()


class FirstManagersForm(StepForm):
    warning = _(
        "The board of the new authority has chosen two persons. You give both the role"
        " of IT manager; it can be used when another manager has compared it with the"
        " decision and confirmed it."
    )

    authority = forms.ModelChoiceField(
        Authority.objects.none(),
        label=_("Authority"),
        help_text=_("Authorities that have never had an IT manager."),
    )
    first = forms.ModelChoiceField(PERSON.objects.none(), label=_("First IT manager"))
    second = forms.ModelChoiceField(PERSON.objects.none(), label=_("Second IT manager"))
    decided_on = DayField(label=_("Day of the board's decision"))
    diary_number = forms.CharField(
        label=_("Diary number of the decision"), max_length=40
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("authority").queryset = by_name(
            never_managed().filter(does_run(self.by, ""))
        )
        people = PERSON.objects.filter(
            is_active=True,
            municipality__in=self.choice("authority").queryset.values("municipality"),
        )
        people = by_name(people.exclude(pk=self.by.pk).exclude(made_by=self.by.pk))
        self.choice("first").queryset = self.choice("second").queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("first") and cleaned["first"] == cleaned.get("second"):
            self.add_error("second", _("Choose two different persons."))
        return cleaned


class ConfirmFirstManagersForm(EmptyForm):
    warning = _(
        "Has the board decided so, and are these the right persons? Both can then give"
        " and confirm roles for the authority."
    )
    shows = ("authority", "first", "second", "decided_on", "diary_number")


class RefuseFirstManagersForm(ReasonForm):
    warning = _("Neither of the two gets the role; others can be proposed.")
    shows = ConfirmFirstManagersForm.shows


# What is told before somebody goes who has a role that nobody else has.


def and_who_is_missed(warning: Any, going: QuerySet[RoleAssignment]) -> str:
    """The warning, and the roles of these that nobody would have afterwards."""
    rows = held_alone(going).select_related("authority")
    left = [f"{row.get_role_display()}, {row.authority}" for row in rows]
    if not left:
        return str(warning)
    text = gettext("Nobody else has this role: %(roles)s.")
    return f"{warning} {text % {'roles': '; '.join(left)}}"


# Lending a person to an authority of another municipality.


class LendForm(StepForm):
    warning = _(
        "The person gets a role in another municipality, by an agreement between the"
        " two. It can be used when a manager there has confirmed it, and is ended by"
        " either. Which municipalities there are here is shown to nobody: write the"
        " number and the code as the other has told them."
    )

    municipality = NumberField(label=_("Organisation number of the municipality"))
    code = forms.CharField(label=_("Code of the authority"), max_length=12)
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        help_text=_("The agreement, by its date and diary number (KL 9:37)."),
    )
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid to"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = acting.today()


# What is done with an account: opened, closed, a way to a password, an alias.

PERSON_PEOPLE = get_user_model()._default_manager


class LinkForm(EmptyForm):
    warning = _(
        "Makes an address at which the person chooses a password, once and within a"
        " day. It is shown to you once. It ends the person's sessions, and when it has"
        " been used, the person's roles wait until an IT manager has confirmed them."
    )


class CloseForm(ReasonForm):
    warning: Any = _(
        "The person is signed out at once and can not sign in any more. Cases are not"
        " handed over by themselves."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = RoleAssignment.objects.filter(person=self.subject.pk)
        self.warning = and_who_is_missed(self.warning, going)


class ProtectForm(StepForm):
    alias = forms.CharField(
        label=_("Alias"),
        max_length=150,
        help_text=_(
            "Stands wherever the name would: on pages and papers, in proofs, mail,"
            " lists and the record. Choose one that tells nothing of the person."
        ),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("With it the person signs in from now on."),
    )
    warning = _(
        "Why is asked nowhere, and is not to be written. Papers that are drawn up"
        " already keep the name that they were signed with."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].initial = self.subject.username

    def clean_alias(self) -> str:
        alias = self._without_name("alias")
        beside = PERSON_PEOPLE.filter(municipality=self.subject.municipality_id)
        taken = beside.exclude(pk=self.subject.pk)
        if taken.filter(first_name="", last_name__iexact=alias).exists():
            raise forms.ValidationError(gettext("Somebody else is called so."))
        return alias

    def clean_username(self) -> str:
        username = self._without_name("username")
        UnicodeUsernameValidator()(username)
        if text := why_not_called(username, self.subject.municipality_id):
            raise forms.ValidationError(text)
        others = PERSON_PEOPLE.exclude(pk=self.subject.pk)
        if others.filter(username__iexact=username).exists():
            text = gettext("Somebody else has this user name.")
            raise forms.ValidationError(text)
        return username

    def _without_name(self, field: str) -> str:
        text = self.cleaned_data[field]
        words = f"{self.subject.first_name} {self.subject.last_name}".split()
        parts = [word for word in words if word.casefold() in text.casefold()]
        if parts:
            raise forms.ValidationError(
                gettext("It tells a part of the name: “%(part)s”.") % {"part": parts[0]}
            )
        return text


class ShowNameForm(EmptyForm):
    warning = _(
        "The person's own name stands on every page and in the record again, of what"
        " was done meanwhile too."
    )


class OpenForm(ReasonForm):
    warning = _("The person's roles have to be confirmed again by an IT manager.")


# The forms by which a role is confirmed, refused, suspended and ended.

WHAT = (
    "person",
    "role",
    "authority",
    "branch",
    "valid_from",
    "valid_to",
    "employer",
    "basis",
    "decided_on",
    "reason",
    "combined_because",
)


class ConfirmRoleForm(EmptyForm):
    template = "lockbox/role/confirm_form.html"
    warning = _("Is this the right person, for the right authority and time?")
    shows = (*WHAT, "given_by")


class StopRoleForm(ReasonForm):
    shows = ("person", "role", "authority", "branch")


class RefuseRoleForm(StopRoleForm):
    warning = _("The role is not to be: it never comes into force.")


class GoingForm(StopRoleForm):
    """Tells of the role, if nobody else has it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        going = RoleAssignment.objects.filter(pk=self.subject.pk)
        self.warning = and_who_is_missed(self.warning, going)


class EndRoleForm(GoingForm):
    warning = _(
        "The role ends this second, for good. Cases of the person are not handed over"
        " by themselves. A role that is to end on a later day: change “valid to”."
    )


class SuspendRoleForm(GoingForm):
    warning = _("The role rests from this second, until another manager lifts it.")


# Who sits in the seats of a plan of roles.


@dataclass(frozen=True)
class SeatFields:
    """A seat as the page shows it: its fields, and what together is to be explained."""

    seat: Seat
    roles: list[str]
    combinations: list[Combination]
    person: Any
    because: Any

    @property
    def confirms(self) -> bool:
        return Role.CONFIRMER in self.seat.roles

    @property
    def is_to_explain(self) -> bool:
        """By the seat's own roles, or by those that its person has already."""
        return bool(self.combinations or self.because.errors or self.because.value())


class RolePlanForm(StepForm):
    """Gives roles at an authority (`subject`) by a plan for `number` people."""

    template = "lockbox/role/plan.html"
    decided_on = DayField(label=_("Day of the board's decision"), required=False)
    basis = forms.CharField(
        label=_("Paragraph or diary number of the decision"),
        max_length=200,
        required=False,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("Stands with each role.")
    )

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        people = placeable_by(self.by).order_by(in_swedish("last_name"), "pk")
        for place in range(len(PLANS[number])):
            self.fields[f"person_{place}"] = forms.ModelChoiceField(
                people, label=_("Person"), required=False, empty_label="—"
            )
            self.fields[f"because_{place}"] = forms.CharField(
                label=_("Why one person has these together"),
                max_length=300,
                required=False,
            )

    @property
    def seats(self) -> list[SeatFields]:
        return [
            SeatFields(
                seat,
                [str(role.label) for role in seat.roles],
                combinations_of(seat.roles),
                self[f"person_{place}"],
                self[f"because_{place}"],
            )
            for place, seat in enumerate(PLANS[self.number])
        ]

    def placed(self) -> list[tuple[int, Placed]]:
        """Who was chosen, by the place of their seat."""
        of = self.cleaned_data
        by = of.get("decided_on"), of.get("basis", "")
        return [
            (place, Placed(person, seat.roles, of.get(f"because_{place}", ""), *by))
            for place, seat in enumerate(PLANS[self.number])
            if (person := of.get(f"person_{place}"))
        ]

    def clean(self) -> dict[str, Any]:
        for place, one in self.placed():
            self._refuse(place, one)
        if not self.errors and not self.placed():
            raise ValidationError(_("Choose who sits where."))
        return self.cleaned_data

    def _refuse(self, place: int, one: Placed) -> None:
        for row in lacking(self.subject, one):
            if row.role == Role.CONFIRMER and not (row.decided_on and row.basis):
                blank = "basis" if row.decided_on else "decided_on"
                return self.add_error(blank, BY_THE_BOARD)
            try:
                row.validate_constraints()
            except ValidationError as error:
                return self.add_error(f"person_{place}", error.messages)
            if why := why_to_be_explained(row, one.roles):
                return self.add_error(f"because_{place}", why)
        return None

    def step_fields(self) -> dict[str, Any]:
        placed = [one for _place, one in self.placed()]
        return {"placed": placed, "reason": self.cleaned_data["reason"]}


# The roles of an authority that wait, looked through and settled together.

WAITING_ROLES_PEOPLE = ("person", "authority", "branch", "given_by")


class WaitingRole(NamedTuple):
    """A role as the page shows it; `why_not` where it is another's."""

    role: RoleAssignment
    is_ticked: bool
    why_not: str
    error: str


class WaitingRolesForm(SeveralForm):
    """About an authority: which of its roles, and why where they are refused."""

    template = "lockbox/role/waiting.html"
    stop = "refuse"
    stop_needs_reason = _("Say why they are refused.")
    reason_without_stop = _("A reason is for refusing: empty it to confirm the roles.")
    most = 300

    rows = rows_field(
        RoleAssignment.objects.none(),
        label=_("Roles"),
        required=_("Tick the roles that you mean."),
    )
    reason = reason_field(_("Reason for refusing"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_authority = RoleAssignment.objects.filter(authority=self.subject.pk)
        self.choice("rows").queryset = of_authority.select_related("person")

    @cached_property
    def waiting(self) -> list[Any]:
        rows = waiting_roles(self.by, self.subject.pk)
        return list(rows.select_related(*WAITING_ROLES_PEOPLE)[: self.most + 1])

    @cached_property
    def lines(self) -> list[WaitingRole]:
        """What waits; and what was ticked and waits no more, with why."""
        known = {row.pk for row in self.shown}
        gone = RoleAssignment.objects.filter(pk__in=self.errors_of.keys() - known)
        return [
            *[self._line(row, is_theirs=row.is_theirs) for row in self.shown],
            *[
                self._line(row, is_theirs=True)
                for row in gone.select_related(*WAITING_ROLES_PEOPLE)
            ],
        ]

    def _line(self, row: RoleAssignment, *, is_theirs: bool) -> WaitingRole:
        return WaitingRole(
            row,
            is_theirs and self.is_ticked(row.pk),
            "" if is_theirs else why_not_confirmed(self.by, row),
            self.errors_of.get(row.pk, ""),
        )
