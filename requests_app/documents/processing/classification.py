"""How the system itself is classified, and what must never be entered."""

from requests_app.documents.processing.sheet import Facts, Section

NEVER_ENTERED = (
    Section(
        "Sekretess för uppgifterna om systemet",
        (
            "Uppgifter om säkerhetsåtgärder omfattas av sekretess om det kan antas"
            " att syftet med åtgärden annars motverkas (18 kap. 8 § offentlighets-"
            " och sekretesslagen).",
        ),
    ),
    Section(
        "Vad som aldrig får föras in",
        points=(
            "Säkerhetsskyddsklassificerade uppgifter (2 kap. 5 §"
            " säkerhetsskyddslagen (2018:585)). Ring i stället"
            " säkerhetsskyddschefen.",
            "Objekt eller informationsmängder med konfidentialitet K4, också adressen.",
            "Innehållet i det som begäran gäller: brev, journaler, filer.",
            "Lösenord, nycklar och andra hemligheter.",
            "Varför någon har skyddade personuppgifter, och var den personen finns.",
        ),
    ),
    Section(
        "Summan av registren",
        (
            "Många uppgifter tillsammans kan vara säkerhetsskyddsklassificerade"
            " fast ingen av dem är det. Säkerhetsskyddschefen bedömer det innan"
            " registren fylls, och på nytt när de växer.",
        ),
    ),
)


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Klassning: K3 R3 T3",
            (f"Klassningen gäller systemet som helhet hos {facts.authority}.",),
            columns=("Aspekt", "Nivå", "Skäl"),
            rows=(
                (
                    "Konfidentialitet",
                    "K3",
                    "Registren visar var skyddade uppgifter finns, vem som prövar och"
                    " när någon är borta. Skälen kan innehålla uppgifter som omfattas"
                    " av sekretess. Ett röjande kan skada enskilda allvarligt.",
                ),
                (
                    "Riktighet",
                    "R3",
                    "Ett beslut eller en behörighet som är fel öppnar andras uppgifter,"
                    " och loggen är bevis.",
                ),
                (
                    "Tillgänglighet",
                    "T3",
                    "En begäran förfaller på timmar. Kan den inte prövas får"
                    " myndigheten ingen hjälp, eller så öppnas åtkomst utan prövning.",
                ),
            ),
        ),
        *NEVER_ENTERED,
    ]
