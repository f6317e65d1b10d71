"""Long and sensitive texts, payloads and files, apart from what points at them."""

import hashlib
from collections.abc import Iterable, Iterator

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from audit_app.noticing import notice
from audit_app.reconcile.check import Check, Finding, What
from audit_app.reconcile.rounds import also
from requests_app.models.belonging import KEPT_BY_CONTENT
from requests_app.models.retention import WITH_CASE

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
