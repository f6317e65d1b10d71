"""Ladders of notices: who is told of a request, when and how, and who takes it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.authority import Authority
from requests_app.models.decision import Proposal
from requests_app.models.notice import NoticeWay
from requests_app.models.notice_rungs import (
    DEFAULT,
    MARGIN,
    Rung,
    RungsField,
    faults,
    read,
)
from requests_app.models.person_field import person_field
from requests_app.models.provider import ProviderProduct
from requests_app.models.retention import NOTICES, REGISTER, WITH_CASE
from requests_app.models.review import SecrecyReview


class NoticeLadder(AuditedModel):
    """Whom an authority that runs a connection has told of a request, and when."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="notice_ladders",
        help_text=_("The one that runs the connections that the requests come by."),
    )
    product = models.ForeignKey(
        ProviderProduct,
        models.PROTECT,
        verbose_name=_("product"),
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Empty: all that have no ladder of their own."),
    )
    class_from = models.PositiveSmallIntegerField(
        _("from class"),
        validators=[MaxValueValidator(4)],
        default=0,
        help_text=_(
            "For requests that touch information of this class of confidentiality or"
            " a higher one."
        ),
    )
    margin = models.PositiveSmallIntegerField(
        _("our own deadline, percent of the time before the provider's"),
        validators=[MaxValueValidator(50)],
        default=MARGIN,
    )
    rungs = RungsField(_("rungs"))
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("notice ladder")
        verbose_name_plural = _("notice ladders")
        ordering = ["authority__name", "product__name", "class_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "product", "class_from"],
                nulls_distinct=False,
                name="noticeladder_one_for_each",
                violation_error_message=_("There is a ladder for these already."),
            ),
            models.CheckConstraint(
                condition=Q(margin__lte=50), name="noticeladder_margin_leaves_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority.code}: {self.product or _('all products')}"

    def clean(self) -> None:
        if self.rungs is None:
            return
        wrong = [text for _place, text in faults(read(self.rungs))]
        if wrong:
            raise ValidationError({"rungs": wrong})


class RequestLadder(AuditedModel):
    """The ladder and the roster of a request, copied when it arrived: a change of one
    moves nothing for what has begun."""

    retention = WITH_CASE

    access_request = models.OneToOneField(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="notice_ladder",
    )
    rungs = RungsField(_("rungs"))
    margin = models.PositiveSmallIntegerField(_("margin"))
    # For each act and authority the keys of those who were on duty and could act then.
    roster = models.JSONField(_("roster"), default=dict)
    copied_at = models.DateTimeField(_("copied"))

    history = History()

    class Meta:
        verbose_name = _("ladder of a request")
        verbose_name_plural = _("ladders of requests")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


def rungs_of(copied: RequestLadder | None) -> tuple[Sequence[Rung], int]:
    """The rungs and the margin of a request; of one without a copy, the usual ones."""
    if copied is None:
        return DEFAULT, MARGIN
    return read(copied.rungs), copied.margin


def turn_of(subject: Any) -> int:
    """Which time it waits, as the start page counts it (`queue.aftermath`)."""
    if not isinstance(subject, SecrecyReview):
        return 0
    over = Proposal.objects.filter(review=subject.pk)
    return over.exclude(status=Proposal.Status.OPEN).count()


class TurnTaken(AuditedModel):
    """“I take it”: quiets the ladder for a while, tells the others, decides nothing."""

    retention = WITH_CASE
    belongs = ("review", "access_request__connection")

    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("request"),
        related_name="turns_taken",
    )
    review = models.ForeignKey(
        SecrecyReview,
        models.PROTECT,
        verbose_name=_("review"),
        related_name="turns_taken",
        null=True,
    )
    # What waits: its address within the site, and the act, as a rung asks for it.
    item = models.CharField(_("page"), max_length=300)
    act = models.CharField(_("act"), max_length=8)
    turn = models.PositiveIntegerField(_("turn"), default=0)
    person = person_field(_("taken by"))
    taken_at = models.DateTimeField(_("taken"))
    rung = models.PositiveSmallIntegerField(_("rung"))
    held_until = models.DateTimeField(_("left in peace until"))

    history = History()

    class Meta:
        verbose_name = _("turn taken")
        verbose_name_plural = _("turns taken")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk}"


class LadderNotice(models.Model):
    """A notice of a ladder: begun before it is sent, and then sent or failed. One that
    was begun and is neither may have been sent: it goes again, and says so."""

    retention = NOTICES

    access_request = models.ForeignKey(
        AccessRequest, models.PROTECT, related_name="ladder_notices"
    )
    item = models.CharField(max_length=300)
    act = models.CharField(max_length=8)
    # Which time it waits for that: it may have been sent back.
    turn = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()
    rung = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=7, choices=NoticeWay)
    # The key of the person, or of the channel of colleagues.
    key = models.BigIntegerField()
    # That somebody has taken it, where that is what is told.
    taken = models.ForeignKey(
        TurnTaken, models.PROTECT, related_name="notices", null=True
    )
    # Of many at once: the notice that told of them all, itself too.
    told_with = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    maybe_twice = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("notice by a ladder")
        verbose_name_plural = _("notices by ladders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("item", "act", "turn", "ends_at"),
                    *("rung", "by", "key", "taken"),
                ],
                nulls_distinct=False,
                name="laddernotice_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at=None),
                name="laddernotice_not_sent",
            ),
            # Those of a case are found by the address of its page.
            models.Index(
                OpClass("item", name="text_pattern_ops"), name="laddernotice_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
