"""The models of every domain: belonging, content, heartbeat, outcome, paths, table
names and working day."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app.acting import MOST_DIFFERENCE
from audit_app.changes import notice
from audit_app.reconcile import Check, Finding, What, also
from audit_app.retention import WHILE_NEEDED
from requests_app.core.municipality import HERE, KEPT_BY_CONTENT
from requests_app.core.retention import REGISTER, WITH_CASE

# Long and sensitive texts, payloads and files, apart from what points at them.

# The same for the database, of a row of the table.
IS_INTACT = "encode(sha256(salt || body), 'hex') = digest"


def digest_of(salt: bytes, body: bytes) -> str:
    """SHA-256 of salt and body, hexadecimal: the key under which it is kept."""
    return hashlib.sha256(salt + body).hexdigest()


def as_text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


class AlteredContent(Exception):
    """What is kept is no longer what was: its digest does not match."""


class Content(models.Model):
    """A text or file, kept byte for byte and never changed.

    The key is SHA-256 of salt and body, hexadecimal: the audited row that points here
    holds the digest, and lawful disposal has this one table to act on.

    Where personal data in it were corrected or restricted since (`TextMask`), it reads
    as another content: `body` and `text` are that, and `original` what was kept.
    """

    retention = WITH_CASE
    belongs = KEPT_BY_CONTENT

    digest = models.CharField(primary_key=True, max_length=64)
    salt = models.BinaryField()
    stored = models.BinaryField(db_column="body")
    media_type = models.CharField(_("type"), max_length=100)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    kept_at = models.DateTimeField(_("kept at"))
    # Held by the database to the newest mask that stands.
    reads_as = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("what it reads as"),
        related_name="+",
        null=True,
        editable=False,
    )

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]

    @cached_property
    def is_intact(self) -> bool:
        """Is it what was kept? What is not is noticed, for those who can act."""
        if digest_of(bytes(self.salt), bytes(self.stored)) == self.digest:
            return True
        notice(self._meta.db_table, self.digest)
        return False

    @property
    def original(self) -> bytes:
        """The bytes as they were kept. Raises AlteredContent where they are not."""
        if not self.is_intact:
            raise AlteredContent(self.digest)
        return bytes(self.stored)

    @property
    def body(self) -> bytes:
        """The bytes as they are to be read today. Raises AlteredContent where what was
        kept is not what it was."""
        original = self.original
        return self.reads_as.original if self.reads_as else original

    @property
    def text(self) -> str:
        return as_text(self.body)


def register() -> None:
    """What is kept is compared with its digest, also where nobody reads it."""
    table = Content._meta.db_table
    also(Check("contents", table, "digest", _altered, most=500, start=""))


def _altered(using: str, after: str, upto: str) -> Iterator[Finding]:
    rows = Content.objects.using(using).filter(digest__gt=after, digest__lte=upto)
    altered = rows.extra(  # noqa: S610 — ours
        where=[f"not ({IS_INTACT})"],
        select={"now": "concat(xmin, encode(sha256(body), 'hex'))"},
    )
    for digest, now in altered.values_list("digest", "now"):
        kind = Content._meta.db_table
        yield Finding(What.CONTENT, kind, digest, digest=now)


def content_fields(kinds: Iterable[type[models.Model]]) -> list[models.Field]:
    """Fields that point at content, and what a model calls protected."""
    return [
        field
        for model in set(kinds)
        for field in model._meta.fields
        if field.related_model is Content
        or field.name in getattr(model, "PROTECTED", ())
    ]


# When the sweep last went round, and when each provider last answered our asking.
#
# Not audited: it is written every minute.


class Heartbeat(models.Model):
    retention = WHILE_NEEDED
    belongs = HERE

    # When the sweep was last seen at work, when it last came to an end, and whether its
    # clock agrees with the database's.
    SWEEP, ROUND, CLOCK = "sweep", "round", "clock"
    # When the database last took what the watch from outside had it write.
    HEALTH = "health"
    # When the ledger was last sealed and seen by its witnesses, or what hindered.
    LEDGER = "ledger"
    # When somebody outside last saw the ledger; with a trouble where nobody has.
    OUTSIDE = "outside"
    # From which checkpoint the database was found to have gone back.
    GONE_BACK = "gone back"
    # With the number of a connection after it: when the provider last answered, and
    # that it is to tell all it has, after a restore.
    POLL, RESTORED = "poll:", "restored:"
    # With the number of a connection: when what it needs was last asked for.
    READY = "ready:"
    # When the mailbox of providers' notices was last read, or what hindered.
    MAILBOX = "mailbox"
    # With the number of a notice channel: when it last took nothing, how often by now,
    # and why.
    CHANNEL = "channel:"
    # With a digest after it: a push that woke us, so that it does so once.
    WOKEN = "woken:"
    # With a digest after it: word that somebody signed out elsewhere, so that it counts
    # once.
    SIGNED_OUT = "out:"
    # With the number of a roster: when its calendar was last taken in, how often it has
    # failed since, and why.
    ROSTER = "roster:"
    # With the number of a publisher: when its feed was last read, and what hindered.
    FEED = "feed:"
    # With a way to tell people after it (`By`): the same of that.
    WAY = "way:"
    # When a backup was last made, how often it has failed since, and why.
    BACKUP = "backup"
    # When the watch last looked at all causes.
    WATCH = "watch"
    # When the rules of retention were last carried out; the ledger has with what. Until
    # then, with the line up to which they have been.
    RETENTION = "retention"
    STOPPED_AFTER = {
        SWEEP: timedelta(minutes=4),
        ROUND: timedelta(minutes=20),
        LEDGER: timedelta(minutes=20),
    }

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(_("at"))
    # How many requests the round could not handle: the next one tries them again.
    failures = models.PositiveIntegerField(_("failures"), default=0)
    trouble = models.CharField(_("trouble"), max_length=300, blank=True)
    # Where a round that ran out of time goes on.
    position = models.PositiveBigIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def mark_of(cls, connection_id: int) -> str:
        """The name of the mark that it is to tell all it has."""
        return f"{cls.RESTORED}{connection_id}"

    def stopped(self, now: datetime) -> bool:
        """A beat in the future says nothing: a clock is wrong, and hides a stop."""
        since = now - self.at
        return not -MOST_DIFFERENCE <= since <= self.STOPPED_AFTER[self.name]


# What a decision can come to, and what that means to the provider.


class Outcome(models.TextChoices):
    """The legal outcome: never the button in the provider's portal."""

    GRANTED = "granted", _("Granted")
    GRANTED_WITH_RESERVATION = "granted_with_reservation", _("Granted with reservation")
    PARTIALLY_GRANTED = "partially_granted", _("Partially granted")
    REFUSED = "refused", _("Refused")
    DISMISSED = "dismissed", _("Dismissed")
    STRUCK_OFF = "struck_off", _("Struck off")


GRANTS = (
    Outcome.GRANTED,
    Outcome.GRANTED_WITH_RESERVATION,
    Outcome.PARTIALLY_GRANTED,
)


class Interest(models.TextChoices):
    """With regard to what reasons may be left out: of a party's copy (FL 32, second
    paragraph 2, 3), or where the recipient is none (OSL 8:1)."""

    AT_ONCE = "at_once", _("That the decision has to be told at once")
    SECURITY = "security", _("The security of the realm")
    INDIVIDUAL = "individual", _("Individuals' personal or economic circumstances")
    COMPARABLE = "comparable", _("Another comparable circumstance")
    SECRECY = "secrecy", _("Secrecy from the recipient, which is no party (OSL 8:1)")


class Meaning(models.TextChoices):
    """What a decision says to the provider; nothing where the case is struck off."""

    APPROVE = "approve", _("Approve")
    DENY = "deny", _("Deny")


def meaning(outcome: str, *, partly: bool) -> str:
    """`partly`: can the product grant a part? Else a part is a Deny, and an invitation
    to ask for less. The database asks the same (lockbox_meaning)."""
    if outcome == Outcome.STRUCK_OFF:
        return ""
    approves = {Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION}
    if partly:
        approves.add(Outcome.PARTIALLY_GRANTED)
    return Meaning.APPROVE if outcome in approves else Meaning.DENY


# The ways between tables: by what rows refer to.

# So many steps from a row to its case at most.
FARTHEST = 4


@cache
def models_by_table() -> dict[str, Any]:
    kinds = apps.get_models(include_auto_created=True)
    return {kind._meta.db_table: kind for kind in kinds if not kind._meta.proxy}


@cache
def path_to(model: type[models.Model], goal: type[models.Model]) -> str | None:
    """The shortest way by what rows refer to; "pk" of the goal itself."""
    ways: list[tuple[str, Any]] = [("pk", model)]
    for _step in range(FARTHEST):
        for path, kind in ways:
            if kind is goal:
                return path
        ways = [
            (field.name if path == "pk" else f"{path}__{field.name}", kind)
            for path, origin in ways
            for field in origin._meta.concrete_fields
            if (kind := field.related_model) and kind.__name__ != "User"
        ]
    return None


# What people call a row of a table, and what it is made of.

# Of others' models, and of rows that nobody reads but an auditor.
BESIDE = {
    "account_emailaddress": _("e-mail address of an account"),
    "account_emailconfirmation": _("confirmation of an e-mail address"),
    "allauth_idp_oidc_token": _("token of a contract client"),
    "audit_app_applicationlogin": _("login of the application"),
    "audit_app_disagreement": _("disagreement between the recorders"),
    "audit_app_handedout": _("checkpoint that was handed out"),
    "audit_app_reconciled": _("how far the recorders are compared"),
    "audit_app_witnessedlog": _("log that is witnessed"),
    "auth_group": _("group of accounts"),
    "auth_group_permissions": _("right of a group"),
    "django_admin_log": _("line of Django's own log"),
    "django_session": _("session"),
    "guardian_groupobjectpermission": _("right of a group to an object"),
    "guardian_userobjectpermission": _("right of an account to an object"),
    "lockbox_site_signinbrake": _("brake on sign-ins"),
    # As lockbox_site.schema says what a database does not hold to.
    "missing guard": _("guard of the database that is missing"),
    "other guard": _("guard of the database that is another"),
    "unexpected guard": _("something in the database that no release makes"),
    "lockbox_site_user_groups": _("account in a group"),
    "lockbox_site_user_user_permissions": _("right of an account"),
    "requests_app_channelnotice": _("notice through a channel"),
    "requests_app_forminuse": _("form that is open"),
    "requests_app_mailboxposition": _("how far the mailbox is read"),
    "requests_app_refusedaddress": _("refused e-mail address"),
    "requests_app_sentnotice": _("notice by mail"),
    "requests_app_draft": _("text that is not sent yet"),
}


def kind_of(table: str) -> str:
    """The table's own name, where nothing else is known."""
    return str(BESIDE.get(table) or _of_models().get(table, table))


@cache
def _of_models() -> dict[str, Any]:
    return {
        model._meta.db_table: model._meta.verbose_name
        for model in apps.get_models()
        if not model._meta.proxy
    }


def columns(model: Any) -> tuple[str, ...]:
    """The fields of a row, but for its number."""
    return tuple(
        field.name for field in model._meta.concrete_fields if not field.primary_key
    )


# The calendar that the database looks working days up in.


class WorkingDay(models.Model):
    """A working day's office hours. A release writes the rows from
    `catalogue.working_days`; nobody else can."""

    retention = REGISTER
    belongs = HERE

    day = models.DateField(_("working day"), primary_key=True)
    opens_at = models.DateTimeField(unique=True)
    closes_at = models.DateTimeField()
    # Noon: what began in the night before waits no longer for a second person.
    night_ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("working day")
        verbose_name_plural = _("working days")
        ordering = ["day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)
