"""Findings as bytes: what is stored comes back, what an earlier release stored too."""

import json
import zlib
from dataclasses import replace

from domain.fields import Field
from domain.findings import Contribution, RowFinding, Source
from storage.codec import ROW_FINDING
from tests.results import finding, row_finding


def _row(*parts: Contribution) -> RowFinding:
    name = replace(finding(Field.NAME, certificate="张伟"), contributions=parts)
    return row_finding(fields={Field.NAME: name})


def test_a_finding_comes_back_with_what_its_comparisons_looked_like() -> None:
    row = _row(
        Contribution(Source.PRIOR, -3.9, "未看纸件之前"),
        Contribution(Source.CERTIFICATE, -5.25, "证书读得与表格相同", cell="equal_sure", condition="good"),
    )

    assert ROW_FINDING.unpack(ROW_FINDING.pack(row)) == row


def test_a_finding_of_an_earlier_release_has_no_cells() -> None:
    row = _row(Contribution(Source.CERTIFICATE, -5.25, "证书读得与表格相同", cell="equal", condition="fair"))
    content = json.loads(zlib.decompress(ROW_FINDING.pack(row)))
    (part,) = content["fields"]["name"]["contributions"]
    del part["cell"], part["condition"]

    old = ROW_FINDING.unpack(zlib.compress(json.dumps(content).encode()))

    assert old == _row(Contribution(Source.CERTIFICATE, -5.25, "证书读得与表格相同"))
