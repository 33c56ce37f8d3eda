"""Everything an administrator can set, read from the environment (``ZHENGHE_...``)."""

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import SetupError
from ingest.limits import MIB, IngestLimits
from jobs.options import PipelineOptions
from ocr.engine import OcrOptions
from storage.files import S3Options
from storage.sessions import sqlite_url

_DEFAULTS = IngestLimits()


class SettingsError(SetupError):
    """An environment variable has a value that cannot be used."""

    code = "bad_setting"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"环境变量 {name} 的值无效：{reason}。请改正后重试。")


class Settings(BaseSettings):
    """The settings; each is the environment variable ``ZHENGHE_<NAME>`` in capitals."""

    model_config = SettingsConfigDict(env_prefix="ZHENGHE_", frozen=True)

    model_dir: Path = Path(platformdirs.user_cache_dir("zhenghe", appauthor=False)) / "models"
    """Folder of the OCR models; fill it elsewhere and copy it for use without a network."""

    cache_dir: Path = Path(platformdirs.user_cache_dir("zhenghe", appauthor=False)) / "pages"
    """Folder of finished pages. It holds what was read from the paper: protect it like the batches."""

    workers: int = Field(default=max(1, os.cpu_count() or 1), ge=1, le=512)
    """Worker processes; each wants a core and about 1 GB of memory."""

    usage_dir: Path | None = None
    """Folder in which every worker logs processor time and memory after each page, for benches."""

    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the OCR models; ``auto`` takes the faster one where the processor has it."""

    page_timeout_seconds: float = Field(default=180.0, gt=1, le=36_000)
    worker_memory_mib: int = Field(default=8192, ge=2048)
    max_file_mib: int = Field(default=_DEFAULTS.max_file_bytes // MIB, ge=1)
    max_unpacked_mib: int = Field(default=_DEFAULTS.max_unpacked_bytes // MIB, ge=1)
    max_files: int = Field(default=_DEFAULTS.max_files, ge=1)
    max_pages: int = Field(default=_DEFAULTS.max_pages, ge=1)
    max_pixels: int = Field(default=_DEFAULTS.max_pixels, ge=100_000)
    max_cells: int = Field(default=_DEFAULTS.max_cells, ge=100)
    max_rows: int = Field(default=_DEFAULTS.max_rows, ge=10)
    render_dpi: int = Field(default=_DEFAULTS.render_dpi, ge=72, le=600)

    data_dir: Path = Path(platformdirs.user_data_dir("zhenghe", appauthor=False))
    """Folder of the service: database, originals, uploads. Back it up; protect it like the batches."""

    database_url: SecretStr | None = None
    """PostgreSQL, where several machines share the work; else a file in ``data_dir``."""

    host: str = "127.0.0.1"
    """Address that the service listens on."""

    port: int = Field(default=8000, ge=1, le=65_535)
    web_dir: Path = Path(__file__).resolve().parent.parent / "web" / "dist"
    """Folder of the pages for the browser, as ``make web`` builds them."""

    trusted_proxies: str = "127.0.0.1"
    """Addresses, with commas between, whose word on the caller's address is believed."""

    files_url: str | None = None
    """``s3://bucket/prefix`` for originals on an S3-compatible store; else a folder in ``data_dir``."""

    s3_access_key_id: str = ""
    s3_secret_access_key: SecretStr = SecretStr("")
    s3_endpoint: str | None = None
    """Address of the S3-compatible store, ``https://...``."""

    s3_region: str = "us-east-1"
    disk_reserve_mib: int = Field(default=1024, ge=1)
    """Room that stays free on the disk; uploads beyond it are refused."""

    images_mib: int = Field(default=2048, ge=16)
    """Room for pictures of pages that people looked at; those not looked at for longest go first."""

    @property
    def packages_dir(self) -> Path:
        """Hand-over packages while they are made, sent or taken in."""
        return self.data_dir / "scratch" / "packages"

    def s3_options(self) -> S3Options | None:
        """Return how to reach the S3-compatible store, ``None`` for a folder."""
        if self.files_url is None:
            return None
        return S3Options(
            access_key_id=self.s3_access_key_id,
            secret_access_key=self.s3_secret_access_key.get_secret_value(),
            endpoint=self.s3_endpoint,
            region=self.s3_region,
        )

    def database(self) -> str:
        """Return the URL of the service's database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return sqlite_url(self.data_dir / "zhenghe.sqlite")

    def to_options(self) -> PipelineOptions:
        """Translate into what the pipeline takes."""
        return PipelineOptions(
            model_dir=self.model_dir,
            cache_dir=self.cache_dir,
            workers=self.workers,
            usage_dir=self.usage_dir,
            ocr=OcrOptions() if self.precision == "auto" else OcrOptions(precision=self.precision),
            page_timeout_seconds=self.page_timeout_seconds,
            worker_memory_bytes=self.worker_memory_mib * MIB,
            limits=IngestLimits(
                max_file_bytes=self.max_file_mib * MIB,
                max_unpacked_bytes=self.max_unpacked_mib * MIB,
                max_files=self.max_files,
                max_pages=self.max_pages,
                max_pixels=self.max_pixels,
                max_cells=self.max_cells,
                max_rows=self.max_rows,
                render_dpi=self.render_dpi,
            ),
        )


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: A value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"ZHENGHE_{str(first['loc'][0]).upper()}"
        raise SettingsError(name, str(first["msg"])) from error
