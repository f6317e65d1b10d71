"""A request by which somebody uses a right over their own data (GDPR 15–21)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.content_field import content_field
from requests_app.models.person_field import person_field
from requests_app.models.retention import DATA_SUBJECT


class DataSubjectRequest(AuditedModel):
    """What somebody asks of the authority about their own data, by a clock that runs
    from when it came; answered once, in words that say how to complain and appeal."""

    retention = DATA_SUBJECT

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access to their data (GDPR article 15)")
        RECTIFICATION = "rectification", _("Rectification (GDPR article 16)")
        ERASURE = "erasure", _("Erasure (GDPR article 17)")
        RESTRICTION = "restriction", _("Restriction (GDPR article 18)")
        OBJECTION = "objection", _("Objection (GDPR article 21)")

    class Identity(models.TextChoices):
        """How it is known who asks (GDPR 12.6). No number of theirs is kept."""

        ELECTRONIC = "electronic", _("Signed in with an electronic identification")
        DOCUMENT = "document", _("Showed an identity document")
        SIGNED = "signed", _("Signed letter, answered to the registered address")
        COLLEAGUE = "colleague", _("Works here, and is known")

    class Status(models.TextChoices):
        OPEN = "open", _("To be answered")
        GRANTED = "granted", pgettext_lazy("of a data subject", "Granted")
        PARTLY = "partly", pgettext_lazy("of a data subject", "Granted in part")
        REFUSED = "refused", pgettext_lazy("of a data subject", "Refused")

    ARTICLES: dict[str, int] = {
        Kind.ACCESS: 15,
        Kind.RECTIFICATION: 16,
        Kind.ERASURE: 17,
        Kind.RESTRICTION: 18,
        Kind.OBJECTION: 21,
    }
    AGAINST = (Status.PARTLY, Status.REFUSED)

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="data_subject_requests",
        editable=False,
    )
    kind = models.CharField(
        _("what is asked for"), max_length=16, choices=Kind, editable=False
    )
    received_at = models.DateTimeField(_("received"), editable=False)
    due_at = models.DateTimeField(_("answer by"), editable=False)
    # None where it is nobody who works here.
    account = person_field(_("account"), null=True, editable=False)
    who = content_field(_("who asks, and where the answer is sent"))
    wording = content_field(_("the request in their words"))
    identity = models.CharField(
        _("how it is known who asks"),
        max_length=16,
        choices=Identity,
        blank=True,
        editable=False,
    )
    extended_at = models.DateTimeField(_("extended"), null=True, editable=False)
    extension_reason = content_field(_("why it takes longer"), null=True)
    status = models.CharField(
        _("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False
    )
    reasons = content_field(_("reasons"), null=True)
    answer = content_field(_("the answer"), null=True)
    settled_by = person_field(_("settled by"), null=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)
    recorded_by = person_field(_("recorded by"), editable=False)
    recorded_at = models.DateTimeField(
        pgettext_lazy("when", "recorded"), editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("request of a data subject")
        verbose_name_plural = _("requests of data subjects")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("received_at")),
                name="datasubjectrequest_due_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extension_reason=None)
                | Q(extended_at__isnull=False, extension_reason__isnull=False),
                name="datasubjectrequest_extended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="open",
                    reasons=None,
                    answer=None,
                    settled_by=None,
                    settled_at=None,
                )
                | ~Q(status="open")
                & Q(
                    reasons__isnull=False,
                    answer__isnull=False,
                    settled_by__isnull=False,
                    settled_at__isnull=False,
                ),
                name="datasubjectrequest_settled_whole",
            ),
            # What is given to somebody is theirs; a refusal may say that this is not
            # known (GDPR 12.2).
            models.CheckConstraint(
                condition=Q(status__in=("open", "refused")) | ~Q(identity=""),
                name="datasubjectrequest_given_to_whom_it_is",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status="open"),
                name="datasubjectrequest_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} # {self.pk}"

    @property
    def article(self) -> int:
        return self.ARTICLES[self.kind]

    @property
    def is_late(self) -> bool:
        """Was it answered after its time?"""
        return self.settled_at is not None and self.settled_at > self.due_at
