"""Page images and text layers in, candidate records and approval documents out.

Entry points: ``ocr.engine`` (images to lines), ``ocr.text_layer`` (words to lines),
``ocr.papers.classify_document``, ``ocr.certificates.read_certificates``, ``ocr.approvals.read_approval``.
"""
