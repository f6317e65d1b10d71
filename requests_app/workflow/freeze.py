"""The freeze: approvals are stopped at once by one person, and let go again by two."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app import permissions
from requests_app.models import (
    AccessRequest,
    Authority,
    Delivery,
    Freeze,
    InformationSet,
    Provider,
    ProviderProduct,
)
from requests_app.workflow import answer
from requests_app.workflow.step import (
    WrongState,
    note,
    reload_locked,
    require,
    save,
    step,
)


@step
def freeze(
    *,
    by: Any,
    authority: Authority,
    reason: str,
    ends_at: datetime | None = None,
    covers_all: bool = False,
    provider: Provider | None = None,
    product: ProviderProduct | None = None,
    country: str = "",
    information_set: InformationSet | None = None,
) -> Freeze:
    """Stop approvals to one provider, product, country or information set, from now.

    Answers not yet given are called back; access that runs is for people to revoke.
    `covers_all`: every authority on the connections that this one runs.
    """
    require(permissions.can_freeze(by, authority.pk))
    now = clock.now()
    if ends_at is not None and ends_at <= now:
        raise ValidationError({"ends_at": _("The freeze ends before it begins.")})
    made = Freeze(
        authority=authority,
        covers_all=covers_all,
        provider=provider,
        product=product,
        country=country,
        information_set=information_set,
        reason=reason,
        begins_at=now,
        ends_at=ends_at,
        made_by=by,
    )
    made.validate_constraints()
    made.save()
    hold_back(by=by)
    note("freeze.set", on=made, by=by, reason=reason)
    return made


def hold_back(*, by: Any) -> None:
    """Call back every approval ordered before a freeze that now covers it."""
    waiting = AccessRequest.objects.filter(
        status=AccessRequest.Status.TO_ANSWER,
        deliveries__answer=Delivery.Answer.APPROVE,
        deliveries__status__in=Delivery.WAITING,
    )
    for access_request in waiting.select_related("connection__product").order_by("pk"):
        if permissions.freezes_over(access_request).exists():
            answer.order_answer_of(access_request.pk, by=by)


@step
def ask_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """The first of the two who lift a freeze says why."""
    _lock(subject)
    require(permissions.can_lift(by, subject))
    save(subject, lift_asked_by=by, lift_asked_at=clock.now(), lift_reason=reason)
    note("freeze.lift_asked", on=subject, by=by, reason=reason)


@step
def lift(subject: Freeze, *, by: Any) -> None:
    """The second lifts it. What was decided meanwhile is answered by the sweep."""
    _lock(subject)
    require(permissions.can_lift(by, subject))
    if subject.lift_asked_by_id is None:
        raise WrongState(_("Somebody must first ask for it to be lifted."))
    if subject.lift_asked_by_id == by.pk:
        raise WrongState(_("Another person than who asked lifts it."))
    save(subject, lifted_by=by, lifted_at=clock.now())
    note("freeze.lifted", on=subject, by=by)


@step
def take_back_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """No: the freeze stays."""
    _lock(subject)
    require(permissions.can_lift(by, subject))
    save(subject, lift_asked_by=None, lift_asked_at=None, lift_reason="")
    note("freeze.lift_refused", on=subject, by=by, reason=reason)


def _lock(subject: Freeze) -> None:
    changed = reload_locked(subject)
    if not subject.is_running:
        raise WrongState(_("The freeze is no longer in force."))
    if changed:
        raise WrongState(_("Somebody has changed it since you opened the page."))
