"""The worked examples of how the law is applied: granted, refused, no secrecy."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from audit_app import clock
from lockbox_site.demo.acts import Case
from requests_app.drafting.from_review import condition

SENSITIVE = {
    "N7.10-2a.data": "Uppgifterna är känsliga.",
    "N10": "Två timmar räcker för åtgärden.",
}


COUNT = 3


def worked_examples() -> Iterator[None]:
    """Makes one at each turn."""
    today = timezone.localtime(clock.now())
    yesterday = (today - timedelta(days=1)).replace(hour=8, minute=0)
    _school_mailbox(yesterday)
    yield
    _child_care_site(yesterday + timedelta(hours=2))
    yield
    _message_log(yesterday + timedelta(hours=3))
    yield


def _school_mailbox(began: datetime) -> None:
    case = Case(
        began,
        "EXSR418822",
        ["O-17"],
        service="Exchange",
        justification="Reparera ett skadat objekt som stoppar flytt av e-postlåda",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
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
        },
        because=SENSITIVE,
        answers={"N7.10-2a.data": "against", "N10": "condition"},
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
        " objekt hos en användare, är kortvarig och loggad, utförs inom EES under avtalad"
        " tystnadsplikt, och andra åtgärder har prövats utan framgång. Det är inte olämpligt att uppgifterna lämnas ut. Hinder"
        " enligt dataskyddsförordningen finns inte.",
        "Sekretess hindrar inte åtkomsten, eftersom uppgifterna lämnas endast för teknisk"
        " bearbetning eller lagring för myndighetens räkning (10 kap. 2 a § OSL). Den som"
        " deltar i leverantörens eller en underleverantörs verksamhet får enligt 4 § lagen"
        " (2020:914) om tystnadsplikt vid utkontraktering av teknisk bearbetning eller"
        " lagring av uppgifter inte obehörigen röja eller utnyttja uppgifterna.",
        granted_minutes=120,
        granted_scope="E-postlådan O-17, reparation av ett skadat objekt",
        conditions=[
            condition(kind, 120)
            for kind in ("duration", "named_engineer", "inside_eea", "no_copying")
            + ("account",)
        ],
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
        employer_entity="Exempeldrift Underleverantör Ltd (påhittat)",
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
        },
        ground="none",
        ground_motivation="10 kap. 2 a §: olämpligt. 10 kap. 2 §: inte nödvändigt.",
        because={
            "N10": "Omindexering med egna behörigheter, felsökning i testmiljö eller"
            " visning under uppsikt.",
        },
        answers={"N10": "exists"},
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
        " nödvändigt för nämndens verksamhet (10 kap. 2 § OSL).",
        "Sekretess enligt 26 kap. 1 § OSL hindrar att uppgifterna lämnas ut. Åtkomst från"
        " tredje land kan inte medges utan en grund enligt kapitel V i"
        " dataskyddsförordningen.\n\nEn ny begäran kan prövas, om den avgränsas till"
        " omfattning och till en region inom EES.",
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
        employer_entity="Exempeldrift Amerika Inc. (påhittat)",
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
        "Sekretess hindrar inte åtkomsten till loggutdraget utan ärenderader.",
        granted_minutes=60,
        granted_scope="Loggutdraget L-09 utan ärenderader",
    ).later(15).decide().later(4).answer().later(61).sweep().later(60).close()
