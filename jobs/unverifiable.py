"""Values with a character that the recogniser cannot write: what the paper's image says of it.

Reading can neither prove nor refute such a value: it says 负 or 员 for 贠. So the image itself is held
against drawings of the submitted character and of those that it may be instead, and the row's sentence says
how close each is. Status and verdict stay: it is a person's decision.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from domain.fields import Field
from domain.findings import BatchResult, Evidence, FieldFinding, Kind, RowFinding, Status
from domain.records import FileProblem
from domain.text import fold, is_han
from ingest.batch import BatchFile
from ingest.glyph_images import render_characters
from jobs.character_images import CharacterLooks, CharacterQuestion
from jobs.pool import WorkerPool, outcome
from jobs.workers import compare_characters
from matching.glyphs import look_alikes
from matching.messages import describe_looks

_MAX_RIVALS = 14
_DRAWING_PX = 56
_DRAWING_ROOM_PX = 84
_LABEL_PX = 24

Looks = Mapping[Evidence, Sequence[CharacterLooks]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with the finding that it belongs to."""

    row: int
    field: Field
    question: CharacterQuestion
    evidence: Evidence


def compare_unverifiable(
    result: BatchResult,
    files: Sequence[BatchFile],
    pool: WorkerPool,
    *,
    alphabet: frozenset[str],
) -> tuple[BatchResult, Looks]:
    """Let the sentences about unverifiable characters say how close the paper's image is.

    Args:
        result: With places on the page as shown.
        files: Of the batch.
        pool: Runs the comparisons.
        alphabet: Characters that the recogniser can write, folded.

    Returns:
        The result with the sentences, and what was seen by place. Where nothing can be compared the
        sentence stays as it was.
    """
    by_page: dict[tuple[str, int], list[_Asked]] = defaultdict(list)
    for asked in _questions(result, alphabet):
        by_page[asked.evidence.file, asked.evidence.page_number].append(asked)
    by_name = {file.name: file for file in files}
    started = [
        (all_asked, pool.submit(compare_characters, by_name[name], number - 1, _plain(all_asked)))
        for (name, number), all_asked in by_page.items()
        if name in by_name
    ]
    sentences: dict[tuple[int, Field], list[str]] = defaultdict(list)
    looks: dict[Evidence, list[CharacterLooks]] = defaultdict(list)
    for all_asked, future in started:
        answers = outcome(future, all_asked[0].evidence.file)
        if isinstance(answers, FileProblem):
            continue
        for asked, seen in zip(all_asked, answers, strict=True):
            if seen is not None:
                looks[asked.evidence].append(seen)
                sentences[asked.row, asked.field].append(_sentence(seen))
    rows = tuple(
        _with_sentences(row, {field: said for (at, field), said in sentences.items() if at == place})
        for place, row in enumerate(result.rows)
    )
    return replace(result, rows=rows), looks


def add_drawings(crops: Mapping[Evidence, bytes], looks: Looks) -> dict[Evidence, bytes]:
    """Put the compared drawings under the cuts of the paper, each with its likeness."""
    return {
        evidence: _with_strip(crop, looks[evidence]) if evidence in looks else crop
        for evidence, crop in crops.items()
    }


def _plain(asked: Sequence[_Asked]) -> list[CharacterQuestion]:
    return [one.question for one in asked]


def _sentence(seen: CharacterLooks) -> str:
    return describe_looks(seen.character, seen.likeness, seen.rival, seen.rival_likeness)


def _questions(result: BatchResult, alphabet: frozenset[str]) -> Iterator[_Asked]:
    for place, row in enumerate(result.rows):
        for field, finding in row.fields.items():
            if finding.status is Status.UNVERIFIABLE_CHARACTER and finding.evidence is not None:
                for question in _questions_of(finding, finding.evidence, alphabet):
                    yield _Asked(place, field, question, finding.evidence)


def _questions_of(
    finding: FieldFinding, evidence: Evidence, alphabet: frozenset[str]
) -> Iterator[CharacterQuestion]:
    submitted = fold(finding.submitted)
    # The place is that of the certificate's value wherever there is one.
    read = fold((finding.certificate if finding.certificate is not None else finding.approval) or "")
    for index, character in enumerate(submitted):
        if character in alphabet or not is_han(character):
            continue
        instead = read[index] if len(read) == len(submitted) else ""
        rivals = dict.fromkeys(c for c in (*instead, *look_alikes(character)) if is_han(c) and c != character)
        yield CharacterQuestion(
            character, tuple(rivals)[:_MAX_RIVALS], evidence.polygon, index, len(submitted)
        )


def _with_sentences(row: RowFinding, said: Mapping[Field, Sequence[str]]) -> RowFinding:
    issues = tuple(
        replace(
            issue,
            message=f"{issue.field.label}“{row.fields[issue.field].submitted}”：{''.join(said[issue.field])}",
        )
        if issue.kind is Kind.UNVERIFIABLE_CHARACTER and issue.field is not None and issue.field in said
        else issue
        for issue in row.issues
    )
    return replace(row, issues=issues)


def _with_strip(crop: bytes, looks: Sequence[CharacterLooks]) -> bytes:
    """Return a JPEG of the crop over one row of drawings."""
    picture = cv2.imdecode(np.frombuffer(crop, dtype=np.uint8), cv2.IMREAD_COLOR)
    cells = [
        _cell(character, likeness)
        for seen in looks
        for character, likeness in ((seen.character, seen.likeness), (seen.rival, seen.rival_likeness))
        if character is not None
    ]
    strip = np.concatenate(cells, axis=1)
    width = max(picture.shape[1], strip.shape[1])
    framed = [
        cv2.copyMakeBorder(part, 0, 0, 0, width - part.shape[1], cv2.BORDER_CONSTANT, value=(255, 255, 255))
        for part in (picture, strip)
    ]
    _, encoded = cv2.imencode(".jpg", np.concatenate(framed, axis=0), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return bytes(encoded)


def _cell(character: str, likeness: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    cell = np.full((_DRAWING_ROOM_PX + _LABEL_PX, _DRAWING_ROOM_PX, 3), 255, dtype=np.uint8)
    drawn = render_characters((character,), size_px=_DRAWING_PX, with_system_faces=False)[character]
    if drawn:
        height, width = drawn[0].shape
        top, left = (_DRAWING_ROOM_PX - height) // 2, (_DRAWING_ROOM_PX - width) // 2
        cell[top : top + height, left : left + width] = 255 - drawn[0][:, :, None]
    place = (_DRAWING_ROOM_PX // 4, _DRAWING_ROOM_PX + _LABEL_PX // 2)
    cv2.putText(cell, f"{likeness:.2f}", place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (60, 60, 60), 1, cv2.LINE_AA)
    return cell
