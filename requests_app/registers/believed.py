"""A package that came as a file, of a publisher that the authority believes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app.verifying.note import Malformed, Unproven, key_from
from audit_app.verifying.package import proved_by
from requests_app.models import Authority, Publisher
from requests_app.registers.package import LARGEST, Package, loaded, package_from


def believed(text: str, authority: Authority) -> Package:
    """Raises ValidationError, in a sentence, for a file that is none of ours, holds
    what no package holds, has been changed, or is of nobody who is believed."""
    if len(text.encode()) > LARGEST:
        raise ValidationError(_("The file is too large for a package."))
    body = loaded(text)
    if not isinstance(body, dict) or "package" not in body:
        raise ValidationError(_("This is no package of Lockbox: choose another file."))
    package = package_from(body["package"])
    publisher = _publisher_of(body, authority)
    if publisher.name != package.publisher:
        words = {"says": package.publisher, "is": publisher}
        text = _("The package says that it is of %(says)s, but the key is %(is)s's.")
        raise ValidationError(text % words)
    return package


def _publisher_of(body: Any, authority: Authority) -> Publisher:
    publishers = Publisher.objects.filter(authority=authority, is_active=True)
    by_key = {key_from(one.key): one for one in publishers}
    try:
        return by_key[proved_by(body, list(by_key))]
    except Unproven:
        text = _(
            "Nobody whom %(authority)s believes has signed the package. Two persons add"
            " a publisher with its key, under Registers."
        )
        raise ValidationError(text % {"authority": authority}) from None
    except Malformed:
        text = _(
            "The file is not what was published: something in it has been changed, or"
            " its proof lacks. Fetch it again from the publisher."
        )
        raise ValidationError(text) from None
