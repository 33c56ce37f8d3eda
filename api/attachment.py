"""Names under which browsers save what an answer holds."""

import re
from urllib.parse import quote

from review.export.privacy import mask_numbers_in_name

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|]')
_LONGEST = 80
"""Characters of the stem: 240 bytes in Chinese, where file systems end at 255."""


def attachment(stem: str, suffix: str, plain: str) -> dict[str, str]:
    """Return the header that has an answer saved under a name that people know it by.

    Args:
        stem: The name without its suffix, as people write it; ID and mobile numbers in it are hidden.
        suffix: ``.xlsx``.
        plain: The name in ASCII with its suffix, for programs that read no other.
    """
    name = _NOT_IN_NAMES.sub("_", mask_numbers_in_name(stem))[:_LONGEST].strip(" .") + suffix
    coded = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"}
