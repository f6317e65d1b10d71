"""Notices by mail: what a person chose, and what each has been told of."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.words.phrases import label_of


class NoticeKind(models.TextChoices):
    """What somebody is told of: each clock of the work queue is of one kind."""

    ANSWER = "answer", _("Something waits until a request is to be answered")
    ACCESS = "access", _("Something waits while access runs")
    OPINION = "opinion", _("I am asked for an opinion")
    APPEAL = "appeal", _("An appeal waits")
    DEVIATION = "deviation", _("A provider went outside what was granted")
    DUTY = "duty", _("An incident is to be reported")
    SUBSEQUENT = "subsequent", _("A decision is to be looked at by a second person")
    LAPSE = "lapse", _("The cause of a lapse is to be given")
    RECERTIFICATION = "recertify", _("Power is to be confirmed anew")
    READY = "ready", _("Something that a connection needs is missing")
    GAP = "gap", _("Nobody on duty may act, for some time ahead")


class NoticeWay(models.TextChoices):
    """How it reaches one person; what a channel of colleagues is told is nobody's own
    choice."""

    MAIL = "mail", _("Mail")


# What nobody switches off, and why.
ALWAYS_TOLD = {
    (NoticeWay.MAIL, NoticeKind.DUTY): _(
        "The law gives hours: whoever is to report is always told."
    ),
}


class NoticeChoice(AuditedModel):
    """What a person is not told of, and by which way; without a row, of everything."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="notice_choice",
    )
    # Each as `switch` says it.
    off = ArrayField(
        models.CharField(max_length=40), verbose_name=_("switched off"), default=list
    )

    history = History()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)

    @staticmethod
    def switch(way: str, kind: str) -> str:
        return f"{way}:{kind}"

    @staticmethod
    def in_words(switch: str) -> str:
        """What, and by which way."""
        way, _colon, kind = switch.partition(":")
        return f"{label_of(NoticeKind, kind)}: {label_of(NoticeWay, way)}"


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
