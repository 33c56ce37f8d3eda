"""What a report may show: ID and telephone numbers are hidden except where they are compared."""

import re

from domain.fields import Field
from domain.findings import RowFinding
from domain.id_numbers import IdProblem, mask_id_number, parse_id_number
from domain.text import is_hidden
from review.export.wording import source_words

# Full-width digits come from input methods: a number written so is as private.
_DIGIT, _LAST = "[0-9０-９]", "[0-9０-９XxＸｘ]"
_NOT_BESIDE = "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]"
_ID_SHAPED = re.compile(f"(?<!{_NOT_BESIDE})(?:{_DIGIT}{{17}}{_LAST}|{_DIGIT}{{15}})(?!{_NOT_BESIDE})")

# 10, 11 and 12 begin no mobile number; certificates are numbered so.
_MOBILE_SHAPED = re.compile(f"(?<!{_DIGIT})[1１][3-9３-９]{_DIGIT}{{9}}(?!{_DIGIT})")
_OF_A_CERTIFICATE = re.compile("(?P<letters>[A-ZＡ-Ｚ]+)$|(?:证书?(?:编号|号码|号)|编号|字|第)[:：\\s_-]*$")
_OF_A_PHONE = frozenset({"TEL", "PHONE", "MOBILE", "WX"})

# Shorter values occur in ordinary sentences by chance.
_SHORTEST_PRIVATE_VALUE = 7


def mask_phone(text: str) -> str:
    """Hide all of a telephone number but the first three and the last four characters.

    Short numbers keep the last two characters, so that two of them can still be told apart.
    """
    if len(text) >= 11:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    return "*" * max(0, len(text) - 2) + text[-2:] if len(text) > 4 else "*" * len(text)


def mask_ids_in_text(text: str) -> str:
    """Hide every ID number inside a sentence or a file name.

    Taken is what has the province and the birth date of one; a wrong check digit does not make a
    number public. A long certificate number stays.
    """

    def hide(match: re.Match[str]) -> str:
        number = match[0]
        is_id = parse_id_number(number).problem in (None, IdProblem.CHECK_DIGIT)
        return mask_id_number(number) if is_id else number

    return _ID_SHAPED.sub(hide, text)


def mask_numbers_in_name(text: str) -> str:
    """Hide every ID number and every mobile number in the name of a file or batch, or in a sentence with one.

    Values of rows are no names: a certificate's number may look like that of a telephone and is compared.
    In a name it is left as it is where letters or words in front of it say what it is.
    """

    def hide(match: re.Match[str]) -> str:
        label = _OF_A_CERTIFICATE.search(text, 0, match.start())
        is_certificate = label is not None and label["letters"] not in _OF_A_PHONE
        return match[0] if is_certificate else mask_phone(match[0])

    return mask_ids_in_text(_MOBILE_SHAPED.sub(hide, text))


def visible(text: str) -> str:
    """Return a text without characters that cannot be seen or that turn the reading direction.

    A line break or tab becomes a blank; every other control, format or half character
    becomes ``U+FFFD``: a person must see that something stands there.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible_character(character) for character in text)


class RowPrivacy:
    """Decides what may be shown of one row's values; ``None`` is a row that was not checked."""

    def __init__(self, row: RowFinding | None) -> None:
        self._ids = _values_of(row, Field.ID_NUMBER) if row else ()
        self._phones = _values_of(row, Field.PHONE) if row else ()

    def value(self, field: Field, text: str, *, compared: bool = False) -> str:
        """Return a value as it may be shown.

        Args:
            field: The field that the value belongs to.
            text: The submitted value or the one on paper.
            compared: The value itself is in question and stands beside the paper.
        """
        if field is Field.PHONE:
            return mask_phone(visible(text))
        if field is Field.ID_NUMBER:
            return visible(text) if compared else mask_id_number(visible(text))
        return visible(text) if compared else self.text(text)

    def source(self, field: Field, text: str | None, *, compared: bool = False) -> str:
        """Return a value on paper as it may be shown, or words for one that is not there."""
        return self.value(field, text, compared=compared) if text else source_words(text)

    def name(self, text: str) -> str:
        """Return the name of a file as it may be shown."""
        return self.text(mask_numbers_in_name(text))

    def text(self, text: str) -> str:
        """Return a sentence about the row as it may be shown."""
        for number in self._ids:
            text = text.replace(number, mask_id_number(number))
        for number in self._phones:
            text = text.replace(number, mask_phone(number))
        return visible(mask_ids_in_text(text))


def _values_of(row: RowFinding, field: Field) -> tuple[str, ...]:
    finding = row.fields.get(field)
    if finding is None:
        return ()
    values = {finding.submitted, finding.certificate or "", finding.approval or ""}
    # Longer ones first: a damaged number may be the beginning of the whole one.
    return tuple(sorted((v for v in values if len(v) >= _SHORTEST_PRIVATE_VALUE), key=len, reverse=True))


def _visible_character(character: str) -> str:
    if character in "\n\r\t\v\f\u2028\u2029\x85":
        return " "
    return "\ufffd" if is_hidden(character) else character
