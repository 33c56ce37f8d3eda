"""Whether a certificate says of itself that it is an electronic one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.fields import Field
from domain.records import FieldReading
from ocr.certificates.characters import KeyedLine, Span
from ocr.certificates.values import make_reading
from ocr.certificates.vocabulary import simplify

ELECTRONIC = "电子证书"
"""The value of ``Field.CERTIFICATE_STATUS`` on such a paper, whatever words it uses."""

_SAYS_SO = re.compile(r"电子(?:职称|资格|版)?证书?")
_NOT_ITSELF = re.compile(r"(?:无|未|非|没有|不是|尚未|换发|领取|申领)[^,。;]{0,6}电子")
_CHECKED_BY_CODE = re.compile(
    r"(?:扫码|扫描|二维码).{0,10}(?:查验|核验|验证|验真|真伪)|(?:验证码|查询码|防伪码|校验码):?[A-Z0-9]{4,}"
)
"""Only what is checked by its own code is electronic: an address for inquiries stands on paper ones too."""


def find_status(lines: Sequence[KeyedLine]) -> Span | None:
    """Return the words by which a certificate calls itself electronic; ``None`` when it does not."""
    for pattern in (_SAYS_SO, _CHECKED_BY_CODE):
        for line in lines:
            key = simplify(line.key)
            match = pattern.search(key)
            if match is not None and _NOT_ITSELF.search(key) is None:
                return Span(line, *match.span())
    return None


def make_status(span: Span, file: str, page_number: int) -> FieldReading:
    """Make the reading: at the place of the words, with the one value that this status has."""
    reading = make_reading(Field.CERTIFICATE_STATUS, (span,), file=file, page_number=page_number)
    return replace(reading, raw=ELECTRONIC, value=ELECTRONIC)
