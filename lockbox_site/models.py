"""The people. What a person may do is in requests_app: dated roles, never groups."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, router
from django.utils.translation import gettext_lazy as _

from audit_app.acting import acting, signature
from audit_app.history import AuditedModel, History


class User(AuditedModel, AbstractUser):
    """A person, or a machine account that nobody signs in as."""

    # Sign-ins are ledger events; Django then writes nothing here at sign-in.
    last_login = None

    email = models.EmailField(_("e-mail address"), blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="sv"
    )
    is_machine = models.BooleanField(_("machine account"), default=False)

    history = History(excluded_fields=["password"])
    objects: ClassVar[UserManager] = UserManager()

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined]
        abstract = False
        ordering = ["last_name", "first_name", "username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="user_no_superusers"
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, using: str | None = None, **kwargs: Any) -> None:
        # People are deactivated, and everybody active may reach the site.
        self.is_staff = self.is_active and not self.is_machine
        using = using or router.db_for_write(type(self), instance=self)
        if signature() is None and self.pk is not None:
            # A password is re-hashed at sign-in, before anybody acts.
            with acting(self, using=using):
                return super().save(*args, using=using, **kwargs)
        return super().save(*args, using=using, **kwargs)
