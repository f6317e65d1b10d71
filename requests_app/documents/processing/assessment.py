"""A template of the data protection impact assessment, article 35."""

from requests_app.documents.processing.record import SECURITY
from requests_app.documents.processing.sheet import UNFILLED, Facts, Section

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


def sections(facts: Facts) -> list[Section]:
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
