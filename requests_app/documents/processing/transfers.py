"""An annex on transfers to third countries, articles 44–49."""

from requests_app.documents.processing.sheet import UNFILLED, Facts, Section


def sections(facts: Facts) -> list[Section]:
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
