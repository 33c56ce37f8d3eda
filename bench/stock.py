"""The stock pipeline over a list of pictures: what ``bench.speed`` compares with.

``PaddleOCR(engine="onnxruntime")`` with the product's two models and paddleocr's own defaults; the three
optional models that are no part of the product (page orientation, unwarping, line orientation) are off.
Prints one JSON object: the texts of every page, and what it cost.
"""

import json
import resource
import sys
import time
from pathlib import Path

from ocr.models import DETECTOR, RECOGNISER, ModelStore
from ocr.silence import silence_libraries


def main() -> None:
    """Read the pictures named in the file given as first argument; models from the second."""
    pictures = Path(sys.argv[1]).read_text("utf-8").splitlines()
    store = ModelStore(Path(sys.argv[2]))
    silence_libraries()
    from paddleocr import PaddleOCR

    pipeline = PaddleOCR(
        engine="onnxruntime",
        device="cpu",
        text_detection_model_name=DETECTOR.name,
        text_detection_model_dir=str(store.model_dir(DETECTOR)),
        text_recognition_model_name=RECOGNISER.name,
        text_recognition_model_dir=str(store.model_dir(RECOGNISER)),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
    )
    started = time.monotonic()
    texts = [list(pipeline.predict(picture)[0]["rec_texts"]) for picture in pictures]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "texts": texts,
                "reading_seconds": time.monotonic() - started,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "peak_mib": usage.ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
