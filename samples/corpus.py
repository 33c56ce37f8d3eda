"""Many batches that differ in everything an office can choose: for benches and tests."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from samples import extras
from samples.approvals import APPROVAL_LAYOUTS, BAD_APPROVAL_LAYOUTS
from samples.batches import write_batch
from samples.degrade import BAD_DEGRADATIONS, DEGRADATIONS
from samples.filling import FILLINGS, RULES, Filling
from samples.layouts import LAYOUTS
from samples.plans import ROLES, BatchPlan
from samples.sheets import SHEET_KINDS

HARD_MIX = (*DEGRADATIONS, *BAD_DEGRADATIONS, "desk", "desk")
"""What a hard corpus is made of, in equal parts; on one desk lie two or three."""

_USUAL = ("clean", "scan", "photo")
_ROLES_PER_BATCH = 4
_LAYOUTS_PER_BATCH = 5


def write_corpus(
    out: Path,
    *,
    seed: int,
    people: int,
    degradations: Sequence[str] | None = None,
    planted: float = 0.3,
    font_set: str = "held_out",
    batch_size: int = 24,
    hard: bool = False,
) -> list[Path]:
    """Write many batches.

    Every batch comes as ``<out>/<name>/`` or ``<out>/<name>.zip`` with ``<out>/<name>.truth.json`` beside it.
    With ``planted`` at 0 nothing at all is wrong, not even with whole rows.

    Args:
        out: Folder to write to; batches already there are replaced.
        seed: Equal seeds give equal corpora.
        people: Rows in all batches together, at least.
        degradations: In equal parts over the certificates of each batch; without them ``clean``, ``scan`` and
            ``photo``, or everything there is when ``hard``.
        planted: Discrepancies in single fields, as a share of the rows; row-level ones come on top.
        font_set: Key of ``FONT_SETS``.
        batch_size: People in each batch.
        hard: Bad paper: values filled in by hand or needles, rules and seals across them, lists without
            rulings, text layers that say something else, several certificates in one photograph.

    Returns:
        The batches, folder or zip.

    Raises:
        MissingFontError: A font package is not installed.
    """
    chance = random.Random(f"corpus {seed}")
    kinds = tuple(degradations or (HARD_MIX if hard else _USUAL))
    made = []
    for index in range(max(1, -(-people // batch_size))):
        plan = _plan(index, kinds, planted, font_set, batch_size)
        if hard:
            plan = _hardened(plan, index)
        made.append(write_batch(out, plan, seed=chance.randrange(2**31)))
    return made


def _plan(
    index: int, degradations: tuple[str, ...], planted: float, font_set: str, batch_size: int
) -> BatchPlan:
    names = list(LAYOUTS)
    # A batch keeps to some layouts, as an office does; steps of two go through all of them in turn.
    layouts = tuple(names[(index + 2 * k) % len(names)] for k in range(_LAYOUTS_PER_BATCH))
    forms = ("text", *degradations)
    plan = BatchPlan(
        name=f"批次{index + 1:02d}",
        people=batch_size,
        degradations=degradations,
        layouts=layouts,
        font_set=font_set,
        approval_layout=APPROVAL_LAYOUTS[index % len(APPROVAL_LAYOUTS)],
        approval_form=forms[(index // len(APPROVAL_LAYOUTS) + index) % len(forms)],
        sheet_kind=SHEET_KINDS[index % len(SHEET_KINDS)],
        planted=0,
        as_zip=index % 5 == 4,
    )
    if not planted:
        return plan
    count = max(1, round(planted * batch_size))
    return replace(
        plan,
        planted=count,
        planted_start=index * count,
        row_shift=3 if index % 4 == 1 else 0,
        roles=tuple(ROLES[(index * _ROLES_PER_BATCH + k) % len(ROLES)] for k in range(_ROLES_PER_BATCH)),
        number={3: "mismatch", 6: "missing"}.get(index % 7, "match"),
        broken=tuple(extras.BROKEN_FILES)[index % 4 : index % 4 + 1],
    )


def _hardened(plan: BatchPlan, index: int) -> BatchPlan:
    """Return the plan with bad paper; nine batches go through all fillings on all rules."""
    lists = (*APPROVAL_LAYOUTS, *BAD_APPROVAL_LAYOUTS)
    forms = ("text", *(kind for kind in plan.degradations if kind != "clean"))
    return replace(
        plan,
        approval_layout=lists[index % len(lists)],
        approval_form=forms[(index // len(lists) + index) % len(forms)],
        filling=Filling(
            by=FILLINGS[index % len(FILLINGS)],
            rules=RULES[index // len(FILLINGS) % len(RULES)],
            seal_over_value=index % 4 in {1, 2},
        ),
        false_layers=index % 2 == 0,
    )
