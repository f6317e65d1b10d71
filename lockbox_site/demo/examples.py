"""The worked examples of how the law is applied: granted, refused, no secrecy; and
official documents, refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from audit_app import clock
from lockbox_site.demo.acts import Case
from requests_app.documents.drafting.from_review import condition
from requests_app.models import SecrecyReview

SENSITIVE = {
    "N7.10-2a.data": "Uppgifterna är känsliga.",
    "N10": "Två timmar räcker för åtgärden.",
}


COUNT = 4


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
    _official_documents(yesterday + timedelta(hours=4))
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
        support_case="SR 2026-1123-0417",
    )
    case.later(12).register("Kurators e-postlåda, ett skadat objekt").later(8).assign()
    case.later(21).assess(
        {
            "OSL-23-2-st1": (
                "applies",
                "E-postlådan innehåller uppgifter om elevers personliga förhållanden i"
                " psykosocial elevhälsa.",
            ),
            "OSL-21-1": ("does_not_apply", "Enstaka uppgifter om hälsa kan förekomma."),
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
        granted_minutes=120,
        granted_scope="E-postlådan O-17, reparation av ett skadat objekt",
        conditions=[
            condition(kind, 120, case.review.authority)
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
        support_case="SR 2026-1123-0533",
    )
    case.later(15).register("Webbplats med barnavårdsakter").later(10).assign()
    case.later(30).assess(
        {
            "OSL-26-1": (
                "applies",
                "Webbplatsen innehåller barnavårdsakter.",
            ),
            "OSL-21-3-st1": ("applies", "Skyddade personuppgifter kan förekomma."),
            "OSL-21-3a": ("applies", "Skyddad folkbokföring kan förekomma i akterna."),
        },
        suitable="unsuitable",
        because={
            "N7.10-2a.suitable": (
                "Begäran gäller en hel webbplats utan avgränsning och anger inte vilken"
                " åtgärd som ska vidtas. Uppgifterna är mycket känsliga, mängden är"
                " stor och åtkomsten skulle ske från tredje land genom en"
                " underleverantör."
            ),
            "N9.transfer": (
                "Standardavtalsklausuler med en bedömning av mottagarlandets rätt"
                " saknas."
            ),
            "N10": "Det kan ske genom omindexering med egna behörigheter, felsökning i"
            " testmiljö eller visning under uppsikt.",
        },
        answers={"N10": "exists"},
    )
    case.later(25).propose("refused").later(30).decide().later(6).answer()


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
        support_case="SR 2026-1123-0601",
    )
    case.later(10).register("Loggutdrag utan ärenderader").later(6).assign()
    case.later(15).assess(
        {
            "OSL-18-8": (
                "does_not_apply",
                "Loggen visar inte någon säkerhetsåtgärd.",
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
        granted_minutes=60,
        granted_scope="Loggutdraget L-09 utan ärenderader",
    ).later(15).decide().later(4).answer().later(61).sweep().later(60).close()


def _official_documents(began: datetime) -> None:
    case = Case(
        began,
        "EXSR419077",
        ["O-17"],
        service="Exchange",
        justification="Få ta del av brev till kuratorn under våren",
        duration_minutes=240,
        engineer_country="IE",
        employer_entity="Exempeldrift Irland Ltd (påhittat)",
        support_case="SR 2026-1123-0688",
    )
    case.later(10).register(
        "Begäran om brev i kurators e-postlåda",
        matter=SecrecyReview.Matter.DOCUMENTS,
    )
    case.later(6).assign().later(25).assess(
        {
            "OSL-23-2-st1": (
                "applies",
                "Breven rör elevers personliga förhållanden i psykosocial elevhälsa.",
            ),
        },
        ground="none",
        ground_motivation="Inget samtycke har lämnats och inget annat bryter sekretessen.",
        answers={"N0.tf": "yes"},
        because={"N0.tf": "Det är breven som begärs, inte åtkomst för en åtgärd."},
    )
    case.later(20).propose("refused").later(25).decide().later(4).answer()
