"""Sentences of Django's admin that our catalogue says in other words."""

from django.utils.translation import gettext_noop as _

SAVED = (
    _("The {name} “{obj}” was added successfully."),
    _("The {name} “{obj}” was changed successfully."),
)
