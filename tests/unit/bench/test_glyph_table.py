"""Making the table of look-alikes."""

from bench.glyph_shapes import describe_shapes, like_pairs
from bench.glyph_table import FACES, choose_pairs, format_table


def test_alike_by_whole_by_part_and_by_component() -> None:
    characters = list("未末峰锋令伶芳国")
    # Features are measured against the mean of all characters, so a few others must be there.
    others = list("张李王赵孙周吴郑冯陈楚魏蒋沈韩杨朱秦许何吕施孔曹严华金陶姜")
    shapes = [describe_shapes([*characters, *others], face) for face in FACES]

    pairs = like_pairs(shapes, 0.5)

    assert {(0, 1), (2, 3), (4, 5)} <= set(pairs)
    assert (6, 7) not in pairs
    assert pairs[0, 1] == max(pairs.values())
    assert all(first < second and likeness <= 1.001 for (first, second), likeness in pairs.items())


def test_rare_characters_keep_their_best_few() -> None:
    common = frozenset("甲乙丙丁戊己庚辛")
    pairs = {(character, "龘"): 0.6 + place / 100 for place, character in enumerate("丁丙乙己庚戊甲辛")}
    pairs["丁", "丙"] = 0.56

    kept = choose_pairs(pairs, common)

    assert ("丁", "丙") in kept
    assert sum("龘" in pair for pair in kept) == 6
    assert ("丁", "龘") not in kept


def test_table_lists_each_pair_once_under_its_grade() -> None:
    table = format_table({("末", "未"): 0.944, ("末", "朱"): 0.86, ("末", "耒"): 0.86}, 4)

    header, line = table.splitlines()
    assert header.startswith("# make glyphs")
    assert "3 pairs of 4 characters" in header
    assert line == "末94未86朱耒"
