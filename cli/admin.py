"""``zhenghe admin``: what whoever holds the machine does without signing in."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from bootstrap.services import open_services, prepare_database
from bootstrap.settings import load_settings
from cli.main import EXIT_CLEAR, EXIT_FINDINGS
from domain.audit import ChainBreak
from domain.offices import OfficeKind
from review.accounts.administrators import create_administrator
from review.labels import gather_labels, write_labels
from storage.audit import AuditLog
from storage.documents import stored_hashes
from storage.store import Store


def run_create(username: str, display_name: str, office_code: str, office_name: str, kind: OfficeKind) -> int:
    """Make the first administrator, with the office at the top; print the one-time password.

    Raises:
        ZhengheError: The name cannot be used or is taken.
    """
    services = open_services(load_settings())
    prepare_database(services)
    password = services.door.hasher.one_time()
    with services.database.begin() as session:
        user, office = create_administrator(
            session,
            username,
            display_name,
            password,
            office_code=office_code,
            office_name=office_name,
            office_kind=kind,
            now=datetime.now(UTC),
        )
    services.close()
    typer.echo(f"已创建管理员 {user.username}（{office.name}）。")
    typer.echo(f"一次性密码：{password.text}")
    typer.echo("请用它登录，首次登录须修改密码。密码只显示这一次。")
    return EXIT_CLEAR


def run_verify_log() -> int:
    """Prove the log whole; exit code 0 when it is, 1 when it is broken."""
    services = open_services(load_settings())
    prepare_database(services)
    with services.database.read() as session:
        log = AuditLog(session)
        outcome, (seq, last_hash) = log.verify(), log.last()
    services.close()
    if isinstance(outcome, ChainBreak):
        typer.secho(outcome.message, fg="red", err=True)
        return EXIT_FINDINGS
    typer.echo(f"操作日志完整：共 {outcome} 条，最后一条序号 {seq}，哈希 {last_hash}。")
    typer.echo("请把这一哈希记在系统以外：以后的日志必须仍含这一条，否则末尾被删过。")
    return EXIT_CLEAR


def run_verify_files() -> int:
    """Check every original against its hash; exit code 0 when all are whole, 1 when some are not."""
    services = open_services(load_settings())
    prepare_database(services)
    with services.database.read() as session:
        expected = stored_hashes(session)
    problems = list(services.files.verify_all(expected))
    services.close()
    for problem in problems:
        typer.secho(f"[{problem.code}] {problem}", fg="red", err=True)
    typer.echo(f"检查了 {len(expected)} 个原件，{len(problems)} 个有问题。")
    return EXIT_FINDINGS if problems else EXIT_CLEAR


def run_export_labels(path: Path) -> int:
    """Write what people decided as labels for ``make calibrate``, without any value of a row.

    Raises:
        ReportNotWritableError: The file cannot be written.
    """
    services = open_services(load_settings())
    prepare_database(services)
    with services.database.read() as session:
        gathered = gather_labels(Store(session, None, datetime.now(UTC)))
    write_labels(gathered.labels, path)
    with services.database.begin() as session:
        AuditLog(session).append(None, "labels.exported", "service", labels=len(gathered.labels))
    services.close()
    wrong = sum(label.is_wrong for label in gathered.labels)
    typer.echo(
        f"已导出 {len(gathered.labels)} 条（其中填错 {wrong} 条），来自 {gathered.batches} 个批次：{path}"
    )
    typer.echo("文件中没有姓名、号码和任何填报内容。")
    if gathered.unfinished:
        typer.echo(f"未计入 {gathered.unfinished} 个批次：还有待复核、待抽查或已退回的行。")
    if gathered.unchecked:
        typer.echo(f"未计入 {gathered.unchecked} 个批次：自动通过的行没有抽查过，不能代表全部。")
    return EXIT_CLEAR
