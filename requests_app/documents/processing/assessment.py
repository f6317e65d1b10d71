"""A template of the data protection impact assessment, article 35."""

from requests_app.documents.processing.record import SECURITY
from requests_app.documents.processing.sheet import UNFILLED, Facts, Section

RISKS = (
    Section(
        "Beskrivning av behandlingen (artikel 35.7 a)",
        ("Ändamål, kategorier och mottagare står i registerförteckningen.",),
    ),
    Section(
        "Nödvändighet och proportionalitet (artikel 35.7 b)",
        (
            "Utan en prövning av varje begäran lämnas uppgifter ut utan stöd i"
            " offentlighets- och sekretesslagen. Det som prövas är vad leverantören"
            " begär, inte innehållet i objekten: det hämtas inte hit.",
        ),
    ),
    Section(
        "Risk 1: anställda övervakas (artikel 35.7 c)",
        (
            "Allt som öppnas och söks leder till en rad i loggen. Det behövs för"
            " att obehörig läsning ska upptäckas (artikel 32), men kan upplevas"
            " som övervakning och användas till annat.",
        ),
        points=(
            "Granskaren anger ett ändamål innan läsvanor visas, och får först antal"
            " utan namn.",
            "Gränserna sätts av två personer, syns för alla och gäller högst 90"
            " dagar tillbaka.",
            "Var och en ser sin egen logg, och vem som har sett den.",
        ),
    ),
    Section(
        "Risk 2: uppgifter samlas (artikel 35.7 c)",
        (
            "Registren visar var känsliga uppgifter finns, vem som prövar och när."
            " Samlade är de mer känsliga än var för sig.",
        ),
        points=(
            "Ett ärende läses av den som handlägger det; namngivna listor skyddar"
            " enskilda informationsmängder.",
            "Uttag ur registren står i loggen.",
            "Vad som aldrig får föras in står i klassningen.",
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
            "Sökning för att få fram ett urval av personer grundat på känsliga"
            " personuppgifter är förbjuden (3 kap. 3 § andra stycket lagen"
            " (2018:218)). Varje sökning står i loggen.",
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


def sections(facts: Facts) -> list[Section]:
    return [
        Section(
            "Varför en konsekvensbedömning",
            (
                "Artikel 35 i dataskyddsförordningen kräver en bedömning innan en"
                " behandling börjar som sannolikt leder till hög risk. Det som talar"
                " för det här är att anställda följs i vad de läser, att uppgifter om"
                " många och känsliga förhållanden samlas på ett ställe, och att barn"
                " berörs.",
                f"Dataskyddsombudets råd ska inhämtas (artikel 35.2): {facts.officer}.",
            ),
        ),
        *RISKS,
    ]
