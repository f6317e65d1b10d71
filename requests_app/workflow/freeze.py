"""The freeze: approvals are stopped at once by one person, and let go again by two."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Authority,
    Delivery,
    Freeze,
    InformationSet,
    Provider,
    ProviderProduct,
)
from requests_app.permissions.freeze import can_freeze, can_lift, freezes_over
from requests_app.workflow import answer
from requests_app.workflow.step import (
    note,
    require,
    save,
    step,
)


def _is_over(subject: Freeze) -> str:
    return "" if subject.is_running else _("The freeze is no longer in force.")


def _is_over_or_asked(_may: Any, subject: Freeze) -> str:
    if subject.lift_asked_by_id is not None:
        return _is_over(subject) or _("It has been asked for already.")
    return _is_over(subject)


def _needs_another(user: Any, subject: Freeze) -> str:
    if subject.is_running and subject.lift_asked_by_id == user.pk:
        return _("Another person than whoever asked for it lifts it.")
    return _nobody_has_asked(user, subject)


def _nobody_has_asked(_may: Any, subject: Freeze) -> str:
    if subject.lift_asked_by_id is None:
        return _is_over(subject) or _("Somebody must first ask for it to be lifted.")
    return _is_over(subject)


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
    require(can_freeze(by, authority.pk))
    now = clock.now()
    if ends_at is not None and ends_at <= now:
        raise ValidationError({"ends_at": _("The freeze ends before it begins.")})
    new_freeze = Freeze(
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
    new_freeze.validate_constraints()
    new_freeze.save()
    hold_back(by=by)
    note("freeze.set", on=new_freeze, by=by, reason=reason)
    return new_freeze


def hold_back(*, by: Any) -> None:
    """Call back every approval ordered before a freeze that now covers it."""
    waiting = AccessRequest.objects.filter(
        status=AccessRequest.Status.TO_ANSWER,
        deliveries__answer=Delivery.Answer.APPROVE,
        deliveries__status__in=Delivery.WAITING,
    )
    for access_request in waiting.select_related("connection__product").order_by("pk"):
        if freezes_over(access_request).exists():
            answer.order_answer_of(access_request.pk, by=by)


@step(may=can_lift, hindrance=_is_over_or_asked)
def ask_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """The first of the two who lift a freeze says why."""
    save(subject, lift_asked_by=by, lift_asked_at=clock.now(), lift_reason=reason)
    note("freeze.lift_asked", on=subject, by=by, reason=reason)


@step(may=can_lift, hindrance=_needs_another)
def lift(subject: Freeze, *, by: Any) -> None:
    """The second lifts it. What was decided meanwhile is answered by the sweep."""
    save(subject, lifted_by=by, lifted_at=clock.now())
    note("freeze.lifted", on=subject, by=by)


@step(may=can_lift, hindrance=_nobody_has_asked)
def take_back_lift(subject: Freeze, *, by: Any, reason: str) -> None:
    """No: the freeze stays."""
    save(subject, lift_asked_by=None, lift_asked_at=None, lift_reason="")
    note("freeze.lift_refused", on=subject, by=by, reason=reason)
