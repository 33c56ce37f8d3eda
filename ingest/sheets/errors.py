"""Why a sheet cannot be used; each reason is a class with a stable code."""

from collections.abc import Sequence

from domain.errors import FileProblemError


class EncryptedSheetError(FileProblemError):
    """The workbook asks for a password."""

    code = "encrypted_sheet"

    def __init__(self) -> None:
        super().__init__("这个表格设有打开密码，无法读取。请去掉密码后另存，再重新提交。")


class DamagedSheetError(FileProblemError):
    """The file is a spreadsheet by its beginning, but cannot be read to the end."""

    code = "damaged_sheet"

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(f"表格文件已损坏，无法读取（{detail}）。请用表格软件打开后另存一份，再重新提交。")


class SheetTooLargeError(FileProblemError):
    """The sheet holds more than the limits allow."""

    code = "sheet_too_large"

    def __init__(self, what: str, limit: str) -> None:
        self.what = what
        self.limit = limit
        super().__init__(f"表格太大：{what}，上限是{limit}。请删去表格以外的多余内容，或分成几个文件提交。")


class EmptySheetError(FileProblemError):
    """There is nothing in it, or a header without a single person."""

    code = "empty_sheet"

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(f"{detail}。请填好人员后重新提交。")


class NotASheetError(FileProblemError):
    """The file is of another kind, whatever its name says."""

    code = "not_a_sheet"

    def __init__(self, really: str) -> None:
        self.really = really
        super().__init__(
            f"这个文件不是表格，内容其实是{really}。请提交 .xlsx、.xls、.ods 或 .csv 格式的汇总信息表。"
        )


class NotATitleSheetError(FileProblemError):
    """A spreadsheet, but no title table was found in it."""

    code = "not_a_title_sheet"

    def __init__(self, *, looked_for: Sequence[str], found: Sequence[str], detail: str) -> None:
        self.looked_for = tuple(looked_for)
        self.found = tuple(found)
        self.detail = detail
        seen = "、".join(f"“{text}”" for text in self.found) or "没有文字"
        super().__init__(
            f"没有找到职称汇总信息表的表头：{detail}要找的列是{'、'.join(self.looked_for)}；"
            f"看到的是{seen}。请按附件2的列名填好表头后重新提交。"
        )
