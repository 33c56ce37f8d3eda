"""Commitment letters (承诺书): what they say, and whether a round seal is on them.

Offices print them from their own templates. What is read are the few things that every one of them has
somewhere: who promises, under which account, who answers the telephone, the date, the code of the product's
own template, and the seal. The seal's lettering is left to a person.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from domain.dates import PartialDate, find_dates
from domain.images import PageImage
from domain.letter_codes import find_letter_codes
from domain.letters import CommitmentReading
from domain.records import PageReading, PaperKind, SealMark
from domain.text import fold, remove_blanks
from ocr.layout import PlacedLine, group_rows, place_lines
from ocr.letter_seals import find_seals
from ocr.noise import drop_noise
from ocr.papers import classify_page

_TITLE = re.compile(r"^[^,。;:]{0,26}(?:承诺[书函]?[^,。;:]?|保证书|责任书)$")
_NO_TITLE = re.compile("郑重|特此|如下|[我本](?:单位|局|校|院|公司|人)")
"""Words of sentences: their last words on a row are no heading."""

_TITLE_ROWS = 10
_PERSONAL = re.compile(r"本人[㐀-鿿]{0,8}(?:郑重|特此|自愿)?[㐀-鿿]{0,4}承诺|承诺人(?:签[名字])?[:(]")
_OF_A_UNIT = re.compile(r"(?:我|本)(?:单位|局|校|院|公司|部门|厅|委)|[(]?(?:单位盖章|盖章|公章)|承诺单位")

_LABELS: dict[str, re.Pattern[str]] = {
    "unit": re.compile(
        r"(?:(?:承诺|填报|上报|申报|报送|推荐|用人|主管)?单位(?:名称|全称)?|(?:承诺|填报|上报|申报|报送)(?:机构|部门))"
        r"(?:[(](?:盖?公?章|盖单位公?章|加盖公章|全称)[)])?:|(?:单位名称|承诺单位|填报单位|上报单位)"
        r"(?:[(](?:盖?公?章|加盖公章|全称)[)])?"
    ),
    "account": re.compile(r"(?:单位)?(?:系统|登录|登陆|填报|管理)?(?:用户)?(?:账号|帐号|账户|帐户|用户名)"),
    "handler": re.compile(
        r"(?:具体)?(?:经办|承办|填报|联系|填表|上报|操作)人(?:员?姓名|员)?(?:[(]签[名字章]?[)]|签[名字])?"
    ),
    "mobile": re.compile(
        r"(?:联系|经办人|移动|联系人)?手机(?:号码?)?|移动电话|(?<!办公)(?<!单位)(?<!固定)联系电话|联系方式"
    ),
    "office_phone": re.compile(r"(?:办公|单位|固定|座机|办公室)(?:联系)?电话(?:号码?)?|座机(?:号码?)?"),
    "date": re.compile(r"(?:签[署订字]?|承诺|填报|盖章|上报)?(?:日期|时间)(?=[:0-9〇一二年]|$)|年月日(?=:)"),
    "end": re.compile(
        r"(?:数据)?校验码|批次名称|申报时段|批准文号|涉及人数|上报人数|人数|(?:单位)?负责人|法定代表人|监督电话"
        r"|单位地址|通讯地址|邮编|所属批次|备注|[(](?:单位)?盖?公?章[)]|[(]?单位盖章[)]?|统一社会信用代码|传真|邮箱"
    ),
}
_TRIM = ":;,.。、_-()\"'|/·"
_ORGANISATION = "(?:[局厅委办院校所站馆社部处队团行园会室厂矿]|中心|公司|集团|大学|[中小]学|政府)"
_IN_BRACKETS = re.compile(
    rf"(?:我|本)(?:单位|公司|局|校|院|部门)[(]([㐀-鿿0-9()]{{3,40}}?{_ORGANISATION})[)]"
)
_PROMISING = re.compile(
    rf"^(?:\d[.、])?([㐀-鿿()]{{3,36}}?{_ORGANISATION})(?:[(]以下简称[^)]{{2,12}}[)])?(?:现|在此)?(?:郑重|特此|慎重)?(?:作出|做出)?(?:如下)?承诺"
)
_SIGNATURE = re.compile(rf"[㐀-鿿][㐀-鿿0-9()]{{2,40}}{_ORGANISATION}")
_SEAL_NOTE = re.compile(r"[(](?:盖?公?章|单位盖?公?章|加盖公章|签?盖章?处?)[)]?|公章$")
_ROWS_OF_SIGNATURE = 3
"""So many rows above the date the signature stands."""

_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_OFFICE_PHONE = re.compile(r"(?<![0-9])(?:0[0-9]{2,3}[-)]?)?[2-9][0-9]{6,7}(?:-[0-9]{1,5})?(?![0-9])")
_ACCOUNT = re.compile(r"[0-9A-Z@._-]{3,40}|[㐀-鿿0-9A-Z@._-]{2,40}")
_PERSON = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,8}(?:·[㐀-鿿]{1,10})+")
_DATE_REST = re.compile(r"^[㐀-鿿():]{0,14}$")
_CHINESE_DIGITS = "〇一二三四五六七八九十"
_DATE_LABEL = re.compile(r"^.*?(?:日期|时间):?")
_ITEM = re.compile(r"[一二三四五六七八九十0-9]{1,2}[、.·]")
_LONG_RUN = re.compile(r"[㐀-鿿]{20}")
"""More than labels and their values have without a mark or a digit between them."""

_BLANK_DATE = re.compile(r"年[0-9]{0,2}月[0-9]{0,2}日")
_MAY_GO_ON = re.compile(r"承诺|盖章|公章|经办人|校验码")
"""What the later pages of a letter have on them."""

_KINDS_OF_LETTERS = frozenset(
    {PaperKind.OTHER, PaperKind.COVER, PaperKind.BLANK, PaperKind.COMMITMENT_LETTER}
)


def mark_seals(render: Callable[[], PageImage], page: PageReading) -> PageReading:
    """Return the page with its round seals if it may belong to a commitment letter, else as it is.

    Args:
        render: Gives the page as shown; called only for such pages.
        page: What was read of it, be it from its text layer.
    """
    if classify_page(page) is not PaperKind.COMMITMENT_LETTER and not continues_letter(page):
        return page
    return replace(page, seals=find_seals(render(), turn_deg=page.turn_deg))


def continues_letter(page: PageReading) -> bool:
    """Tell whether a page has words of a letter's end, no heading of its own, and is nothing else."""
    # Rows are not put together for nothing: nearly all pages end here.
    if not any(_MAY_GO_ON.search(fold(line.text)) for line in page.lines):
        return False
    if any(map(_is_title, _to_rows(page)[:_TITLE_ROWS])):
        return False
    return classify_page(page) in _KINDS_OF_LETTERS


def read_letter(pages: Sequence[PageReading]) -> CommitmentReading:
    """Read a commitment letter.

    Args:
        pages: Its pages in order, at least one; the first is known to be a letter.
    """
    first, last = pages[0], pages[-1]
    rows = [row for page in pages for row in _to_rows(page)]
    fields = _read_fields(rows)
    signed_on, place = _find_signature_date(rows)
    date_text = _DATE_LABEL.sub("", rows[place]).strip(_TRIM) if place is not None else ""
    text = "".join(rows)
    return CommitmentReading(
        file=first.file,
        page_number=first.page_number,
        last_page_number=last.page_number,
        title=next((row.strip(_TRIM) for row in rows[:_TITLE_ROWS] if _is_title(row)), ""),
        units=_find_units(rows, fields.get("unit", ()), place),
        account=next((m[0] for value in fields.get("account", ()) if (m := _ACCOUNT.match(value))), ""),
        handler=next((m[0] for value in fields.get("handler", ()) if (m := _PERSON.match(value))), ""),
        mobile=_find_first(_MOBILE, [*fields.get("mobile", ()), *fields.get("office_phone", ()), *rows]),
        office_phone=_find_first(_OFFICE_PHONE, [*fields.get("office_phone", ()), *fields.get("mobile", ())]),
        signed_on=signed_on,
        date_text=date_text if re.search(f"[0-9{_CHINESE_DIGITS}]", date_text) else "",
        codes=_find_codes(pages, rows),
        seals=_collect_seals(pages),
        is_personal=_PERSONAL.search(text) is not None and _OF_A_UNIT.search(text) is None,
    )


def _is_title(row: str) -> bool:
    return _TITLE.search(row) is not None and _NO_TITLE.search(row) is None


def _collect_seals(pages: Sequence[PageReading]) -> tuple[tuple[int, SealMark], ...] | None:
    """Return all seals; ``None`` when there is none and a page was not looked at."""
    seals = tuple((page.page_number, seal) for page in pages for seal in page.seals or ())
    return seals if seals or all(page.seals is not None for page in pages) else None


def _to_rows(page: PageReading) -> list[str]:
    """Return the folded rows of a page, top to bottom; the seal's lettering is left out."""
    rows = group_rows(drop_noise(place_lines(page)))
    return [row for row in ("".join(_texts(line for line in row)) for row in rows) if row]


def _texts(lines: Iterable[PlacedLine]) -> Iterator[str]:
    return (fold(line.text) for line in lines)


def _read_fields(rows: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return what stands behind labels up to the next label of its row; only what is not empty."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if _is_sentence(row):
            continue
        labels = [*_find_labels(row), ("end", len(row), len(row))]
        for (name, _, end), (_, begin, _) in pairwise(labels):
            value = row[end:begin].strip(_TRIM)
            if value and name != "end":
                found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _find_labels(row: str) -> list[tuple[str, int, int]]:
    """Return the labels of a row with their places; of overlapping ones the earlier and longer."""
    matches = [
        (match.start(), -match.end(), name)
        for name, pattern in _LABELS.items()
        for match in pattern.finditer(row)
    ]
    labels: list[tuple[str, int, int]] = []
    for start, minus_end, name in sorted(matches):
        if not labels or start >= labels[-1][2]:
            labels.append((name, start, -minus_end))
    return labels


def _is_sentence(row: str) -> bool:
    """Tell whether a row is running text, where 单位 and 账号 are words and no labels."""
    if _ITEM.match(row) or re.search("[,。;]", row):
        return re.search(r"^[^:]{0,16}:", row) is None
    labels = _find_labels(row)
    return _LONG_RUN.search(row) is not None and (not labels or labels[0][1] > 0)


def _find_units(rows: Sequence[str], labelled: Sequence[str], date_row: int | None) -> tuple[str, ...]:
    """Return every name that the promising unit is given, best place first."""
    text = "".join(rows)
    names = [name for name in labelled if re.search(r"[㐀-鿿]{3}", name) and not _BLANK_DATE.search(name)]
    names += _IN_BRACKETS.findall(text)
    names += [match[1] for row in rows for match in [_PROMISING.search(row)] if match]
    if date_row is not None:
        above = list(takewhile(_may_be_signature, reversed(rows[:date_row])))[:_ROWS_OF_SIGNATURE]
        signatures = (_SEAL_NOTE.sub("", row).strip(_TRIM) for row in reversed(above))
        names += [name for name in signatures if _SIGNATURE.fullmatch(name)]
    kept = (_SEAL_NOTE.sub("", re.sub(r"年\d*月\d*日.*$", "", name)).strip(_TRIM) for name in names)
    found = dict.fromkeys(name for name in kept if len(name) > 2)
    # A value of two lines is found in pieces beside its label, and whole in the sentence.
    return tuple(name for name in found if not any(name != other and name in other for other in found))


def _may_be_signature(row: str) -> bool:
    """Tell whether a row is neither of the body nor the addressee, which ends with a colon."""
    return (
        not _is_sentence(row)
        and "。" not in row
        and (not row.endswith(":") or _SEAL_NOTE.search(row) is not None)
    )


def _find_signature_date(rows: Sequence[str]) -> tuple[PartialDate | None, int | None]:
    """Return the date that stands alone or behind 日期, the last on the page, and its row.

    Dates inside sentences (2010年1月1日以后) are no signature, nor is a form's empty 年月日.
    """
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place]
        if _is_sentence(row):
            continue
        label = _LABELS["date"].search(row)
        for date, start, end in find_dates(row)[-1:]:
            is_alone = _DATE_REST.match(row[:start]) is not None and not row[end:].strip(_TRIM + "年月日号")
            if is_alone and (date.month is not None or label is not None):
                return date, place
        if label is not None or _BLANK_DATE.search(row):
            return None, place
    return None, None


def _find_first(pattern: re.Pattern[str], texts: Sequence[str]) -> str:
    return next((match[0].replace(")", "-") for text in texts for match in pattern.finditer(text)), "")


def _find_codes(pages: Sequence[PageReading], rows: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of rows and lines, second readings included: one legible print of it is enough."""
    seconds = [line.second.text for page in pages for line in page.lines if line.second is not None]
    singles = [remove_blanks(line.text) for page in pages for line in page.lines]
    return tuple(
        dict.fromkeys(code for text in (*rows, *singles, *seconds) for code in find_letter_codes(text))
    )
