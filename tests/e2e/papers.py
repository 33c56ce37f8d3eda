"""Sixty small files of one batch: most say in a text layer what they are, a few must be recognised."""

import random
from datetime import timedelta
from pathlib import Path

from samples.approvals import ApprovalText, draw_approval
from samples.archives import zip_in_gbk
from samples.extras import BROKEN_FILES
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen
from samples.layouts.style import draw_style
from samples.office import draw_office, sheet_cells
from samples.paper import draw_image
from samples.pdf_files import jpeg_bytes, write_text_pdf
from samples.sheets import draw_habits, write_sheet

PEOPLE = 48
PICTURES = 5
"""People whose certificate is a picture."""

ZIPPED = 3
"""People whose certificates lie in one zip."""

ARCHIVE = "证书.zip"
BROKEN = {
    "损坏.jpg": "truncated_image",
    "批复扫描(2).pdf": "damaged_pdf",
    "空白.pdf": "damaged_pdf",
    "目录.zip": "damaged_archive",
}
"""Files that cannot be read, and the code that says why."""

NOTES = 8
"""Files that are no evidence."""

_DPI = 100


def write_files(folder: Path, *, seed: int) -> dict[str, Path]:
    """Write sixty files into an empty folder; return them by their name in the batch.

    Raises:
        MissingFontError: A font package is not installed.
    """
    chance = random.Random(seed)
    faces, office = FONT_SETS["samples"], draw_office(chance, employers=4)
    style = draw_style(chance, faces)
    records = [office.draw_record(chance) for _ in range(PEOPLE)]
    zipped = folder / "证书"
    (folder / "certificates").mkdir()
    zipped.mkdir()
    for number, record in enumerate(records):
        # Of this layout every text layer is believed, so that the reading takes a fraction of a second.
        papers = LAYOUTS["table_form"](Pen(record, style, chance))
        if number < PICTURES:
            picture = jpeg_bytes(draw_image(papers[0], dpi=_DPI), quality=80)
            (folder / "certificates" / f"{number}.jpg").write_bytes(picture)
        else:
            place = zipped if number >= PEOPLE - ZIPPED else folder / "certificates"
            write_text_pdf(place / f"{number}.pdf", papers)
    zip_in_gbk(zipped)
    session = office.template
    approval = ApprovalText(
        number=session.approval_number,
        authority=session.issuer,
        committee=session.committee,
        reviewed_on=session.granted_on,
        signed_on=session.granted_on + timedelta(days=20),
        people=tuple(records),
        layout="table",
    )
    write_text_pdf(folder / "批复.pdf", draw_approval(approval, faces, chance).papers)
    write_sheet(
        folder / "附件2.xlsx",
        [sheet_cells(record) for record in records],
        session.approval_number,
        draw_habits(chance, "xlsx"),
        title="职称汇总信息表",
    )
    for name in ("损坏.jpg", "批复扫描(2).pdf"):
        BROKEN_FILES[name](folder / name)
    (folder / "空白.pdf").write_bytes(b"%PDF-1.4\n" + bytes(400))
    (folder / "目录.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    for number in range(NOTES):
        (folder / f"说明{number}.txt").write_text(f"说明 {number}\n" * 50, "utf-8")
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    # Uploaded in any order: the sheet is no more likely to come first than a certificate.
    names = sorted(files)
    chance.shuffle(names)
    return {name: files[name] for name in names}
