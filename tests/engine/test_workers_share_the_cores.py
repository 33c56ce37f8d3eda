"""A worker may run on every core: bound to the first one, all workers together would use one."""

import os
import threading

import numpy as np
import pytest

from bootstrap.settings import load_settings
from domain.images import PageImage
from ocr.models import ModelStore
from ocr.paddle import PaddleEngine

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]


def _page() -> PageImage:
    pixels = np.full((1400, 1000, 3), 245, dtype=np.uint8)
    for top in range(100, 1300, 60):
        for left in range(100, 900, 44):
            pixels[top : top + 30, left : left + 6] = 20
    return PageImage(pixels, 200)


def test_reading_binds_no_thread_to_a_core() -> None:
    engine = PaddleEngine(ModelStore(load_settings().model_dir))
    allowed = os.sched_getaffinity(0)
    main, seen, done = threading.get_native_id(), [], threading.Event()

    def watch() -> None:
        while not done.is_set():
            seen.append(os.sched_getaffinity(main))
            done.wait(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        engine.read_page(_page(), file="a.png", page_number=1)
    finally:
        done.set()
        watcher.join()

    assert seen
    assert all(cores == allowed for cores in seen)
