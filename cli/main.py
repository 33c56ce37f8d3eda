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
