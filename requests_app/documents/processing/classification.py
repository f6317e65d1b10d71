"""How the system itself is classified, and what must never be entered."""

from requests_app.documents.processing.sheet import Facts, Section

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
