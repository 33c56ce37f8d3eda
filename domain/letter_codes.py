"""The short code that ties a stamped letter to the data it vouches for.

Twelve characters of Crockford's base 32, written ``XXXX-XXXX-XXXX``: four for the batch, seven for the batch
with its content, one that checks the others. A code with the right first four characters and others behind
them is therefore a letter of the same batch about older data. The alphabet has no I, L, O and U, which
print and recognisers confuse with 1, 0 and V.
"""

import hashlib
import re

from domain.text import fold

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
_BATCH_LENGTH = 4
"""20 bits: two batches of one unit share them once in a million."""

_DATA_LENGTH = 7
"""35 bits: two contents of one batch share them once in 34,000 million."""

_GROUP = 4
_FIELD_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1 is primitive over GF(2): its powers of 2 run through all 31 other elements of GF(32)."""

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "〇": "0", "丨": "1"})
"""What is not in the alphabet can only be a misreading of what is."""

_MARK = r"[-·.一_~]"
_MARKS = re.compile(_MARK)
_CHARACTER = r"[0-9A-Z〇丨]"
_GROUPED = re.compile(
    rf"(?<![0-9A-Z]){_CHARACTER}{{4}}(?:{_MARK}{_CHARACTER}{{4}}){{2}}(?![0-9A-Z])"
    rf"|(?<=码[:)]){_CHARACTER}{{4}}{_MARK}?{_CHARACTER}{{4}}{_MARK}?{_CHARACTER}{{4}}(?![0-9A-Z])"
)


def make_letter_code(batch_id: str, content_hash: str) -> str:
    """Return the code of a batch with its present content, without dashes.

    Args:
        batch_id: What the batch is called for good.
        content_hash: Of everything that the letter vouches for; other content, other hash.
    """
    batch = _digits(f"zhenghe letter batch|{batch_id}", _BATCH_LENGTH)
    data = _digits(f"zhenghe letter data|{batch_id}|{content_hash}", _DATA_LENGTH)
    return _write([*batch, *data, _check_digit([*batch, *data])])


def format_letter_code(code: str) -> str:
    """Return a code as it is printed: ``XXXX-XXXX-XXXX``."""
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def find_letter_codes(text: str) -> tuple[str, ...]:
    """Return the codes in a text whose check character is right, without dashes, each once, in order.

    Every single wrong character and every two exchanged ones make a code wrong; it is then left out and
    never repaired. Codes without dashes are believed only behind 校验码.
    """
    found = (_MARKS.sub("", match[0]).translate(_READ_AS) for match in _GROUPED.finditer(fold(text)))
    return tuple(dict.fromkeys(code for code in found if is_letter_code(code)))


def is_letter_code(code: str) -> bool:
    """Tell whether a text of the alphabet's characters without dashes is a code."""
    if len(code) != CODE_LENGTH or any(c not in ALPHABET for c in code):
        return False
    digits = [ALPHABET.index(c) for c in code]
    return _check_digit(digits[:-1]) == digits[-1]


def are_of_one_batch(code: str, other: str) -> bool:
    """Tell whether two codes were made for the same batch, whatever its content."""
    return code[:_BATCH_LENGTH] == other[:_BATCH_LENGTH]


def _digits(text: str, length: int) -> list[int]:
    number = int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest(), "big")
    return [number >> 5 * i & 31 for i in range(length)]


def _check_digit(digits: list[int]) -> int:
    """Return the sum of digits, each times its own power of 2 in GF(32)."""
    total = 0
    for digit in digits:
        # Horner's rule: the first digit is multiplied most often.
        total = _double(total) ^ digit
    return _double(total)


def _double(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 32 else doubled


def _write(digits: list[int]) -> str:
    return "".join(ALPHABET[digit] for digit in digits)
