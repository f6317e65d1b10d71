"""How long access was asked for, is granted, and will last at the provider."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from requests_app.documents.drafting.words import span
from requests_app.models import AccessRequest, ProviderProduct
from requests_app.permissions.delegation import minutes_granted_beside
from requests_app.words.times import minutes_in_words


class Lengths(NamedTuple):
    """In minutes; None where nobody has told."""

    product: ProviderProduct
    requested: int | None
    granted: int | None
    # What an approval gives at the provider, which is not always what is granted.
    effective: int | None
    # Granted already of the same access, which this request extends.
    beside: int = 0

    @property
    def is_cut(self) -> bool:
        """Does the product give less than was asked for?"""
        longest = self.product.access_minutes
        return bool(self.requested and longest and self.requested > longest)

    @property
    def is_exceeded(self) -> bool:
        """Does the product give more than is granted?"""
        return bool(self.granted and self.effective and self.effective > self.granted)

    @property
    def warnings(self) -> list[str]:
        """What people must know before they grant, decide and click."""
        warnings = []
        if self.is_cut:
            warnings.append(
                _("The request asks for %(asked)s; %(product)s gives at most %(most)s.")
                % {
                    "asked": minutes_in_words(self.requested),
                    "product": self.product,
                    "most": minutes_in_words(self.product.access_minutes),
                }
            )
        if self.beside and self.granted:
            warnings.append(
                _(
                    "With what has been granted already of the same access, it comes to"
                    " %(sum)s: that is what the delegation is held against."
                )
                % {"sum": minutes_in_words(self.beside + self.granted)}
            )
        if self.is_exceeded:
            warnings.append(
                _(
                    "Granted is %(granted)s, but an approval opens access for"
                    " %(given)s: %(product)s can not be told a shorter time. Access"
                    " must be taken back, or reported as ended, after %(granted)s."
                )
                % {
                    "granted": minutes_in_words(self.granted),
                    "given": minutes_in_words(self.effective),
                    "product": self.product,
                }
            )
        return warnings

    @property
    def for_recipient(self) -> str:
        """What the provider reads of it with the approval, in Swedish."""
        if not self.granted or self.granted == self.requested:
            return ""
        granted = span(self.granted)
        if self.requested is None:
            return f"Åtkomst medges i {granted}."
        return (
            f"Åtkomst medges i {granted}; begäran gällde {span(self.requested)}."
            f" Åtkomsten ska upphöra efter {granted}, vilken tid tjänsten än visar."
        )


def lengths(
    access_request: AccessRequest, granted: int | None, beside: int | None = None
) -> Lengths:
    """`beside`: for whoever has read already what is granted of the same access."""
    product = access_request.connection.product
    requested = access_request.duration_minutes
    effective = _effective(product, requested, granted)
    if beside is None:
        beside = minutes_granted_beside(access_request)
    return Lengths(product, requested, granted, effective, beside)


def _effective(
    product: ProviderProduct, requested: int | None, granted: int | None
) -> int | None:
    """Some interfaces take the granted length; a portal takes Approve or Deny."""
    if product.abilities.can_be_told_minutes:
        return granted
    if product.access_is_fixed or requested is None:
        return product.access_minutes
    return min(requested, product.access_minutes or requested)
