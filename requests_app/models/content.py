"""Long and sensitive texts, payloads and files, apart from what points at them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Content(models.Model):
    """A text or file, kept byte for byte and never changed.

    The key is SHA-256 of salt and body, hexadecimal: the audited row that points here
    holds the digest, and lawful disposal has this one table to act on.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    salt = models.BinaryField()
    body = models.BinaryField()
    media_type = models.CharField(_("type"), max_length=100)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def text(self) -> str:
        return bytes(self.body).decode("utf-8", errors="replace")
