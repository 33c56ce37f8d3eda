"""Zip files as Chinese Windows makes them: GBK names without the flag that would say UTF-8."""

import shutil
import zipfile
from pathlib import Path

_UTF8_FLAG = 0x800
_MADE = (2021, 4, 12, 9, 30, 0)


class _GbkEntry(zipfile.ZipInfo):
    """An entry whose name is stored in GBK."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the hook of ``zipfile`` has this name
        return self.filename.encode("gb18030"), self.flag_bits & ~_UTF8_FLAG


def zip_in_gbk(folder: Path) -> Path:
    """Pack a folder into ``<folder>.zip`` and remove it. Equal folders give equal bytes."""
    target = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            entry = _GbkEntry(path.relative_to(folder).as_posix(), _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    shutil.rmtree(folder)
    return target
