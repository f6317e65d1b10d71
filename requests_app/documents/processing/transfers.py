"""An annex on transfers to third countries, articles 44–49."""

from requests_app.documents.processing.sheet import UNFILLED, Facts, Section


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Vad som lämnar systemet",
            columns=("Vart", "Vad", "Personuppgifter"),
            rows=(
                ("Molnleverantörens portal", "Svar, tid, villkor", "I regel inga"),
                ("E-postserver", "Att något väntar", "Mottagarens adress"),
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
                " 45 eller 46, undantagsvis 49) prövas i varje ärende och står i"
                " beslutet. Saknas stöd gäller sekretess enligt 21 kap. 7 §"
                " offentlighets- och sekretesslagen, och begäran avslås.",
            ),
        ),
        Section(
            "Överföringar som myndigheten själv har valt",
            (f"Biträde: {facts.processor}. Avtal: {facts.contract}.",),
            columns=("Fråga", "Svar"),
            rows=(
                ("Land där biträdet lagrar eller ser uppgifterna", UNFILLED),
                ("Stöd enligt artikel 45 eller 46", UNFILLED),
                (
                    "Lämpliga skyddsåtgärder, och var de finns (artikel 30.1 e)",
                    UNFILLED,
                ),
                ("Aviseringstjänster som är tillåtna", UNFILLED),
            ),
        ),
    ]
