"""How the city's cases have ended."""

from collections.abc import Callable
from datetime import timedelta

from audit_app import clock
from lockbox_site.demo.acts import Case
from lockbox_site.demo.harm_tests import unless_reserved
from lockbox_site.demo.people import people
from lockbox_site.demo.usual_case import (
    NOT_SECRET,
    REST,
    assessed,
    granted,
    refused,
    shorter,
    too_wide,
)
from requests_app.law.proposed_provisions import proposed_provisions
from requests_app.law.terms import ReservationTerm
from requests_app.models import Authority
from requests_app.workflow import merging, review, routing, withdrawal

End = Callable[[Case], None]


def _closed_grant(case: Case) -> None:
    granted(assessed(case)).later(20).decide().later(6).answer()
    case.later(70).sweep().later(180).close()


def _closed_refusal(case: Case) -> None:
    refused(case).later(20)
    case.decide().later(8).answer().later(100).close()


def _lapsed(case: Case) -> None:
    case.later(40).register().later(4 * 24 * 60).sweep().later(60).strike_off()
    with clock.at(case.later(20).now):
        review.close(case.review, by=people.lena)


def _partly(case: Case) -> None:
    assessed(case).later(15).propose(
        "partially_granted",
        {
            "[Ange varför begäran inte bifalls i övrigt.]": REST,
            "[Ange varför begäran inte bifalls i övrigt, utan att röja något som är"
            " hemligt.]": REST,
        },
        granted_minutes=30,
        granted_scope="Den del av objektet som felet gäller",
    ).later(20).decide().later(9).answer().later(60).close()


def _reserved(case: Case) -> None:
    if proposed_provisions(case.review).filter(harm_test="absolute").exists():
        return _closed_grant(case)  # absolute secrecy can't be reserved away
    bound = f"Nora Exempelsson, {case.request.employer_entity}"
    assessed(
        case,
        usual=unless_reserved,
        ground="none",
        ground_motivation="Uppgifterna behövs endast för åtgärden.",
    ).later(15).propose(
        "granted_with_reservation",
        shorter(case),
        granted_minutes=60,
        reservations=[
            ReservationTerm(
                bound, "Teknikern får inte föra uppgifterna vidare eller utnyttja dem."
            )
        ],
    ).later(20).decide().later(4).serve(bound).serve("Microsoft")
    case.later(2).answer()
    case.later(70).sweep().later(120).close()


def _dismissed(case: Case) -> None:
    assessed(case, genuine="no", ground="none", ground_motivation="Prövas inte.").later(
        10
    ).propose("dismissed").later(15).decide().later(5).answer().later(30).close()


def _struck_off(case: Case) -> None:
    case.later(12).register().later(9).assign().later(40)
    with clock.at(case.now):
        withdrawal.withdraw(
            case.request,
            by=case.lawyer,
            reason="Leverantören löste felet på annat sätt.",
        )
    case.later(30).decide().later(20).close()


def _merged(case: Case) -> None:
    double = Case(
        case.now + timedelta(minutes=5),
        f"{case.number}X",
        case.designations,
        **case.terms,
    )
    with clock.at(double.now):
        merging.merge(
            double.request, by=people.lena, into=case.request, reason="Samma begäran"
        )
    _closed_refusal(case)


def _rerouted(case: Case) -> None:
    case.later(10).register()
    right = Authority.objects.get(
        code="GSN" if case.review.authority.code != "GSN" else "SNC"
    )
    with clock.at(case.later(10).now):
        routing.reroute(
            case.review, by=people.lena, authority=right, reason="Objektet förvaras där"
        )
    case.later(5).register().later(5).assign()
    too_wide(case.later(20).assess).later(20).propose("refused", NOT_SECRET).later(
        30
    ).decide()
    case.later(9).answer().later(30).close()


def ends_in_turn() -> list[End]:
    counts: dict[End, int] = {_closed_grant: 6, _closed_refusal: 3, _lapsed: 2}
    rare: list[End] = [_partly, _reserved, _dismissed, _struck_off, _merged, _rerouted]
    return [end for end, times in counts.items() for _time in range(times)] + rare * 2
