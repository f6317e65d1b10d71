"""Ladders of notices: copied onto a request, and “I take it”."""

from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import (
    AccessRequest,
    Delivery,
    LadderNotice,
    NoticeLadder,
    RequestLadder,
    SecrecyReview,
    TurnTaken,
)
from requests_app.models.notice_ladder import rungs_of, turn_of
from requests_app.models.notice_rungs import DEFAULT, MARGIN, hold_until, written
from requests_app.permissions.classes import highest_class
from requests_app.permissions.notice_ladder import can_take_turn
from requests_app.words.times import moment_in_words
from requests_app.workflow.step import WrongState, lock, note, require, save, step


def ladder_for(access_request: AccessRequest) -> NoticeLadder | None:
    """The ladder that was laid for its product and class: the closest one."""
    connection = access_request.connection
    ladders = NoticeLadder.objects.filter(
        Q(product=connection.product_id) | Q(product=None),
        authority=connection.authority_id,
    )
    classes = [highest_class(review) or 0 for review in access_request.reviews.all()]
    fit = [row for row in ladders if row.class_from <= max(classes, default=0)]
    order = lambda row: (row.product_id is not None, row.class_from)  # noqa: E731
    return max(fit, key=order, default=None)


@step
def copy_ladder(
    access_request: AccessRequest, *, by: Any, roster: dict[str, Any]
) -> RequestLadder:
    """What holds for the request from now on, whatever becomes of ladder and roster."""
    laid = ladder_for(access_request)
    copied = RequestLadder(
        access_request=access_request,
        rungs=laid.rungs if laid else written(DEFAULT),
        margin=laid.margin if laid else MARGIN,
        roster=roster,
        copied_at=clock.now(),
    )
    save(copied)
    note("ladder.copied", on=copied, by=by, ladder=str(laid or ""))
    return copied


Subject = SecrecyReview | AccessRequest | Delivery


@step
def take_turn(subject: Subject, *, by: Any, act: str) -> TurnTaken:
    """“I take it”: the ladder is quiet for a while, and the others are told who has.
    Raises WrongState where somebody has it, or nothing waits any more."""
    lock(subject)
    require(can_take_turn(by, subject))
    request: Any = getattr(subject, "access_request", subject)
    deadline = request.clock.answer_by
    if request.status not in AccessRequest.AWAITING or deadline is None:
        raise WrongState(_("Nothing waits for an answer here any more."))
    now, item = clock.now(), address_of(subject)
    what = {"item": item, "act": act, "turn": turn_of(subject)}
    other = TurnTaken.objects.filter(**what, held_until__gt=now).first()
    if other is not None:
        raise WrongState(
            _("%(name)s took it %(time)s.")
            % {"name": other.person, "time": moment_in_words(other.taken_at)}
        )
    rung = _rung_reached(what, deadline)
    copied = RequestLadder.objects.filter(access_request=request.pk).first()
    rungs, _margin = rungs_of(copied)
    taken = TurnTaken(
        access_request=request,
        review=subject if isinstance(subject, SecrecyReview) else None,
        **what,
        person=by,
        taken_at=now,
        rung=rung,
        held_until=hold_until(now, deadline, rungs[min(rung, len(rungs) - 1)]),
    )
    save(taken)
    note("turn.taken", on=subject, by=by, act=act)
    return taken


def _rung_reached(what: dict[str, Any], ends_at: Any) -> int:
    notices = LadderNotice.objects.filter(**what, ends_at=ends_at, taken=None)
    return notices.aggregate(highest=Max("rung"))["highest"] or 0


def address_of(subject: Any) -> str:
    """Of its page, within the site: by which a notice calls it."""
    opts = subject._meta
    name = f"admin:{opts.app_label}_{opts.model_name}_change"
    return reverse(name, args=[subject.pk])
