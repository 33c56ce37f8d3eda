"""The two networks: finding lines and reading them. Nothing else in the product knows paddleocr.

paddleocr's own predictors load the models and prepare their input; the recogniser's raw output is
taken from the runner, because the published result keeps only the best string. The runner itself can
be exchanged: processors that multiply in bfloat16 run the same weights at half the cost through
OpenVINO (docs/performance.md), and every line that comes out in doubt is read again in full precision.
"""

import logging
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import SetupError
from ocr.decode import DecodedLine, Decoder
from ocr.engine import OcrOptions
from ocr.models import DETECTOR, RECOGNISER, ModelStore, read_alphabet
from ocr.silence import silence_libraries
from ocr.upright import Quad

Crop = npt.NDArray[np.uint8]
"""A line cut out straight: shape (48, width, 3), BGR."""

LINE_HEIGHT_PX = 48
"""Height that the recogniser was trained on."""

_STEP_PX = 8
"""Width of one time step. Lines are read one by one, as wide as they are: on one thread a batch saves
nothing, and its padding costs a fifth (docs/performance.md)."""

_WIDTH_STEPS_PX = ((256, 16), (512, 32), (1024, 64), (1600, 128))
"""(up to this width, in steps of so much). OpenVINO compiles its kernels anew for every width and keeps them,
6 MB each. These 37 widths pad the lines of certificates and lists by 5 %."""

_WIDEST_PX = _WIDTH_STEPS_PX[-1][0]
"""Wider lines are read in parts: in one piece they need 150 MB and, in bfloat16, kernels of their own."""

_SLACK_PX = 64
"""What every part has to spare, more than a character: the gap to cut at is sought within it."""

_GAP_PX = 4

_FAST_DETECTOR_KERNELS, _FAST_RECOGNISER_KERNELS = 400, 4000
"""Kernels kept by OpenVINO: some page sizes, and all widths of lines."""

_PAGE_STEP_PX = 64
_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32) * 255
_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32) * 255


class OcrLibraryError(SetupError):
    """paddleocr or a library under it cannot be loaded."""

    code = "ocr_library_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"识别引擎无法加载：{reason}。若提示缺少 libGL，请安装系统包 libgl1"
            "（Debian/Ubuntu：apt-get install libgl1）。"
        )


class _Runner(Protocol):
    """What paddlex calls a runner: arrays in, arrays out."""

    def __call__(self, x: list[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.float32]]:
        """Run the network once."""
        ...


class Networks:
    """Detector and recogniser, loaded. Not thread-safe. Loading takes some seconds."""

    def __init__(self, models: ModelStore, options: OcrOptions) -> None:
        """Load the models.

        Raises:
            ModelsMissingError: The store is not complete.
            ModelDamagedError: A model is not the one in the manifest.
            OcrLibraryError: A library is missing.
        """
        models.verify()
        self._detector, recogniser = _load_predictors(models, options)
        self._decoder = Decoder(read_alphabet(models.model_dir(RECOGNISER)))
        self._run_detector: _Runner = self._detector.runner
        self._run_exactly: _Runner = recogniser.runner
        self._run_fast: _Runner | None = None
        if options.precision == "bfloat16":
            self._run_detector, self._run_fast = (
                _OpenVinoRunner(models.model_dir(model) / "inference.onnx", options.threads, kernels)
                for model, kernels in (
                    (DETECTOR, _FAST_DETECTOR_KERNELS),
                    (RECOGNISER, _FAST_RECOGNISER_KERNELS),
                )
            )
            # Boxes need no second, exact look; the session's memory is given back.
            self._detector.runner = None
        self.model_seconds = 0.0
        """Processor time spent inside the networks so far."""

    @property
    def alphabet(self) -> frozenset[str]:
        """Every folded character the recogniser can write."""
        return self._decoder.readable

    def detect(self, pixels: npt.NDArray[np.uint8], long_side_px: int) -> list[Quad]:
        """Find the boxes of lines on a page reduced to ``long_side_px``.

        Args:
            pixels: Shape (height, width, 3), RGB.
            long_side_px: Size of the longer side at which the page is searched; never enlarged.
        """
        height, width = pixels.shape[:2]
        scale = min(1.0, long_side_px / max(height, width))
        # The network halves the page five times; few different sizes keep OpenVINO's kernels few.
        size = tuple(
            max(_PAGE_STEP_PX, round(side * scale / _PAGE_STEP_PX) * _PAGE_STEP_PX)
            for side in (width, height)
        )
        # Halved with its own blur first: a fifth of the time of averaging to a broken ratio.
        while max(pixels.shape) >= 2 * max(size):
            pixels = np.asarray(cv2.pyrDown(pixels), np.uint8)
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
        maps = self._timed(self._run_detector, _normalise(small))
        polygons, _ = self._detector.post_op(
            [maps],
            [np.array([height, width, size[1] / height, size[0] / width])],
            thresh=self._detector.thresh,
            box_thresh=self._detector.box_thresh,
            unclip_ratio=self._detector.unclip_ratio,
        )
        return [np.asarray(polygon, dtype=np.float32) for polygon in polygons[0]]

    def recognise(self, crops: Sequence[Crop]) -> list[DecodedLine]:
        """Read lines, in the fastest precision there is."""
        lines: list[DecodedLine | None] = [None] * len(crops)
        # Equally wide lines one after the other: OpenVINO prepares itself anew whenever the width changes,
        # a fifth of the time of a page.
        for i in sorted(range(len(crops)), key=lambda i: _padded_width(crops[i])):
            lines[i] = self._decoder.decode(self._fast_map(crops[i]))
        return [line for line in lines if line is not None]

    def recognise_together(self, crops: Sequence[Crop]) -> DecodedLine:
        """Read pictures of one line, equally wide, as one: their probabilities are averaged.

        What harms one picture (dust, a streak, a grey seal) is gone in another; what all show stays. The
        first picture is read in full precision, the others, which vary it, in the fastest there is.

        Raises:
            ValueError: The pictures differ in size, or there is none.
        """
        sizes = {crop.shape for crop in crops}
        if len(sizes) != 1:
            raise ValueError(f"crops of different sizes: {sizes}")
        total = self._map(self._run_exactly, crops[0])
        for crop in crops[1:]:
            one = self._fast_map(crop)
            # The two runners pad to different widths.
            steps = min(len(total), len(one))
            total = np.asarray(total[:steps] + one[:steps], np.float32)
        return self._decoder.decode(np.asarray(total / np.float32(len(crops)), np.float32))

    def _fast_map(self, crop: Crop) -> npt.NDArray[np.float32]:
        return self._map(self._run_fast or self._run_exactly, crop)

    def _map(self, runner: _Runner, crop: Crop) -> npt.NDArray[np.float32]:
        """Return the probabilities of a line, shape (steps, characters).

        They lie in the runner's own memory until its next call.
        """
        parts = cut_wide(crop)
        if len(parts) == 1:
            return self._map_part(runner, crop)
        # All but the last part end with a step.
        maps = [self._map_part(runner, part)[: part.shape[1] // _STEP_PX].copy() for part in parts[:-1]]
        return np.concatenate([*maps, self._map_part(runner, parts[-1])])

    def _map_part(self, runner: _Runner, crop: Crop) -> npt.NDArray[np.float32]:
        width = crop.shape[1]
        padded = _padded_width(crop) if runner is self._run_fast else _round_up(width, _STEP_PX)
        probabilities: npt.NDArray[np.float32] = self._timed(runner, _line_tensor(crop, padded))[0]
        # The padding's own steps say nothing.
        return probabilities[: -(-width // _STEP_PX) + 1]

    def _timed(self, runner: _Runner, tensor: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        before = time.thread_time()
        result = runner(x=[np.ascontiguousarray(tensor)])[0]
        self.model_seconds += time.thread_time() - before
        return result


def cut_wide(crop: Crop) -> list[Crop]:
    """Cut a line that is too wide between two characters; all parts but the last are whole steps wide."""
    width = crop.shape[1]
    if width <= _WIDEST_PX:
        return [crop]
    count = -(-width // (_WIDEST_PX - _SLACK_PX))
    # A gap between characters is lighter than they are, from top to bottom.
    columns = np.asarray(crop.mean(axis=(0, 2)), np.float32)
    light = cv2.blur(columns[None], (_GAP_PX, 1), anchor=(_GAP_PX // 2, 0))[0]
    cuts = [0]
    for place in range(1, count):
        even = round(place * width / count / _STEP_PX)
        reach = _SLACK_PX // 2 // _STEP_PX
        steps = range(even - reach, even + reach + 1)
        cuts.append(_STEP_PX * max(steps, key=lambda step: (light[step * _STEP_PX], -abs(step - even))))
    return [crop[:, start:end] for start, end in pairwise([*cuts, width])]


def _round_up(width: int, step_px: int) -> int:
    return -(-width // step_px) * step_px


def _padded_width(crop: Crop) -> int:
    """Return the width at which a line goes through OpenVINO."""
    width = crop.shape[1]
    return _round_up(width, next((step for most, step in _WIDTH_STEPS_PX if width <= most), _STEP_PX))


def _line_tensor(crop: Crop, padded_px: int) -> npt.NDArray[np.float32]:
    """Return the recogniser's input, shape (1, 3, 48, ``padded_px``)."""
    width = crop.shape[1]
    # Padding is the middle grey that the model was trained with: 0 after normalisation.
    tensor = np.zeros((1, 3, LINE_HEIGHT_PX, padded_px), dtype=np.float32)
    tensor[0, :, :, :width] = crop.transpose(2, 0, 1)
    tensor[0, :, :, :width] *= 1 / 127.5
    tensor[0, :, :, :width] -= 1.0
    return tensor


def _normalise(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return the detector's input, shape (1, 3, height, width), BGR."""
    tensor = np.empty((1, 3, *pixels.shape[:2]), dtype=np.float32)
    for channel in range(3):
        plane = tensor[0, channel]
        np.multiply(pixels[:, :, 2 - channel], 1 / _STD[channel], out=plane)
        plane -= _MEAN[channel] / _STD[channel]
    return tensor


class _OpenVinoRunner:
    """The same network in bfloat16."""

    def __init__(self, model: Path, threads: int, kernels: int) -> None:
        import openvino

        core = openvino.Core()
        self._request = core.compile_model(
            str(model),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": 1,
                # Each process would bind itself to the first core, and all workers would share that one.
                "ENABLE_CPU_PINNING": False,
                "CPU_RUNTIME_CACHE_CAPACITY": kernels,
            },
        ).create_infer_request()

    def __call__(self, x: list[npt.NDArray[np.float32]]) -> list[npt.NDArray[np.float32]]:
        # The output lies in the request's own memory until the next call; callers are done with it then.
        return [self._request.infer({0: x[0]}, share_inputs=True, share_outputs=True)[0]]


def _load_predictors(models: ModelStore, options: OcrOptions) -> tuple[Any, Any]:
    """Return paddlex's predictors of both networks."""
    silence_libraries()
    try:
        import yaml
        from paddleocr import TextDetection, TextRecognition
    except ImportError as error:
        raise OcrLibraryError(str(error)) from error
    for name in ("paddlex", "ppocr", "paddleocr"):
        logging.getLogger(name).setLevel(logging.ERROR)
    settings = {
        "engine": "onnxruntime",
        "device": "cpu",
        "engine_config": {
            "intra_op_num_threads": options.threads,
            "inter_op_num_threads": 1,
            # Keeps all that the longest line ever needed; worth it only where most lines come this way.
            "enable_cpu_mem_arena": options.precision == "float32",
        },
    }
    # paddlex reads 18,000 characters with PyYAML's slow loader, half a second of every worker's start.
    slow_loader = yaml.FullLoader
    yaml.FullLoader = getattr(yaml, "CFullLoader", slow_loader)
    try:
        detector, recogniser = (
            predictor(model_name=model.name, model_dir=str(models.model_dir(model)), **settings)
            for predictor, model in ((TextDetection, DETECTOR), (TextRecognition, RECOGNISER))
        )
    finally:
        yaml.FullLoader = slow_loader
    return detector.paddlex_predictor, recogniser.paddlex_predictor
