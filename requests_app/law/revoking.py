"""By which law a grant is revoked."""

from requests_app.models import Authority


def is_by_fl_37(regime: str, authority: Authority) -> bool:
    """Is the grant a decision in law of an authority under the Administrative Procedure
    Act? Else it is taken back on the same grounds, as what the authority itself or its
    contract has laid down."""
    is_in_law = regime == Authority.Regime.FL_FULL
    return is_in_law and authority.kind == Authority.Kind.BOARD
