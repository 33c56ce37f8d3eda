"""From the pages of one file to certificates, approvals and what is neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.fields import Field
from domain.letters import CommitmentReading
from domain.records import ApprovalDocument, CandidateRecord, FileProblem, PageReading, PaperKind
from ocr.approvals import read_approval
from ocr.certificates import read_certificates
from ocr.edges import cut_edges, mark_approval, mark_records
from ocr.legibility import has_too_few_pixels
from ocr.letters import continues_letter, read_letter
from ocr.papers import classify_document, classify_page

_LIST_KINDS = frozenset({PaperKind.APPROVAL, PaperKind.PUBLIC_NOTICE})
_CONTINUATION_KINDS = frozenset({PaperKind.OTHER, PaperKind.BLANK, PaperKind.COVER})
_NEVER_EVIDENCE = frozenset(
    {
        PaperKind.ID_CARD,
        PaperKind.APPOINTMENT_LETTER,
        PaperKind.SKILL_CERTIFICATE,
        PaperKind.COMMITMENT_LETTER,
        PaperKind.DIPLOMA,
    }
)

_OWN_FIELDS = frozenset({Field.NAME, Field.ID_NUMBER, Field.TITLE, Field.CERTIFICATE_NUMBER, Field.ISSUER})
_LEAST_OWN_FIELDS = 3
_PAGES_TO_GO_ON = 2

_MARKS_OF_A_CERTIFICATE = frozenset({Field.CERTIFICATE_NUMBER, Field.ISSUER, Field.ISSUED_ON})
"""What a certificate says of itself and a line of a list does not."""

KIND_NAMES: dict[PaperKind, str] = {
    PaperKind.CERTIFICATE: "职称证书",
    PaperKind.APPROVAL: "批准文件",
    PaperKind.PUBLIC_NOTICE: "公示",
    PaperKind.ID_CARD: "身份证复印件",
    PaperKind.APPOINTMENT_LETTER: "聘书",
    PaperKind.SKILL_CERTIFICATE: "职业技能（工人等级）证书",
    PaperKind.COMMITMENT_LETTER: "承诺书",
    PaperKind.DIPLOMA: "学历或学位证书",
    PaperKind.COVER: "证书封面",
    PaperKind.BLANK: "空白页",
    PaperKind.NO_TEXT: "没有文字的图片（如照片、风景），不是证书或批文",
    PaperKind.OTHER: "其他材料",
}


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What one file holds."""

    candidates: tuple[CandidateRecord, ...] = ()
    approvals: tuple[ApprovalDocument, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    """Paper that should have been evidence and could not be used."""

    others: tuple[FileProblem, ...] = ()
    """Paper that is not evidence, with what it is."""

    letters: tuple[CommitmentReading, ...] = ()
    """Commitment letters; they are among ``others`` too."""


def read_document(pages: Sequence[PageReading]) -> DocumentReading:
    """Read all pages of one file.

    A file may hold an approval followed by certificates, or the other way round: pages of an
    approval are followed by its list pages, which look like nothing in particular alone.
    """
    if not pages:
        return DocumentReading()
    file = pages[0].file
    kinds = _page_roles(pages)
    approvals = tuple(
        _read_list([page for page, _ in group])
        for is_list, group in groupby(zip(pages, kinds, strict=True), key=lambda item: item[1] in _LIST_KINDS)
        if is_list
    )
    rest = [
        page
        for page, kind in zip(pages, kinds, strict=True)
        if kind not in _LIST_KINDS and kind not in _NEVER_EVIDENCE
    ]
    candidates = mark_records(read_certificates(rest), rest) if rest else ()
    problems = _page_problems(pages, kinds, candidates)
    lost = [
        page
        for page, kind in zip(pages, kinds, strict=True)
        if kind is PaperKind.CERTIFICATE and page.page_number not in problems
    ]
    if lost and not candidates:
        problems[lost[0].page_number] = FileProblem(
            file,
            "no_record_found",
            "看起来是职称证书，但没有读出任何字段。请重新扫描（不低于 200 dpi）后提交。",
        )
    return DocumentReading(
        candidates,
        approvals,
        tuple(problems.values()),
        _others(file, pages, kinds, candidates, set(problems)),
        tuple(read_letter(group) for group in _letter_pages(pages, kinds)),
    )


def _letter_pages(pages: Sequence[PageReading], kinds: Sequence[PaperKind]) -> list[list[PageReading]]:
    """Return the pages of every commitment letter: the one that opens it, and those that go on with it."""
    groups: list[list[PageReading]] = []
    is_open = False
    for page, kind in zip(pages, kinds, strict=True):
        if is_open and continues_letter(page):
            groups[-1].append(page)
            continue
        is_open = kind is PaperKind.COMMITMENT_LETTER
        if is_open:
            groups.append([page])
    return groups


def _read_list(pages: Sequence[PageReading]) -> ApprovalDocument:
    return mark_approval(read_approval(pages), pages)


def _page_problems(
    pages: Sequence[PageReading], kinds: Sequence[PaperKind], candidates: Sequence[CandidateRecord]
) -> dict[int, FileProblem]:
    """Return what keeps pages from being read whole, by page number."""
    used = _used_pages(candidates)
    problems: dict[int, FileProblem] = {}
    for page, kind in zip(pages, kinds, strict=True):
        if kind in _NEVER_EVIDENCE:
            continue
        where = f"第 {page.page_number} 页" if len(pages) > 1 else "该文件"
        is_lost = page.page_number not in used and kind not in _LIST_KINDS and kind is not PaperKind.BLANK
        if is_lost and has_too_few_pixels(page):
            problems[page.page_number] = FileProblem(
                page.file,
                "too_few_pixels",
                f"{where}像素太少（{page.width_px}×{page.height_px}），文字无法辨认。"
                "请重新扫描（不低于 200 dpi）或重新拍照，提交原图而不是缩略图。",
            )
        elif kind is not PaperKind.NO_TEXT and cut_edges(page):
            problems[page.page_number] = FileProblem(
                page.file,
                "page_cut_off",
                f"{where}只拍到证书或文件的一部分，边缘的文字被截断，截断处不能核对。请重新扫描整页后提交。",
            )
    return problems


def _used_pages(candidates: Sequence[CandidateRecord]) -> set[int]:
    return {
        number
        for record in candidates
        for number in range(record.page_number, (record.last_page_number or record.page_number) + 1)
    }


def _page_roles(pages: Sequence[PageReading]) -> list[PaperKind]:
    """Return the kind of every page, list pages counted as part of the approval before them."""
    kinds = [classify_page(page) for page in pages]
    whole = classify_document(kinds)
    roles: list[PaperKind] = []
    begin = 0
    for place, (page, alone) in enumerate(zip(pages, kinds, strict=True)):
        kind = alone
        follows_list = bool(roles) and roles[-1] in _LIST_KINDS
        if kind not in _LIST_KINDS:
            is_plain = kind in _CONTINUATION_KINDS
            if follows_list and (is_plain or _continues_list(_last_of_list(pages, begin, place), page)):
                kind = roles[-1]
            elif not roles and is_plain and whole in _LIST_KINDS:
                kind = whole
        if kind in _LIST_KINDS and not follows_list:
            begin = place
        roles.append(kind)
    # An announcement may mention an approval and the other way round; one file has one such kind.
    if whole in _LIST_KINDS:
        roles = [whole if kind in _LIST_KINDS else kind for kind in roles]
    return roles


def _last_of_list(pages: Sequence[PageReading], begin: int, place: int) -> list[PageReading]:
    """Return the pages of a list that say how it goes on: the first, with its heading, and the last ones.

    Reading all of them again for every page would cost the square of their number.
    """
    return [pages[i] for i in sorted({begin, *range(max(begin, place - _PAGES_TO_GO_ON), place)})]


def _continues_list(before: Sequence[PageReading], page: PageReading) -> bool:
    """Tell whether a page that looks like something else goes on with the list of the pages before it.

    A list with columns 姓名, 性别, 专业, 资格名称 has all the labels of a certificate. What tells them apart
    is how many people the page holds: more, read as a list, than there are certificates on it. A page with
    the last person of a list alone has no labels of its own.
    """
    document = read_approval([*before, page])
    people = sum(
        entry.readings[Field.NAME].place.page_number == page.page_number for entry in document.entries
    )
    if not people:
        return False
    records = read_certificates([page])
    if people == 1:
        return not any(_MARKS_OF_A_CERTIFICATE & record.readings.keys() for record in records)
    complete = sum(len(_OWN_FIELDS & record.readings.keys()) >= _LEAST_OWN_FIELDS for record in records)
    return people > complete


def _others(
    file: str,
    pages: Sequence[PageReading],
    kinds: Sequence[PaperKind],
    candidates: Sequence[CandidateRecord],
    troubled: set[int],
) -> tuple[FileProblem, ...]:
    used = _used_pages(candidates) | troubled
    entries: list[FileProblem] = []
    for page, kind in zip(pages, kinds, strict=True):
        is_first = kind is PaperKind.PUBLIC_NOTICE and not any(e.code == kind.value for e in entries)
        if is_first:
            entries.append(FileProblem(file, kind.value, "该文件是公示，不是批准文件，不能证明已取得资格。"))
        if kind in _LIST_KINDS or kind is PaperKind.CERTIFICATE or page.page_number in used:
            continue
        where = f"第 {page.page_number} 页" if len(pages) > 1 else "该文件"
        entries.append(FileProblem(file, kind.value, f"{where}是{KIND_NAMES[kind]}，不作为核对依据。"))
    return tuple(entries)
