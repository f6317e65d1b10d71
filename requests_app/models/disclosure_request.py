"""A request for official documents (TF 2:15): how it came, what is asked for, and how
far the answer has come."""

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content_field import content_field
from requests_app.models.data_subject_request import DataSubjectRequest
from requests_app.models.person_field import person_field
from requests_app.models.retention import HANDED_OUT


class DisclosureRequest(AuditedModel):
    """Somebody asks for documents of the authority. Nobody has to say who they are or
    why (TF 2:18), and it is answered promptly (2:16): no day is set, days are counted.

    An official answers first; whoever is refused something may ask for a decision of
    the authority (OSL 6:3, TF 2:19).
    """

    retention = HANDED_OUT

    class Channel(models.TextChoices):
        MAIL = "mail", _("E-mail")
        DESK = "desk", _("At the desk")
        LETTER = "letter", _("Letter")
        PHONE = "phone", _("Telephone")

    class Way(models.TextChoices):
        """Who only reads on the spot pays nothing."""

        MAIL = "mail", _("Sent by e-mail")
        LETTER = "letter", _("Sent by letter")
        DESK = "desk", _("Given at the desk")
        SEEN = "seen", _("Read on the spot")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("of a hand-out", "Being tested")
        LOOK = "look", _("A second look")
        READY = "ready", _("To be delivered")
        ANSWERED = "answered", pgettext_lazy("of a hand-out", "Answered")
        ASKED = "asked", _("A decision is asked for")
        DECIDED = "decided", pgettext_lazy("of a hand-out", "Decided")

    # Somebody at the authority has something to do.
    WAITING = (Status.OPEN, Status.LOOK, Status.READY, Status.ASKED)
    # What is given has left.
    LEFT = (Status.ANSWERED, Status.ASKED, Status.DECIDED)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="disclosure_requests",
        editable=False,
    )
    number = models.CharField(_("number"), max_length=40, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    sequence = models.PositiveIntegerField(_("number in the year"), editable=False)
    channel = models.CharField(
        _("how it came"), max_length=8, choices=Channel, editable=False
    )
    received_at = models.DateTimeField(_("received"), editable=False)
    wording = content_field(_("what is asked for, in their words"))
    reply_to = content_field(_("where the answer is sent"), null=True)
    # A party's right to what is in their case is wider (FL 10 §, OSL 10:3).
    is_party = models.BooleanField(
        _("asked for by a party in the case"), default=False, editable=False
    )
    # Somebody who asks for their own data (GDPR 15), and the words they are sought by.
    of_data_subject = models.ForeignKey(
        DataSubjectRequest,
        models.PROTECT,
        verbose_name=_("request of a data subject"),
        related_name="hand_outs",
        null=True,
        editable=False,
    )
    sought = content_field(_("words they are sought by"), null=True)
    # A reservation binds somebody who is known.
    bound = content_field(_("whom a reservation binds"), null=True)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False
    )
    # The file as it leaves: pages of all that is given, what is masked gone from them.
    file = content_field(_("file that is handed out"), null=True)
    file_sha256 = models.CharField(
        _("SHA-256 of the file"), max_length=64, blank=True, editable=False
    )
    pages = models.PositiveIntegerField(_("pages"), default=0, editable=False)
    made_by = person_field(_("put together by"), null=True, editable=False)
    made_at = models.DateTimeField(_("put together"), null=True, editable=False)
    looked_by = person_field(_("looked through by"), null=True, editable=False)
    looked_at = models.DateTimeField(_("looked through"), null=True, editable=False)
    sent_back = content_field(_("why it was sent back"), null=True)
    answer = content_field(_("the answer"), null=True)
    delivered_how = models.CharField(
        _("how it was delivered"),
        max_length=8,
        choices=Way,
        blank=True,
        editable=False,
    )
    delivered_to = content_field(_("to what address"), null=True)
    delivered_by = person_field(_("delivered by"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True, editable=False)
    fee = models.PositiveIntegerField(_("fee (SEK)"), default=0, editable=False)
    asked_at = models.DateTimeField(
        _("a decision was asked for"), null=True, editable=False
    )
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("request for documents")
        verbose_name_plural = _("requests for documents")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "sequence"],
                name="disclosurerequest_one_of_its_number",
            ),
            models.CheckConstraint(
                condition=Q(status="open", made_by=None, made_at=None)
                | ~Q(status="open") & Q(made_by__isnull=False, made_at__isnull=False),
                name="disclosurerequest_put_together",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("open", "look"), looked_by=None, looked_at=None)
                | ~Q(status__in=("open", "look"))
                & Q(looked_by__isnull=False, looked_at__isnull=False)
                & ~Q(looked_by=models.F("made_by")),
                name="disclosurerequest_looked_through_by_another",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("open", "look", "ready"),
                    answer=None,
                    delivered_by=None,
                    delivered_at=None,
                    delivered_how="",
                )
                | Q(
                    status__in=("answered", "asked", "decided"),
                    answer__isnull=False,
                    delivered_by__isnull=False,
                    delivered_at__isnull=False,
                )
                & ~Q(delivered_how=""),
                name="disclosurerequest_delivered_whole",
            ),
            models.CheckConstraint(
                condition=Q(of_data_subject=None, sought=None)
                | Q(of_data_subject__isnull=False, sought__isnull=False),
                name="disclosurerequest_sought_by_words",
            ),
            models.CheckConstraint(
                condition=Q(file=None, file_sha256="", pages=0)
                | Q(file__isnull=False, pages__gt=0) & ~Q(file_sha256=""),
                name="disclosurerequest_file_with_its_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(status__in=("open", "look", "ready", "asked")),
                name="disclosurerequest_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def appeals(self) -> models.QuerySet[Any]:
        """Appeals of decisions on this request that belong to no case. An appeal that a
        case has goes on in that case."""
        appeals = apps.get_model("requests_app", "IncomingAppeal")
        return appeals._default_manager.filter(hand_out__request=self, review=None)
