"""How well the reading does on the office's own batches."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field as Described

from api.errors import errors
from api.stores import ReadStoreDep, ViewerDep
from api.texts import Out
from domain.fields import Field
from review.export.privacy import mask_numbers_in_name

router = APIRouter(tags=["batches"], dependencies=[ViewerDep])


class BatchQualityOut(Out):
    """One batch."""

    batch_id: int
    name: str
    created_at: datetime
    rows: int
    clear: int
    flagged: int
    judged: int = Described(description="Flagged rows of which people said what was right.")
    false_alarms: int = Described(description="Of those judged: nothing in the sheet was wrong.")
    missed: int = Described(description="Cleared rows in which a re-check found an error.")


class FieldQualityOut(Out):
    """One field over all flagged rows."""

    field: Field
    label: str
    judged: int
    false_alarms: int


class BinOut(Out):
    """Values whose stated probability of being wrong lies in one tenth."""

    lower: float
    upper: float
    values: float = Described(description="Drawn ones stand for all that were cleared.")
    stated: float | None = Described(description="Mean of the stated probabilities; null without values.")
    found: float | None = Described(description="Share that was wrong; null without values.")


class HourOut(Out):
    """One hour of one person."""

    hour: datetime
    by: str
    decisions: int


class FileQualityOut(Out):
    """One file."""

    batch_id: int
    file: str
    judged: int
    false_alarms: int


class LayoutQualityOut(Out):
    """One printed form of certificates, told by where its values stand."""

    batch_id: int
    row_id: int = Described(description="A row with a certificate of this form.")
    labels: list[str] = Described(description="Its values from top to bottom.")
    judged: int
    false_alarms: int


class QualityOut(Out):
    """What the office's own decisions say."""

    rows: int = Described(description="Looked at, newest batches first.")
    is_whole: bool = Described(description="All batches of the office were looked at.")
    batches: list[BatchQualityOut]
    fields: list[FieldQualityOut]
    bins: list[BinOut]
    hours: list[HourOut]
    files: list[FileQualityOut] = Described(description="With the most false alarms.")
    layouts: list[LayoutQualityOut] = Described(description="With the most false alarms.")


@router.get("/quality", summary="How well the reading does here", responses=errors(401, 403))
def get_quality(store: ReadStoreDep) -> QualityOut:
    """Measure auto-clear, false alarms, pace and calibration by what the office's people decided."""
    # Loads what compares values; the server starts without it.
    from review.quality import measure_quality

    quality = measure_quality(store)
    size = 1 / len(quality.bins)
    return QualityOut(
        rows=quality.rows,
        is_whole=quality.is_whole,
        batches=[
            BatchQualityOut(
                batch_id=one.batch.id,
                name=mask_numbers_in_name(one.batch.name),
                created_at=one.batch.created_at,
                rows=one.rows,
                clear=one.clear,
                flagged=one.flagged,
                judged=one.judged,
                false_alarms=one.false_alarms,
                missed=one.missed,
            )
            for one in quality.batches
        ],
        fields=[
            FieldQualityOut(
                field=field, label=field.label, judged=found.judged, false_alarms=found.false_alarms
            )
            for field, found in sorted(
                quality.fields.items(), key=lambda pair: (-pair[1].false_alarms, pair[0].value)
            )
        ],
        bins=[
            BinOut(
                lower=round(n * size, 3),
                upper=round((n + 1) * size, 3),
                values=round(one.weight, 3),
                stated=one.stated / one.weight if one.weight else None,
                found=one.wrong / one.weight if one.weight else None,
            )
            for n, one in enumerate(quality.bins)
        ],
        hours=[
            HourOut(hour=hour, by=by, decisions=count) for (hour, by), count in sorted(quality.hours.items())
        ],
        files=[
            FileQualityOut(
                batch_id=batch_id,
                file=mask_numbers_in_name(name),
                judged=found.judged,
                false_alarms=found.false_alarms,
            )
            for (batch_id, name), found in quality.worst_files()
        ],
        layouts=[
            LayoutQualityOut(
                batch_id=one.example.batch_id,
                row_id=one.example.id,
                labels=[name.label for name in one.layout.order()],
                judged=one.judged,
                false_alarms=one.false_alarms,
            )
            for one in quality.worst_layouts()
        ],
    )
