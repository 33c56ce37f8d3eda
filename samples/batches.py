"""One batch: sheet, approval, certificates, rubbish, and the truth about all of it."""

import json
import random
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from samples import extras
from samples.approvals import ApprovalText, DrawnApproval, draw_approval, fields_listed_by
from samples.archives import zip_in_gbk
from samples.certificate_files import CertificateFiles, DrawnCertificate
from samples.degrade import degrade, dpi_after
from samples.false_layers import falsify, write_hidden_layer_pdf, write_lying_pdf
from samples.filling import fill_in, style_to_fill
from samples.fonts import FONT_SETS
from samples.layouts import LAYOUTS, Pen, provincial
from samples.layouts.style import Style, draw_style
from samples.office import Office, draw_office, sheet_cells
from samples.paper import Faces, draw_image
from samples.pdf_files import jpeg_bytes, write_scanned_pdf, write_text_pdf
from samples.people import draw_person
from samples.plans import ROLES_WITHOUT_ROW, BatchPlan
from samples.planting import Entry, change_form, plant_fields, plant_row_shift
from samples.records import TitleRecord
from samples.sheets import draw_habits, write_sheet
from samples.truth import BatchTruth, truth_json

_SUFFIXES = {"xlsx": ".xlsx", "xls": ".xls", "ods": ".ods", "csv_gbk": ".csv", "csv_utf8": ".csv"}
_DAYS_OF_ROLE = {
    "out_of_scope_before_2010": date(2008, 11, 20),
    "has_e_certificate": date(2019, 6, 25),
}
_NOT_APPROVED = frozenset({"not_in_approval", "orphan", *_DAYS_OF_ROLE})


@dataclass(slots=True)
class _Batch:
    """The batch being made."""

    plan: BatchPlan
    folder: Path
    chance: random.Random
    office: Office
    faces: Faces
    entries: list[Entry] = field(default_factory=list)
    certificates: list[DrawnCertificate] = field(default_factory=list)
    approved: list[TitleRecord] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)
    absent_from_sheet: list[str] = field(default_factory=list)


def write_batch(out: Path, plan: BatchPlan, *, seed: int) -> Path:
    """Write one batch and, beside it, ``<name>.truth.json``.

    Returns:
        Its folder, or its zip if the plan says so.

    Raises:
        MissingFontError: A font package is not installed.
    """
    chance = random.Random(seed)
    folder = out / plan.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    office = draw_office(chance, employers=plan.people // 3)
    batch = _Batch(plan, folder, chance, office, FONT_SETS[plan.font_set])
    _draw_people(batch)
    approval = _draw_approval(batch)
    _fill_sheet(batch)
    files = CertificateFiles(
        folder, chance, dpi=plan.dpi, quality=plan.quality, false_layers=plan.false_layers
    )
    places = files.write(batch.certificates)
    approval_file = _write_approval(batch, approval)
    sheet_file, rows = _write_sheet(batch)
    truth = BatchTruth(
        plan=plan,
        sheet=sheet_file,
        rows=rows,
        entries=batch.entries,
        places=places,
        certificates=batch.certificates,
        approval_file=approval_file,
        approval_number=office.template.approval_number,
        approval=approval,
        approved=batch.approved,
        orphans=batch.orphans,
        absent_from_sheet=batch.absent_from_sheet,
        other_files=_write_extras(batch),
    )
    text = json.dumps(truth_json(truth), ensure_ascii=False, indent=1)
    (out / f"{plan.name}.truth.json").write_text(text + "\n", "utf-8")
    return zip_in_gbk(folder) if plan.as_zip else folder


def _draw_people(batch: _Batch) -> None:
    """Draw rows, certificates and the approval list, with everything that is wrong about whole rows."""
    plan, chance = batch.plan, batch.chance
    roles = list(plan.roles)
    styles = {layout: [draw_style(chance, batch.faces) for _ in range(2)] for layout in plan.layouts}
    total = plan.people + sum(r in ROLES_WITHOUT_ROW for r in roles)
    damage = [plan.degradations[k % len(plan.degradations)] for k in range(total)]
    chance.shuffle(damage)
    for index in range(total):
        role = roles[index] if index < len(roles) else ""
        # A namesake or two in every batch, as in every office.
        namesake = index in {total // 2, total - 2} and batch.entries
        name = batch.entries[-1].record.person.name if namesake else None
        record = batch.office.draw_record(chance, name=name, granted=_DAYS_OF_ROLE.get(role))
        entry = Entry(record, sheet_cells(record), {})
        if role not in {"no_certificate", "absent_from_sheet"}:
            layout = "provincial" if role == "has_e_certificate" else chance.choice(plan.layouts)
            style = chance.choice(styles.get(layout) or [draw_style(chance, batch.faces)])
            entry.certificate = len(batch.certificates)
            batch.certificates.append(_certificate(batch, record, layout, style, damage[index], role))
            entry.printed = batch.certificates[-1].printed
        _apply_role(batch, entry, role)


def _certificate(
    batch: _Batch, record: TitleRecord, layout: str, style: Style, damage: str, role: str
) -> DrawnCertificate:
    filling = batch.plan.filling
    pen = Pen(record, style_to_fill(style, filling), batch.chance)
    papers = provincial(pen, electronic=True) if role == "has_e_certificate" else LAYOUTS[layout](pen)
    fill_in(pen, papers, layout, filling)
    return DrawnCertificate(layout, damage, papers, pen.printed)


def _apply_role(batch: _Batch, entry: Entry, role: str) -> None:
    if role not in _NOT_APPROVED:
        batch.approved.append(entry.record)
        entry.approval_fields = fields_listed_by(batch.plan.approval_layout)
    if role in {"orphan", "orphan_in_approval"} and entry.certificate is not None:
        batch.orphans.append(entry.certificate)
    if role in {"orphan_in_approval", "absent_from_sheet"}:
        batch.absent_from_sheet.append(entry.record.person.name)
    if role in ROLES_WITHOUT_ROW:
        return
    batch.entries.append(entry)
    if role in _DAYS_OF_ROLE:
        entry.plant("granted_on" if role == "out_of_scope_before_2010" else None, role)
        entry.plant(None, "not_in_approval")
    elif role in {"duplicate_row", "certificate_used_twice"}:
        # This is the true row; the one that repeats it comes later.
        entry.plant(None, role, secondary=True)
    elif role:
        entry.plant(None, role)


def _fill_sheet(batch: _Batch) -> None:
    plan, chance = batch.plan, batch.chance
    chance.shuffle(batch.entries)
    if plan.row_shift:
        plant_row_shift(batch.entries, plan.row_shift, chance)
    plant_fields(batch.entries, plan.planted, chance, start=plan.planted_start)
    change_form(batch.entries, plan.form_share, chance)
    for entry in list(batch.entries):
        kinds = {str(p["kind"]) for p in entry.planted}
        if "duplicate_row" in kinds:
            again = Entry(entry.record, dict(entry.cells), entry.printed, certificate=entry.certificate)
            again.plant(None, "duplicate_row")
            batch.entries.append(again)
        elif "certificate_used_twice" in kinds:
            batch.entries.append(_borrower(entry, chance))


def _borrower(entry: Entry, chance: random.Random) -> Entry:
    """Return the row of a namesake who hands in somebody else's certificate."""
    other = draw_person(chance, name=entry.record.person.name)
    cells = dict(entry.cells) | {
        "gender": other.gender,
        "id_number": other.id_number,
        "birth_date": other.birth.isoformat(),
        "phone": other.phone,
    }
    borrower = Entry(entry.record, cells, {}, is_borrower=True)
    borrower.plant(None, "certificate_used_twice")
    return borrower


def _draw_approval(batch: _Batch) -> DrawnApproval:
    people = list(batch.approved)
    batch.chance.shuffle(people)
    session = batch.office.template
    text = ApprovalText(
        number=session.approval_number,
        authority=session.issuer,
        committee=session.committee,
        reviewed_on=session.granted_on,
        signed_on=batch.office.signed_on,
        people=tuple(people),
        layout=batch.plan.approval_layout,
    )
    return draw_approval(text, batch.faces, batch.chance)


def _write_approval(batch: _Batch, approval: DrawnApproval) -> str:
    plan, agency = batch.plan, batch.office.template.place.agency
    name = batch.chance.choice(("批复.pdf", "批准文件/职称批复原件.pdf", f"{agency}批文.pdf"))
    path = batch.folder / name
    path.parent.mkdir(exist_ok=True)
    if plan.approval_form == "text" and plan.false_layers:
        write_lying_pdf(path, approval.papers, seed=batch.chance.randrange(2**31))
    elif plan.approval_form == "text":
        write_text_pdf(path, approval.papers)
    else:
        images = [
            degrade(draw_image(paper, dpi=plan.dpi), plan.approval_form, seed=batch.chance.randrange(2**31))
            for paper in approval.papers
        ]
        dpi = dpi_after(plan.approval_form, plan.dpi)
        if plan.false_layers:
            layer = falsify(approval.papers, batch.chance)
            write_hidden_layer_pdf(path, images, layer, dpi=dpi, quality=plan.quality)
        else:
            write_scanned_pdf(path, images, dpi=dpi, quality=plan.quality)
    return name


def _write_sheet(batch: _Batch) -> tuple[str, list[int]]:
    plan, chance, session = batch.plan, batch.chance, batch.office.template
    habits = draw_habits(chance, plan.sheet_kind)
    if habits.merged_employers and not plan.row_shift:
        batch.entries.sort(key=lambda e: e.cells["employer"])
    county = session.place.county
    name = chance.choice(("附件2", f"{county}汇总信息表", "职称汇总信息表")) + _SUFFIXES[plan.sheet_kind]
    number = session.approval_number
    if plan.number == "mismatch":
        head, tail = number.split("〕")
        number = f"{head}〕{int(tail[:-1]) + chance.randrange(1, 9)}号"
    elif plan.number == "missing":
        number = ""
    title = chance.choice(("职称汇总信息表", f"{county}专业技术职务任职资格人员汇总信息表"))
    cells = [e.cells for e in batch.entries]
    return name, write_sheet(batch.folder / name, cells, number, habits, title=title)


def _write_extras(batch: _Batch) -> list[str]:
    """Write broken files and papers that are no evidence. Returns the names of the latter."""
    plan, chance, session = batch.plan, batch.chance, batch.office.template
    for name in plan.broken:
        extras.BROKEN_FILES[name](batch.folder / name)
    if not plan.extras:
        return []
    extras.write_thumbs(batch.folder / "Thumbs.db")
    someone = batch.entries[0].record
    person, title = someone.person.name, someone.title
    papers = {
        "身份证复印件.jpg": extras.id_card_copy(batch.faces, chance),
        "封面.jpg": extras.cover(batch.faces, session.place, session.granted_on.year),
        "聘书.jpg": extras.appointment_letter(batch.faces, session.place, person, title, chance),
        "承诺书.jpg": extras.commitment_letter(batch.faces, session.place, chance),
    }
    names = sorted(chance.sample(sorted(papers), 2))
    for name in names:
        clean = draw_image(papers[name], dpi=min(150, plan.dpi))
        image = degrade(clean, plan.degradations[0], seed=chance.randrange(2**31))
        (batch.folder / name).write_bytes(jpeg_bytes(image, quality=plan.quality))
    return ["Thumbs.db", *names]
