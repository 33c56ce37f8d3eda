"""The commitment letter (承诺书, the notice's Annex 3): written for a unit, and checked when it comes back.

Entry points: ``CommitmentLetter``, ``write_letter_docx``, ``write_letter_pdf``, ``check_letter``.
"""

from review.letters.check import LetterProblem, check_letter
from review.letters.letter import CommitmentLetter
from review.letters.pdf_file import write_letter_pdf
from review.letters.word_file import write_letter_docx

__all__ = ["CommitmentLetter", "LetterProblem", "check_letter", "write_letter_docx", "write_letter_pdf"]
