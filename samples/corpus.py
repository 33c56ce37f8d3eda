"""Whole batches: sheet, approval, certificates, rubbish, and the truth about all of it."""

import json
import random
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from samples import extras
from samples.approvals import APPROVAL_LAYOUTS, ApprovalText, DrawnApproval, draw_approval
from samples.certificate_files import CertificateFiles, DrawnCertificate
from samples.degrade import degrade
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen, provincial
from samples.layouts.style import draw_style
from samples.paper import Faces, draw_image
from samples.pdf_files import jpeg_bytes, write_scanned_pdf, write_text_pdf
from samples.people import draw_person
from samples.planting import Entry, change_form, plant_fields, plant_row_shift
from samples.records import TitleRecord
from samples.sheets import SHEET_KINDS, draw_habits, write_sheet
from samples.words import (
    JUNIOR,
    LEVEL_WORDS,
    MIDDLE,
    PLACES,
    SENIOR,
    SERIES,
    Place,
    Series,
    committee_of,
    draw_employer,
)

_SUFFIXES = {"xlsx": ".xlsx", "xls": ".xls", "ods": ".ods", "csv_gbk": ".csv", "csv_utf8": ".csv"}
ROLES = (
    "no_certificate",
    "not_in_approval",
    "out_of_scope_before_2010",
    "has_e_certificate",
    "duplicate_row",
    "certificate_used_twice",
    "orphan",
    "orphan_in_approval",
    "absent_from_sheet",
)
"""What can be wrong with a whole row, certificate or name."""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch is to be like."""

    name: str
    people: int
    degradations: tuple[str, ...] = ("clean", "scan", "photo")
    layouts: tuple[str, ...] = tuple(LAYOUTS)
    font_set: str = "samples"
    approval_layout: str = "table"
    approval_form: str = "text"
    """``text`` for a PDF with text, or a degradation for a scanned one."""
    sheet_kind: str = "xlsx"
    planted: int = 6
    """Discrepancies in single fields."""
    row_shift: int = 0
    """Length of a run of shifted certificate numbers."""
    roles: tuple[str, ...] = ()
    """Members of ``ROLES``, each as often as it is to happen."""
    number: str = "match"
    """``match``, ``mismatch`` or ``missing``: the 批准文号 of the sheet against the document's."""
    broken: tuple[str, ...] = ()
    """Members of ``extras.BROKEN_FILES``."""
    extras: bool = True
    as_zip: bool = False
    dpi: int = 200
    quality: int = 75
    planted_start: int = 0
    form_share: float = 0.1


@dataclass(slots=True)
class _Batch:
    """The batch being made."""

    plan: BatchPlan
    folder: Path
    chance: random.Random
    place: Place
    series: Series
    faces: Faces
    template: TitleRecord
    entries: list[Entry] = field(default_factory=list)
    certificates: list[DrawnCertificate] = field(default_factory=list)
    approved: list[TitleRecord] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    absent_from_sheet: list[str] = field(default_factory=list)
    other_files: list[str] = field(default_factory=list)


def write_corpus(
    out: Path,
    *,
    seed: int,
    people: int,
    degradations: Sequence[str] = ("clean", "scan", "photo"),
    planted: float = 0.3,
    font_set: str = "held_out",
    batch_size: int = 24,
) -> list[Path]:
    """Write many batches that differ in everything an office can choose.

    Every batch comes as ``<out>/<name>/`` or ``<out>/<name>.zip`` with ``<out>/<name>.truth.json`` beside it.

    Args:
        out: Folder to write to; batches already there are replaced.
        seed: Equal seeds give equal corpora.
        people: Rows in all batches together, at least.
        degradations: In equal parts over all certificates.
        planted: Discrepancies in single fields, as a share of the rows; row-level ones come on top.
        font_set: Key of ``FONT_SETS``.
        batch_size: People in each batch.

    Returns:
        The batches, folder or zip.
    """
    chance = random.Random(f"corpus {seed}")
    count = max(1, -(-people // batch_size))
    names = list(LAYOUTS)
    per_batch = max(1, round(planted * batch_size))
    made = []
    for index in range(count):
        roles = tuple(ROLES[(index * 4 + k) % len(ROLES)] for k in range(4)) if planted else ()
        forms = ("text", *degradations)
        plan = BatchPlan(
            name=f"批次{index + 1:02d}",
            people=batch_size,
            degradations=tuple(
                degradations[(index + k) % len(degradations)] for k in range(len(degradations))
            ),
            layouts=tuple(names[(index + k * 2) % len(names)] for k in range(5)),
            font_set=font_set,
            approval_layout=APPROVAL_LAYOUTS[index % len(APPROVAL_LAYOUTS)],
            approval_form=forms[index // len(APPROVAL_LAYOUTS) % len(forms)],
            sheet_kind=SHEET_KINDS[index % len(SHEET_KINDS)],
            planted=per_batch if planted else 0,
            row_shift=3 if planted and index % 4 == 1 else 0,
            roles=roles,
            number=("match", "match", "match", "mismatch", "match", "match", "missing")[index % 7]
            if planted
            else "match",
            broken=tuple(extras.BROKEN_FILES)[index % 4 : index % 4 + 1] if planted else (),
            as_zip=index % 5 == 4,
            planted_start=index * per_batch,
        )
        made.append(write_batch(out, plan, seed=chance.randrange(2**31)))
    return made


def write_batch(out: Path, plan: BatchPlan, *, seed: int) -> Path:
    """Write one batch and its truth. Returns its folder or zip."""
    chance = random.Random(seed)
    folder = out / plan.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    batch = _begin(plan, folder, chance)
    _draw_people(batch)
    approval = _draw_approval(batch)
    known = _approval_fields(plan.approval_layout)
    for entry in batch.entries:
        if any(entry.record is r for r in batch.approved):
            entry.approval_fields = known
    chance.shuffle(batch.entries)
    if plan.row_shift:
        plant_row_shift(batch.entries, plan.row_shift, chance)
    plant_fields(batch.entries, plan.planted, chance, start=plan.planted_start)
    change_form(batch.entries, plan.form_share, chance)
    _repeat_rows(batch)
    files = CertificateFiles(folder, chance, dpi=plan.dpi, quality=plan.quality)
    places = files.write(batch.certificates)
    approval_file = _write_approval(batch, approval)
    sheet_file, rows = _write_sheet(batch)
    _write_extras(batch)
    truth = _truth(batch, places, approval, approval_file, sheet_file, rows)
    (out / f"{plan.name}.truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    return _zip_up(folder) if plan.as_zip else folder


def _begin(plan: BatchPlan, folder: Path, chance: random.Random) -> _Batch:
    place, series = chance.choice(PLACES), chance.choice(SERIES)
    top = chance.choice((SENIOR, MIDDLE, MIDDLE))
    reviewed = date(chance.randrange(2010, 2018), chance.randrange(9, 13), chance.randrange(1, 29))
    signed = reviewed + timedelta(days=chance.randrange(12, 70))
    issued = signed + timedelta(days=chance.randrange(5, 120))
    number = f"{place.agency}〔{signed.year}〕{chance.randrange(3, 460)}号"
    template = TitleRecord(
        person=draw_person(chance), employer="", series=series, rank=top, level="", specialty="", title="",
        committee=committee_of(series, top, place), granted_on=reviewed, issued_on=issued, certificate_number="",
        issuer=place.authority, approval_number=number, place=place,
    )  # fmt: skip
    return _Batch(plan, folder, chance, place, series, FONT_SETS[plan.font_set], template)


def _record(batch: _Batch, *, name: str | None = None, granted: date | None = None) -> TitleRecord:
    chance, template = batch.chance, batch.template
    rank = template.rank if chance.random() < 0.7 or template.rank == SENIOR else JUNIOR
    granted = granted or template.granted_on
    return TitleRecord(
        person=draw_person(chance, name=name),
        employer=chance.choice(_employers(batch)),
        series=batch.series,
        rank=rank,
        level=_level_words(batch)[rank],
        specialty=chance.choice(batch.series.specialties),
        title=batch.series.titles[rank],
        committee=template.committee,
        granted_on=granted,
        issued_on=template.issued_on if granted == template.granted_on else granted + timedelta(days=93),
        certificate_number=_certificate_number(batch, granted),
        issuer=template.issuer,
        approval_number=template.approval_number,
        place=batch.place,
    )


def _level_words(batch: _Batch) -> tuple[str, str, str]:
    return LEVEL_WORDS[len(batch.plan.name + batch.place.city) % 2]


def _employers(batch: _Batch) -> list[str]:
    pool = random.Random(f"{batch.plan.name}{batch.template.approval_number}")
    return [draw_employer(pool, batch.series, batch.place) for _ in range(max(4, batch.plan.people // 3))]


def _certificate_number(batch: _Batch, granted: date) -> str:
    pattern = random.Random(batch.template.approval_number).choice(
        (
            "{y}61{s:06d}",
            "SZ{y}{s:05d}",
            "{yy}{s:07d}",
            "6107{y}GB{s:05d}",
            "C{yy}0{s:06d}",
            "{y}-{s:05d}",
            "{s:08d}",
        )
    )
    return pattern.format(y=granted.year, yy=granted.year % 100, s=batch.chance.randrange(100, 99999))


def _draw_people(batch: _Batch) -> None:
    """Draw rows, certificates and the approval list, with everything that is wrong about whole rows."""
    plan, chance = batch.plan, batch.chance
    roles = list(plan.roles)
    styles = {layout: [draw_style(chance, batch.faces) for _ in range(2)] for layout in plan.layouts}
    damage = [plan.degradations[k % len(plan.degradations)] for k in range(plan.people + len(roles))]
    for index in range(
        plan.people + sum(r in {"orphan", "orphan_in_approval", "absent_from_sheet"} for r in roles)
    ):
        role = roles[index] if index < len(roles) else ""
        # A namesake or two in every batch, as in every office.
        name = batch.entries[-1].record.person.name if index in (plan.people // 2, plan.people - 2) else None
        granted = {
            "out_of_scope_before_2010": date(2008, 11, 20),
            "has_e_certificate": date(2019, 6, 25),
        }.get(role)
        record = _record(batch, name=name, granted=granted)
        entry = Entry(record, _cells(record), {})
        if role not in {"no_certificate", "absent_from_sheet"}:
            layout = chance.choice(plan.layouts)
            style = chance.choice(styles[layout])
            entry.certificate = len(batch.certificates)
            batch.certificates.append(_certificate(record, layout, style, damage[index], role, chance))
            entry.printed = batch.certificates[-1].printed
        _apply_role(batch, entry, role)


def _certificate(
    record: TitleRecord, layout: str, style: object, damage: str, role: str, chance: random.Random
) -> DrawnCertificate:
    pen = Pen(record, style, chance)  # type: ignore[arg-type]
    if role == "has_e_certificate":
        return DrawnCertificate("provincial", damage, provincial(pen, electronic=True), pen.printed)
    return DrawnCertificate(layout, damage, LAYOUTS[layout](pen), pen.printed)


def _apply_role(batch: _Batch, entry: Entry, role: str) -> None:
    record = entry.record
    if role not in {"not_in_approval", "out_of_scope_before_2010", "has_e_certificate", "orphan"}:
        batch.approved.append(record)
    if role in {"orphan", "orphan_in_approval"} and entry.certificate is not None:
        batch.orphans.append(entry.certificate)
    if role in {"orphan_in_approval", "absent_from_sheet"}:
        batch.absent_from_sheet.append(record.person.name)
    if role in {"orphan", "orphan_in_approval", "absent_from_sheet"}:
        return
    batch.entries.append(entry)
    if role in {"no_certificate", "not_in_approval"}:
        entry.plant(None, role)
    elif role == "out_of_scope_before_2010":
        entry.plant("granted_on", role, true=record.text("granted_on"))
        entry.plant(None, "not_in_approval")
    elif role == "has_e_certificate":
        entry.plant(None, role)
        entry.plant(None, "not_in_approval")
    elif role == "duplicate_row" or role == "certificate_used_twice":
        entry.plant(None, role, secondary=True)


def _repeat_rows(batch: _Batch) -> None:
    """Append the rows that repeat another one's person or certificate."""
    for entry in list(batch.entries):
        kinds = {str(p["kind"]) for p in entry.planted}
        if "duplicate_row" in kinds:
            copy = Entry(
                entry.record,
                dict(entry.cells),
                entry.printed,
                entry.approval_fields,
                certificate=entry.certificate,
            )
            copy.plant(None, "duplicate_row")
            batch.entries.append(copy)
        elif "certificate_used_twice" in kinds:
            other = draw_person(batch.chance, name=entry.record.person.name)
            cells = dict(entry.cells) | {
                "gender": other.gender, "id_number": other.id_number, "birth_date": other.birth.isoformat(),
                "phone": other.phone,
            }  # fmt: skip
            copy = Entry(entry.record, cells, {}, certificate=None)
            copy.plant(None, "certificate_used_twice")
            batch.entries.append(copy)


def _cells(record: TitleRecord) -> dict[str, str]:
    fields = [
        "employer",
        "name",
        "gender",
        "id_number",
        "birth_date",
        "level",
        "series",
        "specialty",
        "title",
        "granted_on",
        "certificate_number",
        "issued_on",
        "issuer",
        "committee",
    ]
    cells = {name: record.text(name) for name in fields}
    return cells | {"id_type": "居民身份证", "certificate_status": "已办理", "phone": record.person.phone}


def _approval_fields(layout: str) -> frozenset[str]:
    return {
        "table": frozenset({"name", "gender", "employer", "specialty", "title"}),
        "grid": frozenset({"name", "title"}),
        "running": frozenset({"name", "specialty", "title"}),
    }[layout]


def _draw_approval(batch: _Batch) -> DrawnApproval:
    people = list(batch.approved)
    batch.chance.shuffle(people)
    template = batch.template
    signed = template.granted_on + timedelta(days=12)
    text = ApprovalText(
        template.approval_number, template.issuer, template.committee, template.granted_on, signed, tuple(people),
        batch.plan.approval_layout,
    )  # fmt: skip
    return draw_approval(text, batch.faces, batch.chance)


def _write_approval(batch: _Batch, approval: DrawnApproval) -> str:
    name = batch.chance.choice(("批复.pdf", "批准文件/职称批复原件.pdf", f"{batch.place.agency}批文.pdf"))
    path = batch.folder / name
    path.parent.mkdir(exist_ok=True)
    form = batch.plan.approval_form
    if form == "text":
        write_text_pdf(path, approval.papers)
    else:
        images = [
            degrade(draw_image(paper, dpi=batch.plan.dpi), form, seed=batch.chance.randrange(2**31))
            for paper in approval.papers
        ]
        write_scanned_pdf(path, images, dpi=batch.plan.dpi, quality=batch.plan.quality)
    return name


def _write_sheet(batch: _Batch) -> tuple[str, list[int]]:
    plan = batch.plan
    habits = draw_habits(batch.chance, plan.sheet_kind)
    if habits.merged_employers:
        batch.entries.sort(key=lambda e: e.cells["employer"])
    name = (
        batch.chance.choice(("附件2", f"{batch.place.county}汇总信息表", "职称汇总信息表"))
        + _SUFFIXES[plan.sheet_kind]
    )
    number = {"match": batch.template.approval_number, "missing": ""}.get(plan.number)
    if number is None:
        head, tail = batch.template.approval_number.split("〕")
        number = f"{head}〕{int(tail[:-1]) + batch.chance.randrange(1, 9)}号"
    title = (
        "职称汇总信息表"
        if batch.chance.random() < 0.5
        else f"{batch.place.county}专业技术职务任职资格人员汇总信息表"
    )
    return name, write_sheet(
        batch.folder / name, [e.cells for e in batch.entries], number, habits, title=title
    )


def _write_extras(batch: _Batch) -> None:
    plan, chance = batch.plan, batch.chance
    for name in plan.broken:
        extras.BROKEN_FILES[name](batch.folder / name)
    if not plan.extras:
        return
    extras.write_thumbs(batch.folder / "Thumbs.db")
    batch.other_files.append("Thumbs.db")
    someone = batch.entries[0].record
    papers = {
        "身份证复印件.jpg": extras.id_card_copy(batch.faces, chance),
        "封面.jpg": extras.cover(batch.faces, batch.place, batch.template.granted_on.year),
        "聘书.jpg": extras.appointment_letter(
            batch.faces, batch.place, someone.person.name, someone.title, chance
        ),
        "承诺书.jpg": extras.commitment_letter(batch.faces, batch.place, chance),
    }
    for name in sorted(chance.sample(sorted(papers), 2)):
        image = degrade(
            draw_image(papers[name], dpi=min(150, plan.dpi)),
            plan.degradations[0],
            seed=chance.randrange(2**31),
        )
        (batch.folder / name).write_bytes(jpeg_bytes(image, quality=plan.quality))
        batch.other_files.append(name)


def _truth(
    batch: _Batch,
    places: list[dict[str, object]],
    approval: DrawnApproval,
    approval_file: str,
    sheet_file: str,
    rows: list[int],
) -> dict[str, object]:
    approved = {id(r) for r in batch.approved}
    listed = []
    for row, entry in zip(rows, batch.entries, strict=True):
        known = id(entry.record) in approved and not _is_borrowed(entry)
        listed.append(
            {
                "row": row,
                "clean": not entry.planted,
                "certificate": places[entry.certificate] if entry.certificate is not None else None,
                "approval": {"file": approval_file, "page": approval.pages[entry.record.person.id_number]}
                if known
                else None,
                "planted": entry.planted,
                "formatted": entry.formatted,
            }
        )
    numbers = dict(zip((id(e) for e in batch.entries), rows, strict=True))
    return {
        "schema": 1,
        "batch": batch.plan.name,
        "sheet": sheet_file,
        "rows": sorted(listed, key=lambda r: int(str(r["row"]))),
        "certificates": [
            {
                **place,
                "layout": c.layout,
                "degradation": c.degradation,
                "name": c.printed["name"],
                "fields": c.printed,
            }
            for place, c in zip(places, batch.certificates, strict=True)
        ],
        "approval": {
            "file": approval_file,
            "number": batch.template.approval_number,
            "names": [r.person.name for r in batch.approved],
            "layout": batch.plan.approval_layout,
            "form": batch.plan.approval_form,
        },
        "batch_findings": {
            "approval_number": batch.plan.number,
            "orphan_certificates": [
                {**places[k], "name": batch.certificates[k].printed["name"]} for k in batch.orphans
            ],
            "absent_from_sheet": batch.absent_from_sheet,
            "absent_from_approval": sorted(int(str(r["row"])) for r in listed if r["approval"] is None),
            "duplicate_rows": _pairs(batch, numbers, "duplicate_row"),
            "certificate_used_twice": [
                {**places[first.certificate], "rows": pair}
                for pair, first in _pairs_with_first(batch, numbers, "certificate_used_twice")
                if first.certificate is not None
            ],
            "unreadable_files": list(batch.plan.broken),
            "other_files": batch.other_files,
        },
    }


def _is_borrowed(entry: Entry) -> bool:
    return any(p["kind"] == "certificate_used_twice" and not p.get("secondary") for p in entry.planted)


def _pairs_with_first(batch: _Batch, numbers: dict[int, int], kind: str) -> list[tuple[list[int], Entry]]:
    found = []
    marked = [e for e in batch.entries if any(p["kind"] == kind for p in e.planted)]
    for first in marked:
        if not any(p["kind"] == kind and p.get("secondary") for p in first.planted):
            continue
        rows = sorted(numbers[id(e)] for e in marked if e.record is first.record)
        found.append((rows, first))
    return found


def _pairs(batch: _Batch, numbers: dict[int, int], kind: str) -> list[list[int]]:
    return [pair for pair, _ in _pairs_with_first(batch, numbers, kind)]


def _zip_up(folder: Path) -> Path:
    """Pack a folder as Windows does in China: GBK names, no flag that says so."""
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = path.relative_to(folder.parent).as_posix()
            # ``zipfile`` flags every name that is not ASCII; bytes read as cp437 are written back unchanged.
            info = _GbkInfo(name, (2021, 4, 12, 9, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    shutil.rmtree(folder)
    return target


class _GbkInfo(zipfile.ZipInfo):
    """An entry whose name is stored in GBK without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800
