"""The public register as a page on the web: off until two persons switch it on."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.history import AuditedModel, History
from requests_app.models.authority import Authority
from requests_app.models.retention import REGISTER

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
