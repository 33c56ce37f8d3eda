"""What an approval says about itself: number, title, date, issuer, committee, since when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.dates import find_dates
from domain.document_numbers import DocumentNumber, find_document_numbers
from domain.fields import Field
from domain.records import FieldReading, PaperKind
from ocr.approvals.flow import Flow, ReadingMaker
from ocr.approvals.wording import find_titles, same_places
from ocr.tables import Run, StraightPage, segments, visual_rows

_KIND_WORD = r"(?:通知|批复|决定|公告|通报|函|公示|意见|报告|名单|公布|请示)"
_TITLE_END = re.compile(rf"{_KIND_WORD}(?:[(].{{1,12}}[)])?$")
_TITLE_START = re.compile(r"^(?:.{0,24}?)关于|^(?:19|20)\d\d年(?:度)?.*(?:资格|职称|评审|名单|人员)")
_PUBLIC_TITLE = re.compile(r"公示(?!无异议|期满|期间|结束|后)")
_ANNOUNCES = re.compile(
    r"(?:予以|进行|现将.{0,80}|面向社会|特此|现予以?|接受)公示|公示(?:时间|期限|期)[为:自从]|公示时间|公示期.{0,6}(?:工作日|天)|受理.{0,10}异议"
)
_OBJECTIONS = re.compile(r"异议|举报|监督电话|反映(?:情况|问题)|来信来访|投诉")
_PASSED = re.compile(r"(?:经|已|并)?公示(?:后)?(?:无异议|期满|期间|结束|无反映|未收到)|公示.{0,12}无异议")
_COMMITTEE = re.compile(
    r"(?:经|由|根据|按照)(?P<name>[^,。;:]{2,45}?(?:评审委员会|评委会|考核认定小组|认定委员会)(?:[(][^()]{1,12}[)])?)"
)
_KIND_OF_COMMITTEE = re.compile(
    r"有关|相关|相应|[各本同]级|各类|各[个自地]?|该|本|我|你|上级|同级|归口|主管|部门|单位|系列|专业|学科|行业|专家|评议|组成|组建|组织|"
    r"职称|职务|资格|任职|技术|人员|[正副]?高级|中级|初级|[高中初][、和及]?|及|和|与|或|、|(?<!高)(?<!中)(?<!初)等|的|其|具有|评审权的?|评审|"
    r"省级?|市级?|县级?|区级?|州级?|厅|局|院|校|委员会|评委会|认定|考核|小组|[()]"
)
_SEVERAL_COMMITTEES = re.compile(
    r"(?<![高中初])等(?!级)|各|分别|有关|相关|相应|(?:评审委员会|评委会).*(?:评审委员会|评委会)"
)
_SINCE = re.compile(
    r"(?:(?:任职|取得|具备|获得)?(?:资格|职称)(?:的)?(?:取得|任职|起算|获得|授予|生效|批准|通过)?(?:时间|日期|年限)|取得时间|授予时间|任职时间)"
    r"(?:均|统一|一律)?(?:为|从|自|以|按|是|:|由)*"
)
_ISSUED_NOTE = re.compile(r"印发|印制|打印|校对|公开|抄送")


@dataclass(frozen=True, slots=True, eq=False)
class Masthead:
    """The document's own particulars, as far as they were found."""

    title: str
    title_flow: Flow | None
    number: DocumentNumber | None
    number_reading: FieldReading | None
    readings: dict[Field, FieldReading]
    title_rows: frozenset[int]
    """Identities of the runs that belong to masthead, number and title; they hold no list."""


def read_masthead(pages: Sequence[StraightPage], maker: ReadingMaker) -> Masthead:
    """Read the particulars from the first page that bears them and the signature from the last."""
    title = _find_title(pages)
    number = _find_number(pages, title, maker)
    readings: dict[Field, FieldReading] = {}
    used: set[int] = set()
    if title is not None:
        used.update(id(run) for run in title.runs)
    if number is not None:
        used.update(number[2])
    issuer = _masthead_name(pages)
    if issuer is not None:
        readings[Field.ISSUER] = maker.read(Field.ISSUER, issuer)
        used.update(id(run) for page in pages[:1] for run in page.runs if run.line is issuer[0].line)
    return Masthead(
        title.text if title else "",
        title,
        number[0] if number else None,
        number[1] if number else None,
        readings,
        frozenset(used),
    )


def read_particulars(
    paragraphs: Sequence[Flow], pages: Sequence[StraightPage], masthead: Masthead, maker: ReadingMaker
) -> dict[Field, FieldReading]:
    """Read what the running text says for everybody."""
    readings = dict(masthead.readings)
    for flow in paragraphs:
        text = same_places(flow.text)
        if len(text) != len(flow.text):
            continue
        if Field.COMMITTEE not in readings:
            committee = _named_committee(text)
            if committee:
                readings[Field.COMMITTEE] = maker.read(Field.COMMITTEE, flow.part(*committee))
        if Field.GRANTED_ON not in readings:
            since = _since_when(text)
            if since:
                readings[Field.GRANTED_ON] = maker.read(Field.GRANTED_ON, flow.part(*since))
    title = _granted_title(masthead, paragraphs, maker)
    if title is not None:
        readings[Field.TITLE] = title
    signature = _find_signature(pages, maker, readings.get(Field.GRANTED_ON))
    if signature is not None:
        readings[Field.ISSUED_ON] = signature[0]
        if Field.ISSUER not in readings and signature[1] is not None:
            readings[Field.ISSUER] = signature[1]
    return readings


def _named_committee(text: str) -> tuple[int, int] | None:
    """Find the name of the one committee that assessed everybody: (start, end).

    有关评审委员会 and 省教师等系列评审委员会 name no committee, and where several assessed, none of them
    stands for everybody.
    """
    found: dict[str, tuple[int, int]] = {}
    for match in _COMMITTEE.finditer(text):
        name = match["name"]
        if _SEVERAL_COMMITTEES.search(name) or re.match("[、和及与]", text[match.end() :]):
            return None
        if _KIND_OF_COMMITTEE.sub("", name):
            found.setdefault(name, match.span("name"))
    return next(iter(found.values())) if len(found) == 1 else None


def judge_kind(masthead: Masthead, texts: Sequence[str]) -> PaperKind:
    """Tell an approval from a 公示, which is not one."""
    if _PUBLIC_TITLE.search(same_places(masthead.title)):
        return PaperKind.PUBLIC_NOTICE
    body = same_places("".join(texts))
    without_past = _PASSED.sub("", body)
    if _ANNOUNCES.search(without_past) and _OBJECTIONS.search(without_past):
        return PaperKind.PUBLIC_NOTICE
    return PaperKind.APPROVAL


def _rows(page: StraightPage) -> list[list[Run]]:
    return visual_rows(page.runs, page.em)


def _find_title(pages: Sequence[StraightPage]) -> Flow | None:
    """Find 关于…的通知 over up to six lines of the first two pages; a list's own title otherwise."""
    fallback: Flow | None = None
    for page in pages[:3]:
        rows = _rows(page)
        for i, row in enumerate(rows):
            text = same_places("".join(run.text for run in row))
            if not _TITLE_START.match(text) or "。" in text or row[0].y > 0.75 * page.height:
                continue
            flow = _title_from(rows[i : i + 6], page)
            if flow is None:
                continue
            if "关于" in same_places(flow.text)[:26]:
                return flow
            fallback = fallback or flow
        if fallback is not None:
            return fallback
    return fallback


def _title_from(rows: Sequence[Sequence[Run]], page: StraightPage) -> Flow | None:
    runs: list[Run] = []
    for i, row in enumerate(rows):
        if i and row[0].box.top - rows[i - 1][0].box.bottom > 2.2 * page.em:
            break
        runs += row
        text = same_places("".join(run.text for run in runs))
        if _TITLE_END.search(text):
            return Flow(runs) if len(text) <= 140 else None
        if re.search(r"[。;]|:$", text):
            break
    return None


def _find_number(
    pages: Sequence[StraightPage], title: Flow | None, maker: ReadingMaker
) -> tuple[DocumentNumber, FieldReading, frozenset[int]] | None:
    """Find the document's own number: alone on its line, above the title; never one it refers to."""
    limit = (title.runs[0].page_index, title.runs[0].y) if title is not None else None
    found: list[tuple[float, DocumentNumber, tuple[Run, ...], frozenset[int]]] = []
    for page in pages[:4]:
        for row in _rows(page):
            for flow in _number_flows(row, page.em):
                match = _number_in(flow)
                if match is None:
                    continue
                number, start, end = match
                text = same_places(flow.text)
                alone = len(text) - (end - start)
                position = (page.index, row[0].y)
                above = limit is not None and position < limit
                cost = alone + (0 if above else 8) + 4 * page.index
                if alone > 14 or (alone > 8 and not above):
                    continue
                found.append((cost, number, flow.part(start, end), frozenset(id(run) for run in row)))
    if not found:
        return None
    _, number, runs, used = min(found, key=lambda item: item[0])
    return number, maker.read(Field.APPROVAL_NUMBER, runs), used


def _number_flows(row: Sequence[Run], em: float) -> list[Flow]:
    """Return the stretches of a row that could be a number: its parts, and neighbours joined."""
    parts = [part for run in row for part in segments(run, em, gap=2.0)]
    flows = [Flow([part]) for part in parts]
    if len(row) > 1:
        flows.append(Flow(row))
    return sorted(flows, key=lambda flow: len(flow.text))


_LOST_BRACKET = re.compile(r"(?<=[\u4e00-\u9fff])[1lItfcC(\[{|!i/](?=(?:19|20)\d\d[^\d年])")
_LOST_CLOSER = re.compile(r"(?<=[\u4e00-\u9fff(]20\d\d)[1lIJjtf!i/](?=\d{1,4}号)")


def _number_in(flow: Flow) -> tuple[DocumentNumber, int, int] | None:
    text = flow.text
    mended = _LOST_BRACKET.sub("(", text)
    mended = re.sub(r"(?<=\D(?:19|20)\d\d)[lIJjtf!i/](?=\d{1,4}号)", ")", mended)
    folded = same_places(mended)
    if len(folded) != len(text):
        return None
    for number, start, end in find_document_numbers(mended):
        agency = re.sub(r"^.*(?:文号|字号|编号|签发人)", "", number.agency)
        cut = len(number.agency) - len(agency)
        if agency and "年度" not in agency:
            return replace(number, agency=agency), start + cut, end
    return None


def _masthead_name(pages: Sequence[StraightPage]) -> tuple[Run, ...] | None:
    """Find the issuing body in the red head: 西安理工大学文件."""
    for page in pages[:1]:
        for row in _rows(page):
            if row[0].y > 0.45 * page.height:
                return None
            flow = Flow(row)
            text = same_places(flow.text)
            head = re.match(r"^(?P<name>[^\d()]{4,40}?)(?:文件|[(]通知[)]|[(]批复[)]|公告)$", text)
            if head and not text.startswith("关于"):
                return flow.part(*head.span("name"))
    return None


def _since_when(text: str) -> tuple[int, int] | None:
    dates = find_dates(text)
    for match in _SINCE.finditer(text):
        for _, start, end in dates:
            if match.end() <= start <= match.end() + 3 and not re.search("[。;]", text[match.end() : start]):
                return start, end
    for _, start, end in dates:
        if re.match(r"(?:起)?(?:起算|计算|算起|起计算|起生效)", text[end:]) and re.search(
            r"资格|职称|任职", text[max(0, start - 30) : start]
        ):
            return start, end
    return None


def _granted_title(
    masthead: Masthead, paragraphs: Sequence[Flow], maker: ReadingMaker
) -> FieldReading | None:
    """Return the one title that the document grants, if title and text name only one."""
    flows = [masthead.title_flow] if masthead.title_flow is not None else []
    for group in (flows, paragraphs):
        granted: dict[str, tuple[Run, ...]] = {}
        for flow in group:
            text = same_places(flow.text)
            for title, start, end in find_titles(flow.text):
                before, after = text[max(0, start - 8) : start], text[end : end + 30]
                names_body = re.search(r"^系列|评审委员会|评委会", after) is not None
                # 具备相应教师职务任职资格: which one each has, the list or nobody says.
                names_none = before.endswith(("相应", "相应的"))
                grants = re.search(r"资格|职称|职务", after[:14]) or re.search(
                    r"具备|取得|评为|晋升|通过|确认", before
                )
                if grants and not names_body and not names_none:
                    granted.setdefault(title, flow.part(start, end))
        if len(granted) == 1:
            return maker.read(Field.TITLE, next(iter(granted.values())))
        if granted:
            return None
    return None


def _find_signature(
    pages: Sequence[StraightPage], maker: ReadingMaker, since: FieldReading | None
) -> tuple[FieldReading, FieldReading | None] | None:
    """Find the date under the text and the body that signs above it.

    The date stands alone on its line. The first page that has one counts, its lowest such line: pages after
    it hold annexes, and a damaged date (二〇五年) is still the date, without a value. A document cannot be
    older than what it grants: such a reading lost a stroke to the seal and has no value either.
    """
    for page in pages:
        rows = _rows(page)
        for i in range(len(rows) - 1, -1, -1):
            found: list[FieldReading] = []
            for flow in _date_flows(rows[i], page):
                span = _lone_date(flow.text)
                if span is not None:
                    found.append(maker.read(Field.ISSUED_ON, flow.part(*span)))
            if found:
                issuer = _signing_body(rows[i - 1] if i else [], maker)
                return _most_credible(found, since), issuer
    return None


def _date_flows(row: Sequence[Run], page: StraightPage) -> list[Flow]:
    """Return the stretches of a row that could be the date: neighbours joined, seal text left out."""
    if page.index == 0 and row[0].y < 0.2 * page.height:
        return []
    if not any("年" in same_places(run.text) for run in row):
        # Nearly every row of a long list.
        return []
    return [Flow(row[a:b]) for a in range(len(row)) for b in range(len(row), a, -1)]


def _most_credible(found: Sequence[FieldReading], since: FieldReading | None) -> FieldReading:
    """Return the first reading that may be true, else the first of all without a value."""
    granted = since.value if since is not None else ""
    for reading in found:
        if reading.value and reading.value >= granted[: len(reading.value)]:
            return reading
    return replace(found[0], value="")


_LONE_DATE = re.compile(
    r"^[(]?(?P<date>(?:\d{4}|[〇零一二三四五六七八九O0]{1,5})年.{1,3}月.{1,3}日|"
    r"(?:\d{4}|[〇零一二三四五六七八九O0]{4})年.{1,3}月[\d一二三四五六七八九十]{1,3})[)]?(?:[(].{1,8}[)])?$"
)


def _lone_date(text: str) -> tuple[int, int] | None:
    folded = same_places(text)
    if _ISSUED_NOTE.search(folded):
        return None
    match = _LONE_DATE.match(folded)
    return match.span("date") if match else None


def _signing_body(row: Sequence[Run], maker: ReadingMaker) -> FieldReading | None:
    if not row:
        return None
    flow = Flow(row)
    text = same_places(flow.text)
    if 4 <= len(text) <= 40 and not re.search(r"[,。;:]|此页|附件", text):
        return maker.read(Field.ISSUER, flow.runs)
    return None
