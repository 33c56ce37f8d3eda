"""Scores of findings against the truth: pure functions from parsed JSON to counts.

``truth`` is what generators write (one object a batch), ``findings`` are the lines of
``findings.jsonl``. Nothing here knows how either was made, so batches from elsewhere are scored the same way.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]
Place: TypeAlias = tuple[str, int, int]

CLEAR = "clear"
_PAIRED_KINDS = frozenset({"duplicate_row", "certificate_used_twice"})


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` out of ``total``."""

    hits: int = 0
    total: int = 0

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.hits + other.hits, self.total + other.total)

    @property
    def value(self) -> float | None:
        """The share, ``None`` when nothing was counted."""
        return self.hits / self.total if self.total else None

    def interval(self, z: float = 1.96) -> tuple[float, float] | None:
        """Return the Wilson interval (95 % by default); ``None`` when nothing was counted."""
        if not self.total:
            return None
        share, n = self.hits / self.total, self.total
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(slots=True)
class Score:
    """Everything counted in one batch, or in several added up."""

    escapes: Rate = Rate()
    """Planted discrepancies in rows that were cleared, of all planted."""
    false_alarms: Rate = Rate()
    """Clean rows that were not cleared, of all clean rows."""
    cleared: Rate = Rate()
    """Rows cleared, of all rows."""
    link_precision: Rate = Rate()
    link_recall: Rate = Rate()
    named_field: Rate = Rate()
    """Caught discrepancies whose field is named in an issue or a mismatch, of those with a field."""
    named_kind: Rate = Rate()
    """Caught discrepancies of which an issue or field has the planted kind."""
    fields: dict[str, Rate] = field(default_factory=dict)
    """Exact reading of certificates, by field, in rightly linked rows."""
    by_layout: dict[str, Rate] = field(default_factory=dict)
    by_degradation: dict[str, Rate] = field(default_factory=dict)
    by_field_and_degradation: dict[str, Rate] = field(default_factory=dict)
    """Keys ``field/degradation``."""
    escapes_by_kind: dict[str, Rate] = field(default_factory=dict)
    """Keys ``field:kind``."""
    alarms_by_layout: dict[str, Rate] = field(default_factory=dict)
    alarms_by_degradation: dict[str, Rate] = field(default_factory=dict)
    batch_findings: dict[str, Rate] = field(default_factory=dict)
    """Found of expected, by kind of batch-level finding."""
    batch_extras: dict[str, int] = field(default_factory=dict)
    """Reported but not expected, by kind."""
    escape_list: list[dict[str, Any]] = field(default_factory=list)
    alarm_list: list[dict[str, Any]] = field(default_factory=list)
    batch_misses: list[dict[str, Any]] = field(default_factory=list)
    batch_surplus: list[dict[str, Any]] = field(default_factory=list)
    """Batch-level findings that were not expected."""
    wrong_links: list[dict[str, Any]] = field(default_factory=list)
    wrong_readings: list[dict[str, Any]] = field(default_factory=list)
    rows_without_finding: int = 0


def normalise(text: str | None) -> str:
    """Return a value as it is compared: no blanks, NFKC, upper case, one kind of bracket."""
    folded = unicodedata.normalize("NFKC", text or "").upper()
    folded = "".join(c for c in folded if not c.isspace() and c not in "\u200b\ufeff")
    return folded.translate(str.maketrans("〔[【〈《{○◯", "((((((〇〇")).translate(
        str.maketrans("〕]】〉》}", "))))))")
    )


def same_file(found: str, expected: str) -> bool:
    """Tell whether two paths in a batch are the same; a folder around the whole batch may be missing."""
    found, expected = (
        unicodedata.normalize("NFC", p).replace("\\", "/").removeprefix("./") for p in (found, expected)
    )
    return found == expected or found.endswith("/" + expected) or expected.endswith("/" + found)


def score_batch(truth: Json, findings: Iterable[Json]) -> Score:
    """Score one batch.

    A row of the truth without a line in the findings counts as cleared when something was planted
    in it (nobody will look) and as an alarm when it is clean: silence is never rewarded.
    """
    score = Score()
    lines = list(findings)
    found_rows = {int(f["row"]): f for f in lines if f.get("type") == "row"}
    certificates = {_place(c): c for c in truth.get("certificates", ())}
    for row in truth["rows"]:
        found = found_rows.get(int(row["row"]))
        if found is None:
            score.rows_without_finding += 1
        _score_verdict(score, truth, row, found, certificates)
        _score_reading(score, truth, row, found, certificates)
    _score_links(score, truth, found_rows)
    batch_line = next((f for f in lines if f.get("type") == "batch"), {})
    _score_batch_findings(score, truth, batch_line)
    return score


def add_scores(scores: Sequence[Score]) -> Score:
    """Add the scores of several batches."""
    total = Score()
    for score in scores:
        for name in Score.__dataclass_fields__:
            setattr(total, name, _added(getattr(total, name), getattr(score, name)))
    return total


def _added(one: Any, other: Any) -> Any:  # noqa: ANN401 - Rate, int, list or dict of these
    if isinstance(one, dict):
        both = {key: one[key] + other[key] for key in one if key in other}
        return {**one, **other, **both}
    return one + other


def _place(value: Json) -> Place:
    return (
        unicodedata.normalize("NFC", str(value["file"])),
        int(value.get("page", 1)),
        int(value.get("slot") or 1),
    )


def _same_place(found: Json | None, expected: Json | None) -> bool:
    if not found or not expected:
        return False
    (file, *rest), (other, *other_rest) = _place(found), _place(expected)
    return rest == other_rest and same_file(file, other)


def _count(table: dict[str, Rate], key: str, hit: bool) -> None:
    table[key] = table.get(key, Rate()) + Rate(int(hit), 1)


def planted_in(row: Json) -> list[Json]:
    """Return what is wrong in a row: without changes of form, and without the innocent half of a pair."""
    return [p for p in row.get("planted", ()) if p.get("kind") != "format_only" and not p.get("secondary")]


def _score_verdict(
    score: Score, truth: Json, row: Json, found: Json | None, certificates: Mapping[Place, Json]
) -> None:
    verdict = found["verdict"] if found else None
    planted = planted_in(row)
    score.cleared += Rate(int(verdict == CLEAR), 1)
    for one in planted:
        escaped = verdict in {CLEAR, None}
        score.escapes += Rate(int(escaped), 1)
        _count(score.escapes_by_kind, f"{one.get('field') or '-'}:{one['kind']}", escaped)
        if escaped:
            score.escape_list.append(
                {"batch": truth["batch"], "row": row["row"], **_about(row, certificates), **one}
            )
        elif found:
            _score_naming(score, one, found)
    is_clean = row["clean"] if "clean" in row else not row.get("planted")
    if planted or not (is_clean or all(p.get("kind") == "format_only" for p in row.get("planted", ()))):
        return
    alarmed = verdict != CLEAR
    score.false_alarms += Rate(int(alarmed), 1)
    about = _about(row, certificates)
    _count(score.alarms_by_layout, str(about["layout"]), alarmed)
    _count(score.alarms_by_degradation, str(about["degradation"]), alarmed)
    if alarmed:
        issues = [f"{i.get('field') or '-'}:{i['kind']}" for i in found["issues"]] if found else ["no line"]
        score.alarm_list.append(
            {"batch": truth["batch"], "row": row["row"], **about, "verdict": verdict, "issues": issues}
        )


def _about(row: Json, certificates: Mapping[Place, Json]) -> dict[str, Any]:
    place = row.get("certificate")
    known = certificates.get(_place(place), {}) if place else {}
    file = f"{place['file']}#{place.get('page', 1)}/{place.get('slot') or 1}" if place else None
    return {
        "certificate": file,
        "layout": known.get("layout", "-"),
        "degradation": known.get("degradation", "-"),
    }


def _score_naming(score: Score, planted: Json, found: Json) -> None:
    issues = found.get("issues", ())
    fields: Mapping[str, Json] = found.get("fields", {})
    name, kind = planted.get("field"), planted["kind"]
    if name:
        value = fields.get(name, {})
        named = any(i.get("field") == name for i in issues) or value.get("status") in {"mismatch", "missing"}
        score.named_field += Rate(int(named), 1)
        kinds = {i["kind"] for i in issues if i.get("field") in {name, None}} | {value.get("kind")}
    else:
        kinds = {i["kind"] for i in issues}
    score.named_kind += Rate(int(kind in kinds), 1)


def _score_reading(
    score: Score, truth: Json, row: Json, found: Json | None, certificates: Mapping[Place, Json]
) -> None:
    if found is None or not _same_place(found.get("certificate"), row.get("certificate")):
        return
    known = certificates.get(_place(row["certificate"]))
    if known is None:
        return
    fields: Mapping[str, Json] = found.get("fields", {})
    for name, expected in known.get("fields", {}).items():
        read = fields.get(name, {}).get("certificate")
        exact = normalise(read) == normalise(expected)
        _count(score.fields, name, exact)
        _count(score.by_layout, known.get("layout", "-"), exact)
        _count(score.by_degradation, known.get("degradation", "-"), exact)
        _count(score.by_field_and_degradation, f"{name}/{known.get('degradation', '-')}", exact)
        if not exact:
            about = _about(row, certificates)
            reading = {"field": name, "expected": expected, "read": read}
            score.wrong_readings.append({"batch": truth["batch"], "row": row["row"], **reading, **about})


def _score_links(score: Score, truth: Json, found_rows: Mapping[int, Json]) -> None:
    """Count links: a certificate of two duplicate rows is found when either has it."""
    reached: dict[Place, bool] = {}
    for row in truth["rows"]:
        link = (found_rows.get(int(row["row"])) or {}).get("certificate")
        expected = row.get("certificate")
        right = _same_place(link, expected)
        if expected:
            reached[_place(expected)] = reached.get(_place(expected), False) or right
        if not link:
            continue
        # A row that claims somebody else's certificate may be shown with it: that is the finding.
        if not right and any(p["kind"] in _PAIRED_KINDS for p in row.get("planted", ())):
            continue
        score.link_precision += Rate(int(right), 1)
        if not right:
            score.wrong_links.append(
                {"batch": truth["batch"], "row": row["row"], "expected": expected, "found": link}
            )
    score.link_recall += Rate(sum(reached.values()), len(reached))
    for place, right in reached.items():
        if not right:
            score.wrong_links.append({"batch": truth["batch"], "unlinked": place})


def _score_batch_findings(score: Score, truth: Json, line: Json) -> None:
    expected: Json = truth.get("batch_findings", {})
    if "approval_number" in expected:
        status = (line.get("approval_number") or {}).get("status")
        _note(score, truth, "approval_number", [expected["approval_number"]], [status], lambda f, e: f == e)
        # One status always answers another: a wrong one is a miss, not a surplus.
        score.batch_extras.pop("approval_number", None)
        score.batch_surplus = [s for s in score.batch_surplus if s["finding"] != "approval_number"]
    for key, matches in _MATCHERS.items():
        if key in expected and not (key == "other_files" and key not in line):
            _note(score, truth, key, list(expected[key]), list(line.get(key) or ()), matches)


def _note(
    score: Score, truth: Json, key: str, expected: list[Any], found: list[Any], matches: Callable[..., bool]
) -> None:
    rest = list(found)
    hits = 0
    for item in expected:
        hit = next((k for k, f in enumerate(rest) if matches(f, item)), None)
        if hit is None:
            score.batch_misses.append({"batch": truth["batch"], "finding": key, "expected": item})
        else:
            hits += 1
            rest.pop(hit)
    score.batch_findings[key] = score.batch_findings.get(key, Rate()) + Rate(hits, len(expected))
    score.batch_extras[key] = score.batch_extras.get(key, 0) + len(rest)
    score.batch_surplus += [{"batch": truth["batch"], "finding": key, "found": item} for item in rest]


def _file_of(item: object) -> str:
    return str(item["file"]) if isinstance(item, Mapping) else str(item)


_MATCHERS: dict[str, Callable[..., bool]] = {
    "orphan_certificates": _same_place,
    "absent_from_sheet": lambda f, e: normalise(f) == normalise(e),
    "absent_from_approval": lambda f, e: int(f) == int(e),
    "duplicate_rows": lambda f, e: set(e) <= set(f),
    "certificate_used_twice": lambda f, e: set(e["rows"]) <= set(f.get("rows", ())),
    "unreadable_files": lambda f, e: same_file(_file_of(f), _file_of(e)),
    "other_files": lambda f, e: same_file(_file_of(f), _file_of(e)),
}
"""How a reported batch-level finding is told to be an expected one."""


def count_kinds(scores: Score) -> Counter[str]:
    """Count the kinds of issue that raised false alarms, the commonest first."""
    return Counter(issue for alarm in scores.alarm_list for issue in alarm["issues"])
