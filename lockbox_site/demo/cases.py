"""About sixty requests over the last months, three of them the worked examples."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from audit_app import clock
from lockbox_site.demo.acts import Case, people
from lockbox_site.demo.town import OBJECTS
from requests_app.models import AccessRequest, Authority
from requests_app.workflow import delivery, review, routing

PURPOSES = {
    "Exchange": [
        "Reparera ett skadat objekt som stoppar flytt av e-postlådan",
        "Felsöka regel som tappar inkommande e-post",
        "Kontrollera indexet för sökning i e-postlådan",
    ],
    "SharePoint": [
        "Återställa bibliotek som visar fel version av dokument",
        "Undersöka varför webbplatsens sökindex är tomt",
        "Rätta trasiga behörigheter efter flytt av webbplatsen",
    ],
    "Teams": ["Undersöka kanal där meddelanden inte visas"],
    "Azure": [
        "Felsöka virtuell maskin som startar om",
        "Läsa minnesdump efter systemfel",
    ],
}
ENTITIES = [
    ("IE", "Microsoft Ireland Operations Ltd"),
    ("NL", "Microsoft B.V. (påhittat)"),
    ("US", "Microsoft Corporation"),
    ("IN", "Underleverantör Exempel Ltd (påhittat)"),
]
REFUSED = (
    "Det står inte klart att uppgifterna kan röjas utan men. Begäran är inte avgränsad"
    " och åtkomsten skulle ske från tredje land. Det är olämpligt att lämna ut dem."
)
GRANTED = (
    "Sekretess gäller, men hindrar inte att uppgifterna lämnas till den som endast"
    " tekniskt bearbetar dem för nämndens räkning (10 kap. 2 a § OSL). Det är inte"
    " olämpligt med hänsyn till åtgärdens art, tid och personalens tystnadsplikt."
)


def build() -> None:
    """Everything that has happened in Exempelstad, and what waits now."""
    dice = random.Random(7)  # noqa: S311 — the same city each time
    ends = [_closed_grant] * 22 + [_closed_refusal] * 11 + [_lapsed] * 4
    ends += [_partly, _reserved, _dismissed, _struck_off, _merged, _rerouted] * 2
    dice.shuffle(ends)
    now = timezone.localtime(clock.now())
    for number, end in enumerate(ends):
        days = 150 * (len(ends) - number) / len(ends) + 1
        began = (now - timedelta(days=days)).replace(
            hour=dice.randint(7, 20), minute=dice.randint(0, 59)
        )
        end(_case(dice, began, f"EXSR{400100 + number * 37}"))
    worked_examples()
    fresh(dice)


def top_up() -> None:
    """Fresh work, when what there was has run its time."""
    if AccessRequest.objects.filter(status="in_review").count() < 5:
        fresh(random.Random(clock.now().timestamp()))  # noqa: S311 — demo data


def fresh(dice: random.Random) -> None:
    """What waits now, in every state a case can wait in."""
    last = AccessRequest.objects.aggregate(last=Max("pk"))["last"] or 0
    makers = [
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
    hours = [1.2, 3.1, 4.6, 11.0, 7.0, 9.5, 5.0, 2.0, 6.3, 8.0]
    for number, (make, ago) in enumerate(zip(makers, hours, strict=True)):
        make(
            dice,
            clock.now() - timedelta(hours=ago),
            f"EXSR{418000 + last * 11 + number}",
        )


def _case(dice: random.Random, began: datetime, number: str, **terms: Any) -> Case:
    kind, letter, count, _code, _held, system = dice.choice(OBJECTS)
    first = {"O": 13, "S": 18, "L": 7}.get(letter, 1)
    designation = f"{letter}-{dice.randrange(first, first + count):02d}"
    country, entity = dice.choice(ENTITIES)
    told: dict[str, Any] = {
        "service": system,
        "justification": dice.choice(PURPOSES[system]),
        "duration_minutes": dice.choice([60, 120, 240]),
        "engineer_country": country,
        "employer_entity": entity,
        "support_request": f"SR {dice.randint(100000, 999999)}",
        **terms,
    }
    return Case(began, number, [designation], **told)


def _assessed(case: Case, **assess: Any) -> Case:
    case.later(12).register("Påhittat ärende").later(9).assign()
    return case.later(25).assess(**assess)


def _grant(case: Case, minutes: int = 60, **more: Any) -> Case:
    return case.later(15).propose(
        "granted",
        GRANTED,
        "Uppgifterna lämnas med stöd av 10 kap. 2 a § OSL.",
        granted_minutes=minutes,
        granted_scope="Endast den åtgärd som anges i begäran",
        **more,
    )


def _refuse(case: Case) -> Case:
    return case.later(15).propose(
        "refused",
        REFUSED,
        "Sekretess och överföring till tredje land. Avgränsa omfattning och region.",
    )


def _closed_grant(case: Case) -> None:
    _grant(_assessed(case)).later(20).decide().later(6).answer()
    case.later(70).sweep().later(180).close()


def _closed_refusal(case: Case) -> None:
    _refuse(_assessed(case, ground="none", ground_motivation="Olämpligt.")).later(20)
    case.decide().later(8).answer().later(100).close()


def _lapsed(case: Case) -> None:
    case.later(40).register().later(4 * 24 * 60).sweep().later(60)
    with clock.at(case.now):
        review.close(case.review, by=people.lena)


def _partly(case: Case) -> None:
    _assessed(case).later(15).propose(
        "partially_granted",
        "Åtgärden kan medges för ett objekt men inte för hela samlingen.",
        "Inkom med en ny begäran som avser endast det skadade objektet.",
        granted_minutes=30,
        granted_scope="Ett objekt",
    ).later(20).decide().later(9).answer().later(60).close()


def _reserved(case: Case) -> None:
    _assessed(case).later(15).propose(
        "granted_with_reservation",
        "Risken för men undanröjs av förbehållet (10 kap. 14 § OSL).",
        "Uppgifterna lämnas med förbehåll.",
        granted_minutes=60,
        conditions="Teknikern får inte föra uppgifterna vidare eller utnyttja dem.",
    ).later(20).decide().later(6).answer()
    case.later(70).sweep().later(120).close()


def _dismissed(case: Case) -> None:
    _assessed(
        case, genuine="no", ground="none", ground_motivation="Prövas inte."
    ).later(10).propose(
        "dismissed",
        "Supportärendet finns inte hos oss. Misstänkt nätfiske, incident anmäld.",
        "Begäran avvisas: den kan inte knytas till något supportärende.",
    ).later(15).decide().later(5).answer().later(30).close()


def _struck_off(case: Case) -> None:
    case.later(12).register().later(9).assign().later(40)
    with clock.at(case.now):
        delivery.withdraw(
            case.request,
            by=case.lawyer,
            reason="Leverantören löste felet på annat sätt.",
        )
    case.later(30).decide().later(20).close()


def _merged(case: Case) -> None:
    double = Case(case.now + timedelta(minutes=5), f"{case.number}X", [], **case.terms)
    _closed_refusal(case)
    with clock.at(double.now):
        routing.merge(
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
    case.later(20).propose("refused", REFUSED, "Sekretess.").later(30).decide()
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
    case = _grant(_assessed(_case(dice, began, number)), minutes=240)
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
        ["G-01", "S-18", "K-01"],
        service="SharePoint",
        justification="Rätta sökindex som är gemensamt för tre webbplatser",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Underleverantör Exempel Ltd (påhittat)",
    )


def _changed_after_decision(dice: random.Random, began: datetime, number: str) -> None:
    case = _grant(_assessed(_case(dice, began, number))).later(20).decide()
    case.later(10).receive(duration_minutes=239)


# -- The worked examples of legal.md section 7 ----------------------------------------


def worked_examples() -> None:
    today = timezone.localtime(clock.now())
    yesterday = (today - timedelta(days=1)).replace(hour=8, minute=0)
    _school_mailbox(yesterday)
    _child_care_site(yesterday + timedelta(hours=2))
    _message_log(yesterday + timedelta(hours=3))


def _school_mailbox(began: datetime) -> None:
    case = Case(
        began,
        "EXSR418822",
        ["O-17"],
        service="Exchange",
        justification="Reparera ett skadat objekt som stoppar flytt av e-postlåda",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Microsoft Ireland Operations Ltd",
        support_request="SR 2026-1123-0417",
    )
    case.later(12).register("Kurators e-postlåda, ett skadat objekt").later(8).assign()
    case.later(21).assess(
        {
            "OSL-23-2-st1": (
                "applies",
                "E-postlådan innehåller uppgifter om elevers personliga förhållanden i"
                " psykosocial elevhälsa. Det står inte klart att de kan röjas utan men.",
            ),
            "OSL-21-1": ("does_not_apply", "Betydande men kan inte antas."),
            "OSL-21-7": (
                "does_not_apply",
                "Irland, inom EES: ingen överföring till tredje land.",
            ),
        }
    )
    case.later(30).propose(
        "granted",
        "E-postlådan innehåller uppgifter om elevers personliga förhållanden i"
        " psykosocial elevhälsa. För dem gäller sekretess enligt 23 kap. 2 § första"
        " stycket OSL om det inte står klart att uppgiften kan röjas utan att den enskilde"
        " eller någon närstående lider men. Det står inte klart, och uppgifterna är därför"
        " sekretessbelagda. Enligt 10 kap. 2 a § OSL hindrar sekretess inte att en uppgift"
        " lämnas till den som för myndighetens räkning har i uppdrag att endast tekniskt"
        " bearbeta eller lagra uppgiften, om det inte är olämpligt. Att reparera ett skadat"
        " objekt är teknisk bearbetning. Uppgifterna är känsliga, men åtkomsten gäller ett"
        " objekt hos en användare, är kortvarig och loggad, utförs inom EES av personal med"
        " straffsanktionerad tystnadsplikt enligt lagen (2020:914), och andra åtgärder har"
        " prövats utan framgång. Det är inte olämpligt att uppgifterna lämnas ut. Hinder"
        " enligt dataskyddsförordningen finns inte.",
        "Grundskolenämnden medger åtkomst till e-postlådan O-17 under högst två timmar för"
        " att reparera ett skadat objekt (SR 2026-1123-0417).",
        granted_minutes=120,
        granted_scope="E-postlådan O-17, reparation av ett skadat objekt",
        conditions="Åtgärden utförs av namngiven tekniker inom EES. Innehåll får inte"
        " kopieras, exporteras eller läsas utöver vad reparationen oundvikligen kräver."
        " Skriftlig redogörelse lämnas inom fem arbetsdagar.",
    ).later(40).decide().later(5).answer().later(121).sweep()


def _child_care_site(began: datetime) -> None:
    case = Case(
        began,
        "EXSR418931",
        ["S-22"],
        service="SharePoint",
        justification="Undersöka sökindex för hela webbplatsen",
        duration_minutes=240,
        engineer_country="IN",
        employer_entity="Underleverantör Exempel Ltd (påhittat)",
        support_request="SR 2026-1123-0533",
    )
    case.later(15).register("Webbplats med barnavårdsakter").later(10).assign()
    case.later(30).assess(
        {
            "OSL-26-1": (
                "applies",
                "Uppgifter om enskildas personliga förhållanden inom socialtjänsten. Det"
                " står inte klart att de kan röjas utan men.",
            ),
            "OSL-21-3-st1": ("applies", "Skyddade personuppgifter kan förekomma."),
            "OSL-21-3a": ("applies", "Skyddad folkbokföring kan förekomma i akterna."),
            "OSL-26-5": ("applies", "Anmälningar från enskilda förekommer."),
        },
        ground="none",
        ground_motivation="10 kap. 2 a §: olämpligt. 10 kap. 2 §: inte nödvändigt.",
    )
    case.later(25).propose(
        "refused",
        "Webbplatsen innehåller uppgifter om enskildas personliga förhållanden inom"
        " socialtjänsten (26 kap. 1 § OSL) och kan innehålla uppgifter om personer med"
        " skyddade personuppgifter (21 kap. 3 och 3 a §§ OSL). Det står inte klart att"
        " uppgifterna kan röjas utan men. Begäran gäller en hel webbplats utan avgränsning"
        " och anger inte vilken åtgärd som ska vidtas. Uppgifterna är mycket känsliga,"
        " mängden är stor och åtkomsten skulle ske från tredje land genom underleverantör."
        " Nämnden har inte underlag för att överföringen uppfyller kapitel V i"
        " dataskyddsförordningen. Det finns alternativ: omindexering med egna behörigheter,"
        " felsökning i testmiljö eller visning under uppsikt. Det är mot denna bakgrund"
        " olämpligt att lämna ut uppgifterna (10 kap. 2 a § OSL). Utlämnandet är inte heller"
        " nödvändigt för nämndens verksamhet (10 kap. 2 § OSL). Risken kan inte undanröjas"
        " med förbehåll (10 kap. 14 § OSL).",
        "Begäran avslås: sekretess enligt 26 kap. 1 § OSL och åtkomst från tredje land."
        " Avgränsa omfattning och region. En ny, avgränsad begäran kan prövas.",
    ).later(30).decide().later(6).answer()


def _message_log(began: datetime) -> None:
    case = Case(
        began,
        "EXSR419002",
        ["L-09"],
        service="Exchange",
        justification="Logg för meddelandespårning, ärenderader borttagna före export",
        duration_minutes=60,
        engineer_country="US",
        employer_entity="Microsoft Corporation",
        support_request="SR 2026-1123-0601",
    )
    case.later(10).register("Loggutdrag utan ärenderader").later(6).assign()
    case.later(15).assess(
        {
            "OSL-18-8": (
                "does_not_apply",
                "Loggen visar ingen säkerhetsåtgärd; det kan inte antas att syftet"
                " motverkas.",
            ),
            "OSL-21-7": (
                "does_not_apply",
                "Överföringen stöds på kommissionens beslut (EU) 2023/1795.",
            ),
            "OSL-21-3-st1": ("does_not_apply", "Inget tyder på hot eller våld."),
            "OSL-39-3-st3": (
                "does_not_apply",
                "Endast e-postadresser i tjänsten, inga privata kontaktuppgifter.",
            ),
        },
        ground="none",
        ground_motivation="Behövs inte: sekretess gäller inte.",
    )
    case.later(12).propose(
        "granted",
        "Utdraget innehåller tekniska uppgifter och e-postadresser i tjänsten. Det kan inte"
        " antas att syftet med någon säkerhetsåtgärd motverkas (18 kap. 8 § OSL) eller att"
        " någon utsätts för hot eller våld (21 kap. 3 § OSL). Det kan inte heller antas att"
        " uppgifterna behandlas i strid med dataskyddsförordningen (21 kap. 7 § OSL);"
        " överföringen stöds på kommissionens beslut (EU) 2023/1795. Sekretess gäller inte.",
        "Loggutdraget L-09, utan ärenderader, lämnas.",
        granted_minutes=60,
        granted_scope="Loggutdraget L-09 utan ärenderader",
    ).later(15).decide().later(4).answer().later(61).sweep().later(60).close()
