"""Changes, of the models of the registers: publisher, reading limit and register
page."""

from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from audit_app.verifying.proofs import LOG, Malformed, key_from
from requests_app.core.calendar import CLOSES, OPENS
from requests_app.core.fields import person_field
from requests_app.core.models import Content
from requests_app.core.people.models import Authority
from requests_app.core.retention import REGISTER

# Whose packages an authority reads in, and what it publishes itself.


class Publisher(AuditedModel):
    """Somebody whose packages are believed, by the public key of their ledger."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="publishers",
    )
    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_("As their packages write it: the board or the association."),
    )
    key = models.CharField(
        _("public key"),
        max_length=300,
        help_text=_(
            "Of their ledger, as in lockbox.example.se/ledger+1a2b3c4d+A…. Ask for it"
            " by another way than the one by which the packages come."
        ),
    )
    feed = models.CharField(
        _("address of their feed"),
        max_length=300,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("The folder in which index.json lies, over https. May be empty."),
    )
    is_active = models.BooleanField(_("believed"), default=True)

    history = History()

    class Meta:
        verbose_name = _("publisher of packages")
        verbose_name_plural = _("publishers of packages")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name"], name="publisher_once_an_authority"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            key = key_from(self.key)
        except Malformed:
            text = _("This is no public key of a ledger: it has three parts, with +.")
            raise ValidationError({"key": text}) from None
        if key.kind != LOG:
            text = _("This is the key of a witness, and not of a ledger.")
            raise ValidationError({"key": text})


class Publication(AuditedModel):
    """A package that an authority has published, by two persons. The line by which the
    row came to be proves the file."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="publications",
    )
    name = models.SlugField(_("short name"), max_length=60)
    edition = models.PositiveIntegerField(_("edition"), editable=False)
    title = models.CharField(_("title"), max_length=300)
    body = models.ForeignKey(
        Content, models.PROTECT, verbose_name=_("package"), related_name="+"
    )
    digest = models.CharField(_("digest of the package"), max_length=64)
    # By two persons too: empty until then.
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_reason = models.CharField(_("why revoked"), max_length=300, blank=True)

    history = History()

    class Meta:
        verbose_name = _("published package")
        verbose_name_plural = _("published packages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "name", "edition"], name="publication_once"
            ),
            models.CheckConstraint(
                condition=Q(revoked_on=None, revoked_reason="")
                | (Q(revoked_on__isnull=False) & ~Q(revoked_reason="")),
                name="publication_revoked_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.edition})"


class Original(AuditedModel):
    """An edition of a package that has come since an authority took an older one, or
    that has been revoked: for somebody to look at. Nothing changes by it."""

    retention = REGISTER

    authority = models.ForeignKey(
        Authority, models.PROTECT, verbose_name=_("authority"), related_name="originals"
    )
    publisher = models.CharField(_("publisher"), max_length=200)
    package = models.CharField(_("package"), max_length=100)
    edition = models.PositiveIntegerField(_("edition"))
    # The file as it came; nothing of what is only said to be revoked.
    body = models.ForeignKey(
        Content,
        models.PROTECT,
        verbose_name=_("package"),
        related_name="+",
        null=True,
    )
    revoked_reason = models.CharField(_("why revoked"), max_length=300, blank=True)
    came_at = models.DateTimeField(_("came"))
    looked_by = person_field(_("looked at by"), null=True)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("newer original")
        verbose_name_plural = _("newer originals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "publisher", "package", "edition"],
                condition=Q(revoked_reason=""),
                name="original_once",
            ),
            models.UniqueConstraint(
                fields=["authority", "publisher", "package", "edition"],
                condition=~Q(revoked_reason=""),
                name="original_revoked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package} ({self.edition})"


# From when on reading is unusual: set by two persons, seen by everybody.

# No longer than this is anybody's reading looked back at.
MOST_DAYS = 90


class ReadingLimit(AuditedModel):
    """An authority's limits of unusual reading. Where it has none, a new row's are its
    limits: `limit_of`."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="reading_limit",
    )
    opens = models.TimeField(_("hours begin"), default=OPENS)
    closes = models.TimeField(_("hours end"), default=CLOSES)
    many = models.PositiveSmallIntegerField(
        _("many different cases within an hour"),
        validators=[MinValueValidator(2), MaxValueValidator(1000)],
        default=10,
    )
    days = models.PositiveSmallIntegerField(
        _("days that are looked back at"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        default=30,
        help_text=_("At most 90."),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("limit of unusual reading")
        verbose_name_plural = _("limits of unusual reading")
        ordering = ["authority__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="readinglimit_hours_end_after_they_begin",
                violation_error_message=_("The hours end before they begin."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS),
                name="readinglimit_at_most_ninety_days",
                violation_error_message=_("Give 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(many__gte=2), name="readinglimit_many_is_more_than_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.authority)

    @property
    def hours(self) -> str:
        return f"{self.opens:%H.%M}–{self.closes:%H.%M}"


def limit_of(authority_id: int) -> ReadingLimit:
    """The limits that hold for it."""
    row = ReadingLimit.objects.filter(authority=authority_id).first()
    return row or ReadingLimit(authority_id=authority_id)


# The public register as a page on the web: off until two persons switch it on.

ADDRESS = "^[a-z0-9]+(-[a-z0-9]+)*$"


class RegisterPage(AuditedModel):
    """An authority publishes its register of cases for anybody to read, without signing
    in: what is left out of the register is not there at all."""

    retention = REGISTER

    authority = models.OneToOneField(
        Authority,
        models.PROTECT,
        verbose_name=_("authority"),
        related_name="register_page",
    )
    address = models.CharField(
        _("end of its address"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(ADDRESS, _("Small letters a–z, figures and hyphens alone."))
        ],
        help_text=_("Such as skolnamnden: the page is /public/skolnamnden/."),
    )
    since = models.DateField(
        _("cases that came in from"),
        help_text=_("Older cases do not stand there."),
    )
    is_published = models.BooleanField(_("published"), default=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = History()

    class Meta:
        verbose_name = _("public page of a register")
        verbose_name_plural = _("public pages of registers")
        ordering = ["authority__name"]

    def __str__(self) -> str:
        return str(self.authority)
