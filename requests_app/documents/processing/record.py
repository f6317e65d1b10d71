"""The record of processing activities, article 30.1 a–g of the GDPR."""

from requests_app.documents.processing.declared import tables
from requests_app.documents.processing.sheet import Facts, Section

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
            " 2016/679: behandlingen är nödvändig för en uppgift av allmänt intresse"
            " och som ett led i myndighetsutövning, enligt offentlighets- och"
            " sekretesslagen (2009:400). Känsliga personuppgifter behandlas med stöd"
            " av artikel 9.2 g och 3 kap. 3 § första stycket lagen (2018:218) med"
            " kompletterande bestämmelser till EU:s dataskyddsförordning.",
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


def sections(facts: Facts) -> list[Section]:
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
            (row.name, ", ".join(row.columns), f"{row.how_long} efter: {row.after}")
            for row in tables()
            if row.columns
        ],
    )
