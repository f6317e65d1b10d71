"""Side doors: what stands open at a provider by another way than a request of ours."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from audit_app.history import AuditedModel, History
from requests_app.models.access_request import AccessRequest
from requests_app.models.connection import Connection
from requests_app.models.content import Content
from requests_app.models.official import Official, Way
from requests_app.models.person_field import person_field
from requests_app.models.retention import REGISTER
from requests_app.models.support_ticket import SupportTicket

# So long a decision elsewhere covers a door at most; then somebody looks again.
MOST_COVERED = timedelta(days=365)


class SideDoorQuerySet(models.QuerySet["SideDoor"]):
    def open(self) -> "SideDoorQuerySet":
        return self.filter(closed_at=None)

    def undecided(self, now: datetime) -> "SideDoorQuerySet":
        """As `SideDoor.is_covered` asks it of one."""
        stands = Q(withdrawn_at=None) | Q(withdrawn_at__lt=F("covered_at"))
        return self.open().exclude(stands, covered_until__gt=now)


class SideDoor(AuditedModel):
    """Open for as long as the provider shows it. A row is one thing that stood open: if
    more is opened by it, it is another row, which no decision covers yet."""

    retention = REGISTER
    document = Official(Way.IN, at="seen_at", title="place")

    class Kind(models.TextChoices):
        CONSENT = "consent", _("Consent in a support ticket")
        OPENED = "opened", _("Opened at the provider")
        DELEGATED = "managed", _("Delegated to another tenant")
        ROLE = "role", _("Role of somebody of another tenant")

    connection = models.ForeignKey(
        Connection,
        models.PROTECT,
        verbose_name=_("connection"),
        related_name="side_doors",
    )
    kind = models.CharField(_("kind of door"), max_length=8, choices=Kind)
    place = models.CharField(_("name at the provider"), max_length=200)
    # In the provider's words: never what a ticket or case is about.
    what = models.CharField(_("what it opens"), max_length=300, blank=True)
    until = models.DateTimeField(_("closes by itself"), null=True)
    seen_at = models.DateTimeField(_("first seen"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    record = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("as the provider showed it"),
        related_name="+",
        null=True,
    )
    ticket = models.ForeignKey(
        SupportTicket,
        models.PROTECT,
        verbose_name=_("support ticket"),
        related_name="side_doors",
        null=True,
    )
    access_request = models.ForeignKey(
        AccessRequest,
        models.PROTECT,
        verbose_name=_("open longer than was granted in"),
        related_name="side_doors",
        null=True,
    )
    decision_number = models.CharField(
        _("number of the decision that covers it"), max_length=100, blank=True
    )
    covered_until = models.DateTimeField(_("covered until"), null=True)
    covered_by = person_field(_("covered by"), null=True)
    covered_at = models.DateTimeField(_("covered since"), null=True)
    reason = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("why the decision covers it"),
        related_name="+",
        null=True,
    )
    # From here it is to be taken back; what became of that is what the provider shows.
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)
    withdrawn_by = person_field(_("taken back by"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()
    objects = SideDoorQuerySet.as_manager()

    class Meta:
        verbose_name = _("side door")
        verbose_name_plural = _("side doors")
        ordering = ["-seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                F("connection"),
                F("kind"),
                Lower("place"),
                condition=Q(closed_at=None),
                name="sidedoor_open_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    decision_number="",
                    covered_until=None,
                    covered_by=None,
                    covered_at=None,
                    reason=None,
                )
                | Q(
                    covered_until__gt=F("covered_at"),
                    covered_until__lte=F("covered_at") + MOST_COVERED,
                    covered_by__isnull=False,
                    reason__isnull=False,
                )
                & ~Q(decision_number=""),
                name="sidedoor_covered_whole_for_a_year_at_most",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="sidedoor_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind="consent", ticket__isnull=False)
                | ~Q(kind="consent") & Q(ticket=None),
                name="sidedoor_consent_has_its_ticket",
            ),
        ]
        indexes = [
            models.Index(
                fields=["connection"], condition=Q(closed_at=None), name="sidedoor_open"
            )
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def covered_to(self) -> datetime | None:
        """When the cover ended or ends: in its time, or as it was taken back."""
        if self.covered_at is None or self.covered_until is None:
            return None
        if self.withdrawn_at is not None and self.withdrawn_at >= self.covered_at:
            return min(self.withdrawn_at, self.covered_until)
        return self.covered_until

    @property
    def is_covered(self) -> bool:
        return self.covered_to is not None and self.covered_to > clock.now()

    @property
    def undecided_since(self) -> datetime:
        """Of one that is not covered now."""
        return self.covered_to or self.seen_at

    @property
    def is_watched(self) -> bool:
        """Does a machine look whether it is still open?"""
        if self.kind == self.Kind.CONSENT:
            return self.connection.has_support_tickets
        if self.kind in (self.Kind.DELEGATED, self.Kind.ROLE):
            return self.connection.shows_outsiders
        return self.connection.is_polled

    @property
    def closes_by_machine(self) -> bool:
        """Does a call of ours take it back?"""
        if self.kind == self.Kind.CONSENT:
            return self.connection.has_support_tickets
        if self.kind in (self.Kind.DELEGATED, self.Kind.ROLE):
            is_ours = self.connection.shows_outsiders and self.connection.is_answered
            return is_ours and self.kind == self.Kind.DELEGATED
        return self.connection.is_revoked
