"""What is not seen is shown, and what is read from the right stands apart."""

from requests_app.core.words.texts import marked, shown

SPOOF = "Micro\u202etfos\u202c\u200b"


def test_a_character_without_width_is_marked():
    assert marked(SPOOF) == "Micro⟨U+202E⟩tfos⟨U+202C⟩⟨U+200B⟩"
    assert marked("Åsa Öström 1 ☃") == "Åsa Öström 1 ☃"


def test_a_page_is_marked_in_its_texts_and_its_labels():
    page = f'<p title="{SPOOF}">{SPOOF}</p><title>{SPOOF}</title>'
    whole = marked(SPOOF)
    assert shown(page) == f'<p title="{whole}">{whole}</p><title>{whole}</title>'


def test_what_is_typed_comes_back_as_it_was_typed():
    page = (
        f'<input value="{SPOOF}"><textarea>{SPOOF}</textarea><script>{SPOOF}</script>'
    )
    assert shown(page) == page


def test_what_is_read_from_the_right_stands_apart():
    page = "<td>אבג דה 12</td><option>אבג</option><p title='אבג'>x אב y גד z</p>"
    assert shown(page) == (
        "<td><bdi>אבג דה</bdi> 12</td><option>אבג</option>"
        "<p title='אבג'>x <bdi>אב y גד</bdi> z</p>"
    )


def test_a_page_without_any_of_it_is_the_same_object():
    page = "<p>Å</p>"
    assert shown(page) is page
