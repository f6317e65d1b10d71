"""The documents of privacy: data subject extract, processing, assessment,
classification, declared, processor, record, schedule, staff and transfers."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import unified_diff
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.text import capfirst

from audit_app import acting
from requests_app.cases.review.papers.afterwards import Paper, pdf_of_paper
from requests_app.cases.review.papers.document import UNFILLED, Facts, Section
from requests_app.disclosure.models import DataSubjectRequest
from requests_app.privacy.models import ProcessingPaper

# What a data subject is given, as a file to send: what was tested and no more. In
# Swedish, as other papers are.

TITLE = "Utdrag enligt artikel 15 i dataskyddsförordningen"
JSON, PDF = "json", "pdf"
MEDIA_TYPES = {JSON: "application/json", PDF: "application/pdf"}


def gives_extract(row: DataSubjectRequest) -> bool:
    """Is it an answered request for access, by which something is given?"""
    given = (DataSubjectRequest.Status.GRANTED, DataSubjectRequest.Status.PARTLY)
    return row.kind == DataSubjectRequest.Kind.ACCESS and row.status in given


def extract_of(row: DataSubjectRequest, kind: str) -> bytes:
    """The extract as a file, JSON or PDF/A. Raises NotDrawn without a PDF renderer."""
    return _as_pdf(row) if kind == PDF else _as_json(row)


def _parts(row: DataSubjectRequest) -> list[dict[str, str]]:
    """By case, what is given of it; where all of it is kept back, not even which."""
    rows = row.disclosures.exclude(given=None)
    return [
        {
            "case": str(one.review) if one.review else "",
            "given": one.given.text,
        }
        for one in rows.select_related("review__authority", "given")
        if one.given
    ]


def _as_json(row: DataSubjectRequest) -> bytes:
    body: dict[str, Any] = {
        "authority": row.authority.name,
        "regulation": "(EU) 2016/679",
        "article": row.article,
        "received": timezone.localdate(row.received_at).isoformat(),
        "answered": _answered(row),
        "parts": _parts(row),
    }
    return json.dumps(body, ensure_ascii=False, indent=2).encode() + b"\n"


@translation.override("sv")
def _as_pdf(row: DataSubjectRequest) -> bytes:
    at: Any = row.settled_at
    paper = Paper(
        TITLE,
        row.authority.name,
        row.authority,
        f"Begäran som kom in {timezone.localdate(row.received_at)}",
        timezone.localdate(at),
    )
    sections = [
        Section(
            f"Ur ärende {one['case']}" if one["case"] else "Utanför ärenden",
            one["given"].splitlines(),
        )
        for one in _parts(row)
    ]
    return pdf_of_paper(paper, sections, at, "lockbox/document/extract.html")


def _answered(row: DataSubjectRequest) -> str:
    return timezone.localdate(row.settled_at).isoformat() if row.settled_at else ""


# What the models themselves say: where there are personal data, and how long rows are
# kept. A column or a period that is changed changes the papers that tell of it.

# Tables that no page names.
UNNAMED = {
    "ChannelNotice": "Avisering till en kanal",
    "Draft": "Utkast till ett formulär",
    "FoldedLine": "Rad som räknas för en timme",
    "FormInUse": "Öppet formulär",
    "LadderNotice": "Avisering enligt en stege",
    "RefusalCount": "Räknade vägranden",
    "RefusedAddress": "Adress som e-post inte skickas till",
    "ReplayBatch": "Del av en provkörning",
    "ReplayedCase": "Ärende i en provkörning",
    "SecondFactor": "Andra faktor vid inloggning",
    "SentNotice": "Skickad avisering",
    "SignInBrake": "Paus efter inloggningsförsök",
}
OURS = ("requests_app", "audit_app", "lockbox_site")


FIRST_DECIDED = "gallras först efter beslut"


class StoredTable(NamedTuple):
    """A table: what it is called, its columns with personal data, and how long a row is
    kept: how long, from what and on which basis."""

    name: str
    columns: list[str]
    how_long: str
    after: str
    basis: str

    @property
    def duration(self) -> str:
        is_decided = self.how_long != FIRST_DECIDED
        return f"{self.how_long} efter: {self.after}" if is_decided else self.how_long


def tables() -> list[StoredTable]:
    """In the language that is active."""
    return sorted(_table(model) for model in _models())


def _models() -> Iterator[Any]:
    """A history has the columns of its model, and goes with it."""
    for model in apps.get_models():
        is_ours = model._meta.app_label in OURS
        if is_ours and not hasattr(model, "instance_type"):
            yield model


def _table(model: Any) -> StoredTable:
    rule = model.retention
    columns = [
        capfirst(str(field.verbose_name))
        for field in model._meta.concrete_fields
        if is_personal(field)
    ]
    name = UNNAMED.get(model.__name__) or capfirst(str(model._meta.verbose_name))
    return StoredTable(
        name, columns, _days(rule.days), str(rule.after), str(rule.basis)
    )


def _days(days: int | None) -> str:
    if days is None:
        return FIRST_DECIDED
    return "1 dag" if days == 1 else f"{days} dagar"


def is_personal(field: Any) -> bool:
    """Does it point at a person, or hold what somebody writes? A text that no page
    names is a key or a code."""
    if field.related_model is not None:
        label = field.related_model._meta.label
        return label in (settings.AUTH_USER_MODEL, "requests_app.Content")
    is_text = isinstance(field, models.CharField | models.TextField)
    is_text &= field._verbose_name is not None
    return is_text and not field.choices and field.editable


# The record of processing activities, article 30.1 a–g of the GDPR.

SECURITY = (
    "Varje ändring, läsning, nekad åtkomst och inloggning antecknas i en logg som bara"
    " kan växa. Om loggen ändras i efterhand upptäcks det.",
    "Behörighet ges av två personer, gäller en viss tid och prövas mot förvaltning och"
    " ärende. Den som beslutar är en annan än den som utreder.",
    "Inloggning sker med två faktorer. Den som undertecknar ett beslut visar på nytt"
    " vem hen är.",
    "Diskar och säkerhetskopior krypteras, och hemligheter i databasen är krypterade"
    " med en egen nyckel.",
    "Personnummer maskeras i det som loggen säger att någon har sökt efter.",
)

WHY_AND_WHOSE = (
    Section(
        "b. Ändamål",
        (
            "Att pröva om en molnleverantör får ges tillfällig åtkomst till"
            " myndighetens uppgifter, att besluta, att följa åtkomsten medan den"
            " varar och att i efterhand kunna visa vad som har gjorts.",
            "Rättslig grund är artikel 6.1 e i dataskyddsförordningen, (EU)"
            " 2016/679: behandlingen är nödvändig för att utföra en uppgift av allmänt"
            " intresse eller som ett led i myndighetsutövning, enligt offentlighets-"
            " och sekretesslagen (2009:400) och 2 kap. 2 § lagen (2018:218) med"
            " kompletterande bestämmelser till EU:s dataskyddsförordning. Känsliga"
            " personuppgifter behandlas med stöd av artikel 9.2 g och 3 kap. 3 § första"
            " stycket samma lag.",
        ),
    ),
    Section(
        "c. Kategorier av registrerade och av personuppgifter",
        points=(
            "Anställda och uppdragstagare hos myndigheten: namn, titel,"
            " e-postadress, roller, frånvaro, jäv och vad de har gjort och läst.",
            "Anställda hos leverantörer: namn eller beteckning, arbetsgivare och"
            " land, när en begäran anger det.",
            "Den vars brevlåda eller annat objekt en begäran gäller: adress och namn.",
            "Personer som nämns i en begäran, i skälen till ett beslut och i bilagor,"
            " också barn och personer med skyddade personuppgifter.",
            "Den som överklagar eller begär ut ett beslut: namn och kontaktuppgifter.",
        ),
    ),
)
WHERE_AND_HOW_LONG = (
    Section(
        "e. Överföring till tredjeland",
        (
            "Systemet för inte självt över uppgifter till tredjeland, om inte"
            " aviseringar till telefoner är påslagna. Vad aviseringarna och ett svar"
            " till en leverantör innebär står i bilagan om överföring till"
            " tredjeland.",
        ),
    ),
    Section(
        "f. Tidsfrister för radering",
        ("Fristen för varje register står i gallringsplanen och i tabellen nedan.",),
    ),
    Section("g. Säkerhetsåtgärder enligt artikel 32.1", points=SECURITY),
)


def record_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "a. Personuppgiftsansvarig och dataskyddsombud",
            columns=("Uppgift", "Innehåll"),
            rows=(
                ("Personuppgiftsansvarig", facts.authority),
                ("Kontaktuppgifter", facts.contact),
                ("Dataskyddsombud", facts.officer),
            ),
        ),
        *WHY_AND_WHOSE,
        Section(
            "d. Kategorier av mottagare",
            points=(
                "Molnleverantören som har begärt åtkomst: svaret, tiden och villkoren.",
                "Part, domstol och tillsynsmyndighet.",
                "Var och en som begär en allmän handling, efter sekretessprövning.",
                f"Den som driver systemet åt myndigheten: {facts.processor}.",
            ),
        ),
        *WHERE_AND_HOW_LONG,
        _registers(),
    ]


def _registers() -> Section:
    return Section(
        "Register med personuppgifter",
        (
            "Tabellen är hämtad ur systemets egen beskrivning av sina register. De"
            " flesta register har en historik med samma uppgifter.",
        ),
        columns=("Register", "Uppgifter om personer, eller fri text", "Gallras"),
        rows=[
            (row.name, ", ".join(row.columns), row.duration)
            for row in tables()
            if row.columns
        ],
    )


# A template of the data protection impact assessment, article 35.

RISKS = (
    Section(
        "Beskrivning av behandlingen (artikel 35.7 a)",
        ("Ändamål, kategorier och mottagare står i registerförteckningen.",),
    ),
    Section(
        "Behov och proportionalitet (artikel 35.7 b)",
        (
            "Utan en prövning av varje begäran kan uppgifter lämnas ut utan stöd i"
            " offentlighets- och sekretesslagen. Prövningen gäller vad leverantören"
            " begär. Innehållet i objekten hämtas inte till systemet.",
        ),
    ),
    Section(
        "Risk 1: anställda övervakas (artikel 35.7 c)",
        (
            "Varje sida som öppnas och varje sökning antecknas i loggen. Det behövs"
            " för att obehörig läsning ska upptäckas (artikel 32), men kan upplevas"
            " som övervakning, och loggen kan komma att användas till annat.",
        ),
        points=(
            "Granskaren anger ett ändamål innan uppgifter om läsning visas, och får"
            " först antal utan namn.",
            "Gränserna för vad som är ovanlig läsning sätts av två personer, syns för"
            " alla och gäller högst 90 dagar tillbaka.",
            "Var och en ser vad loggen säger om en själv, och vem som har sett det.",
        ),
    ),
    Section(
        "Risk 2: uppgifter samlas på ett ställe (artikel 35.7 c)",
        (
            "Registren visar var känsliga uppgifter finns, vem som prövar en begäran"
            " och när. Samlade är de mer känsliga än var för sig.",
        ),
        points=(
            "Ett ärende läses av den som handlägger det; namngivna listor skyddar"
            " enskilda informationsmängder.",
            "Varje uttag ur registren antecknas i loggen.",
            "Vad som aldrig får föras in står i klassningen av Lockbox.",
        ),
    ),
    Section(
        "Risk 3: barn och andra utsatta (artikel 35.7 c)",
        (
            "Ärenden i skola och socialtjänst rör barn, som förtjänar särskilt"
            " skydd (skäl 38), och personer med skyddade personuppgifter.",
        ),
        points=(
            "En offentlig ärendemening skiljs från den skyddade.",
            "En anställd med skyddade personuppgifter har ett alias överallt.",
            "Vid behandling enbart med stöd av 3 kap. 3 § första stycket lagen"
            " (2018:218) med kompletterande bestämmelser till EU:s"
            " dataskyddsförordning är det förbjudet att söka i syfte att få fram ett"
            " urval av personer grundat på känsliga personuppgifter (andra stycket)."
            " Varje sökning antecknas i loggen.",
        ),
    ),
    Section("Åtgärder (artikel 35.7 d)", points=SECURITY),
    Section(
        "Myndighetens egen bedömning",
        columns=("Fråga", "Svar"),
        rows=(
            ("Kvarstående risk", UNFILLED),
            ("De registrerades synpunkter (artikel 35.9)", UNFILLED),
            ("Behövs förhandssamråd (artikel 36)?", UNFILLED),
            ("När bedömningen ses över (artikel 35.11)", UNFILLED),
        ),
    ),
)


def assessment_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Varför en konsekvensbedömning",
            (
                "Artikel 35 i dataskyddsförordningen kräver en bedömning innan en"
                " behandling påbörjas, om den sannolikt leder till en hög risk för"
                " fysiska personers rättigheter och friheter. Här talar för en sådan"
                " risk att det antecknas vad anställda läser, att uppgifter om många"
                " och känsliga förhållanden samlas på ett ställe och att barn berörs.",
                "Den personuppgiftsansvarige ska rådfråga dataskyddsombudet (artikel"
                f" 35.2): {facts.officer}.",
            ),
        ),
        *RISKS,
    ]


# How the system itself is classified, and what must never be entered.

NEVER_ENTERED = (
    Section(
        "Sekretess för uppgifterna om systemet",
        (
            "Sekretess gäller för uppgift som lämnar eller kan bidra till upplysning"
            " om en säkerhetsåtgärd som avser system för automatiserad behandling av"
            " information eller behörighet att få tillgång till upptagning för"
            " automatiserad behandling, om det kan antas att syftet med åtgärden"
            " motverkas om uppgiften röjs (18 kap. 8 § 3 och 4 offentlighets- och"
            " sekretesslagen (2009:400)).",
        ),
    ),
    Section(
        "Vad som aldrig får föras in",
        points=(
            "Säkerhetsskyddsklassificerade uppgifter (1 kap. 2 § andra stycket"
            " säkerhetsskyddslagen (2018:585)). Kontakta i stället"
            " säkerhetsskyddschefen.",
            "Objekt eller informationsmängder med konfidentialitet K4. Det gäller"
            " också objektets adress.",
            "Innehållet i det som begäran gäller: brev, journaler, filer.",
            "Lösenord, nycklar och andra hemligheter.",
            "Varför någon har skyddade personuppgifter, eller var personen finns.",
        ),
    ),
    Section(
        "Registren sammantagna",
        (
            "Uppgifter kan tillsammans vara säkerhetsskyddsklassificerade, även om"
            " ingen av dem är det för sig. Säkerhetsskyddschefen bedömer det innan"
            " registren fylls i, och på nytt när de växer.",
        ),
    ),
)


def classification_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Klassning: K3 R3 T3",
            (f"Klassningen gäller systemet som helhet hos {facts.authority}.",),
            columns=("Aspekt", "Nivå", "Skäl"),
            rows=(
                (
                    "Konfidentialitet",
                    "K3",
                    "Registren visar var skyddade uppgifter finns, vem som prövar en"
                    " begäran och när någon är frånvarande. Skälen till ett beslut kan"
                    " innehålla uppgifter som omfattas av sekretess. Ett röjande kan"
                    " skada enskilda allvarligt.",
                ),
                (
                    "Riktighet",
                    "R3",
                    "Ett felaktigt beslut eller en felaktig behörighet kan ge åtkomst"
                    " till andras uppgifter, och loggen ska kunna användas som bevis.",
                ),
                (
                    "Tillgänglighet",
                    "T3",
                    "En begäran förfaller inom timmar. Om den inte kan prövas får"
                    " myndigheten ingen hjälp, eller så ges åtkomst utan prövning.",
                ),
            ),
        ),
        *NEVER_ENTERED,
    ]


# An annex for whoever runs the system for the authority, article 28.

INSTRUCTION = Section(
    "Instruktion (artikel 28.3 a–h)",
    points=(
        "a. Biträdet behandlar personuppgifter endast på dokumenterade"
        " instruktioner från den personuppgiftsansvarige, också i fråga om"
        " överföring till tredjeland.",
        "b. Den som har behörighet att behandla uppgifterna har åtagit sig att"
        " iaktta konfidentialitet eller omfattas av lagstadgad tystnadsplikt."
        " Om biträdet är ett företag eller en annan enskild som endast tekniskt"
        " bearbetar eller tekniskt lagrar uppgifterna gäller 4 § lagen"
        " (2020:914) om tystnadsplikt vid utkontraktering av teknisk"
        " bearbetning eller lagring av uppgifter. I det allmännas verksamhet"
        " gäller offentlighets- och sekretesslagen (2009:400).",
        "c. Biträdet vidtar de åtgärder som krävs enligt artikel 32. De anges nedan.",
        "d. Biträdet anlitar inte ett annat biträde utan särskilt eller allmänt"
        " skriftligt förhandstillstånd (artikel 28.2 och 28.4).",
        "e. Biträdet hjälper den personuppgiftsansvarige att svara när en"
        " registrerad begär att få utöva sina rättigheter (kapitel III).",
        "f. Biträdet bistår så att skyldigheterna enligt artiklarna 32–36"
        " fullgörs, och underrättar den personuppgiftsansvarige om en"
        " personuppgiftsincident utan onödigt dröjsmål (artikel 33.2).",
        "g. När tjänsten har avslutats raderar eller återlämnar biträdet alla"
        " personuppgifter, beroende på vad den personuppgiftsansvarige väljer,"
        " och raderar befintliga kopior om de inte måste lagras enligt lag.",
        "h. Biträdet ger tillgång till all information som krävs för att visa"
        " att skyldigheterna har fullgjorts, och möjliggör och bidrar till"
        " granskningar. Det informerar omedelbart den personuppgiftsansvarige"
        " om det anser att en instruktion strider mot förordningen.",
    ),
)


def processor_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Parter och avtal",
            columns=("Uppgift", "Innehåll"),
            rows=(
                ("Personuppgiftsansvarig", facts.authority),
                ("Personuppgiftsbiträde", facts.processor),
                ("Avtalets nummer", facts.contract),
                ("Kontakt", facts.contact),
            ),
        ),
        Section(
            "Föremål, varaktighet, art och ändamål (artikel 28.3 första stycket)",
            (
                "Biträdet driver Lockbox, med lagring, säkerhetskopiering, övervakning"
                " och uppgradering, så länge avtalet gäller. Ändamålen, typen av"
                " personuppgifter och kategorierna av registrerade står i"
                " registerförteckningen.",
            ),
        ),
        INSTRUCTION,
        Section("Säkerhetsåtgärder", points=SECURITY),
        Section(
            "Sekretess",
            (
                "Att lämna uppgifter till biträdet prövas enligt offentlighets- och"
                " sekretesslagen. Sekretess hindrar inte att en uppgift lämnas till den"
                " som har i uppdrag att endast tekniskt bearbeta eller tekniskt lagra"
                " den för myndighetens räkning, om det med hänsyn till omständigheterna"
                " inte är olämpligt (10 kap. 2 a §).",
                "Sekretess gäller för personuppgift, om det kan antas att uppgiften"
                " efter ett utlämnande kommer att behandlas i strid med"
                " dataskyddsförordningen (21 kap. 7 §). Uppgifter om säkerhetsåtgärder"
                " kan omfattas av sekretess enligt 18 kap. 8 §.",
            ),
        ),
    ]


# The schedule of retention.


def schedule_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Grund",
            (
                "Personuppgifter får inte förvaras i en form som möjliggör"
                " identifiering av den registrerade under en längre tid än vad som är"
                " nödvändigt för ändamålen (artikel 5.1 e i dataskyddsförordningen,"
                " (EU) 2016/679). Allmänna handlingar får gallras under de"
                " förutsättningar som anges i 10 § arkivlagen (1990:782). Systemet tar"
                " bort sådana först när ett gallringsbeslut har införts. Där det står"
                f" ”{FIRST_DECIDED}” tas inget bort dessförinnan.",
                f"Planen gäller {facts.authority}.",
            ),
        ),
        Section(
            "Vad, hur länge och varför",
            columns=("Register", "Hur länge", "Räknat från", "Grund"),
            rows=[(row.name, row.how_long, row.after, row.basis) for row in tables()],
        ),
        Section(
            "Loggen",
            (
                "En rad i loggen anger numret på den som har handlat, och inget namn."
                " Vad raden handlar om förvaras för sig och kan gallras på en persons"
                " förslag och en annans beslut. Raden står kvar, och loggen säger att"
                " innehållet har gallrats.",
            ),
        ),
    ]


# What those who work with the system are told, and the points of the MBL.

WHAT_AND_WHY = (
    Section(
        "Vilka uppgifter som behandlas om dig",
        points=(
            "Ditt namn eller alias, din titel, e-postadress, dina roller och när du"
            " är frånvarande.",
            "När du loggar in, vad du öppnar, söker efter, ändrar och tar ut, och"
            " vad du nekas åtkomst till.",
            "Vad du har skrivit i ett ärende, och beslut som du har fattat.",
        ),
    ),
    Section(
        "Ändamål och rättslig grund",
        (
            "Myndigheten ska kunna visa att beslut är riktigt fattade, och obehörig"
            " läsning ska upptäckas. Den rättsliga grunden är artikel 6.1 e i"
            " dataskyddsförordningen, (EU) 2016/679, och myndigheten är skyldig att"
            " skydda uppgifterna enligt artikel 32. Uppgifterna används inte för att"
            " mäta hur mycket eller hur fort någon arbetar.",
        ),
    ),
)
RIGHTS_AND_WORK = (
    Section(
        "Hur länge",
        (
            "Uppgifterna förvaras så länge som gallringsplanen anger. Loggens rader"
            " har ditt nummer och inte ditt namn.",
        ),
    ),
    Section(
        "Dina rättigheter",
        (
            "Du kan begära tillgång till dina uppgifter (artikel 15), rättelse"
            " (artikel 16), radering (artikel 17) och begränsning av behandlingen"
            " (artikel 18), och du kan invända mot behandlingen (artikel 21). Uppgifter"
            " i allmänna handlingar som ska bevaras raderas inte. Du kan lämna in ett"
            " klagomål till Integritetsskyddsmyndigheten (artikel 77). Inget beslut om"
            " dig grundas enbart på automatiserad behandling (artikel 22).",
        ),
    ),
    Section(
        "Medbestämmande och arbetsmiljö",
        (
            "Att anteckna vad anställda läser kan vara en viktigare förändring av"
            " arbetsförhållandena. Innan arbetsgivaren beslutar om en sådan ska den på"
            " eget initiativ förhandla med den arbetstagarorganisation som den är"
            " bunden av kollektivavtal med (11 § lagen (1976:580) om medbestämmande i"
            " arbetslivet). Arbetsgivaren ska också fortlöpande hålla organisationen"
            " underrättad om bland annat riktlinjerna för personalpolitiken (19 §).",
            "Riskerna i arbetsmiljön bedöms innan systemet börjar användas.",
        ),
        columns=("Punkt", "Hos oss"),
        rows=(
            ("Förhandlat enligt 11 §, med vilka och när", UNFILLED),
            ("Underrättat enligt 19 §, vilka och när", UNFILLED),
            ("Riskbedömning gjord, av vem och när", UNFILLED),
            ("Gränser för ovanlig läsning, och vem som ändrar dem", UNFILLED),
            ("Vem som får ta del av loggen, och för vilka ändamål", UNFILLED),
        ),
    ),
)


def staff_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Personuppgiftsansvarig och dataskyddsombud",
            (
                f"Personuppgiftsansvarig: {facts.authority}. Kontakt: {facts.contact}.",
                f"Dataskyddsombud: {facts.officer}.",
            ),
        ),
        *WHAT_AND_WHY,
        Section(
            "Vem som får ta del av uppgifterna",
            points=(
                "Du själv, på sidan Min logg. Där står också vem som har sett den.",
                "Granskare, efter att ha angett ett ändamål. Chefer ser ärenden och vem"
                " som handlägger dem, men inte vad du läser.",
                "Var och en som begär en allmän handling, efter sekretessprövning.",
                f"Den som driver systemet åt myndigheten: {facts.processor}.",
            ),
        ),
        *RIGHTS_AND_WORK,
    ]


# An annex on transfers to third countries, articles 44–49.


def transfers_sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Vad som lämnar systemet",
            columns=("Vart", "Vad", "Personuppgifter"),
            rows=(
                ("Molnleverantörens portal", "Svar, tid och villkor", "I regel inga"),
                (
                    "E-postserver",
                    "Att något väntar",
                    "Mottagarens adress",
                ),
                (
                    "Webbläsarens aviseringstjänst",
                    "Krypterat meddelande",
                    "Enhetens adress",
                ),
                ("Vittnen för loggen", "Kontrollsummor", "Inga"),
                ("Tidsstämplingstjänst", "Kontrollsummor", "Inga"),
                ("Biträde", "Alla uppgifter, när biträdet driver systemet", "Alla"),
            ),
        ),
        Section(
            "Varje begäran om åtkomst",
            (
                "Om en begäran bifalls kan personal i ett annat land få tillgång till"
                " uppgifter hos leverantören. Land och stöd för överföringen (artikel"
                " 45 eller 46, undantagsvis artikel 49) prövas i varje ärende och anges"
                " i beslutet. Om stöd saknas kan det antas att uppgifterna efter"
                " utlämnandet kommer att behandlas i strid med dataskyddsförordningen."
                " Då gäller sekretess för dem (21 kap. 7 § offentlighets- och"
                " sekretesslagen (2009:400)).",
            ),
        ),
        Section(
            "Överföringar genom biträde och aviseringar",
            (f"Biträde: {facts.processor}. Avtal: {facts.contract}.",),
            columns=("Fråga", "Svar"),
            rows=(
                (
                    "Land där biträdet lagrar eller kommer åt uppgifterna",
                    UNFILLED,
                ),
                ("Stöd enligt artikel 45 eller 46", UNFILLED),
                (
                    "Lämpliga skyddsåtgärder (artikel 46), och var de finns",
                    UNFILLED,
                ),
                (
                    "Tredjeland som antecknas i registerförteckningen (artikel 30.1 e)",
                    UNFILLED,
                ),
                ("Aviseringstjänster som är tillåtna", UNFILLED),
            ),
        ),
    ]


# The papers by kind: what each says now or said when it was signed, as a PDF, and its
# digest without what the authority fills in. What changes in the models or in a text
# changes the digest.

Kind = ProcessingPaper.Kind
PAPERS: dict[str, tuple[str, Callable[[Facts], list[Section]]]] = {
    Kind.RECORD: ("Registerförteckning enligt artikel 30", record_sections),
    Kind.ASSESSMENT: ("Konsekvensbedömning enligt artikel 35", assessment_sections),
    Kind.STAFF: ("Information till dig som arbetar med Lockbox", staff_sections),
    Kind.RETENTION: ("Gallringsplan", schedule_sections),
    Kind.PROCESSOR: ("Bilaga till biträdesavtal enligt artikel 28", processor_sections),
    Kind.TRANSFERS: ("Bilaga om överföring till tredjeland", transfers_sections),
    Kind.CLASSIFICATION: ("Klassning av Lockbox", classification_sections),
}
BLANK = Facts(*(f"[{name}]" for name in Facts._fields))
FACT = re.compile(rf"\[({'|'.join(Facts._fields)})\]")


def text_of(kind: str) -> str:
    """What the product itself says, as JSON: names stand for what the authority fills
    in."""
    with translation.override("sv"):
        return json.dumps(PAPERS[kind][1](BLANK), ensure_ascii=False)


@cache
def digest_of(kind: str) -> str:
    return hashlib.sha256(text_of(kind).encode()).hexdigest()


def digests() -> dict[str, str]:
    return {kind: digest_of(kind) for kind in PAPERS}


def say_today(paper: ProcessingPaper) -> None:
    """What is signed with the paper is what the product says now."""
    paper.drawn_on = acting.today()
    paper.wording, paper.digest = text_of(paper.kind), digest_of(paper.kind)


def is_of_today(paper: ProcessingPaper) -> bool:
    """Does the product say what it said when the paper was signed?"""
    return paper.digest == digest_of(paper.kind)


def sections_of(wording: str, paper: ProcessingPaper) -> list[Section]:
    """Of such a text, with what the authority has filled in."""
    facts = Facts(
        paper.authority.name,
        *(
            text or UNFILLED
            for text in (paper.contact, paper.officer, paper.processor, paper.contract)
        ),
    )._asdict()
    filled = FACT.sub(lambda match: json.dumps(facts[match[1]])[1:-1], wording)
    return [Section(*section) for section in json.loads(filled)]


class ChangedLine(NamedTuple):
    """`is_new`: the paper says it today; otherwise it was signed, and is gone."""

    is_new: bool
    text: str


def changed_lines(paper: ProcessingPaper) -> list[ChangedLine]:
    """What the paper says today and did not when it was signed, and the other way."""
    before, after = (
        [line for section in sections_of(wording, paper) for line in _lines(section)]
        for wording in (paper.wording, text_of(paper.kind))
    )
    _from, _to, *diff = list(unified_diff(before, after, n=0, lineterm="")) or [""] * 2
    return [ChangedLine(line[0] == "+", line[1:]) for line in diff if line[0] != "@"]


def _lines(section: Section) -> Iterator[str]:
    yield section.heading
    yield from section.paragraphs
    yield from section.points
    for row in (section.columns, *section.rows):
        if row:
            yield " · ".join(row)


def pdf_of_today(paper: ProcessingPaper, signed_by: list[Any]) -> bytes:
    """As it reads today: a draft, where that is not what was signed. Raises
    NotDrawn."""
    wording = text_of(paper.kind)
    if signed_by and is_of_today(paper):
        return _pdf(paper, wording, paper.drawn_on, signed_by)
    return _pdf(paper, wording, acting.today(), [])


def pdf_as_signed(paper: ProcessingPaper, signed_by: list[Any]) -> bytes:
    """As it read when it was signed, whatever the product says now. Raises NotDrawn."""
    return _pdf(paper, paper.wording, paper.drawn_on, signed_by)


@translation.override("sv")
def _pdf(
    paper: ProcessingPaper, wording: str, made_on: date, signed_by: list[Any]
) -> bytes:
    title, _says = PAPERS[paper.kind]
    name, number = paper.authority.name, paper.diary_number or UNFILLED
    return pdf_of_paper(
        Paper(title, name, paper.authority, name, made_on, number),
        sections_of(wording, paper),
        timezone.now(),
        "lockbox/document/processing.html",
        remarks=paper.remarks,
        signed_by=signed_by,
        signed_before=paper.drawn_on,
    )
