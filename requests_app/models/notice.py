"""Notices by mail: what a person chose, and what each has been told of."""

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History


class NoticeChoice(AuditedModel):
    """What a person wants to be told of by mail; without a row, what waits with a
    clock."""

    class Wants(models.TextChoices):
        CLOCK = "clock", _("What waits for me with a clock")
        NONE = "none", _("Nothing")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="notice_choice",
    )
    wants = models.CharField(
        _("notices by mail"), max_length=10, choices=Wants, default=Wants.CLOCK
    )

    history = History()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)


class SentNotice(models.Model):
    """That a person has been told of something, with this clock: so told once. Only
    added; the ledger has each."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # The address of what waits, within the site.
    item = models.CharField(max_length=300)
    # Which clock, as requests_app.selectors.clocks.Clock calls it; and which turn, from
    # the second on.
    kind = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [
            # The mails about a case are found by the address of its page.
            models.Index(
                OpClass("item", name="text_pattern_ops"), name="sentnotice_item"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "item", "kind", "ends_at"],
                name="sentnotice_once_per_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class RefusedAddress(models.Model):
    """An address that the mail server does not take: tried more and more seldom, and
    told to whoever keeps the person. Gone once the server has taken something."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # As it was: another address is not held back for this one's sake.
    address = models.CharField(max_length=254)
    tries = models.PositiveSmallIntegerField()
    refused_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    # In the server's own words.
    answer = models.CharField(max_length=300)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
