"""Words in an address, or in why access is asked for, by which something may be secret:
where nobody has said what an object holds. They propose what is to be tested; each may
be struck."""

# How a word begins, or what it is ($), and the provisions that it calls for.
WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("förskol|forskol", ("OSL-23-1",)),
    ("elevhäls|elevhals|kurator|skolpsyk", ("OSL-23-2-st1",)),
    ("elev|skol|klasslist|rektor", ("OSL-23-2-st1", "OSL-23-2-st3")),
    ("fritids", ("OSL-23-3-st1",)),
    ("komvux|vuxenutb|sfi$", ("OSL-23-5-st1", "OSL-23-5-st2")),
    ("social|soc$|bistånd|bistand|placering|lss|hemtjänst|hemtjanst", ("OSL-26-1",)),
    ("familjerådg|familjeradg", ("OSL-26-3",)),
    ("orosanm", ("OSL-26-1", "OSL-26-5", "OSL-40-7g")),
    ("patient|journal|hemsjukv|skolsköt|skolskot|vårdplan|vardplan", ("OSL-25-1",)),
    ("sjukfrånv|sjukfranv|rehab|sjukskr", ("OSL-39-2",)),
    (
        "personal(?!isering|ized)|hr$|lön|lone|anställ|anstall",
        ("OSL-39-2", "OSL-39-3-st3"),
    ),
    ("rekryter", ("OSL-39-5a",)),
    ("upphandl|anbud", ("OSL-19-3-st1", "OSL-19-3-st2", "OSL-31-16")),
    ("tvist|stämning|stamning", ("OSL-19-9",)),
    ("facklig|mbl$", ("OSL-19-6",)),
    (
        "säkerhet|sakerhet|larm|lås$|bevakn|backup|brandvägg|brandvagg|vpn",
        ("OSL-18-8",),
    ),
    ("krypt|nyckelhant|certifikat", ("OSL-18-9",)),
    ("kris|beredsk|kontinuitet|rsa$", ("OSL-18-13",)),
    ("polis|förundersök|forundersok", ("OSL-18-1",)),
    (
        "visselbl|vissla",
        ("OSL-17-3b", "OSL-32-3b-st2p1", "OSL-32-3b-st2p2"),
    ),
    ("överförm|overform|godman|gode$", ("OSL-32-4",)),
    ("hyres|lägenhet|lagenhet", ("OSL-26-11-st2",)),
    ("bostadskö|bostadsko|förtur|fortur", ("OSL-26-11-st1",)),
    ("kamera|bevakningsfilm", ("OSL-32-3",)),
    ("bibliotek", ("OSL-40-3",)),
    ("färdtj|fardtj", ("OSL-29-6",)),
    ("tillsyn|livsmedel", ("OSL-30-27-st1p1", "OSL-30-27-st1p2")),
    ("servering|alkohol", ("OSL-30-20",)),
    ("asyl|flykting|ensamkom", ("OSL-21-5", "OSL-37-3")),
    ("skyddad|sekretessm", ("OSL-21-3-st1", "OSL-21-3a")),
)
