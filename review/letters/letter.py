"""What a commitment letter says, whatever it is written as."""

from dataclasses import dataclass

from domain.letter_codes import format_letter_code, make_letter_code

TITLE = "承诺书"
NOTICE = "陕人社函〔2021〕107号"
_MOST_NUMBERS = 40
"""Document numbers that are listed; a body with more prints how many there are."""


@dataclass(frozen=True, slots=True)
class CommitmentLetter:
    """A unit's promise about one batch."""

    unit_name: str
    system_account: str
    handler: str
    mobile: str
    office_phone: str
    batch_name: str
    period_label: str
    """The reporting period as people call it, e.g. 2016—2017年."""

    approval_numbers: tuple[str, ...]
    """批准文号 of the batch's tables, as they are to be printed."""

    people_count: int
    batch_id: str
    """What the batch is called for good; goes into the code."""

    content_hash: str
    """Of the data that the unit vouches for; goes into the code."""

    addressee: str = ""
    """The next higher unit; without it the letter opens with the promise."""

    notice: str = NOTICE
    """Number of the notice that asks for the letter."""

    @property
    def code(self) -> str:
        """The code that ties the paper to the data, without dashes."""
        return make_letter_code(self.batch_id, self.content_hash)

    @property
    def printed_code(self) -> str:
        """The code as it is printed."""
        return format_letter_code(self.code)


def opening(letter: CommitmentLetter) -> str:
    """Return the sentence before the promises."""
    return (
        f"根据{letter.notice}文件要求，我单位（{letter.unit_name}）组织填报并审核了“{letter.batch_name}”"
        f"的职称信息，共涉及批准文号{len(letter.approval_numbers)}个、人员{letter.people_count}人，"
        "现郑重承诺如下："
    )


PROMISES = (
    "一、所上报的职称信息已由我单位与职称证书、批准文件等原始材料逐人逐项核对，真实、准确、完整。",
    "二、所上传的电子表格、扫描件与盖章的纸质材料一致，本承诺书所载数据校验码对应的数据，即我单位确认上报的数据。",
    "三、所上报人员均属于本次填报范围，无伪造、变造证书和批准文件，无虚报、重报。",
    "四、以本单位系统账号上报的全部信息由我单位负责；账号由专人保管，人员信息依法保密，不用于其他用途。",
    "五、如信息有误，我单位及时更正并重新上报；如有不实，由我单位承担相应责任。",
)
"""What the unit answers for."""


def form_of(letter: CommitmentLetter) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the letter's form: rows of one or two labels with their values."""
    return (
        (("单位名称", letter.unit_name),),
        (("系统账号", letter.system_account), ("经办人", letter.handler)),
        (("手机号码", letter.mobile), ("办公电话", letter.office_phone)),
        (("批次名称", letter.batch_name),),
        (("申报时段", letter.period_label), ("涉及人数", f"{letter.people_count}人")),
        (("批准文号", _list_numbers(letter.approval_numbers)),),
        (("数据校验码", letter.printed_code),),
    )


def code_note(letter: CommitmentLetter) -> str:
    """Return the line at the foot of every page."""
    return f"数据校验码：{letter.printed_code}"


CODE_HINT = "（数据修改后校验码随之改变，须重新打印盖章）"
SIGNATURE = "承诺单位（盖章）："
DATE_LINE = "日期：　　　　年　　　月　　　日"


def _list_numbers(numbers: tuple[str, ...]) -> str:
    listed = "、".join(numbers[:_MOST_NUMBERS])
    more = len(numbers) - _MOST_NUMBERS
    return f"{listed}等{len(numbers)}个" if more > 0 else listed
