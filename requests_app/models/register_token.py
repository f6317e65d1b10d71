"""What another system shows to fill registers, and the person who answers for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit_app.bearer import BearerToken
from requests_app.models.authority import Authority
from requests_app.models.belonging import KEYS
from requests_app.models.retention import REGISTER


class RegisterToken(BearerToken):
    """Never more than the person's own rights: what is written is signed by them, and
    what nobody changes alone waits for another than them."""

    retention = REGISTER
    belongs = KEYS

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    # None: every authority for which the person keeps rows.
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("key of a system that fills registers")
        default_permissions = ()
