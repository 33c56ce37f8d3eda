"""What must be in order before a batch is passed on; every missing thing is named at once."""

from collections.abc import Sequence

from domain.accounts import Actor
from domain.batches import Batch, Holding
from domain.document_numbers import parse_document_number
from domain.findings import BatchFinding, Status
from domain.way import BatchState, GateCode, GateItem, RecheckState, RowState
from review.final_rows import TableNumbers, final_rows, settled_number
from review.letter_of_batch import content_hash, uploaded_letters
from storage.store import Store


def find_missing(store: Store, batch: Batch, actor: Actor | None = None) -> list[GateItem]:
    """Return what keeps a batch from being passed on by an actor.

    An office that took a batch over passes it on as it is: rows are locked, and what its owner had to see to
    was seen to.

    Args:
        store: Of the actor.
        batch: As it is now, locked if it is about to be passed on.
        actor: Who would pass it on; without one, four eyes are not looked at.
    """
    missing: list[GateItem] = []
    if batch.owner_id == batch.holder_id:
        missing += _of_rows(store, batch)
        missing += _of_papers(store, batch)
    here = store.offices.get(batch.holder_id)
    if here.parent_id is None:
        missing.append(
            GateItem(GateCode.NO_NEXT_OFFICE, "您的单位没有上级单位，批次已在终点，不需要再报送。")
        )
    elif not store.offices.get(here.parent_id).is_active:
        missing.append(
            GateItem(GateCode.NO_NEXT_OFFICE, "上级单位的账号已停用，不能报送。请联系上级单位的管理员。")
        )
    if actor is not None and store.settings_of(here.path).four_eyes:
        own = store.rows.deciders(batch.id).get(actor.user_id, 0)
        if own:
            missing.append(
                GateItem(
                    GateCode.FOUR_EYES,
                    f"您本人决定过其中 {own} 行，按双人复核要求，须由另一位负责人报送。",
                    own,
                )
            )
    return missing


def _of_rows(store: Store, batch: Batch) -> list[GateItem]:
    if batch.run_id is None or batch.state is BatchState.CHECKING:
        return [GateItem(GateCode.NOT_CHECKED, "批次还没有核对完成。请先开始核对，等核对结束。")]
    counts = store.batches.count_rows(batch.id)
    if not counts:
        return [GateItem(GateCode.NOT_CHECKED, "批次中没有可核对的行。请上传汇总信息表后重新核对。")]
    missing = []
    waiting, sent_back = counts.get(RowState.WAITING.value, 0), counts.get(RowState.SENT_BACK.value, 0)
    if waiting:
        missing.append(GateItem(GateCode.ROWS_UNDECIDED, f"还有 {waiting} 行没有决定，请先复核。", waiting))
    if sent_back:
        missing.append(
            GateItem(
                GateCode.ROWS_SENT_BACK,
                f"还有 {sent_back} 行被退回，等待经办人补正。请更换扫描件或表格后重新核对，或重新决定。",
                sent_back,
            )
        )
    rechecks = store.rows.count_recheck(batch.id).get(RecheckState.WAITING, 0)
    if rechecks:
        missing.append(
            GateItem(GateCode.RECHECK_UNFINISHED, f"抽查的 {rechecks} 行还没有看完，请先完成抽查。", rechecks)
        )
    opinions = store.rows.count_open_opinions(batch.id)
    if opinions:
        missing.append(
            GateItem(GateCode.SECOND_OPINION_OPEN, f"有 {opinions} 行在等待第二人意见，请先处理。", opinions)
        )
    return missing


def _of_papers(store: Store, batch: Batch) -> list[GateItem]:
    known = store.documents.list_page(batch.id, active_only=False)
    documents = [document for document in known if document.is_active]
    has_approval = any(Holding.APPROVAL in document.holds for document in documents)
    missing = []
    unfinished = tuple(document.id for document in documents if not document.state.is_finished)
    if unfinished:
        missing.append(
            GateItem(
                GateCode.FILES_UNFINISHED,
                f"还有 {len(unfinished)} 个文件没有读完，请稍候。",
                len(unfinished),
                unfinished,
            )
        )
    if batch.run_id is not None:
        run, finding = store.batches.get_run(batch.run_id)
        compared = set(run.documents)
        if run.revision != batch.revision:
            missing.append(
                GateItem(
                    GateCode.NOT_CHECKED,
                    "上次核对之后有文件重新读取、改换了证书，或核对被停止。请重新核对，等核对结束。",
                )
            )
        fresh = tuple(
            document.id
            for document in documents
            if document.id not in compared
            and document.state.is_finished
            and not _is_letter_only(document.holds)
        )
        gone = sum(
            document.id in compared and not document.is_active and not _is_letter_only(document.holds)
            for document in known
        )
        if fresh or gone:
            missing.append(
                GateItem(
                    GateCode.NOT_CHECKED,
                    f"上次核对之后文件有变动（新增 {len(fresh)} 个，移除或更换 {gone} 个）。请重新核对。",
                    len(fresh) + gone,
                    fresh,
                )
            )
        is_settled = bool(settled_number(store, batch))
        # Without a row, or without an approval for a number, that is what is missing.
        is_comparable = bool(store.batches.count_rows(batch.id)) and (
            has_approval or not finding.sheet_number
        )
        if finding.approval_number_status is not Status.MATCH and is_comparable and not is_settled:
            sentence = _number_sentence(finding, _uploaded_numbers(store, batch))
            missing.append(GateItem(GateCode.APPROVAL_NUMBER_MISMATCH, sentence))
        elif is_settled and (others := _other_numbers_in_doubt(store, batch, finding)):
            missing.append(GateItem(GateCode.APPROVAL_NUMBER_MISMATCH, _others_sentence(others), len(others)))
    if not has_approval:
        missing.append(
            GateItem(GateCode.APPROVAL_MISSING, "没有批准文件原件。请上传批准文件（PDF 或扫描件）。")
        )
    return missing + _of_letter(store, batch)


def _other_numbers_in_doubt(store: Store, batch: Batch, finding: BatchFinding) -> list[str]:
    """Return 批准文号 of further tables that no approval has.

    A check names the worst of several tables, and one word settles that one: it says nothing of the others.
    """
    settled = TableNumbers.of(store, batch).settled
    written = {final.number for final in final_rows(store, batch)} - {settled}
    return sorted(number for number in written if not _is_in_an_approval(number, finding))


def _is_in_an_approval(written: str, finding: BatchFinding) -> bool:
    number = parse_document_number(written)
    return number is not None and any(known.agrees_with(number) for known in finding.document_numbers)


def _others_sentence(numbers: Sequence[str]) -> str:
    told = "、".join(f"“{number}”" for number in numbers)
    return f"另有表格的批准文号{told}在批准文件中没有。请补交对应的批准文件，或改正表格后重新核对。"


def _of_letter(store: Store, batch: Batch) -> list[GateItem]:
    letters = uploaded_letters(store, batch)
    if not letters:
        return [
            GateItem(
                GateCode.LETTER_MISSING,
                "没有盖章的承诺书（附件3）。请下载本批次的承诺书，打印、盖章后扫描上传。",
            )
        ]
    if any(not letter.problems for letter in letters):
        return []
    confirmed = batch.letter_decision or {}
    # A word about the letter is a word about the rows that it vouched for then.
    if confirmed and confirmed.get("content") == content_hash(store, batch):
        seen = [letter for letter in letters if letter.document.id == confirmed.get("document")]
        if any(not _FATAL & {problem.code for problem in letter.problems} for letter in seen):
            return []
    best = min(letters, key=lambda letter: len(letter.problems))
    sentences = "".join(problem.sentence for problem in best.problems)
    return [
        GateItem(
            GateCode.LETTER_NOT_IN_ORDER,
            f"承诺书“{best.document.name}”不能通过：{sentences}",
            len(best.problems),
            (best.document.id,),
        )
    ]


def _uploaded_numbers(store: Store, batch: Batch) -> list[str]:
    """Return the 批准文号 that were read on approvals."""
    approvals = (one for _, one in store.documents.find_approvals(batch.id))
    return sorted({one.number for one in approvals if one.number and not one.is_public_notice})


def _number_sentence(finding: BatchFinding, uploaded: Sequence[str]) -> str:
    if finding.approval_number_status is Status.MISMATCH:
        return (
            f"表格的批准文号“{finding.sheet_number}”与批准文件的“{finding.document_number}”不一致。"
            "请改正表格后重新核对；属识别错误的，请核对人看图确认并写明理由。"
        )
    if finding.sheet_number and not finding.document_number and uploaded:
        return (
            f"表格的批准文号“{finding.sheet_number}”没有对应的批准文件，已上传的是“{'、'.join(uploaded)}”。"
            "请补交批准文件，或改正表格后重新核对；属识别错误的，请核对人看图确认并写明理由。"
        )
    lacking = "批准文件上没有读出批准文号" if finding.sheet_number else "表格上没有填写批准文号"
    return f"{lacking}，无法比对。请补齐后重新核对；纸件上看得清的，请核对人看图确认并写明理由。"


_FATAL = frozenset({"not_a_letter", "personal_letter", "code_of_older_data", "code_of_another_batch"})
"""What no look at the paper can settle: another letter is needed."""


def _is_letter_only(holds: tuple[Holding, ...]) -> bool:
    return set(holds) == {Holding.LETTER}
