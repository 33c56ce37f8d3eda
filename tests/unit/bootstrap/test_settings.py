"""Settings come from the environment, within bounds, and are all documented."""

from pathlib import Path

import pytest

from bootstrap.settings import Settings, SettingsError, load_settings

README = Path(__file__).parents[3] / "README.md"


def test_flags_of_the_environment_reach_the_pipeline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHENGHE_MODEL_DIR", str(tmp_path))
    monkeypatch.setenv("ZHENGHE_WORKERS", "3")
    monkeypatch.setenv("ZHENGHE_MAX_FILE_MIB", "7")

    options = load_settings().to_options()

    assert (options.model_dir, options.workers, options.limits.max_file_bytes) == (tmp_path, 3, 7 << 20)


def test_the_default_limits_are_those_of_the_readers() -> None:
    assert Settings().to_options().limits == type(Settings().to_options().limits)()


@pytest.mark.parametrize(("name", "value"), [("WORKERS", "0"), ("WORKERS", "many"), ("RENDER_DPI", "10000")])
def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ZHENGHE_{name}", value)

    with pytest.raises(SettingsError, match=f"ZHENGHE_{name}") as caught:
        load_settings()
    assert caught.value.code == "bad_setting"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`ZHENGHE_{name.upper()}`" in README.read_text(encoding="utf-8")
