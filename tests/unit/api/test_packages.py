"""The corrected sheet and the hand-over package as files that people download, carry and take in."""

import hashlib
import io
import json
import zipfile

import pymupdf
import pytest
import xlsxwriter

from domain.fields import Field
from tests.filled import ID_NUMBERS, NO_PAPER, PHONE, SAME_WRONG_NAME, WRONG_NAME, Filled, said
from tests.unit.api.carried import cells_of, lines_of, saved_name

FORM = [
    "序号",
    "工作单位",
    "姓名",
    "性别",
    "证件类型",
    "证件号码",
    "出生日期",
    "级别",
    "职称系列",
    "专业",
    "资格名称",
    "授予时间",
    "证书号码",
    "证书办理状态",
    "发证日期",
    "发证机构",
    "评审委员会名称",
    "联系电话",
]
"""The heads of the form, in order."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TestSheet:
    """The corrected Annex 2."""

    def test_it_is_the_official_layout_with_the_corrections(self, filled: Filled) -> None:
        """A name corrected to the paper stands there as the paper has it."""
        row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions"
        body = {"decisions": [{"action": "paper_right", "field": "name"}]}
        filled.client_for("beilin.verifier").post(row, json=body).raise_for_status()

        answer = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.batch}/annex2")

        assert (answer.status_code, answer.headers["content-type"]) == (200, XLSX)
        assert f'filename="annex2-{filled.ids.batch}.xlsx"' in answer.headers["content-disposition"]
        assert saved_name(answer) == "附件2 碑林区2016年第1批.xlsx"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        cells = cells_of(answer.content)
        assert cells[0] == "附件2　职称汇总信息表"
        assert cells[1:3] == ["批准文号：陕人社函〔2016〕10号", "填报单位（盖章）：beilin人社局"]
        assert [cell.split("\n")[0] for cell in cells[3 : 3 + len(FORM)]] == FORM
        # Two rows had the same slip; one was corrected.
        assert cells.count("李晓明") == 1
        assert cells.count("李小名") == 1

    def test_numbers_are_hidden_unless_asked_for_and_that_is_logged(self, filled: Filled) -> None:
        """Whoever prints the sheet for the wall prints no ID numbers."""
        client = filled.client_for("beilin.supervisor")
        url = f"/api/v1/batches/{filled.ids.batch}/annex2"

        hidden, full = client.get(url).content, client.get(url, params={"in_full": True}).content

        assert not [text for text in cells_of(hidden) if text in (*ID_NUMBERS, PHONE)]
        assert [text for text in cells_of(full) if text in ID_NUMBERS]
        assert [line["in_full"] for line in filled.log("sheet.exported")] == [False, True]

    def test_its_name_is_one_that_can_be_saved_and_shows_no_number(self, filled: Filled) -> None:
        """Batches are called whatever people write."""
        client = filled.client_for("beilin.verifier")
        url = f"/api/v1/batches/{filled.ids.batch}"
        name = f'"甲/乙"; {ID_NUMBERS[3]} <%0d>'
        client.patch(url, json={"name": name}).raise_for_status()

        saved = saved_name(client.get(f"{url}/annex2"))

        assert saved.startswith("附件2 _甲_乙_; 610")
        assert saved.endswith(" _%0d_.xlsx")
        assert ID_NUMBERS[3] not in saved

    def test_a_program_that_was_not_given_numbers_gets_none(self, filled: Filled) -> None:
        """Not even where the one who made its key may see them."""
        body = {"name": "同步", "scopes": ["view", "export"], "expires_at": "2026-04-01T00:00:00Z"}
        made = filled.client_for("beilin.supervisor").post("/api/v1/tokens", json=body).json()
        program = filled.world.anonymous()
        program.headers["Authorization"] = f"Bearer {made['text']}"
        url = f"/api/v1/batches/{filled.ids.batch}/annex2"

        assert program.get(url).status_code == 200
        assert said(program.get(url, params={"in_full": True})) == (403, "forbidden")
        assert [line["in_full"] for line in filled.log("sheet.exported")] == [False]

    def test_others_work_on_while_it_is_written(
        self, filled: Filled, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twenty thousand rows take seconds; nobody waits for them."""
        verifier = filled.client_for("beilin.verifier")
        row = f"/api/v1/rows/{filled.ids.rows[WRONG_NAME]}/decisions"
        close, statuses = xlsxwriter.Workbook.close, []

        def decide_and_close(book: xlsxwriter.Workbook) -> None:
            body = {"decisions": [{"action": "sheet_right"}]}
            statuses.append(verifier.post(row, json=body).status_code)
            close(book)

        monkeypatch.setattr(xlsxwriter.Workbook, "close", decide_and_close)
        answer = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.batch}/annex2")

        assert (answer.status_code, statuses) == (200, [201])

    def test_a_batch_without_rows_has_none(self, filled: Filled) -> None:
        """A draft was never checked."""
        refused = filled.client_for("beilin.supervisor").get(f"/api/v1/batches/{filled.ids.draft}/annex2")

        assert said(refused) == (409, "nothing_to_export")


class TestLetter:
    """The commitment letter to be printed, stamped and scanned."""

    @pytest.mark.parametrize(
        ("form", "kind", "start"),
        [
            ("pdf", "application/pdf", b"%PDF"),
            (
                "docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                b"PK",
            ),
        ],
    )
    def test_it_comes_in_both_forms(self, filled: Filled, form: str, kind: str, start: bytes) -> None:
        """Offices print the PDF, or put their own head over the Word file."""
        url = f"/api/v1/batches/{filled.ids.batch}/letter.{form}"
        answer = filled.client_for("beilin.verifier").get(url, params={"handler": "王芳"})

        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.content.startswith(start)
        assert saved_name(answer) == f"承诺书 碑林区2016年第1批.{form}"
        assert "王芳" in _text(answer.content, form)
        assert "beilin人社局" in _text(answer.content, form)


def _text(content: bytes, form: str) -> str:
    if form == "docx":
        return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    with pymupdf.open(stream=content) as document:
        return "".join(str(page.get_text()) for page in document)


class TestPackage:
    """A batch that was passed on, for an office without a shared network."""

    def test_it_says_what_is_in_it_and_every_hash_is_right(self, filled: Filled) -> None:
        """The manifest of the zip is what its cover's numbers are made of."""
        client = filled.client_for("beilin.supervisor")
        answer = client.get(f"/api/v1/batches/{filled.ids.passed}/package")

        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert answer.headers["content-length"] == str(len(answer.content))
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["package_id"] == answer.headers["zhenghe-package"]
        assert manifest["contents_id"] == answer.headers["zhenghe-contents"]
        assert {file["path"] for file in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
        for file in manifest["files"]:
            content = archive.read(file["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        assert len(filled.log("batch.exported")) == 1
        assert saved_name(answer) == f"移交包 {manifest['package_id'][:12]} 碑林区2016年第2批.zip"
        assert answer.headers["cache-control"] == "no-store"
        assert list(filled.world.services.settings.packages_dir.iterdir()) == []

    def test_its_sheet_has_the_corrections_and_numbers_in_full(self, filled: Filled) -> None:
        """The receiver compares them with the paper."""
        verifier, supervisor = (filled.client_for(f"beilin.{role}") for role in ("verifier", "supervisor"))
        url = f"/api/v1/batches/{filled.ids.batch}"
        for number, action in ((WRONG_NAME, "paper_right"), (SAME_WRONG_NAME, "sheet_right")):
            decisions = [{"action": action, "field": "name"}]
            row = f"/api/v1/rows/{filled.ids.rows[number]}/decisions"
            verifier.post(row, json={"decisions": decisions}).raise_for_status()
        row = f"/api/v1/rows/{filled.ids.rows[NO_PAPER]}/decisions"
        verifier.post(row, json={"decisions": [{"action": "sheet_right"}]}).raise_for_status()
        filled.sign_letter(filled.ids.batch)
        supervisor.post(f"{url}/pass").raise_for_status()

        answer = supervisor.get(f"{url}/package")
        assert answer.status_code == 200, answer.text
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        cells = cells_of(archive.read("附件2.xlsx"))

        assert (cells.count("李晓明"), cells.count("李小名")) == (1, 1)
        assert sorted(set(cells) & set(ID_NUMBERS)) == sorted(
            {line["values"][Field.ID_NUMBER.value] for line in lines_of(archive, "rows.jsonl")}
        )
        assert [line["action"] for line in lines_of(archive, "decisions.jsonl")].count("paper_right") == 1

    @pytest.mark.parametrize("which", ["batch", "draft"])
    def test_only_what_was_handed_over_is_packed(self, filled: Filled, which: str) -> None:
        """What is still being worked on stays."""
        url = f"/api/v1/batches/{getattr(filled.ids, which)}/package"
        refused = filled.client_for("beilin.supervisor").get(url)

        assert said(refused) == (409, "batch_state")
        assert "请先报送或退回" in refused.json()["message"]
        assert filled.log("batch.exported") == []

    def test_only_the_office_that_handed_it_over_packs_it(self, filled: Filled) -> None:
        """The receiver has it already, and did not sign for it."""
        url = f"/api/v1/batches/{filled.ids.passed}/package"

        refused = filled.client_for("xian.supervisor").get(url)

        assert said(refused) == (403, "handover_not_sender")
        assert "beilin人社局" in refused.json()["message"]
        assert said(filled.client_for("beilin.auditor").get(url)) == (403, "forbidden")
        assert said(filled.client_for("jintai.supervisor").get(url)) == (404, "batch_not_found")

    def test_a_damaged_original_is_not_handed_over(self, filled: Filled) -> None:
        """What the next office would get is not what was checked."""
        client = filled.client_for("beilin.supervisor")
        documents = client.get(f"/api/v1/batches/{filled.ids.passed}/documents").json()["items"]
        sha256 = documents[0]["sha256"]
        place = filled.world.services.settings.data_dir / "files" / sha256[:2] / sha256
        place.chmod(0o600)
        place.write_bytes(b"x" * place.stat().st_size)

        refused = client.get(f"/api/v1/batches/{filled.ids.passed}/package")

        assert said(refused) == (500, "stored_file_damaged")
        assert filled.log("batch.exported") == []
        packages = filled.world.services.settings.packages_dir
        assert list(packages.iterdir()) == []
