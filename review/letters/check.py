"""Whether the letter that came back is this unit's promise about this data."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from domain.letter_codes import are_of_one_batch, format_letter_code
from domain.letters import CommitmentReading
from domain.text import fold
from review.letters.letter import CommitmentLetter

SEAL_TO_BE_SEEN = "系统只判断有没有圆形印章，印章上的文字请审核人员看图确认。"
"""What is left to a person, to be shown beside every letter with a seal."""

_LEAST_LIKENESS = 0.8
"""Of two texts of one name, one of them with a misread character in five."""


@dataclass(frozen=True, slots=True)
class LetterProblem:
    """One thing that keeps a letter from being accepted as it is."""

    code: str
    """Stable: ``not_a_letter``, ``personal_letter``, ``unit_unreadable``, ``unit_differs``,
    ``account_differs``, ``handler_missing``, ``phone_missing``, ``no_seal``, ``seal_not_looked_for``,
    ``no_date``, ``date_incomplete``, ``date_unreadable``, ``code_unreadable``, ``code_of_older_data``,
    ``code_of_another_batch``."""

    sentence: str
    """What is wrong and what to do, for the unit and its verifier."""


def check_letter(letter: CommitmentLetter, reading: CommitmentReading | None) -> tuple[LetterProblem, ...]:
    """Compare the letter that was uploaded with the one that the batch needs now.

    No problem means: a letter of this unit with a round seal, a full date and the code of the present data.
    It never means that the seal is the unit's own: ``SEAL_TO_BE_SEEN``.

    Args:
        letter: As it would be generated for the batch now.
        reading: What was read of the file; ``None`` when it holds no commitment letter.
    """
    if reading is None:
        return (
            LetterProblem(
                "not_a_letter", "上传的文件不是承诺书。请下载本批次的承诺书，打印、盖章后扫描上传。"
            ),
        )
    problems = [
        *_check_unit(letter, reading),
        *_check_account(letter, reading),
        *_check_handler(reading),
        *_check_seal(reading),
        *_check_date(reading),
        *_check_code(letter, reading),
    ]
    return tuple(problems)


def _check_unit(letter: CommitmentLetter, reading: CommitmentReading) -> list[LetterProblem]:
    if reading.is_personal:
        return [
            LetterProblem(
                "personal_letter", "这是个人签署的承诺书。请上传由填报单位盖章的承诺书（通知附件3）。"
            )
        ]
    if not reading.units:
        return [
            LetterProblem(
                "unit_unreadable",
                f"承诺书上没有读出单位名称，应为“{letter.unit_name}”。请看图核对，看不清的请重新扫描。",
            )
        ]
    expected = fold(letter.unit_name)
    if fold(reading.unit) == expected and not any(
        _is_another(fold(unit), expected) for unit in reading.units
    ):
        return []
    read = "”或“".join(reading.units)
    return [
        LetterProblem(
            "unit_differs",
            f"承诺书上的单位读作“{read}”，与本单位“{letter.unit_name}”不一致。请看图核对，单位不对的请重新上传。",
        )
    ]


def _is_another(unit: str, expected: str) -> bool:
    """Tell whether a name is neither the expected one, misread or not, nor a piece of it."""
    rest = iter(expected)
    is_piece = all(character in rest for character in unit)
    return not is_piece and SequenceMatcher(None, unit, expected).ratio() < _LEAST_LIKENESS


def _check_account(letter: CommitmentLetter, reading: CommitmentReading) -> list[LetterProblem]:
    if not reading.account or fold(reading.account) == fold(letter.system_account):
        return []
    return [
        LetterProblem(
            "account_differs",
            f"承诺书上的系统账号读作“{reading.account}”，本单位账号是“{letter.system_account}”。请看图核对。",
        )
    ]


def _check_handler(reading: CommitmentReading) -> list[LetterProblem]:
    problems = []
    if not reading.handler:
        problems.append(
            LetterProblem(
                "handler_missing", "承诺书上没有读出经办人姓名。请看图核对，漏填的请补填后重新上传。"
            )
        )
    if not reading.mobile and not reading.office_phone:
        problems.append(
            LetterProblem(
                "phone_missing", "承诺书上没有读出手机号码或办公电话。请看图核对，漏填的请补填后重新上传。"
            )
        )
    return problems


def _check_seal(reading: CommitmentReading) -> list[LetterProblem]:
    if reading.has_seal:
        return []
    if reading.has_seal is None:
        return [
            LetterProblem("seal_not_looked_for", "这一页没有查找过印章。请看图确认承诺书已加盖单位公章。")
        ]
    return [LetterProblem("no_seal", "承诺书上没有找到单位公章。请盖章后重新扫描上传；已盖章的请看图确认。")]


def _check_date(reading: CommitmentReading) -> list[LetterProblem]:
    if reading.has_date:
        return []
    if reading.signed_on is not None:
        return [
            LetterProblem(
                "date_incomplete",
                f"承诺书的日期只读出“{reading.signed_on}”，年月日不全。请看图核对，没有填全的请补填后重新上传。",
            )
        ]
    if reading.date_text:
        return [
            LetterProblem(
                "date_unreadable",
                f"承诺书的日期读作“{reading.date_text}”，不能辨认。请看图确认年月日已填写齐全。",
            )
        ]
    return [LetterProblem("no_date", "承诺书没有读出日期。请看图核对，没有填写的请补填后重新上传。")]


def _check_code(letter: CommitmentLetter, reading: CommitmentReading) -> list[LetterProblem]:
    if letter.code in reading.codes and len(reading.codes) == 1:
        return []
    if not reading.codes:
        return [
            LetterProblem(
                "code_unreadable",
                f"承诺书上没有读出数据校验码，应为 {letter.printed_code}。请看图核对；"
                "不是用本系统生成的承诺书，请下载后重新打印、盖章、上传。",
            )
        ]
    # Codes in two places that differ were not printed by one run: the one that is wrong decides.
    wrong = next(code for code in reading.codes if code != letter.code)
    read = format_letter_code(wrong)
    if are_of_one_batch(wrong, letter.code):
        return [
            LetterProblem(
                "code_of_older_data",
                f"承诺书的校验码是 {read}，数据在这之后修改过，现在应为 {letter.printed_code}。"
                "请重新下载承诺书，打印、盖章后上传。",
            )
        ]
    return [
        LetterProblem(
            "code_of_another_batch",
            f"承诺书的校验码 {read} 不属于本批次，应为 {letter.printed_code}。请上传本批次的承诺书。",
        )
    ]
