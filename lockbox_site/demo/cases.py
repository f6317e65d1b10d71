"""About sixty requests over the last months, four of them the worked examples."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit_app import clock
from lockbox_site.demo.acts import Case, people
from lockbox_site.demo.examples import COUNT, worked_examples
from lockbox_site.demo.harm_tests import strictly, unless_reserved
from lockbox_site.demo.town import OBJECTS
from requests_app.drafting.words import span
from requests_app.law.proposed_answers import proposed_provisions
from requests_app.law.terms import ReservationTerm
from requests_app.models import AccessRequest, Authority
from requests_app.workflow import merging, review, routing, withdrawal

# By the kind of object: what is asked for is what can be done to it.
PURPOSES = {
    "mailbox": [
        "Reparera ett skadat objekt som stoppar flytt av e-postlådan",
        "Felsöka regel som tappar inkommande e-post",
        "Kontrollera indexet för sökning i e-postlådan",
    ],
    "site": [
        "Återställa bibliotek som visar fel version av dokument",
        "Undersöka varför webbplatsens sökindex är tomt",
        "Rätta trasiga behörigheter efter flytt av webbplatsen",
    ],
    "team": ["Undersöka kanal där meddelanden inte visas"],
    "drive": ["Återställa mapp som inte synkroniseras"],
    "log": ["Undersöka luckor i loggen för meddelandespårning"],
    "virtual_machine": [
        "Felsöka virtuell maskin som startar om",
        "Läsa minnesdump efter systemfel",
    ],
    "subscription": ["Undersöka varför resurser inte kan skapas i prenumerationen"],
}
# No company here is real: no fact about one may be made up.
INSIDE = [
    ("IE", "Exempeldrift Irland Ltd (påhittat)"),
    ("NL", "Exempeldrift Nederland B.V. (påhittat)"),
]
OUTSIDE = [
    ("US", "Exempeldrift Amerika Inc. (påhittat)"),
]
# Why what is not secret is not shown either.
NOT_SECRET = {
    "[Ange varför begäran avslås.]": (
        "Begäran är inte avgränsad. Uppgifterna görs inte tillgängliga i större"
        " omfattning än vad åtgärden kräver."
    )
}
REST = "Felet gäller en del av objektet, och åtgärden kräver inte åtkomst till resten."
TOO_WIDE = (
    "Begäran är inte avgränsad, mängden uppgifter är stor och det har inte visats att"
    " åtgärden kräver åtkomst."
)


End = Callable[[Case], None]


def build() -> Iterator[None]:
    """Everything that has happened in Exempelstad and what waits now, a case a turn."""
    dice = random.Random(7)  # noqa: S311 — the same city each time
    ends = _ends()
    dice.shuffle(ends)
    now = timezone.localtime(clock.now())
    for number, end in enumerate(ends):
        days = 150 * (len(ends) - number) / len(ends) + 1
        began = (now - timedelta(days=days)).replace(
            hour=dice.randint(7, 20), minute=dice.randint(0, 59)
        )
        end(_case(dice, began, f"EXSR{400100 + number * 37}"))
        yield
    yield from worked_examples()
    yield from fresh(dice)


def count() -> int:
    """How many turns `build` takes."""
    return len(_ends()) + COUNT + len(_makers())


def top_up() -> Iterator[None]:
    """Fresh work, when what there was has run its time."""
    if AccessRequest.objects.filter(status="in_review").count() < 5:
        yield from fresh(random.Random(clock.now().timestamp()))  # noqa: S311 — demo data


def fresh(dice: random.Random) -> Iterator[None]:
    """What waits now, in every state a case can wait in."""
    last = AccessRequest.objects.aggregate(last=Max("pk"))["last"] or 0
    hours = [1.2, 3.1, 4.6, 11.0, 7.0, 9.5, 5.0, 2.0, 6.3, 8.0]
    for number, (make, ago) in enumerate(zip(_makers(), hours, strict=True)):
        make(
            dice,
            clock.now() - timedelta(hours=ago),
            f"EXSR{418000 + last * 11 + number}",
        )
        yield


def _ends() -> list[End]:
    counts: dict[End, int] = {_closed_grant: 22, _closed_refusal: 11, _lapsed: 4}
    rare: list[End] = [_partly, _reserved, _dismissed, _struck_off, _merged, _rerouted]
    return [end for end, times in counts.items() for _time in range(times)] + rare * 2


def _makers() -> list[Callable[[random.Random, datetime, str], None]]:
    return [
        _to_register,
        _to_assign,
        _to_assess,
        _to_propose,
        _to_decide,
        _to_answer,
        _access_runs,
        _unknown_object,
        _several_boards,
        _changed_after_decision,
    ]


def _case(dice: random.Random, began: datetime, number: str, **terms: Any) -> Case:
    kind, letter, count, _code, _set_name, system = dice.choice(OBJECTS)
    first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
    designation = f"{letter}-{dice.randrange(first, first + count):02d}"
    country, entity = dice.choice(INSIDE + OUTSIDE)
    fields: dict[str, Any] = {
        "service": system,
        "justification": dice.choice(PURPOSES[kind]),
        "duration_minutes": dice.choice([60, 120, 240]),
        "engineer_country": country,
        "employer_entity": entity,
        "support_request": f"SR {dice.randint(100000, 999999)}",
        **terms,
    }
    return Case(began, number, [designation], **fields)


def _assessed(case: Case, **assess: Any) -> Case:
    case.later(12).register("Påhittat ärende").later(9).assign()
    return case.later(25).assess(**assess)


def _grant(case: Case, minutes: int = 60, **more: Any) -> Case:
    return case.later(15).propose(
        "granted",
        _shorter(case),
        granted_minutes=minutes,
        granted_scope="Endast den åtgärd som anges i begäran",
        **more,
    )


def _shorter(case: Case) -> dict[str, str]:
    """Why for less time than was asked for."""
    asked = span(case.request.duration_minutes or 0)
    why = "Den tid som anges i beslutet räcker för åtgärden."
    return {f"[Ange varför åtkomst inte medges i {asked}.]": why}


def _refuse(case: Case) -> Case:
    return _too_wide(_assessed, case).later(15).propose("refused", NOT_SECRET)


def _too_wide(assess: Callable[..., Case], *case: Case) -> Case:
    return assess(
        *case,
        usual=strictly,
        suitable="unsuitable",
        because={"N7.10-2a.suitable": TOO_WIDE},
    )


def _closed_grant(case: Case) -> None:
    _grant(_assessed(case)).later(20).decide().later(6).answer()
    case.later(70).sweep().later(180).close()


def _closed_refusal(case: Case) -> None:
    _refuse(case).later(20)
    case.decide().later(8).answer().later(100).close()


def _lapsed(case: Case) -> None:
    case.later(40).register().later(4 * 24 * 60).sweep().later(60).strike_off()
    with clock.at(case.later(20).now):
        review.close(case.review, by=people.lena)


def _partly(case: Case) -> None:
    _assessed(case).later(15).propose(
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
    _assessed(
        case,
        usual=unless_reserved,
        ground="none",
        ground_motivation="Uppgifterna behövs endast för åtgärden.",
    ).later(15).propose(
        "granted_with_reservation",
        _shorter(case),
        granted_minutes=60,
        reservations=[
            ReservationTerm(
                bound, "Teknikern får inte föra uppgifterna vidare eller utnyttja dem."
            )
        ],
    ).later(20).decide().later(4).serve(bound)
    case.later(2).answer()
    case.later(70).sweep().later(120).close()


def _dismissed(case: Case) -> None:
    _assessed(
        case, genuine="no", ground="none", ground_motivation="Prövas inte."
    ).later(10).propose("dismissed").later(15).decide().later(5).answer().later(
        30
    ).close()


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
    _closed_refusal(case)
    with clock.at(double.now):
        merging.merge(
            double.request, by=people.lena, into=case.request, reason="Samma begäran"
        )


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
    _too_wide(case.later(20).assess).later(20).propose("refused", NOT_SECRET).later(
        30
    ).decide()
    case.later(9).answer().later(30).close()


# -- What waits now ------------------------------------------------------------------


def _to_register(dice: random.Random, began: datetime, number: str) -> None:
    _case(dice, began, number)


def _to_assign(dice: random.Random, began: datetime, number: str) -> None:
    _case(dice, began, number).later(12).register()


def _to_assess(dice: random.Random, began: datetime, number: str) -> None:
    _case(dice, began, number).later(12).register().later(8).assign()


def _to_propose(dice: random.Random, began: datetime, number: str) -> None:
    _assessed(_case(dice, began, number))


def _to_decide(dice: random.Random, began: datetime, number: str) -> None:
    _grant(_assessed(_case(dice, began, number)))


def _to_answer(dice: random.Random, began: datetime, number: str) -> None:
    _grant(_assessed(_case(dice, began, number))).later(20).decide()


def _access_runs(dice: random.Random, began: datetime, number: str) -> None:
    case = _case(dice, began, number, duration_minutes=240)
    _grant(_assessed(case), minutes=240)
    case.later(20).decide()
    case.now = clock.now() - timedelta(minutes=35)
    case.answer()


def _unknown_object(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["okand-lada@exempelstad.example"],
        service="Exchange",
        justification="Felsöka e-postlåda som inte tar emot möten",
        duration_minutes=120,
        engineer_country="IE",
    )


def _several_boards(dice: random.Random, began: datetime, number: str) -> None:
    Case(
        began,
        number,
        ["F-01", "S-18", "K-01"],
        service="SharePoint",
        justification="Rätta sökindex som är gemensamt för tre webbplatser",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Exempeldrift Underleverantör Ltd (påhittat)",
    )


def _changed_after_decision(dice: random.Random, began: datetime, number: str) -> None:
    case = _grant(_assessed(_case(dice, began, number))).later(20).decide()
    case.later(10).receive(duration_minutes=180)
