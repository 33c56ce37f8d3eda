"""What is true of a batch as a whole and never held against a single row."""

from collections.abc import Sequence

from domain.document_numbers import DocumentNumber
from domain.fields import Field
from domain.findings import BatchFinding, OrphanCertificate, SharedCertificate, Status
from domain.records import ApprovalDocument, CandidateRecord, PaperKind, SheetTable
from domain.text import fold
from matching.approvals import TableApprovals, names_without_row
from matching.compare import likelihood_ratio

_PLAUSIBLE_RATIO = 2.0
"""A number on paper that may as well say the sheet's (7 to 1) is a reading error, not a mismatch."""


def summarise_batch(
    batch: str,
    tables: Sequence[SheetTable],
    candidates: Sequence[CandidateRecord],
    documents: Sequence[ApprovalDocument],
    *,
    used: set[int],
    approvals_of_tables: Sequence[TableApprovals],
    duplicates: Sequence[tuple[int, ...]],
    shared: Sequence[SharedCertificate],
    common_number_mismatch: Sequence[int],
) -> BatchFinding:
    """Collect the findings about a batch.

    Args:
        batch: Name of the batch.
        tables: Its tables.
        candidates: Its certificates.
        documents: Its approvals and announcements.
        used: Indices of certificates that some row has.
        approvals_of_tables: What was linked, by table.
        duplicates: Groups of row numbers.
        shared: Certificates of several rows.
        common_number_mismatch: Tables whose certificates mostly bear another 批准文号.
    """
    sheet_number, document_number, status = _compare_numbers(tables, documents, approvals_of_tables)
    orphans, copies = _orphans(candidates, used)
    absent, illegible = names_without_row(approvals_of_tables)
    remarks = [
        *(remark for table in tables for remark in table.remarks),
        *_approval_remarks(tables, documents, approvals_of_tables),
        *(_common_remark(tables[t]) for t in common_number_mismatch),
        *_blank_column_remarks(tables),
    ]
    if copies:
        remarks.append(f"有{copies}份证书与已对应的证书内容相同，视为重复扫描。")
    if illegible:
        remarks.append(f"批准文件名单中有{illegible}处姓名未能读清，请对照原件核对。")
    return BatchFinding(
        batch,
        sheet_number,
        document_number,
        status,
        orphans,
        absent,
        _absent_rows(tables, approvals_of_tables),
        tuple(duplicates),
        tuple(shared),
        remarks=tuple(dict.fromkeys(remarks)),
        document_numbers=tuple(d.number for d in documents if d.number is not None),
    )


def _compare_numbers(
    tables: Sequence[SheetTable],
    documents: Sequence[ApprovalDocument],
    approvals: Sequence[TableApprovals],
) -> tuple[str, str, Status]:
    """Compare the number above each table with that of its approval; the worst table is shown."""
    worst: tuple[str, str, Status] | None = None
    gravity = {Status.MATCH: 0, Status.MISSING: 1, Status.MISMATCH: 2}
    valid = [d for d in documents if d.kind is PaperKind.APPROVAL]
    for table, linked in zip(tables, approvals, strict=True):
        # A lone approval that fits neither number nor names is still what was handed in for it.
        own = linked.documents or (tuple(valid) if len(tables) == 1 else ())
        found = _compare_table_number(table, own)
        if worst is None or gravity[found[2]] > gravity[worst[2]]:
            worst = found
    return worst or ("", _written(documents[0]) if documents else "", Status.MISSING)


def _compare_table_number(
    table: SheetTable, documents: Sequence[ApprovalDocument]
) -> tuple[str, str, Status]:
    ours = table.approval_number
    written = table.approval_number_raw or (str(ours) if ours is not None else "")
    numbered = [d for d in documents if d.number is not None or d.number_reading is not None]
    if not numbered or (ours is None and not written):
        return written, _written(numbered[0]) if numbered else "", Status.MISSING
    for document in numbered:
        if ours is not None and _says_number(document, ours):
            return written, _written(document), Status.MATCH
    if all(document.number is None for document in numbered) or ours is None:
        return written, _written(numbered[0]), Status.MISSING
    return written, _written(next(d for d in numbered if d.number is not None)), Status.MISMATCH


def _says_number(document: ApprovalDocument, ours: DocumentNumber) -> bool:
    if document.number is not None and document.number.agrees_with(ours):
        return True
    reading = document.number_reading
    if reading is None or reading.lattice.exact:
        return False
    ratio = likelihood_ratio(Field.APPROVAL_NUMBER, str(ours), reading.lattice, reading.value or reading.raw)
    return ratio <= _PLAUSIBLE_RATIO


def _written(document: ApprovalDocument) -> str:
    if document.number is not None:
        return str(document.number)
    return document.number_reading.raw if document.number_reading is not None else ""


def _orphans(
    candidates: Sequence[CandidateRecord], used: set[int]
) -> tuple[tuple[OrphanCertificate, ...], int]:
    """Return the certificates of nobody, and how many are second scans of a used one."""
    known = {key for j in used for key in _identity(candidates[j])}
    orphans, copies = [], 0
    for j, candidate in enumerate(candidates):
        if j in used:
            continue
        if known.intersection(_identity(candidate)):
            copies += 1
            continue
        name = candidate.readings.get(Field.NAME)
        orphans.append(
            OrphanCertificate(
                candidate.file, candidate.page_number, candidate.slot, name.value if name is not None else ""
            )
        )
    return tuple(orphans), copies


def _identity(candidate: CandidateRecord) -> tuple[tuple[str, ...], ...]:
    """Return what makes two scans one certificate: name and number, or person, title and date."""

    def text(field: Field) -> str:
        reading = candidate.readings.get(field)
        return fold(reading.value) if reading is not None else ""

    keys = (
        ("number", text(Field.NAME), text(Field.CERTIFICATE_NUMBER)),
        ("title", text(Field.NAME), text(Field.ID_NUMBER), text(Field.TITLE), text(Field.GRANTED_ON)),
    )
    return tuple(key for key in keys if all(key))


def _absent_rows(tables: Sequence[SheetTable], approvals: Sequence[TableApprovals]) -> tuple[int, ...]:
    """Return the numbers of rows that no line of the table's approvals names.

    Empty for a table without an approval, and when no list could be read: nobody is absent from a
    list that nobody read.
    """
    return tuple(
        row.row_number
        for table, linked in zip(tables, approvals, strict=True)
        if linked.entries
        for i, row in enumerate(table.rows)
        if i not in linked.links
    )


def _approval_remarks(
    tables: Sequence[SheetTable],
    documents: Sequence[ApprovalDocument],
    approvals: Sequence[TableApprovals],
) -> list[str]:
    remarks = []
    if tables and not any(d.kind is PaperKind.APPROVAL for d in documents):
        remarks.append("本批材料中没有批准文件，各行人员是否获批无法核对，请补交。")
    owned = {id(d) for linked in approvals for d in (*linked.documents, *linked.notices)}
    for document in documents:
        if document.kind is not PaperKind.APPROVAL:
            remarks.append(f"“{document.file}”是公示，不是批准文件，不能作为取得资格的依据。")
        elif id(document) not in owned:
            remarks.append(f"“{document.file}”的文号和名单都与汇总表对不上，请核对是否为本批的批准文件。")
        elif not document.entries:
            remarks.append(f"“{document.file}”中没有读出人员名单，请对照原件核对。")
        remarks += [
            f"“{document.file}”第{check.page_number}页“{check.where}”写明{check.stated}人，"
            f"读出{check.found}人，名单可能漏读或有误。"
            for check in document.counts
            if check.stated != check.found
        ]
    for table, linked in zip(tables, approvals, strict=True):
        if len(tables) > 1 and not linked.documents and documents:
            number = table.approval_number_raw or "未写文号"
            remarks.append(f"汇总表“{table.tab}”（{number}）没有对应的批准文件，请补交。")
    return remarks


def _common_remark(table: SheetTable) -> str:
    number = table.approval_number_raw or str(table.approval_number or "")
    return f"汇总表“{table.tab}”的批准文号“{number}”与多数证书上的批准文号不一致，请核对。"


def _blank_column_remarks(tables: Sequence[SheetTable]) -> list[str]:
    remarks = []
    for table in tables:
        if len(table.rows) < 2:
            continue
        columns = {field for row in table.rows for field in row.cells}
        blank = [
            field.label for field in Field if field in columns and not any(r.value(field) for r in table.rows)
        ]
        if blank:
            remarks.append(f"汇总表“{table.tab}”整列未填写：{'、'.join(blank)}。")
    return remarks
