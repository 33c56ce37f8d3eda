"""What whoever holds the machine does without signing in."""

from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.services import open_services
from bootstrap.settings import load_settings
from cli.admin import run_export_labels
from domain.decisions import Action
from domain.fields import Field
from domain.findings import Contribution, Source
from domain.way import RecheckState
from matching.calibration import Cell
from review.labels import read_labels
from storage.audit import AuditLog
from tests.bureau import Bureau, clear_row, prepare_offices, wrong_name


def test_export_of_labels_tells_how_many_and_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGHE_DATA_DIR", str(tmp_path / "data"))
    services = open_services(load_settings())
    prepare_offices(services.database)
    bureau = Bureau(services.database.url)
    said = Contribution(Source.CERTIFICATE, 4.8, "证书读得与表格不同", cell="ratio_9", condition="good")
    wrong = wrong_name(5)
    name = replace(wrong.fields[Field.NAME], contributions=(said,))
    wrong = replace(wrong, fields={**wrong.fields, Field.NAME: name})
    for rate in (1.0, 0.0):
        batch = bureau.add_batch([clear_row(4), wrong], rate=rate)
        bureau.decide(bureau.row(batch.id, 5), Action.PAPER_RIGHT, Field.NAME)
        bureau.decide_all(batch.id)
    bureau.add_batch([wrong_name(5)])
    assert bureau.row(1, 4).recheck is RecheckState.CONFIRMED
    path = tmp_path / "labels.jsonl"

    assert run_export_labels(path) == 0

    printed = capsys.readouterr().out
    assert "已导出 1 条（其中填错 1 条），来自 1 个批次" in printed
    assert "未计入 1 个批次：还有待复核" in printed
    assert "未计入 1 个批次：自动通过的行没有抽查过" in printed
    assert [(label.cell, label.is_wrong) for label in read_labels(path)] == [(Cell.RATIO_9, True)]
    with services.database.read() as session:
        (line,) = AuditLog(session).list_page("", before_seq=None, limit=10, action="labels.exported")
    assert line.detail == {"labels": 1}
    bureau.close()
    services.close()
