"""What there is to say about a batch as a whole, in plain Chinese, once for all reports."""

from dataclasses import dataclass

from domain.findings import BatchFinding, Status
from review.export.privacy import mask_numbers_in_name, visible

APPROVAL_NUMBER_WORDS = {
    Status.MATCH: "一致",
    Status.MISMATCH: "不一致",
    Status.MISSING: "缺少，无法核对",
}


@dataclass(frozen=True, slots=True)
class BatchNote:
    """One finding about a batch."""

    group: str
    """Heading under which it is listed."""

    subject: str
    """Whom or what it is about: a name, row numbers, a document number."""

    message: str
    file: str = ""
    page_number: int | None = None
    code: str = ""
    """Stable code of a file's problem."""

    submitted: str = ""
    paper: str = ""
    """The two sides, where two values are compared."""

    is_problem: bool = True
    """False for what is only worth knowing: files that are no evidence."""


def batch_notes(batch: BatchFinding) -> tuple[BatchNote, ...]:
    """List everything found about a batch, gravest group first. ID and telephone numbers are hidden."""
    notes = [*_number_notes(batch), *_people_notes(batch), *_file_notes(batch)]
    return tuple(notes)


def approval_number_words(batch: BatchFinding) -> str:
    """Return 一致, 不一致 or what is missing."""
    return APPROVAL_NUMBER_WORDS[batch.approval_number_status]


def shown(text: str) -> str:
    """Return a file name or sentence about the batch as it may be shown."""
    return visible(mask_numbers_in_name(text))


def rows_in_words(rows: tuple[int, ...]) -> str:
    """Write row numbers: 第3、7行."""
    return f"第{'、'.join(str(row) for row in rows)}行"


def _number_notes(batch: BatchFinding) -> list[BatchNote]:
    sheet, document = shown(batch.sheet_number) or "（无）", shown(batch.document_number) or "（无）"
    if batch.approval_number_status is Status.MATCH:
        return []
    if batch.approval_number_status is Status.MISSING:
        message = "表格或批文缺少批准文号，无法核对。请补上文号，或补交批文原件。"
    else:
        message = "表格上方的批准文号与批文不一致。请核对是否交错批文，或文号填错。"
    return [
        BatchNote("批准文号", f"表格：{sheet}　批文：{document}", message, submitted=sheet, paper=document)
    ]


def _people_notes(batch: BatchFinding) -> list[BatchNote]:
    notes = [
        BatchNote("批文有、表格无", shown(name), "批文名单中有此人，表格中没有。请核对是否漏报。")
        for name in batch.absent_from_sheet
    ]
    if batch.absent_from_approval:
        notes.append(
            BatchNote(
                "表格有、批文无",
                rows_in_words(batch.absent_from_approval),
                "这些行的人在批文名单中没有找到。请核对是否交错批文，或姓名填错。",
            )
        )
    notes += [
        BatchNote("重复填报", rows_in_words(rows), "这些行像是同一个人。请核对后保留一行。")
        for rows in batch.duplicate_rows
    ]
    notes += [
        BatchNote(
            "一证多用",
            rows_in_words(used.rows),
            f"这些行对应同一本证书（第{used.page_number}页第{used.slot}件）。请核对是否错行或少交证书。",
            shown(used.file),
            used.page_number,
        )
        for used in batch.certificate_used_twice
    ]
    notes += [
        BatchNote(
            "证书无人认领",
            shown(orphan.name) or "（姓名看不清）",
            f"该证书（第{orphan.page_number}页第{orphan.slot}件）没有对应的行。请核对是否漏报，或姓名填错。",
            shown(orphan.file),
            orphan.page_number,
        )
        for orphan in batch.orphan_certificates
    ]
    return notes


def _file_notes(batch: BatchFinding) -> list[BatchNote]:
    notes = [
        BatchNote("文件无法读取", "", shown(problem.message), shown(problem.file), code=problem.code)
        for problem in batch.unreadable_files
    ]
    notes += [BatchNote("说明", "", shown(remark)) for remark in batch.remarks]
    notes += [
        BatchNote(
            "其他文件", "", shown(problem.message), shown(problem.file), code=problem.code, is_problem=False
        )
        for problem in batch.other_files
    ]
    return notes
