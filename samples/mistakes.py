"""Mistakes that people make when they type paper into a sheet."""

import random
from datetime import date, timedelta
from functools import lru_cache

from samples.people import COMMON_GIVEN, check_character

_LOOK_ALIKES = (
    "己已巳 末未 土士 天夭 晓哓 洁浩 敏毓 玲铃伶 梅海悔侮 涛祷 洋样详祥 清情晴请靖 俊峻骏浚竣 辉晖 "
    "娟捐涓 建健键 伟玮炜纬 明朋 春舂 刚钢岗 平乎 军运 宁宇守 丹舟 芳苏 波坡披陂 国图围 英莫 华毕 云去 "
    "强弦 义叉 玉王 文丈 志忘 丽俪 艳滟 勇湧 兵乒 永水泳 冰冻 鹏鹃 林材淋琳 欣昕忻 颖颍 瑞端 凯恺铠 "
    "萍苹 莉利俐 婷停 霞瑕遐 静净 佳桂住 蕾雷 薇微 宏宠弘 红江虹 亮高 超起 栋拣 斌彬 洪供 东车 成戍咸 "
    "杰木 龙尤 荣莱 贵责 生主 德得 福富 凤风 金全 兰三 秀季 学字 庆厌 民良 光先 小少 爱受 美羊 长常 "
    "新斩 少小 元无 方万 子了 友反 立产 治冶 泽译择 振震 卫工 峰锋烽蜂 雪雷 月目 燕蒸 玥玩 珍诊 琴琵 "
    "慧惠 佩佣 昌冒 晨辰 旺肝 坤坤申 培倍陪 垚圭 淼森 晟晨 旭旯 彦颜 毅颖 睿容 祥详 秋秩 科料 程呈 "
    "艺芝 芬芳 茂茨 莹萤 萌明 蓉榕 裕祐 轩轸 达送 远运 郁都 钧钩 银很 锦绵 阳阴 雅稚 飞乜 香杳 "
)
_DIGIT_FIELDS = ("id_number", "certificate_number")


def wrong_name(name: str, kind: str, chance: random.Random) -> str | None:
    """Return ``name`` with one mistake of ``kind``, or ``None`` when this name does not allow it."""
    given_start = 2 if len(name) > 3 else 1
    position = chance.randrange(given_start, len(name))
    if kind == "missing_character":
        return name[:position] + name[position + 1 :] if len(name) - given_start > 1 else None
    if kind == "extra_character":
        if len(name) - given_start > 1:
            return None
        return name[:given_start] + chance.choice(COMMON_GIVEN[:120]) + name[given_start:]
    if kind == "different_value":
        other = "".join(chance.choice(COMMON_GIVEN[:300]) for _ in name[given_start:])
        return name[:given_start] + other if other != name[given_start:] else None
    table = _homophones() if kind == "homophone" else _look_alikes()
    order = [position, *(p for p in range(given_start, len(name)) if p != position)]
    for place in order:
        choices = [c for c in table.get(name[place], ()) if c != name[place]]
        if choices:
            return name[:place] + chance.choice(choices) + name[place + 1 :]
    return None


def wrong_digits(number: str, kind: str, chance: random.Random) -> str | None:
    """Return a number with one mistake of ``kind``, or ``None`` when it does not allow it."""
    places = [p for p, c in enumerate(number) if c.isdigit()]
    if kind == "check_digit":
        return number[:-1] + chance.choice([c for c in "0123456789X" if c != number[-1]])
    if kind == "one_digit":
        place = chance.choice(places[:-1])
        return (
            number[:place]
            + chance.choice([d for d in "0123456789" if d != number[place]])
            + number[place + 1 :]
        )
    if kind == "transposed_digits":
        pairs = [p for p in places[:-1] if p + 1 in places and number[p] != number[p + 1]]
        if not pairs:
            return None
        place = chance.choice(pairs)
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if kind == "missing_character":
        place = chance.choice(places)
        return number[:place] + number[place + 1 :]
    if kind == "extra_character":
        place = chance.choice(places)
        return number[:place] + number[place] + number[place:]
    if kind == "invalid_id_number":
        # What a spreadsheet makes of 18 digits typed as a number.
        damaged = number[:15] + "000"
        # One in eleven passes the check by chance, and nothing would show that it is wrong.
        return damaged if check_character(damaged[:17]) != damaged[17] else None
    raise ValueError(f"no such mistake: {kind}")


def other_id_number(number: str, chance: random.Random) -> str:
    """Return the valid number of somebody else with the same birth and sex."""
    area = chance.choice(("610103", "610303", "610929", "611025", "410223", "142703"))
    head = area + number[6:14] + f"{chance.randrange(10, 99):02d}{number[16]}"
    return head + check_character(head)


def wrong_date(value: date, kind: str, chance: random.Random) -> date | None:
    """Return a date with another day, month or year, or ``None`` when no such day exists."""
    try:
        if kind == "day":
            return value.replace(day=chance.choice([d for d in range(1, 29) if d != value.day]))
        if kind == "month":
            return value.replace(month=chance.choice([m for m in range(1, 13) if m != value.month]))
        if kind == "year":
            return value.replace(year=value.year + chance.choice((-2, -1, 1, 2)))
    except ValueError:
        return None
    return value + timedelta(days=chance.choice((-1, 1)) * chance.randrange(40, 900))


@lru_cache(maxsize=1)
def _homophones() -> dict[str, list[str]]:
    # Loaded only when a mistake is planted: the tables take a while.
    from pypinyin import Style, lazy_pinyin

    by_sound: dict[str, list[str]] = {}
    for character in COMMON_GIVEN:
        by_sound.setdefault(lazy_pinyin(character, style=Style.TONE3)[0], []).append(character)
    return {c: [o for o in group if o != c] for group in by_sound.values() for c in group if len(group) > 1}


@lru_cache(maxsize=1)
def _look_alikes() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for group in _LOOK_ALIKES.split():
        for character in group:
            table.setdefault(character, []).extend(o for o in group if o != character)
    return table
