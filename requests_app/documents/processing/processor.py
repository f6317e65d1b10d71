"""An annex for whoever runs the system for the authority, article 28."""

from requests_app.documents.processing.record import SECURITY
from requests_app.documents.processing.sheet import Facts, Section

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


def sections(facts: Facts) -> list[Section]:
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
