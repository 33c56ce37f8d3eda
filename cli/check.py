"""``zhenghe check``."""

from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.main import EXIT_CLEAR, EXIT_FAILED, EXIT_FINDINGS
from cli.wiring import BarProgress, make_console, make_options
from domain.errors import InputError
from domain.findings import BatchResult, Status, Verdict
from jobs.check import CheckOutcome, check_batches
from jobs.memory import keep_for_good
from review.export import findings_table, write_findings, write_report, write_workbook
from storage.page_cache import PageCache


class OutputFolderError(InputError):
    """The reports cannot be written."""

    code = "output_unwritable"

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"无法写入报告文件夹 {folder}：{reason}。请换一个可写的文件夹，或关闭正打开的旧报告。"
        )


def run_check(
    sources: list[Path], out: Path, *, workers: int | None, cache: Path | None, show_table: bool
) -> int:
    """Check batches, write the reports, print the table; return the exit code.

    Raises:
        SetupError: The installation is incomplete.
        OutputFolderError: The folder cannot be made.
        ReportNotWritableError: A report cannot be written.
    """
    keep_for_good()
    options = make_options(workers=workers, cache=cache)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFolderError(out, error.strerror or str(error)) from error
    with closing(PageCache(options.cache_dir)) as page_cache, BarProgress() as progress:
        done = check_batches(sources, options=options, cache=page_cache, progress=progress)
    _write_reports(done, out)
    console = make_console()
    if show_table:
        console.print(_table(done.results))
    _print_summary(console, done, out)
    for sentence in done.failures:
        Console(stderr=True).print(sentence, style="red", markup=False)
    if done.failures:
        return EXIT_FAILED
    return EXIT_CLEAR if all(_is_clear(result) for result in done.results) else EXIT_FINDINGS


def _write_reports(done: CheckOutcome, out: Path) -> None:
    write_findings(done.results, out / "findings.jsonl")
    write_workbook(done.results, done.tables, out / "report.xlsx")
    write_report(done.results, done.crops, out / "report.html", generated_with=f"证核 {version('zhenghe')}")


def _table(results: tuple[BatchResult, ...]) -> Table:
    table = Table(title="需要处理的结果", show_lines=False)
    for heading in ("批次", "行", "姓名", "结论", "项目", "表中", "纸面", "说明"):
        table.add_column(heading, overflow="fold")
    for line in findings_table(results):
        cells = (
            line.batch,
            line.row,
            line.name,
            line.verdict,
            line.field,
            line.submitted,
            line.paper,
            line.why,
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _print_summary(console: Console, done: CheckOutcome, out: Path) -> None:
    counts = dict.fromkeys(Verdict, 0)
    for result in done.results:
        for row in result.rows:
            counts[row.verdict] += 1
    console.print(
        f"通过 {counts[Verdict.CLEAR]} 行，待核 {counts[Verdict.REVIEW]} 行，"
        f"退回 {counts[Verdict.REJECT]} 行；识别 {done.pages_read} 页，取自缓存 {done.pages_from_cache} 页。"
    )
    for result in done.results:
        for problem in result.batch.unreadable_files:
            console.print(
                f"  {result.batch.batch}/{problem.file} [{problem.code}] {problem.message}", markup=False
            )
    console.print(
        f"报告：{out / 'report.html'}、{out / 'report.xlsx'}、{out / 'findings.jsonl'}", markup=False
    )


def _is_clear(result: BatchResult) -> bool:
    finding = result.batch
    return (
        all(row.verdict is Verdict.CLEAR for row in result.rows)
        and finding.approval_number_status is Status.MATCH
        and not any(
            (
                finding.orphan_certificates,
                finding.absent_from_sheet,
                finding.absent_from_approval,
                finding.duplicate_rows,
                finding.certificate_used_twice,
                finding.unreadable_files,
            )
        )
    )
