"""Notices to people: what a person chose, and what each has been told of."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.belonging import HERE
from requests_app.models.retention import ADDRESSES, NOTICES, REGISTER
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
    DOOR = "door", _("Something is open at a provider that no decision covers")
    DATA_SUBJECT = "datasubj", _("A request of a data subject is to be answered")
    GAP = "gap", _("Nobody on duty may act, for some time ahead")


class NoticeWay(models.TextChoices):
    """How it reaches somebody."""

    MAIL = "mail", _("mail")
    COLLEAGUES = "channel", _("channel of colleagues")
    PUSH = "push", _("notice to the phone")
    SMS = "sms", _("text message")


# What a channel of colleagues is told is nobody's own choice.
OWN_WAYS = (NoticeWay.MAIL, NoticeWay.PUSH, NoticeWay.SMS)
# What nobody switches off, and why.
ALWAYS_TOLD = {
    (NoticeWay.MAIL, NoticeKind.DUTY): _(
        "The law gives hours: whoever is to report is always told."
    ),
}


def is_usual(way: str, kind: str) -> bool:
    """Is whoever has chosen nothing told of it so? Of everything by mail, and on the
    phone of what has hours."""
    return way == NoticeWay.MAIL or kind == NoticeKind.ANSWER


class NoticeChoice(AuditedModel):
    """What a person is told of by which way, where it is otherwise than usual."""

    retention = REGISTER

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("person"),
        related_name="notice_choice",
    )
    # Each as `switch` says it.
    switched_off = ArrayField(
        models.CharField(max_length=40), verbose_name=_("switched off"), default=list
    )
    switched_on = ArrayField(
        models.CharField(max_length=40), verbose_name=_("switched on"), default=list
    )

    history = History()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)

    def is_on(self, way: str, kind: str) -> bool:
        """In a query of people it is `requests_app.selectors.reach.wants`."""
        switch = self.switch(way, kind)
        if is_usual(way, kind):
            return switch not in self.switched_off
        return switch in self.switched_on

    @staticmethod
    def switch(way: str, kind: str) -> str:
        return f"{way}:{kind}"

    @staticmethod
    def in_words(switch: str) -> str:
        """What, and by which way."""
        way, _colon, kind = switch.partition(":")
        return f"{label_of(NoticeKind, kind)}: {label_of(NoticeWay, way)}"


class SentNotice(models.Model):
    """That a person has been told of something by this way, with this clock: so told
    once. Only added; the ledger has each."""

    retention = NOTICES
    belongs = HERE

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=7, choices=NoticeWay)
    # The address of what waits, within the site.
    item = models.CharField(max_length=300)
    # Which clock, as requests_app.selectors.clocks.Clock calls it; and which turn, from
    # the second on.
    kind = models.CharField(max_length=20)
    ends_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = _("notice sent")
        verbose_name_plural = _("notices sent")
        default_permissions = ()
        indexes = [
            # The mails about a case are found by the address of its page.
            models.Index(
                OpClass("item", name="text_pattern_ops"), name="sentnotice_item"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "way", "item", "kind", "ends_at"],
                name="sentnotice_once_per_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class RefusedAddress(models.Model):
    """An address that the mail server does not take: tried more and more seldom, and
    told to whoever keeps the person. Gone once the server has taken something."""

    retention = ADDRESSES

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
        verbose_name = _("refused address")
        verbose_name_plural = _("refused addresses")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
