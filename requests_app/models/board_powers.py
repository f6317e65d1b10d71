"""What boards have by the Local Government Act, and a company has not."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.models.authority import Authority

OF_BOARDS = {
    "is_urgent": _("Only a board's chair decides in its place (KL 6:39)."),
    "report_to_board": _(
        "A company has no board to report to (KL 6:40, 7:8): leave it unticked."
    ),
}


def refuse_board_powers(rule: Any) -> None:
    """Raise ValidationError at what a company's delegation rule can't say. Whose it is
    may not have been chosen."""
    if rule.authority_id and rule.authority.kind == Authority.Kind.COMPANY:
        errors = {name: text for name, text in OF_BOARDS.items() if getattr(rule, name)}
        if errors:
            raise ValidationError(errors)
