"""Write the three committed sample batches: ``python -m samples.generate``.

The same seeds give the same batches, byte for byte as far as the libraries allow (``reportlab``,
``xlsxwriter``, ``xlwt`` and Pillow write no time of making here).
"""

import argparse
import sys
from pathlib import Path

from samples.batches import write_batch
from samples.fonts import MissingFontError
from samples.plans import BatchPlan

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "batches"

# Together they go through every kind of planted discrepancy: 11 + 11 + 10 in fields, and every role.
SAMPLES: tuple[tuple[int, BatchPlan], ...] = (
    (
        110_107,
        BatchPlan(
            name="01-平板扫描",
            people=22,
            degradations=("scan", "scan", "clean"),
            layouts=("label_value", "provincial", "label_above", "two_pages"),
            approval_layout="table",
            approval_form="text",
            sheet_kind="xlsx",
            planted=11,
            planted_start=0,
            roles=("no_certificate", "not_in_approval", "orphan_in_approval"),
            dpi=150,
            quality=50,
            form_share=0.2,
        ),
    ),
    (
        210_217,
        BatchPlan(
            name="02-灰度复印",
            people=22,
            degradations=("copy",),
            layouts=("booklet_spread", "table_form", "two_pages", "card", "label_value"),
            approval_layout="grid",
            approval_form="scan",
            sheet_kind="csv_gbk",
            planted=11,
            planted_start=11,
            row_shift=3,
            roles=("out_of_scope_before_2010", "duplicate_row", "absent_from_sheet", "orphan"),
            number="mismatch",
            broken=("损坏.jpg", "批复扫描(2).pdf"),
            dpi=150,
            quality=45,
        ),
    ),
    (
        310_327,
        BatchPlan(
            name="03-手机拍照",
            people=22,
            degradations=("photo",),
            layouts=("statement", "bilingual", "card", "booklet_spread"),
            approval_layout="running",
            approval_form="photo",
            sheet_kind="xls",
            planted=10,
            planted_start=22,
            roles=("has_e_certificate", "certificate_used_twice", "orphan_in_approval"),
            broken=("空文件.jpg",),
            as_zip=True,
            dpi=150,
            quality=50,
        ),
    ),
)
"""Seed and plan of each committed batch."""


def write_samples(folder: Path) -> list[Path]:
    """Write all sample batches and their truth into ``folder``; what is there is replaced.

    Raises:
        MissingFontError: A font package is not installed.
    """
    return [write_batch(folder, plan, seed=seed) for seed, plan in SAMPLES]


def main() -> int:
    """Run the command. Returns 0, or 2 when a font is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.generate", description="Write the sample batches."
    )
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    try:
        made = write_samples(folder)
    except MissingFontError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.writelines(f"{path}\n" for path in made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
