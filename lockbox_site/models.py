"""The people. What a person may do is in requests_app: dated roles, never groups."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models, router
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from audit_app.acting import acting_as, signature
from audit_app.changes import hide
from audit_app.history import AuditedModel, BearerToken, History
from audit_app.retention import WHILE_NEEDED
from requests_app.core.municipality import HERE, KEYS, Municipality, SealedField
from requests_app.core.retention import ADDRESSES, HAS_LEFT, PEOPLE, REGISTER


class User(AuditedModel, AbstractUser):
    """A person, or a machine account that nobody signs in as."""

    retention = PEOPLE._replace(
        columns={"email": ADDRESSES, "phone": ADDRESSES, "identity": HAS_LEFT}
    )
    belongs = ("municipality", "contract_client")

    # Sign-ins are ledger events; Django then writes nothing here at sign-in.
    last_login = None

    email = models.EmailField(_("e-mail address"), blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    phone = models.CharField(
        _("telephone at work"),
        max_length=40,
        blank=True,
        help_text=_(
            "Where the person is rung when a case waits for them, at night too. Shown"
            " with the name to whoever sees such a case."
        ),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="sv"
    )
    is_machine = models.BooleanField(_("machine account"), default=False)
    keys_off = models.BooleanField(_("without keys for actions"), default=False)
    opens_next = models.BooleanField(
        _("the next case opens after a step"), default=False
    )
    # Whose account it is: roles elsewhere are lent by its managers. A machine is
    # nobody's.
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality"),
        related_name="people",
        null=True,
        blank=True,
    )
    # Who made the account: they neither give nor confirm its roles.
    made_by = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("account made by"),
        related_name="+",
        null=True,
        editable=False,
    )
    # How the identity provider names the person; without it, a local account.
    identity = models.CharField(  # noqa: DJ001 — unique
        _("identity"),
        max_length=255,
        null=True,
        blank=True,
        help_text=_(
            "How the authority's sign-in names the person, such as an object ID. With"
            " it, the person signs in there and nowhere else."
        ),
    )
    # The roles that the directory says the person may hold; null where it is not asked.
    # None is a right by itself: that is a confirmed RoleAssignment.
    directory_roles = ArrayField(
        models.CharField(max_length=24),
        verbose_name=_("roles in the directory"),
        null=True,
        blank=True,
        editable=False,
    )
    # Deleted there: closed here, and no longer told of to it.
    left_directory = models.BooleanField(
        _("deleted in the directory"), default=False, editable=False
    )
    # Then an alias stands as the last name, so that all that tells a name tells the
    # alias, and the person's own is read at the account only.
    is_protected = models.BooleanField(
        _("protected identity"), default=False, editable=False
    )
    own_first_name = models.CharField(max_length=150, blank=True, editable=False)
    own_last_name = models.CharField(max_length=150, blank=True, editable=False)
    # When the person last got in past the identity provider.
    broke_glass_at = models.DateTimeField(
        _("local account used"), null=True, editable=False
    )
    # Part of what a session or a link holds: a new number ends them all.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    # Versions stay for as long as cases name the person: what goes before is not there.
    history = History(
        excluded_fields=[
            *["password", "own_first_name", "own_last_name"],
            *["email", "phone"],
        ]
    )
    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined]
        abstract = False
        ordering = ["last_name", "first_name", "username"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "identity"],
                name="user_identity_unique_in_municipality",
                violation_error_message=_("Another account has this identity."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_machine=True, municipality=None)
                | models.Q(is_machine=False, municipality__isnull=False),
                name="user_of_a_municipality",
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="user_no_superusers"
            ),
            models.CheckConstraint(
                condition=models.Q(is_protected=False, own_last_name="")
                & models.Q(own_first_name="")
                | models.Q(is_protected=True, first_name="") & ~models.Q(last_name=""),
                name="user_protected_by_an_alias",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Django's hash of a session, over the epoch too."""
        return salted_hmac(
            "lockbox_site.models.User.get_session_auth_hash",
            f"{self.session_epoch}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def save(self, *args: Any, using: str | None = None, **kwargs: Any) -> None:
        # People are deactivated, and everybody active may reach the site.
        self.is_staff = self.is_active and not self.is_machine
        if not self.is_active:
            # A cookie from before is of no use when the account is opened again.
            self.session_epoch += 1
        signed = signature()
        if self.pk is None and self.made_by_id is None and signed is not None:
            self.made_by = signed.by
        if self.pk is None and not self.is_machine and signed is not None:
            self.municipality_id = self.municipality_id or signed.by.municipality_id
        using = using or router.db_for_write(type(self), instance=self)
        if signed is None and self.pk is not None:
            # A password is re-hashed at sign-in, before anybody acts.
            with acting_as(self, using=using):
                return super().save(*args, using=using, **kwargs)
        return super().save(*args, using=using, **kwargs)


class SecondFactor(models.Model):
    """The app that makes a person's one-time codes; what it makes them of is sealed.
    Not audited, for it would copy the secret; the ledger has who registers one."""

    retention = PEOPLE
    belongs = KEYS

    person = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("person"), related_name="second_factor"
    )
    secret = SealedField()
    # The last code that was used, in steps of thirty seconds: none is good twice.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.person)


class ScimToken(BearerToken):
    """What a directory shows to be let in (manage.py scim_token): it knows the people
    of one municipality."""

    retention = REGISTER
    belongs = KEYS

    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        verbose_name=_("municipality"),
        related_name="+",
    )

    class Meta:
        verbose_name = _("key of a directory")
        default_permissions = ()


# What a code or a key is held against, and when: not for reading.
hide(SecondFactor, "secret", "last_step")
hide(ScimToken, "digest")


class SignInBrake(models.Model):
    """How often somebody has tried to sign in. Not audited: it goes by itself.

    The key is a keyed digest: a name that was tried may be a password.
    """

    retention = WHILE_NEEDED
    belongs = HERE

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    free_at = models.DateTimeField()

    class Meta:
        verbose_name = _("brake of sign-in")
        verbose_name_plural = _("brakes of sign-in")
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
