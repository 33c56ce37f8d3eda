"""The engine: PP-OCR models through paddleocr on onnxruntime, alternatives included.

paddleocr's own predictors load the models and prepare their input; the recogniser's raw output is
taken from the runner, because the published result keeps only the best string. Nothing outside
this module knows paddleocr.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import SetupError
from domain.geometry import Box, Polygon, polygon_to_box
from domain.images import PageImage
from domain.records import PageReading, TextLine
from domain.text import fold
from ocr.crops import (
    LINE_HEIGHT_PX,
    WIDTH_STEP_PX,
    cut_line,
    dark_share,
    drop_ornaments,
    ink_regions,
    ink_share,
    is_covered,
    text_height_px,
)
from ocr.decode import DecodedLine, Decoder, is_meaningful
from ocr.engine import OcrOptions
from ocr.models import DETECTOR, MANIFEST, RECOGNISER, ModelStore, read_alphabet
from ocr.rules import find_rules
from ocr.sealed_dates import find_torn_rows, is_full_date, looks_like_date
from ocr.seals import find_seal_ink, suppress_seals
from ocr.upright import Quad, find_skew_deg, is_sideways, quad_size, skew_matrix, turn_pixels

_BATCH_WIDTH_PX = 2560
"""Sum of widths of one recognition batch, about 8 ordinary lines: equal widths matter more than size."""

_LEAST_LINE_CONFIDENCE = 0.30
"""Below it a box holds ornament, a signature or noise."""

_UNDER_SEAL_SHARE = 0.03
_SEAL_TEXT_SHARE = 0.6
_LEAST_SEAL_TEXT_CONFIDENCE = 0.8
_LABEL_CHARACTERS = 3
"""A seal's stroke adds a character or two to a line; three that vanish with the ink were print."""

_FLIP_SAMPLE = 6

_LEAST_PAGE_PX = 16
"""The detector halves a page five times; one line of legible Chinese is 16 px high."""


class OcrLibraryError(SetupError):
    """paddleocr or a library under it cannot be loaded."""

    code = "ocr_library_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"识别引擎无法加载：{reason}。若提示缺少 libGL，请安装系统包 libgl1"
            "（Debian/Ubuntu：apt-get install libgl1）。"
        )


class PaddleEngine:
    """An ``OcrEngine``. Loading takes about 6 s; load once per process."""

    def __init__(self, models: ModelStore, options: OcrOptions | None = None) -> None:
        """Load the models.

        Raises:
            ModelsMissingError: The store is not complete.
            ModelDamagedError: A model is not the one in the manifest.
            OcrLibraryError: A library is missing.
        """
        models.verify()
        self._options = options or OcrOptions()
        detection, recognition = _load_predictors()
        settings = {"engine": "onnxruntime", "device": "cpu"}
        engine_config = {"intra_op_num_threads": self._options.threads, "inter_op_num_threads": 1}
        self._detector: Any = detection(
            model_name=DETECTOR.name,
            model_dir=str(models.model_dir(DETECTOR)),
            engine_config=dict(engine_config),
            **settings,
        ).paddlex_predictor
        self._recogniser: Any = recognition(
            model_name=RECOGNISER.name,
            model_dir=str(models.model_dir(RECOGNISER)),
            engine_config=dict(engine_config),
            **settings,
        ).paddlex_predictor
        self._decoder = Decoder(read_alphabet(models.model_dir(RECOGNISER)))

    @property
    def alphabet(self) -> frozenset[str]:
        """Every folded character the recogniser can write."""
        return self._decoder.readable

    @property
    def version(self) -> str:
        """Models by hash, and the settings."""
        return engine_version(self._options)

    def read_page(self, image: PageImage, *, file: str, page_number: int) -> PageReading:
        """Read one page, whichever way up it lies."""
        turn_deg = 0
        if min(image.width_px, image.height_px) < _LEAST_PAGE_PX:
            return PageReading(file, page_number, image.width_px, image.height_px, ())
        quads = self._detect(image.pixels)
        if is_sideways(quads):
            turn_deg = 90
            image = PageImage(turn_pixels(image.pixels, 90), image.dpi)
            quads = self._detect(image.pixels)
        decoded = self._recognise(image.pixels, quads)
        if self._lies_upside_down(image.pixels, quads, decoded):
            turn_deg = (turn_deg + 180) % 360
            image = PageImage(turn_pixels(image.pixels, 180), image.dpi)
            quads = self._detect(image.pixels)
            decoded = self._recognise(image.pixels, quads)
        return self._assemble(image, quads, decoded, file=file, page_number=page_number, turn_deg=turn_deg)

    def read_lines(self, image: PageImage, polygons: Sequence[TextLine]) -> list[str]:
        """Read the places of given lines on an upright page."""
        size = np.array([image.width_px, image.height_px], dtype=np.float32)
        quads = [np.array(line.polygon, dtype=np.float32) * size for line in polygons]
        return [line.text for line in self._recognise(image.pixels, quads)]

    def _assemble(
        self,
        image: PageImage,
        quads: list[Quad],
        decoded: list[DecodedLine],
        *,
        file: str,
        page_number: int,
        turn_deg: int,
    ) -> PageReading:
        skew_deg = find_skew_deg(quads)
        matrix = skew_matrix(skew_deg, image.width_px, image.height_px)
        lines = [
            TextLine(line.text, _to_polygon(quad, matrix, image), line.confidence, line.lattice)
            for quad, line in zip(quads, decoded, strict=True)
        ]
        lines = self._read_under_seals(image, quads, lines, matrix)
        grey = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY)
        if skew_deg:
            size = (image.width_px, image.height_px)
            grey = cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return PageReading(
            file=file,
            page_number=page_number,
            width_px=image.width_px,
            height_px=image.height_px,
            lines=tuple(
                line
                for line in lines
                if line.confidence >= _LEAST_LINE_CONFIDENCE and is_meaningful(line.text)
            ),
            rules=find_rules(np.asarray(grey, dtype=np.uint8)),
            turn_deg=turn_deg,
            skew_deg=skew_deg,
        )

    def _read_under_seals(
        self, image: PageImage, quads: list[Quad], lines: list[TextLine], matrix: npt.NDArray[np.float64]
    ) -> list[TextLine]:
        """Read what lies under coloured ink a second time without the ink, and what only then appears."""
        ink = find_seal_ink(image)
        if ink is None:
            return lines
        plain = suppress_seals(image, ink)
        shares = [ink_share(ink, quad) for quad in quads]
        touched = [i for i, share in enumerate(shares) if share > _UNDER_SEAL_SHARE]
        again = self._recognise(plain.pixels, [quads[i] for i in touched])
        merged: dict[int, TextLine] = {}
        for i, second in zip(touched, again, strict=True):
            merged[i] = _merge_readings(lines[i], second)
        dropped = {
            i
            for i in touched
            if shares[i] > _SEAL_TEXT_SHARE * dark_share(image, quads[i])
            and merged[i].confidence < _LEAST_SEAL_TEXT_CONFIDENCE
            and dark_share(plain, quads[i]) < 0.02
        }
        kept = [i for i in range(len(lines)) if i not in dropped]
        result = [merged.get(i, lines[i]) for i in kept]
        places = [quads[i] for i in kept]

        fresh: list[Quad] = []
        for quad in self._detect_in_regions(plain.pixels, ink_regions(ink)):
            if ink_share(ink, quad) > _UNDER_SEAL_SHARE / 3 and not is_covered(quad, fresh):
                fresh.append(quad)
        hidden = [quad for quad in fresh if not is_covered(quad, quads)]
        longer = [quad for quad in fresh if is_covered(quad, quads)]
        for quad, line in zip(longer, self._recognise(plain.pixels, longer), strict=True):
            # Without the ink a line is found in its full length; what was read of its pieces gives way.
            pieces = [
                i for i, place in enumerate(places) if result[i].under_seal and is_covered(place, [quad], 0.6)
            ]
            seen = max((len(result[i].text) for i in pieces), default=0)
            if pieces and line.confidence >= _LEAST_SEAL_TEXT_CONFIDENCE and len(line.text) > seen:
                whole = TextLine(
                    line.text,
                    _to_polygon(quad, matrix, image),
                    line.confidence,
                    line.lattice,
                    under_seal=True,
                )
                result = [item for i, item in enumerate(result) if i not in pieces] + [whole]
                places = [item for i, item in enumerate(places) if i not in pieces] + [quad]
        for quad, line in zip(hidden, self._recognise(plain.pixels, hidden), strict=True):
            polygon = _to_polygon(quad, matrix, image)
            result.append(TextLine(line.text, polygon, line.confidence, line.lattice, under_seal=True))
            places.append(quad)
        return self._mend_dates(image, plain, places, result, matrix)

    def _mend_dates(
        self,
        image: PageImage,
        plain: PageImage,
        quads: list[Quad],
        lines: list[TextLine],
        matrix: npt.NDArray[np.float64],
    ) -> list[TextLine]:
        """Read rows again whose date the seal has torn apart; keep a row that now holds a full date."""
        # A piece between two strokes of the seal may itself be free of ink.
        near = [polygon_to_box(line.polygon) for line in lines if line.under_seal]
        sealed = [
            i
            for i, line in enumerate(lines)
            if line.under_seal or any(_are_neighbours(line.box, box) for box in near)
        ]
        rows = find_torn_rows([quads[i] for i in sealed], [lines[i].text for i in sealed])
        replaced: set[int] = set()
        added: list[TextLine] = []
        for pieces, quad in rows:
            readings = [self._recognise(page.pixels, [quad])[0] for page in (image, plain)]
            readings = [line for line in readings if looks_like_date(line.text)]
            if not readings:
                continue
            readings.sort(key=lambda line: (not is_full_date(line.text), -line.confidence))
            polygon = _to_polygon(quad, matrix, image)
            whole = TextLine(
                readings[0].text, polygon, readings[0].confidence, readings[0].lattice, under_seal=True
            )
            added.append(_merge_readings(whole, readings[-1]) if len(readings) > 1 else whole)
            replaced |= {sealed[i] for i in pieces}
        return [line for i, line in enumerate(lines) if i not in replaced] + added

    def _detect_in_regions(
        self, pixels: npt.NDArray[np.uint8], regions: list[tuple[int, int, int, int]]
    ) -> list[Quad]:
        long_side = max(pixels.shape[:2])
        found: list[Quad] = []
        for left, top, right, bottom in regions:
            part = pixels[top:bottom, left:right]
            share = max(part.shape[:2]) / long_side
            limit = max(320, round(self._options.detection_long_side_px * share))
            offset = np.array([left, top], dtype=np.float32)
            found += [quad + offset for quad in self._detect_once(part, limit)]
        return found

    def _detect(self, pixels: npt.NDArray[np.uint8]) -> list[Quad]:
        """Find text boxes, at a resolution that fits the text's height."""
        options = self._options
        quads = self._detect_once(pixels, options.detection_long_side_px)
        long_side = max(pixels.shape[:2])
        if len(quads) < 3 or long_side <= options.detection_long_side_px:
            return drop_ornaments(quads)
        height = text_height_px(quads) * options.detection_long_side_px / long_side
        if height < options.least_text_height_px:
            wanted = options.detection_long_side_px * options.least_text_height_px * 1.3 / max(height, 1.0)
            quads = self._detect_once(pixels, round(min(wanted, options.fine_detection_long_side_px)))
        return drop_ornaments(quads)

    def _detect_once(self, pixels: npt.NDArray[np.uint8], long_side_px: int) -> list[Quad]:
        predictor = self._detector
        bgr = np.ascontiguousarray(pixels[:, :, ::-1])
        images, shapes = predictor.pre_tfs["Resize"](
            imgs=[bgr], limit_side_len=long_side_px, limit_type="max", max_side_limit=4000
        )
        images = predictor.pre_tfs["ToCHW"](imgs=predictor.pre_tfs["Normalize"](imgs=images))
        maps = predictor.runner(x=predictor.pre_tfs["ToBatch"](imgs=images))
        polygons, _ = predictor.post_op(
            maps,
            shapes,
            thresh=predictor.thresh,
            box_thresh=predictor.box_thresh,
            unclip_ratio=predictor.unclip_ratio,
        )
        return [np.asarray(polygon, dtype=np.float32) for polygon in polygons[0]]

    def _recognise(self, pixels: npt.NDArray[np.uint8], quads: Sequence[Quad]) -> list[DecodedLine]:
        """Recognise the boxes of a page, batched by width."""
        crops = [cut_line(pixels, quad) for quad in quads]
        order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1])
        results: dict[int, DecodedLine] = {}
        batch: list[int] = []
        for i in order:
            if batch and crops[i].shape[1] * (len(batch) + 1) > _BATCH_WIDTH_PX:
                self._recognise_batch(crops, batch, results)
                batch = []
            batch.append(i)
        if batch:
            self._recognise_batch(crops, batch, results)
        return [results[i] for i in range(len(crops))]

    def _recognise_batch(
        self, crops: list[npt.NDArray[np.uint8]], batch: list[int], results: dict[int, DecodedLine]
    ) -> None:
        width = -(-max(crops[i].shape[1] for i in batch) // WIDTH_STEP_PX) * WIDTH_STEP_PX
        # Padding is the middle grey that the model was trained with: 0 after normalisation.
        tensor = np.zeros((len(batch), 3, LINE_HEIGHT_PX, width), dtype=np.float32)
        for place, i in enumerate(batch):
            crop = crops[i]
            tensor[place, :, :, : crop.shape[1]] = (crop.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
        probabilities = self._recogniser.runner(x=[tensor])[0]
        for place, i in enumerate(batch):
            steps = min(
                len(probabilities[place]), -(-crops[i].shape[1] * len(probabilities[place]) // width) + 1
            )
            results[i] = self._decoder.decode(probabilities[place][:steps])

    def _lies_upside_down(
        self, pixels: npt.NDArray[np.uint8], quads: list[Quad], decoded: list[DecodedLine]
    ) -> bool:
        if not quads:
            return False
        widths = np.array([quad_size(quad)[0] for quad in quads])
        mean = float(np.average([line.confidence for line in decoded], weights=widths + 1e-6))
        if mean >= self._options.turned_page_confidence:
            return False
        sample = np.argsort(-widths)[:_FLIP_SAMPLE]
        flipped = self._recognise(pixels, [np.roll(quads[i], 2, axis=0) for i in sample])
        before = float(np.mean([decoded[i].confidence for i in sample]))
        return float(np.mean([line.confidence for line in flipped])) > before + 0.1


def engine_version(options: OcrOptions) -> str:
    """Name models and settings without loading anything: the engine's part of the cache key."""
    hashes = "+".join(model.sha256[:12] for model in MANIFEST)
    return f"paddle-onnx 2 {hashes} {options}"


def _load_predictors() -> tuple[Any, Any]:
    # Without these paddlex asks a model hub for news at import and writes colour codes to stderr.
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
    os.environ.setdefault("GLOG_minloglevel", "2")
    try:
        from paddleocr import TextDetection, TextRecognition
    except ImportError as error:
        raise OcrLibraryError(str(error)) from error
    for name in ("paddlex", "ppocr", "paddleocr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return TextDetection, TextRecognition


def _are_neighbours(box: Box, other: Box) -> bool:
    """Tell whether two boxes lie in one row within three line heights (pages are about square)."""
    gap = max(box.left, other.left) - min(box.right, other.right)
    overlap = min(box.bottom, other.bottom) - max(box.top, other.top)
    return overlap > 0.3 * min(box.height, other.height) and gap < 3 * box.height


def _to_polygon(quad: Quad, matrix: npt.NDArray[np.float64], image: PageImage) -> Polygon:
    level = quad @ matrix[:, :2].T + matrix[:, 2]
    return tuple((float(x) / image.width_px, float(y) / image.height_px) for x, y in level)


def _has_lost_print(first: TextLine, second: TextLine) -> bool:
    """Tell whether coloured print went with the ink: labels of many forms are themselves red or brown."""
    if first.confidence < _LEAST_SEAL_TEXT_CONFIDENCE:
        return False
    whole, rest = fold(first.text), fold(second.text)
    return len(whole) > len(rest) and (rest in whole or len(whole) - len(rest) >= _LABEL_CHARACTERS)


def _merge_readings(first: TextLine, second: DecodedLine) -> TextLine:
    """Keep the better reading as the line and the other beside it where the two differ."""
    other = TextLine(second.text, first.polygon, second.confidence, second.lattice, under_seal=True)
    if not is_meaningful(second.text) or second.confidence < _LEAST_LINE_CONFIDENCE:
        return TextLine(first.text, first.polygon, first.confidence, first.lattice, under_seal=True)
    keeps_first = first.confidence >= other.confidence or _has_lost_print(first, other)
    better, worse = (first, other) if keeps_first else (other, first)
    differs = better.lattice.best_text() != worse.lattice.best_text()
    return TextLine(
        better.text,
        first.polygon,
        better.confidence,
        better.lattice,
        under_seal=True,
        second=worse if differs else None,
    )
