"""What a sheet of paper is: certificate, approval, ID card copy, and so on.

Evidence is words and their place. No single word decides: an approval speaks of 任职资格 on every
line, and a certificate names the approval. Each kind collects weights, and the strongest wins if
it is strong enough.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from domain.document_numbers import find_document_numbers
from domain.fields import LABEL_SYNONYMS, Field
from domain.records import PageReading, PaperKind
from domain.text import fold
from ocr.layout import PlacedLine, group_rows, overlap, place_lines, typical_height
from ocr.noise import drop_noise

_LEAST_WEIGHT = 2.0
"""Below this a page is ``OTHER``: better unknown than wrong."""

_BLANK_CHARACTERS = 3
"""A page with fewer readable characters is blank: dust and page numbers remain."""

_MOST_PICTURED = 0.25
"""A sheet of paper with the desk around it has less that is no paper; portraits have half."""

_CERTIFICATE_TITLE = re.compile(
    r"(?:专业技术|职称|资格|任职资格|职务|职业资格|执业资格|水平|学衔|等级)[㐀-鿿()]{0,12}证书?(?:[(][^)]{1,8}[)])?$|^资格证书?$|^职称证书?$"
)
_TITLE_STATEMENT = re.compile(
    r"(?:具[备有]|取得|获得|授予|评[为定]|认定|确认)[^。;]{2,60}?(?:任职资格|专业技术资格|专业技术职务|职称|资格)"
)
_SKILL = re.compile(
    r"职业技能等级|职业技能鉴定|职业资格证书?[^。]{0,12}[一二三四五]级|国家职业资格[一二三四五]级|[一二三四五]级[/(,、]?(?:高级技师|技师|高级工|中级工|初级工)"
    r"|职业(?:及|\()?(?:工种|等级)|技能鉴定|理论知识考试成绩|操作技能考核成绩|评定成绩|特种作业"
)
_EXAM_TITLE = re.compile(r"专业技术人员职业资格|专业技术资格|执业资格|会计专业技术|经济专业技术")
_APPROVAL_TITLE = re.compile(
    r"关于[^。;]{2,80}(?:通知|批复|决定|函|意见)|的(?:通知|批复|决定)$|(?:资格|职称|职务)[^。;]{0,12}(?:人员)?名单|(?:评审|认定)(?:通过|结果)?人员(?:花?名册|名单)"
)
_PUBLIC_NOTICE = re.compile(r"公示(?!(?:期满|期间|结束|结果)?,?后?(?:均)?无异议)")
"""公示无异议 reports a notice in the past and is none, also where the line breaks between the two words."""

_PUBLIC_NOTICE_DETAIL = re.compile(
    r"公示(?:期|时间|如下|名单|无异议|期间)|予以公示|进行公示|名单(?:的)?公示|异议|监督电话|公示公告"
)

_COMMITMENT_HEADING = re.compile(
    r"(?:附件\d{0,2}[:.]?)?(?:(?!郑重|特此|如下|[我本](?:单位|局|校|院|公司|人))[㐀-鿿()〇\d-]){0,24}承诺[^,。;:]?"
)
"""The last character of a spaced heading is the first to be misread."""


_HEADINGS = frozenset(
    fold(word) for words in LABEL_SYNONYMS.values() for word in words if not word.isascii()
) | {"序号", "备注", "编号", "学历", "民族", "职务", "现任职务"}
_NAME_HEADINGS = frozenset(fold(word) for word in LABEL_SYNONYMS[Field.NAME] if not word.isascii())
_GLUED_HEADINGS = re.compile(f"(?:{'|'.join(sorted(map(re.escape, _HEADINGS), key=len, reverse=True))})+")
_PERSON = re.compile(r"[㐀-鿿]{2,4}|[㐀-鿿]{1,8}(?:·[㐀-鿿]{1,10})+")
_LEAST_HEADINGS = 3
_LEAST_PEOPLE = 2
_ROWS_LOOKED_AT = 4
"""A table's people follow its headings at once; on a form of labels above values, labels follow."""

_ABOUT_SOMEBODY = re.compile(
    r"姓名|持证人|性别|身份|证件|同志|出生|单位|兹|特发|此证|[经由].{2,40}(?:评审|通过)|编号|证号|级别|日期|时间|[:].*[:]"
)
_MOST_COVER_ROWS = 8
_MOST_COVER_CHARACTERS = 110

_CERTIFICATE_LABELS: tuple[tuple[Field | None, re.Pattern[str]], ...] = (
    (Field.NAME, re.compile(r"姓名|FULLNAME|持证人")),
    (Field.GENDER, re.compile(r"性别|SEX")),
    (Field.ID_NUMBER, re.compile(r"身份证件?号|证件号码?|社会保障号")),
    (Field.BIRTH_DATE, re.compile(r"出生(?:日期|年月|时间)|DATEOFBIRTH")),
    (Field.EMPLOYER, re.compile(r"工作单位|所在单位")),
    (Field.LEVEL, re.compile(r"资格级别|职称级别|级别|职称等级|资格等级")),
    (Field.SPECIALTY, re.compile(r"专业名称|评审专业|从事专业|专业[:类]")),
    (Field.TITLE, re.compile(r"资格名称|职称名称|任职资格|专业技术资格|专业技术职务|评审资格")),
    (
        Field.GRANTED_ON,
        re.compile(
            r"批准(?:日期|时间)|(?:评审|认定|审批)?通过(?:时间|日期)|授予(?:时间|日期)|取得(?:资格)?(?:时间|日期)|审批(?:时间|日期)"
        ),
    ),
    (Field.CERTIFICATE_NUMBER, re.compile(r"证书?(?:编号|号码?|管理号)|管理号|编号[:]|证号")),
    (Field.ISSUED_ON, re.compile(r"[发颁制]证(?:日期|时间)|[签填]发(?:日期|时间)|ISSUEDON")),
    (
        Field.ISSUER,
        re.compile(
            r"[发颁]证(?:机关|机构|单位)|签发(?:单位|机关)|批准(?:机关|单位)|审批(?:机关|单位|部门)|ISSUEDBY"
        ),
    ),
    (Field.COMMITTEE, re.compile(r"评审委员会|评委会|评审组织|认定单位")),
    (Field.APPROVAL_NUMBER, re.compile(r"[批审公][准批布]文号|通过文件号")),
    (None, re.compile(r"持证人签[名字]|照片|钢印|特发此证|颁发此证|以资证明|此证")),
)


def classify_page(page: PageReading) -> PaperKind:
    """Tell what one page is, by itself.

    The later pages of an approval may look like bare name tables (``OTHER``); ``classify_document``
    judges a whole file. A page that shows a certificate *and* an ID card is a certificate.
    """
    kind = classify_lines(drop_noise(place_lines(page)))
    if kind in (PaperKind.BLANK, PaperKind.OTHER) and page.pictured > _MOST_PICTURED:
        return PaperKind.NO_TEXT
    return kind


def classify_document(kinds: Sequence[PaperKind]) -> PaperKind:
    """Tell what a whole file is, from the kinds of its pages.

    The first page that bears text and is no cover decides when it is an approval or a public notice: what
    follows are its lists. Otherwise a file with any certificate page is a certificate file
    (``read_certificates`` leaves its other pages alone); otherwise the commonest kind of page
    wins, earlier pages first, and ``OTHER`` only when nothing else was found.
    """
    written = [kind for kind in kinds if kind not in (PaperKind.BLANK, PaperKind.NO_TEXT)]
    if not written:
        return PaperKind.NO_TEXT if PaperKind.NO_TEXT in kinds else PaperKind.BLANK
    first = next((kind for kind in written if kind is not PaperKind.COVER), written[0])
    if first in (PaperKind.APPROVAL, PaperKind.PUBLIC_NOTICE):
        return first
    if PaperKind.CERTIFICATE in written:
        return PaperKind.CERTIFICATE
    known = [kind for kind in written if kind not in (PaperKind.OTHER, PaperKind.COVER)]
    # Of equally frequent kinds ``most_common`` gives the one that came first.
    return Counter(known or written).most_common(1)[0][0]


def classify_lines(lines: Sequence[PlacedLine]) -> PaperKind:
    """Tell what a page or a part of a page is, from its lines."""
    grouped = group_rows(lines)
    rows = ["".join(fold(line.text) for line in row) for row in grouped]
    rows = [row for row in rows if row]
    text = "".join(rows)
    if sum(c.isalnum() for c in text) < _BLANK_CHARACTERS:
        return PaperKind.BLANK
    weights = {kind: weigh(text, rows) for kind, weigh in _WEIGHERS.items()}
    weights[PaperKind.CERTIFICATE] += _big_title_weight(lines)
    if _is_numbered_table(lines) or _has_names_below_headings(grouped):
        weights[PaperKind.CERTIFICATE] = 0.0
    elif _is_bare_cover(text, rows) and max(weights, key=weights.__getitem__) is PaperKind.CERTIFICATE:
        return PaperKind.COVER
    best = max(weights, key=lambda kind: weights[kind])
    if weights[best] >= _LEAST_WEIGHT:
        return best
    return _cover_or_other(text, rows)


def is_name_table(lines: Sequence[PlacedLine]) -> bool:
    """Tell whether lines are a table of people: a row of headings, 姓名 among them, and names below it.

    Such a page uses the words of certificates, and is none even when it is all that a file holds.
    """
    return _is_numbered_table(lines) or _has_names_below_headings(group_rows(lines))


def _has_names_below_headings(rows: Sequence[Sequence[PlacedLine]]) -> bool:
    for i, row in enumerate(rows):
        headings = [line for line in row if fold(line.text) in _HEADINGS]
        name = next((line for line in headings if fold(line.text) in _NAME_HEADINGS), None)
        if name is None or len(headings) < _LEAST_HEADINGS:
            continue
        below = rows[i + 1 : i + 1 + _ROWS_LOOKED_AT]
        if sum(_has_name_under(name, other) for other in below) >= _LEAST_PEOPLE:
            return True
    return False


def _is_numbered_table(lines: Sequence[PlacedLine]) -> bool:
    """Tell whether 序号 and 姓名 head columns; also for a last page with one person, or a leaning photo."""
    headings = {word for line in lines for word in _headings_in(fold(line.text))}
    return "序号" in headings and bool(_NAME_HEADINGS & headings) and len(headings) > _LEAST_HEADINGS


def _headings_in(text: str) -> Iterator[str]:
    """Yield the headings that a text consists of: those of narrow columns are found as one line."""
    rest = text if _GLUED_HEADINGS.fullmatch(text) else ""
    while rest:
        # The shortest first, so that what is left is headings again.
        word = next(
            rest[:end]
            for end in range(1, len(rest) + 1)
            if rest[:end] in _HEADINGS and (end == len(rest) or _GLUED_HEADINGS.fullmatch(rest[end:]))
        )
        yield word
        rest = rest[len(word) :]


def _has_name_under(heading: PlacedLine, row: Sequence[PlacedLine]) -> bool:
    return len(row) >= _LEAST_HEADINGS and any(
        overlap(heading.box.left, heading.box.right, line.box.left, line.box.right) > 0
        and _PERSON.fullmatch(fold(line.text)) is not None
        and fold(line.text) not in _HEADINGS
        for line in row
    )


def _is_bare_cover(text: str, rows: Sequence[str]) -> bool:
    """Tell whether a page has the heading of a certificate and speaks of nobody."""
    is_short = len(rows) <= _MOST_COVER_ROWS and len(text) <= _MOST_COVER_CHARACTERS
    return is_short and _ABOUT_SOMEBODY.search(text) is None and re.search(r"\d{5}", text) is None


def count_certificate_labels(text: str) -> int:
    """Return how many different labels of a certificate stand in a folded text."""
    return sum(1 for _, pattern in _CERTIFICATE_LABELS if pattern.search(text))


def _weigh_certificate(text: str, rows: Sequence[str]) -> float:
    labels = count_certificate_labels(text)
    weight = 0.55 * labels
    if any(_CERTIFICATE_TITLE.search(row) for row in rows):
        weight += 1.5
    if _TITLE_STATEMENT.search(text):
        weight += 1.0
    if re.search(r"特发此证|颁发此证|特此证明|兹证明", text):
        weight += 1.0
    if re.search(r"同志[,:]?(?:经|具|于)|[,。]你具[备有]|兹证明", text) and _TITLE_STATEMENT.search(text):
        weight += 1.0
    if len(re.findall("姓名", text)) == 0 and labels < 3 and "此证" not in text:
        weight -= 0.5
    return weight


def _big_title_weight(lines: Sequence[PlacedLine]) -> float:
    """Return the weight of a large heading 证书 that is set in wide or broken type."""
    usual = typical_height(lines)
    large = "".join(
        fold(line.text) for line in sorted(lines, key=lambda item: item.box.top) if line.height > 1.3 * usual
    )
    return 0.8 if re.search(r"资格证|职称证|技术职务.*证书|技术.*证书", large) else 0.0


def _weigh_approval(text: str, rows: Sequence[str]) -> float:
    # A certificate quotes approvals inside sentences; an approval has its title on rows near the top.
    top = "".join(rows[: max(8, len(rows) // 3)])
    weight = 0.0
    if _APPROVAL_TITLE.search(top):
        weight += 2.2
    if any(re.search(r"文件$", row) and len(row) <= 30 for row in rows[:5]):
        weight += 1.2
    if find_document_numbers(top):
        weight += 0.6
    if re.search(r"各[^。]{2,30}[:]|你[们]?(?:单位|局|市|区|县|公司|厅)|有关单位", text):
        weight += 0.6
    if re.search(
        r"主题词|抄送|印发|此件|现予公布|现将|附件[:1一]|现予(?:印发|确认)|经研究|等\d+(?:名|人|位)", text
    ):
        weight += 0.9
    if len(re.findall(r"[(]?共?\d+[人名][)]?", text)) >= 2:
        weight += 0.6
    if (
        re.search(r"序号.{0,30}姓名|姓名.{0,30}(?:工作)?单位.{0,60}(?:资格|职称|专业)", "".join(rows))
        and len(rows) > 8
    ):
        weight += 1.0
    if re.search(r"特发此证|持证人签|此证表明|性别.{0,12}出生", text):
        weight -= 1.5
    return weight


def _weigh_public_notice(text: str, rows: Sequence[str]) -> float:
    head = "".join(rows[:6])
    if "公示" not in text:
        return 0.0
    weight = 0.0
    first = _PUBLIC_NOTICE.search(text)
    is_announced = first is not None and first.end() <= len(head)
    if is_announced:
        weight += 2.6
    weight += 1.2 * min(2, len(_PUBLIC_NOTICE_DETAIL.findall(text)))
    # 经公示无异议 in an approval or a certificate reports the notice; it is none.
    if (
        re.search(r"公示(?:期满|期间)?,?(?:后)?(?:均)?无异议|经(?:评审|研究|考核|审核)?[,、]?公示", text)
        and not is_announced
    ):
        weight -= 2.5
    if "特发此证" in text or re.search("公示[^。]{0,20}(?:无异议|期满)[^。]*", head):
        weight -= 2.0
    return weight + 1.0 if weight >= 2.0 else weight


def _weigh_id_card(text: str, rows: Sequence[str]) -> float:
    weight = 0.0
    if re.search(r"居民身份证", text):
        weight += (
            1.6
            if any(re.fullmatch(r".{0,6}(?:中华人民共和国)?居民身份证.{0,4}", row) for row in rows)
            else 0.4
        )
    if re.search(r"公民身份号", text):
        weight += 1.4
    if re.search(r"住址|住址?[㐀-鿿]{2,}(?:省|市|县|区)", text):
        weight += 1.0
    if re.search(r"签发机关.{0,24}公安|公安局|公安分局", text):
        weight += 1.4
    if re.search(r"民族[汉回满蒙藏维]|有效期限", text):
        weight += 0.8
    return weight


def _weigh_appointment(text: str, rows: Sequence[str]) -> float:
    weight = 0.0
    if any(re.search(r"聘任?书$|聘用证书$|聘任证书$|聘任通知书?$|聘用合同|聘任职务", row) for row in rows):
        weight += 2.6
    if re.search(
        r"(?:兹|特|现|决定)(?:聘任?|聘请|续聘)|聘(?:任|请|用)[^。]{2,30}(?:为|担任)|聘期|聘任期限", text
    ):
        weight += 1.8
    return weight


def _weigh_skill(text: str, rows: Sequence[str]) -> float:
    found = {match[0][:4] for match in _SKILL.finditer(text)}
    weight = 1.7 * min(3, len(found))
    if re.search(r"职业资格证书?|OCCUPATIONALQUALIFICATION|VOCATIONALQUALIFICATION", text) and re.search(
        r"[一二三四五]级|初级技能|中级技能|高级技能|技师|鉴定", text
    ):
        weight += 1.8
    if re.search(r"职业技能等级证书", text):
        weight += 2.0
    # The national exams for titles are called 职业资格 too, but are no worker's grades.
    if _EXAM_TITLE.search(text) and not re.search(r"技能鉴定|职业技能", text):
        weight -= 2.5
    return weight


def _weigh_commitment(text: str, rows: Sequence[str]) -> float:
    if "承诺" not in text:
        return 0.0
    head = rows[:8]
    is_headed = any(_COMMITMENT_HEADING.fullmatch(row) for row in head)
    weight = 2.6 if is_headed or any(re.search(r"承诺[书函]$", row) for row in head) else 0.0
    weight += (
        1.4
        if re.search(
            r"(?:郑重|特此|作出|做出|如下|庄严)[^。]{0,6}承诺|承诺(?:如下)?[:,]|承诺人|承诺单位", text
        )
        else 0.2
    )
    # A letter quotes the notice that asks for it and the approvals that it answers for.
    if is_headed and re.search(r"(?:我|本)(?:单位|局|校|院|公司|部门|人)", text):
        weight += 2.0
    return weight


def _weigh_diploma(text: str, rows: Sequence[str]) -> float:
    weight = 0.0
    if any(re.search(r"(?:毕业|学位|结业|肄业)证书?$|学士学位|硕士学位|博士学位", row) for row in rows):
        weight += 2.2
    if re.search(r"修完|学完|准予毕业|授予[㐀-鿿]{0,6}(?:学士|硕士|博士)|学制|学习期满|学籍", text):
        weight += 1.8
    return weight


_WEIGHERS = {
    PaperKind.CERTIFICATE: _weigh_certificate,
    PaperKind.APPROVAL: _weigh_approval,
    PaperKind.PUBLIC_NOTICE: _weigh_public_notice,
    PaperKind.ID_CARD: _weigh_id_card,
    PaperKind.APPOINTMENT_LETTER: _weigh_appointment,
    PaperKind.SKILL_CERTIFICATE: _weigh_skill,
    PaperKind.COMMITMENT_LETTER: _weigh_commitment,
    PaperKind.DIPLOMA: _weigh_diploma,
}


def _cover_or_other(text: str, rows: Sequence[str]) -> PaperKind:
    """A cover holds a title, perhaps an issuer, and nothing else."""
    is_short = len(rows) <= 6 and len(text) <= 90 and count_certificate_labels(text) <= 1
    if is_short and re.search(r"证书?|档案|材料|目录|封面|复印件|申报表", text):
        return PaperKind.COVER
    return PaperKind.OTHER
