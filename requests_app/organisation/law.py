"""The rules of law for the organisation: combinations, giving roles, last holders, role
plan and user names."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, Func, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.calendar import is_office_hours, night_ends
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import (
    Authority,
    Role,
    RoleAssignment,
    RoleAssignmentQuerySet,
)
from requests_app.core.people.rights import (
    MANAGERS,
    SECOND_PERSONS,
    authorities_of,
    is_lent,
)
from requests_app.core.words.texts import short_day
from requests_app.organisation.rights import (
    NEVER_AT_NIGHT,
    can_give_role,
    has_decider,
    is_first,
    is_known_at,
    is_too_close,
    who_can_confirm,
    with_confirmers_but,
)

# Roles that one person may have together only with a word of explanation: a small town
# needs it, and it is said. What nobody may have together the database refuses.


class Combination(NamedTuple):
    """Whoever has `role` and one of the `others`: why that has to be explained."""

    role: Role
    others: tuple[Role, ...]
    why: Any


COMBINATIONS = (
    Combination(
        Role.DATA_PROTECTION_OFFICER,
        (
            Role.IT_MANAGER,
            Role.LEGAL_REVIEWER,
            Role.DECISION_MAKER,
            Role.EXECUTOR,
            Role.INFORMATION_OWNER,
            Role.INFORMATION_SECURITY_MANAGER,
            Role.SYSTEM_ADMINISTRATOR,
            Role.CONFIRMER,
        ),
        _(
            "The data protection officer's other tasks may not lead to a conflict of"
            " interests (GDPR art. 38.6): here the person oversees their own work."
        ),
    ),
    Combination(
        Role.AUDITOR,
        tuple(role for role in Role if role not in (Role.AUDITOR, Role.DECISION_MAKER)),
        _("The auditor examines work that is their own: another has to look at that."),
    ),
    Combination(
        Role.LEGAL_REVIEWER,
        (Role.DECISION_MAKER,),
        _(
            "Whoever has assessed a case does not decide it: another has to be there"
            " each time."
        ),
    ),
    Combination(
        Role.DECISION_MAKER,
        (Role.IT_MANAGER,),
        _("Whoever decides also gives and confirms the roles of those who assess."),
    ),
    Combination(
        Role.CONFIRMER,
        (Role.LEGAL_REVIEWER, Role.DECISION_MAKER),
        _(
            "Whoever works the cases also confirms who works them: another has to look"
            " at roles that touch their own cases."
        ),
    ),
)


def combinations_of(roles: Collection[str]) -> list[Combination]:
    """Those that a person with these roles at one authority has."""
    return [
        one
        for one in COMBINATIONS
        if one.role in roles and not set(roles).isdisjoint(one.others)
    ]


def why_to_be_explained(role: RoleAssignment, beside: Iterable[str] = ()) -> str:
    """Why the person's having this role with those they have at the authority, and with
    `beside`, has to be explained; empty where it has not to, or has been."""
    if role.combined_because:
        return ""
    rows = RoleAssignment.objects.standing().filter(
        person=role.person_id, authority=role.authority_id
    )
    others = {*rows.exclude(pk=role.pk).values_list("role", flat=True), *beside}
    new = [
        one
        for one in combinations_of({*others, role.role})
        if role.role == one.role or role.role in one.others
    ]
    return " ".join(str(one.why) for one in new)


# Why a role is not somebody's to give, in words, and until when one can be used before
# a second person confirms it; the rights stand in permissions.


def why_not_given(by: Any, role: RoleAssignment) -> str:
    """Empty where the role is theirs to give."""
    if can_give_role(by, role):
        return ""
    if text := why_not_to(by, role.person):
        return text
    if is_lent(role):
        return gettext(
            "The person belongs to another municipality: a manager there lends them, on"
            " the person's page."
        )
    if is_first(role):
        return gettext(
            "The authority has had no manager: its first two are proposed together."
        )
    return gettext("You do not manage the roles of this authority.")


def why_not_to(by: Any, person: Any) -> str:
    """Why they give this person no role at all; empty where they may."""
    if not is_too_close(by, person):
        return ""
    if person.pk == by.pk:
        return gettext("Nobody gives themselves a role.")
    return gettext("You made this account: others give it its roles.")


def usable_unconfirmed_until(role: RoleAssignment) -> datetime | None:
    """A duty at night can't wait; only for somebody known, not to manage roles, and
    where there is somebody who can confirm it in the morning."""
    if role.role in NEVER_AT_NIGHT or is_office_hours(role.given_at):
        return None
    if not is_known_at(role.person_id, role.authority_id):
        return None
    people, _stands_in = who_can_confirm(role)
    if not people:
        return None
    return night_ends(role.given_at)


# Why nobody goes yet: too few would be left with a role, or nobody who decides. The
# rule of roles is the database's (guards/roles_kept.sql); here it is asked beforehand,
# and said in words.

# One gives a role and another confirms it: as the database's `lockbox_lacks`.
ENOUGH_TO_CONFIRM = 2


def why_not_gone(person: Any, keeps: Iterable[str] = ()) -> str:
    """Why the person can't lose their roles now, but for what they keep of them; empty
    where they can."""
    theirs = RoleAssignment.objects.filter(person=person.pk).exclude(role__in=keeps)
    going, day = theirs.in_force(acting.now()), acting.today()
    return _too_few(theirs, acting.now()) or _nobody_decides(
        going, has_decider(day), has_decider(day, without_person=person.pk)
    )


def why_not_ended(row: RoleAssignment, last_day: date | None = None) -> str:
    """Why the role can't end: now, or after this day; empty where it can."""
    at, day = acting.now(), acting.today()
    if last_day is not None and last_day >= day:
        day = last_day + timedelta(days=1)
        at = timezone.make_aware(datetime.combine(day, time()))
    rows = RoleAssignment.objects.filter(pk=row.pk)
    return _too_few(rows, at) or _nobody_decides(
        rows.in_force(at), has_decider(day), has_decider(day, without_role=row.pk)
    )


def without_third_manager(user: Any) -> QuerySet[Authority]:
    """The authorities where the person manages, and is among the last two who can
    confirm roles or the last who gives them."""
    theirs = Authority.objects.filter(pk__in=authorities_of(user, *MANAGERS))
    few = Q(other_confirmers__lt=ENOUGH_TO_CONFIRM) | Q(other_managers=0)
    return with_confirmers_but(user, theirs).filter(few)


def _too_few(rows: RoleAssignmentQuerySet, at: datetime) -> str:
    """From that moment on, as far as the days of roles are known."""
    lacks_from = Func(
        F("pk"),
        Value(at),
        F("person"),
        function="lockbox_lacks_from",
        output_field=DateTimeField(),
    )
    open_rows: QuerySet[RoleAssignment] = rows.of_open_accounts()
    missed = open_rows.annotate(lacks_from=lacks_from).exclude(lacks_from=None)
    missed = missed.select_related("authority").order_by("pk")
    return " ".join(_in_words(row, at, row.lacks_from) for row in missed)


def _in_words(row: RoleAssignment, at: datetime, lacks_from: datetime) -> str:
    if row.role in SECOND_PERSONS:
        text = gettext(
            "Too few would be left for %(authority)s: a manager who gives roles, and"
            " another who confirms them. Give a third person the role of IT manager or"
            " confirmer first, and have it confirmed."
        )
    else:
        text = gettext(
            "Nobody would be left as %(role)s for %(authority)s: give another person"
            " the role first, and have it confirmed."
        )
    text %= {"role": row.get_role_display(), "authority": row.authority}
    if lacks_from == at:
        return text
    return gettext("From %(day)s: %(text)s") % {
        "day": short_day(timezone.localdate(lacks_from)),
        "text": text,
    }


def _nobody_decides(rows: QuerySet[RoleAssignment], before: Q, after: Q) -> str:
    """By delegation; whoever decides there need not be called decision-maker."""
    theirs = Authority.objects.filter(pk__in=rows.values("authority"))
    left = theirs.filter(before, ~after).order_by("pk")
    if not left:
        return ""
    text = gettext(
        "Nobody would then decide for %(authority)s: give another person the role of"
        " decision-maker first."
    )
    return text % {"authority": ", ".join(map(str, left))}


# Who may be what, where few people do everything: seats for three and for five, which
# together do what a case takes. Proposals; the roles are given and confirmed as any.


class Seat(NamedTuple):
    name: Any
    roles: tuple[Role, ...]


PLANS: dict[int, tuple[Seat, ...]] = {
    5: (
        Seat(_("Registrar"), (Role.REGISTRAR, Role.EXECUTOR)),
        Seat(_("Lawyer, one's own or shared"), (Role.LEGAL_REVIEWER,)),
        Seat(_("Chief executive"), (Role.CONFIRMER, Role.DECISION_MAKER)),
        Seat(_("Head of IT"), (Role.IT_MANAGER, Role.INFORMATION_SECURITY_MANAGER)),
        Seat(
            _("Head of security"),
            (Role.IT_MANAGER, Role.SECURITY_PROTECTION_MANAGER, Role.INFORMATION_OWNER),
        ),
    ),
    3: (
        Seat(
            _("Registrar and lawyer"),
            (Role.IT_MANAGER, Role.REGISTRAR, Role.LEGAL_REVIEWER),
        ),
        Seat(
            _("Chief executive"),
            (Role.CONFIRMER, Role.DECISION_MAKER, Role.INFORMATION_OWNER),
        ),
        Seat(
            _("Head of IT and security"),
            (
                Role.IT_MANAGER,
                Role.EXECUTOR,
                Role.SECURITY_PROTECTION_MANAGER,
                Role.INFORMATION_SECURITY_MANAGER,
            ),
        ),
    ),
}
# Somebody from outside, such as the neighbours' or whoever runs the servers.
BESIDE = (Role.DATA_PROTECTION_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)

# How user names end where there are several municipalities: so that whether a name is
# taken says nothing of another's people.


def why_not_called(username: str, municipality: int) -> str:
    """Why nobody there is called so, whether or not somebody is; nothing where the name
    ends as it should. The first municipality of an installation has no ending."""
    name = username.casefold()
    for place in Municipality.objects.exclude(name_ending=""):
        if place.pk == municipality and not name.endswith(place.name_ending):
            return gettext("User names here end in %(ending)s.") % {
                "ending": place.name_ending
            }
        if place.pk != municipality and name.endswith(place.name_ending):
            return gettext("No user name here ends so.")
    return ""
