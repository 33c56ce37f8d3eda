"""From what was read of a batch to its result."""

from domain.records import FileProblem
from jobs.documents import DocumentReading
from jobs.judge import Material, judge_without_sheet


def test_without_a_sheet_every_file_is_still_said_to_be_what_it_is() -> None:
    small = FileProblem("缩略图.jpg", "too_few_pixels", "像素太少。")
    blank = FileProblem("空白.jpg", "blank", "空白页。")
    damaged = FileProblem("坏.pdf", "damaged_pdf", "已损坏。")
    system = FileProblem("Thumbs.db", "system_file", "已跳过。")
    papers = {
        small.file: DocumentReading(problems=(small,)),
        blank.file: DocumentReading(others=(blank,)),
    }

    result = judge_without_sheet(Material("批次", (), {}, papers, (damaged,), (system,)))

    assert result.rows == ()
    assert result.batch.unreadable_files == (damaged, small)
    assert result.batch.other_files == (system, blank)
    assert "没有可用的汇总信息表" in result.batch.remarks[0]
