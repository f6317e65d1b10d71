"""An annex for whoever runs the system for the authority, article 28."""

from requests_app.documents.processing.record import SECURITY
from requests_app.documents.processing.sheet import Facts, Section


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
            "Föremål, varaktighet, art och ändamål (artikel 28.3)",
            (
                "Biträdet driver Lockbox: lagring, säkerhetskopiering, övervakning och"
                " uppgradering, så länge avtalet gäller. Kategorier av registrerade och"
                " personuppgifter står i registerförteckningen.",
            ),
        ),
        Section(
            "Instruktion (artikel 28.3 a–h)",
            points=(
                "a. Uppgifter behandlas bara på dokumenterade instruktioner, också i"
                " fråga om överföring till tredjeland.",
                "b. Den som har tillgång till uppgifterna har tystnadsplikt; se lagen"
                " (2020:914) om tystnadsplikt vid utkontraktering av teknisk"
                " bearbetning eller lagring av uppgifter.",
                "c. Åtgärderna enligt artikel 32 vidtas. De står nedan.",
                "d. Inget annat biträde anlitas utan skriftligt tillstånd (artikel 28.2"
                " och 28.4).",
                "e. Biträdet hjälper till när en registrerad utövar sina rättigheter.",
                "f. Biträdet hjälper till med artiklarna 32–36, och anmäler en"
                " personuppgiftsincident utan onödigt dröjsmål (artikel 33.2).",
                "g. När avtalet upphör återlämnas eller raderas alla uppgifter, också"
                " säkerhetskopior.",
                "h. Biträdet visar att detta följs, och medverkar till granskning.",
            ),
        ),
        Section("Säkerhetsåtgärder", points=SECURITY),
        Section(
            "Sekretess",
            (
                "Att biträdet får uppgifterna är ett utlämnande som prövas enligt"
                " offentlighets- och sekretesslagen, i regel 10 kap. 2 a §. Om"
                " uppgifterna efter ett utlämnande skulle behandlas i strid med"
                " dataskyddsförordningen gäller sekretess enligt 21 kap. 7 §."
                " Uppgifter om säkerhetsåtgärder kan omfattas av sekretess enligt 18"
                " kap. 8 §.",
            ),
        ),
    ]
