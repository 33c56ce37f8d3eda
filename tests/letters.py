"""A letter and its reading; a test names only what it is about."""

from dataclasses import replace

from domain.dates import PartialDate
from domain.geometry import Box
from domain.letters import CommitmentReading
from domain.records import SealMark
from review.letters import CommitmentLetter

LETTER = CommitmentLetter(
    unit_name="城固县人力资源和社会保障局",
    system_account="610722001",
    handler="贠琪",
    mobile="13991612345",
    office_phone="0916-7212345",
    batch_name="城固县2016—2017年初级中级职称",
    period_label="2016—2017年",
    approval_numbers=("城固人社函〔2016〕10号", "城固人社函〔2017〕8号"),
    people_count=128,
    batch_id="batch-17",
    content_hash="9f2c",
    addressee="汉中市人力资源和社会保障局",
)


def letter(**changes: object) -> CommitmentLetter:
    """Return a letter that differs from ``LETTER`` in some fields."""
    return replace(LETTER, **changes)  # type: ignore[arg-type]


def read_back(of: CommitmentLetter, **changes: object) -> CommitmentReading:
    """Return what is read of a letter that comes back stamped and signed, but for some fields.

    Where a letter leaves open who handles the batch, that was filled in by hand.
    """
    perfect = CommitmentReading(
        file="承诺书.pdf",
        page_number=1,
        last_page_number=1,
        title="承诺书",
        units=(of.unit_name,),
        account=of.system_account,
        handler=of.handler or LETTER.handler,
        mobile=of.mobile or LETTER.mobile,
        office_phone=of.office_phone,
        signed_on=PartialDate(2021, 4, 12),
        date_text="2021年4月12日",
        codes=(of.code,),
        seals=((1, SealMark(Box(0.5, 0.7, 0.7, 0.84), is_grey=False)),),
    )
    return replace(perfect, **changes)  # type: ignore[arg-type]
