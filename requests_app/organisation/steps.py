"""The steps of the organisation: directory, first managers, lending, person, role, role
plan and signed out."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.ledger import Kind, record
from requests_app.core.models import Heartbeat
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import (
    MANAGERS,
    can_keep_account,
    can_make_link,
    has_role,
    is_lent,
    makes_accounts_in,
)
from requests_app.core.step import (
    DIRECTORY,
    SomeHindered,
    Step,
    WrongState,
    as_owner,
    each,
    machine_account,
    note,
    require,
    save,
    step,
)
from requests_app.core.words.texts import in_record
from requests_app.organisation.law import (
    usable_unconfirmed_until,
    why_not_ended,
    why_not_given,
    why_not_gone,
    why_not_to,
    why_to_be_explained,
)
from requests_app.organisation.models import DelegationRule, FirstManagers
from requests_app.organisation.rights import (
    can_confirm_delegation,
    can_confirm_first_managers,
    can_confirm_role,
    can_lend,
    can_lift_suspension,
    can_refuse_first_managers,
    can_refuse_role,
    can_stop_role,
    comes_first,
    never_managed,
    stands_in,
)

# Roles and delegations: given or entered by one, confirmed by another.


def _stopped(role: RoleAssignment) -> str:
    """Why nothing more happens to the role."""
    if role.refused_at:
        return _("It has been refused.")
    return _("It has been ended.") if role.ended_at else ""


def _is_unconfirmed(_by: Any, role: RoleAssignment) -> str:
    return _stopped(role) or (
        _("It has been confirmed already.") if role.confirmed_at else ""
    )


def _is_to_end(_by: Any, role: RoleAssignment) -> str:
    unconfirmed = "" if role.confirmed_at else _("It is not confirmed: refuse it.")
    return _stopped(role) or unconfirmed or why_not_ended(role)


def _is_to_suspend(by: Any, role: RoleAssignment) -> str:
    suspended = _("It is suspended already.") if role.suspended_at else ""
    return suspended or _is_to_end(by, role)


def _is_suspended(_by: Any, role: RoleAssignment) -> str:
    return _stopped(role) or ("" if role.suspended_at else _("It is not suspended."))


def give(role: RoleAssignment, *, by: Any) -> None:
    """Write a role that somebody gives. Inside acting_as(); at night it is on record.

    Raises ValidationError where it is not theirs to give.
    """
    if text := why_not_given(by, role):
        raise ValidationError(text)
    role.given_by, role.given_at = by, acting.now()
    role.usable_until = usable_unconfirmed_until(role)
    save(role)
    if role.usable_until is not None:
        note("role.given_at_night", on=role, by=by, usable_until=role.usable_until)


def deliver(
    role: RoleAssignment, *, given_by: Any, confirmed_by: Any, at: datetime
) -> None:
    """Enter a role that the system is delivered with. Inside acting_as(), by a machine
    account, signed in to the database as the owner of the tables."""
    role.given_by, role.given_at = given_by, at
    role.confirmed_by, role.confirmed_at = confirmed_by, at
    with as_owner():
        save(role)


@step(may=can_confirm_role, hindrance=_is_unconfirmed)
def confirm_role(role: RoleAssignment, *, by: Any) -> None:
    """A second manager or a confirmer knows the person, and says that it is right."""
    save(role, confirmed_by=by, confirmed_at=acting.now())
    note("role.confirmed", on=role, by=by)


@step(may=can_refuse_role, hindrance=_is_unconfirmed)
def refuse_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """It never comes into force, or stops at once if it was given at night."""
    save(role, refused_by=by, refused_at=acting.now(), stop_reason=reason)
    note("role.refused", on=role, by=by, reason=reason)


@step
def confirm_roles(rows: Iterable[RoleAssignment], *, by: Any) -> int:
    """Each as `confirm_role` does; all or none. Raises SomeHindered."""
    return _each(confirm_role, rows, by=by)


@step
def refuse_roles(rows: Iterable[RoleAssignment], *, by: Any, reason: str) -> int:
    """Each as `refuse_role` does; all or none. Raises SomeHindered."""
    return _each(refuse_role, rows, by=by, reason=reason)


def _each(
    act: Step[..., None], rows: Iterable[RoleAssignment], *, by: Any, **fields: Any
) -> int:
    """Who manages comes last: then it is no longer for who stands in to settle the
    others."""
    in_order = sorted(rows, key=lambda row: (row.role in MANAGERS, row.pk))
    return each(
        act, in_order, by=by, why_denied=partial(why_not_confirmed, by), **fields
    )


def why_not_confirmed(by: Any, role: RoleAssignment) -> str:
    """Why a role that waits is not this person's to confirm, in words."""
    if role.person_id == by.pk:
        return _("It is your own role: another confirms it.")
    if role.given_by_id == by.pk:
        return _("You gave the role: another confirms it.")
    if role.person.made_by_id == by.pk:
        return _("You made this account: another confirms its roles.")
    if comes_first(role):
        return _("The first managers of the authority are confirmed together.")
    return _("The roles of this authority are not yours to confirm.")


@step(may=can_stop_role, hindrance=_is_to_end)
def end_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """From this second, for good; the same role can be given anew."""
    save(role, ended_by=by, ended_at=acting.now(), stop_reason=reason)
    note("role.ended", on=role, by=by, reason=reason)


@step(may=can_stop_role, hindrance=_is_to_suspend)
def suspend_role(role: RoleAssignment, *, by: Any, reason: str) -> None:
    """From this second, until another manager lifts it."""
    save(role, suspended_by=by, suspended_at=acting.now(), stop_reason=reason)
    note("role.suspended", on=role, by=by, reason=reason)


@step(may=can_lift_suspension, hindrance=_is_suspended)
def lift_suspension(role: RoleAssignment, *, by: Any, reason: str) -> None:
    save(role, suspended_by=None, suspended_at=None, stop_reason="")
    note("role.suspension_lifted", on=role, by=by, reason=reason)


def take_back_confirmations(person: Any, *, by: Any) -> None:
    """Who holds the account now has not been looked at. Inside acting_as()."""
    rows = RoleAssignment.objects.standing().select_for_update(of=("self",))
    for row in rows.filter(person=person).exclude(confirmed_at=None, usable_until=None):
        save(row, confirmed_by=None, confirmed_at=None, usable_until=None)
        note("role.to_confirm_anew", on=row, by=by)


def _is_confirmed(_may: Any, rule: DelegationRule) -> str:
    return _("It has been confirmed already.") if rule.confirmed_at else ""


@step(may=can_confirm_delegation, hindrance=_is_confirmed)
def confirm_delegation(rule: DelegationRule, *, by: Any) -> None:
    """Someone who did not enter it has compared it with the board's decision."""
    if rule.parent is not None and rule.parent.confirmed_at is None:
        raise ValidationError(_("Confirm the item it comes from first."))
    # The item it comes from may have become narrower since this one was entered.
    rule.clean()
    save(rule, confirmed_by=by, confirmed_at=acting.now())
    note("delegation.confirmed", on=rule, by=by)


# Accounts: closed for good, opened anew, and a password that only the person knows.

# What may tell a name that is protected.
SHIELDED = ("username", "first_name", "last_name")


class LinkTokens(PasswordResetTokenGenerator):
    """Void once the password is chosen, another link is made or the account closed."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


LINKS = LinkTokens()


def _is_to_close(_by: Any, person: Any) -> str:
    if not person.is_active:
        return _("The account is closed already.")
    return why_not_gone(person)


def _is_to_open(_by: Any, person: Any) -> str:
    return _("The account is open already.") if person.is_active else ""


def _can_get_link(_by: Any, person: Any) -> str:
    if person.identity:
        return _("The person signs in through the authority's own sign-in.")
    if not person.is_active:
        return _("The account is closed: open it first.")
    return why_not_gone(person)


@step(may=can_keep_account, hindrance=_is_to_close)
def deactivate(person: Any, *, by: Any, reason: str) -> None:
    """Ends every session at once; none of them comes back."""
    save(person, is_active=False)
    note("user.deactivated", on=person, by=by, reason=reason)


@step(may=can_keep_account, hindrance=_is_to_open)
def reactivate(person: Any, *, by: Any, reason: str) -> None:
    """The roles have to be confirmed anew."""
    take_back_confirmations(person, by=by)
    save(person, is_active=True)
    note("user.reactivated", on=person, by=by, reason=reason)


@step(may=can_make_link, hindrance=_can_get_link)
def make_link(person: Any, *, by: Any) -> str:
    """The address, shown once, at which the person chooses a password. It ends the
    person's sessions and every earlier link."""
    return link(person, by=by)


@step
def make_links(rows: Iterable[Any], *, by: Any) -> list[tuple[Any, str]]:
    """Each person's address, as `make_link` makes it; all or none. Raises
    SomeHindered."""
    links, hindered = [], SomeHindered()
    for person in sorted(rows, key=lambda person: person.pk):
        with hindered.settling(person, person.pk, _why_no_link):
            make_link.begin(person, by)
            links.append((person, make_link.function(person, by=by)))
    hindered.number_settled()
    return links


def _why_no_link(_person: Any) -> str:
    return _("The account is not yours to keep.")


def link(person: Any, *, by: Any) -> str:
    """Link a person's account inside acting_as(), for whoever runs the system from its
    command line. Raises WrongState for whom a password would not let in."""
    if hindrance := _can_get_link(by, person):
        raise WrongState(hindrance)
    save(person, session_epoch=person.session_epoch + 1)
    note("user.link_made", on=person, by=by)
    number = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("choose_password", args=[number, LINKS.make_token(person)])


def choose_password(person: Any, *, token: str, password: str) -> None:
    """Whoever holds the link is now whoever signs in: the roles wait until a manager
    has confirmed that it is the right person. Raises ValidationError if it is void."""
    with acting_as(person):
        rows: Any = get_user_model()._default_manager.select_for_update()
        locked = rows.get(pk=person.pk)
        if not locked.is_active or not LINKS.check_token(locked, token):
            raise ValidationError(_("The link has been used, or is too old."))
        if missed := why_not_gone(locked):
            raise ValidationError(missed)
        locked.set_password(password)
        save(locked)
        take_back_confirmations(locked, by=locked)
        record("user.password_chosen", by=locked, on=locked, kind=Kind.AUTH)


def _is_to_protect(_by: Any, person: Any) -> str:
    return _("The name is protected already.") if person.is_protected else ""


def _is_to_show(_by: Any, person: Any) -> str:
    return "" if person.is_protected else _("The name is not protected.")


@step(may=can_keep_account, hindrance=_is_to_protect)
def protect(person: Any, *, by: Any, alias: str, username: str) -> None:
    """The alias takes the name's place, and stands wherever the name would. Why is
    recorded nowhere."""
    save(
        person,
        is_protected=True,
        own_first_name=person.first_name,
        own_last_name=person.last_name,
        first_name="",
        last_name=alias,
        username=username,
    )
    note("user.name_protected", on=person, by=by)


@step(may=can_keep_account, hindrance=_is_to_show)
def show_name(person: Any, *, by: Any) -> None:
    """The person is called by their own name again, in what was recorded too."""
    save(
        person,
        is_protected=False,
        first_name=person.own_first_name,
        last_name=person.own_last_name,
        own_first_name="",
        own_last_name="",
    )
    note("user.name_shown", on=person, by=by)


def keep_account(person: Any, *, by: Any) -> None:
    """Make or change an account, inside acting_as(). Without a password: the person
    chooses one, or signs in elsewhere. A protected name stays, whatever a file or a
    directory calls the person."""
    before = get_user_model()._default_manager.filter(pk=person.pk).first()
    if before is not None and before.is_protected:
        for name in SHIELDED:
            setattr(person, name, getattr(before, name))
    if before is None:
        person.municipality_id = person.municipality_id or makes_accounts_in(by)
        person.set_unusable_password()
    elif before.identity != person.identity:
        change_identity(person, by=by)
    save(person)


def change_identity(person: Any, *, by: Any) -> None:
    """Before a person with another identity is saved, inside acting_as(): whoever signs
    in from now on has not been looked at, so the roles wait and the sessions end.
    Raises WrongState where too few would be left with a role."""
    if missed := why_not_gone(person):
        raise WrongState(missed)
    take_back_confirmations(person, by=by)
    person.session_epoch += 1
    note("user.identity_changed", on=person, by=by)


# What the authority's directory says of people, signed by the machine account
# "directory". Whom it leaves out is out at once, unless too few would be left with a
# role; whom it takes back gets no confirmed role along.


def keep_person(
    person: Any, *, by: Any, is_active: bool | None = None, **values: Any
) -> None:
    """Make or change an account, inside acting_as(). Columns by name; None leaves the
    account as open or closed as it is. Raises WrongState where too few would be left
    with a role."""
    before = get_user_model()._default_manager.filter(pk=person.pk).first()
    if before is not None and values["directory_roles"] is not None:
        _refuse(why_not_gone(before, keeps=values["directory_roles"]))
    for name, value in values.items():
        setattr(person, name, value)
    if before is not None and is_active and not before.is_active:
        take_back_confirmations(person, by=by)
        person.is_active = True
        note("user.reactivated", on=person, by=by)
    keep_account(person, by=by)
    if before is None:
        note("user.provisioned", on=person, by=by)
    if is_active is False and person.is_active:
        close_account(person, by=by)


def close_account(person: Any, *, by: Any) -> None:
    """Ends every session at once, inside acting_as(); history and evidence stay. Raises
    WrongState where too few would be left with a role."""
    if person.is_active:
        _refuse(why_not_gone(person))
        save(person, is_active=False)
        note("user.deactivated", on=person, by=by)


def _refuse(missed: str) -> None:
    if missed:
        raise WrongState(missed)


# The first managers of a new authority, by two who manage at whoever runs it.
#
# The one who proposes gives both roles, the other confirms both; the rest is as with
# every role.

# What the second person fills in.
LATER = ["confirmed_by", "confirmed_at", "refused_by", "refused_at"]


def _is_settled(_by: Any, row: FirstManagers) -> str:
    return _("It has been settled already.") if row.is_settled else ""


def _is_overtaken(by: Any, row: FirstManagers) -> str:
    """One of the roles has been stopped since, or the account closed."""
    if settled := _is_settled(by, row):
        return settled
    stands = _roles(row).filter(person__is_active=True).count() == len(_people(row))
    return (
        ""
        if stands
        else _("One of the roles no longer stands: refuse, and propose anew.")
    )


@step
def propose_first_managers(
    *,
    by: Any,
    authority: Authority,
    first: Any,
    second: Any,
    decided_on: date,
    diary_number: str,
) -> FirstManagers:
    """Both roles are given, and wait. `decided_on`, `diary_number`: of the decision by
    which the authority's board has chosen them.

    Raises ValidationError where one of them can't have the role, or they are not new.
    """
    require(stands_in(by, authority.pk))
    row = FirstManagers(
        authority=authority,
        first=first,
        second=second,
        decided_on=decided_on,
        diary_number=diary_number,
        proposed_by=by,
        proposed_at=acting.now(),
    )
    if decided_on > acting.today():
        raise ValidationError({"decided_on": _("The day has not come yet.")})
    if not never_managed().filter(pk=authority.pk).exists():
        text = _("The authority has or has had managers: they give its roles.")
        raise ValidationError({"authority": text})
    row.clean_fields(exclude=LATER)
    row.validate_constraints()
    roles = {name: _role(row, name) for name in ("first", "second")}
    _refuse_unfit(roles, by)
    row.save()
    for role in roles.values():
        give(role, by=by)
    note("first_managers.proposed", on=row, by=by)
    return row


@step(may=can_confirm_first_managers, hindrance=_is_overtaken)
def confirm_first_managers(row: FirstManagers, *, by: Any) -> None:
    """Another has looked at the board's decision, and knows both."""
    save(row, confirmed_by=by, confirmed_at=acting.now())
    for role in _roles(row):
        save(role, confirmed_by=by, confirmed_at=row.confirmed_at)
        note("role.confirmed", on=role, by=by)
    note("first_managers.confirmed", on=row, by=by)


@step(may=can_refuse_first_managers, hindrance=_is_settled)
def refuse_first_managers(row: FirstManagers, *, by: Any, reason: str) -> None:
    """Neither role comes into force; others can be proposed."""
    save(row, refused_by=by, refused_at=acting.now(), refusal_reason=reason)
    for role in _roles(row):
        refuse_role(role, by=by, reason=reason)
    note("first_managers.refused", on=row, by=by, reason=reason)


def _people(row: FirstManagers) -> tuple[int, int]:
    return row.first_id, row.second_id


def _roles(row: FirstManagers) -> QuerySet[RoleAssignment]:
    """The roles that were given with it, and that nobody has stopped."""
    return RoleAssignment.objects.standing().filter(
        person__in=_people(row),
        role=Role.IT_MANAGER,
        authority=row.authority_id,
        given_by=row.proposed_by_id,
        confirmed_at=None,
    )


def _role(row: FirstManagers, name: str) -> RoleAssignment:
    reason = gettext_lazy("First IT manager, by the board's decision %(number)s")
    return RoleAssignment(
        person=getattr(row, name),
        role=Role.IT_MANAGER,
        authority=row.authority,
        valid_from=acting.today(),
        reason=in_record(reason, number=row.diary_number),
        given_by=row.proposed_by,
    )


def _refuse_unfit(roles: dict[str, RoleAssignment], by: Any) -> None:
    """Say at each of the two why they can't have the role."""
    wrong = {}
    for name, role in roles.items():
        try:
            role.validate_constraints()
        except ValidationError as error:
            wrong[name] = error.messages
        if is_lent(role):
            wrong[name] = [_("The person belongs to another municipality.")]
        if text := why_not_to(by, role.person):
            wrong[name] = [text]
    if wrong:
        raise ValidationError(wrong)


# A person of one municipality gets a role in another: lent by a manager of their own,
# and taken on by one of the other's, who confirms the role as any other (KL 9:37).


@step(may=can_lend)
def lend(
    person: Any,
    *,
    by: Any,
    municipality: Municipality,
    code: str,
    role: str,
    basis: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> RoleAssignment:
    """A role that waits for a manager there. `basis`: the agreement.

    Raises ValidationError where there is no such authority, or the role can't be.
    """
    authorities = Authority.objects.filter(municipality=municipality)
    authority = authorities.filter(code__iexact=code.strip()).first()
    if authority is None:
        text = _("The municipality has no authority here with this code.")
        raise ValidationError({"code": text})
    if municipality.pk == person.municipality_id:
        text = _("It is the person's own municipality: give the role there.")
        raise ValidationError({"municipality": text})
    row = RoleAssignment(
        person=person,
        role=role,
        authority=authority,
        employer=str(person.municipality),
        basis=basis,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        given_by=by,
    )
    row.full_clean()
    give(row, by=by)
    note("role.lent", on=row, by=by)
    return row


# The roles of a plan, given in one go; a second person confirms them together.


class Placed(NamedTuple):
    """Somebody in a seat: their roles by the plan, and why one person has these
    together, where that has to be explained; for a confirmer the board's decision."""

    person: Any
    roles: tuple[str, ...]
    because: str = ""
    decided_on: date | None = None
    basis: str = ""


class PlanGiven(NamedTuple):
    """How many roles were given, and those left for another to give, with why."""

    number: int
    left: list[tuple[RoleAssignment, str]]


@step
def give_plan(
    authority: Authority, *, by: Any, placed: Iterable[Placed], reason: str
) -> PlanGiven:
    """Give everybody the roles of their seat that they have not. What is not theirs to
    give is left: nobody gives themselves a role. Raises ValidationError where roles
    together have to be explained."""
    require(has_role(by, *MANAGERS, authority=authority.pk))
    number, left = 0, []
    for one in placed:
        for row in lacking(authority, one, reason):
            if text := why_not_given(by, row):
                left.append((row, text))
                continue
            if why := why_to_be_explained(row, one.roles):
                raise ValidationError(f"{one.person}: {why}")
            give(row, by=by)
            number += 1
    return PlanGiven(number, left)


def lacking(
    authority: Authority, placed: Placed, reason: str = ""
) -> list[RoleAssignment]:
    """The roles of the seat that the person neither has nor waits for, unsaved."""
    has = RoleAssignment.objects.standing().filter(
        person=placed.person.pk, authority=authority.pk, branch=None
    )
    roles = set(placed.roles) - set(has.values_list("role", flat=True))
    return [
        RoleAssignment(
            person=placed.person,
            role=role,
            authority=authority,
            valid_from=acting.today(),
            reason=reason,
            combined_because=placed.because,
            **(_decision(placed) if role == Role.CONFIRMER else {}),
        )
        for role in placed.roles
        if role in roles
    ]


def _decision(placed: Placed) -> dict[str, Any]:
    return {"decided_on": placed.decided_on, "basis": placed.basis}


# Signed out elsewhere, so signed out here.


def sign_out_once(person: Any, *, until: int, mark: str) -> bool:
    """End every session of the person, where there is one here. False where this mark
    has come before; it is known for so many seconds."""
    now = acting.now()
    with transaction.atomic():
        beats = Heartbeat.objects.filter(name__startswith=Heartbeat.SIGNED_OUT)
        beats.filter(at__lt=now - timedelta(seconds=until)).delete()
        _beat, is_new = Heartbeat.objects.get_or_create(
            name=f"{Heartbeat.SIGNED_OUT}{mark[:16]}", defaults={"at": now}
        )
        if is_new and person is not None:
            by = machine_account(DIRECTORY)
            with acting_as(by):
                save(person, session_epoch=person.session_epoch + 1)
                note("user.signed_out_elsewhere", on=person, by=by)
    return is_new
