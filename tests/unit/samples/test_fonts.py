"""No empty boxes, and a clear word when a package is missing."""

from pathlib import Path

import pytest

from samples import fonts
from samples.fonts import Face, MissingFontError, face_path, has_character, split_by_face


def test_a_missing_font_names_its_debian_package() -> None:
    with pytest.raises(MissingFontError, match="apt-get install fonts-nowhere"):
        face_path(Face("truetype/nowhere.ttf", "fonts-nowhere"))


@pytest.mark.parametrize("character", list("姓名〇贠璟翀"))
def test_known_characters_are_found(built_in_face: Face, character: str) -> None:
    assert has_character(built_in_face, character)


def test_a_character_that_would_be_an_empty_box_is_not_there(built_in_face: Face) -> None:
    assert not has_character(built_in_face, "\U00023d76")
    assert not has_character(built_in_face, "\ue123")


def test_only_the_lacking_character_is_written_by_another_face(
    built_in_face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = Face(built_in_face.path, "narrow")
    monkeypatch.setattr(fonts, "_LAST_RESORTS", (built_in_face,))
    monkeypatch.setattr(
        fonts, "has_character", lambda face, c: not (face is narrow and c == "璟") and c != "甲"
    )
    wide = Face(built_in_face.path, "wide")
    monkeypatch.setattr(fonts, "_LAST_RESORTS", (wide, wide))
    parts = split_by_face("王璟", (narrow,))
    assert "".join(text for text, _ in parts) == "王璟"
    with pytest.raises(ValueError, match="U\\+7532"):
        split_by_face("甲乙", (narrow,))


def test_every_style_is_in_both_font_sets_and_no_first_choice_in_both() -> None:
    samples, held_out = fonts.FONT_SETS["samples"], fonts.FONT_SETS["held_out"]
    assert samples.keys() == held_out.keys()
    assert not {faces[0] for faces in samples.values()} & {faces[0] for faces in held_out.values()}


def test_face_paths_lie_under_the_font_folder() -> None:
    for styles in fonts.FONT_SETS.values():
        for faces in styles.values():
            assert all(not Path(face.path).is_absolute() for face in faces)
