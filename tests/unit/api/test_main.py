"""The server's process starts light and quiet, and stops when told."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx2

from tests.e2e.running import ROOT, free_port, service_environment, start_program, wait_for

READERS = ("jobs.workers", "jobs.pool", "ocr.paddle", "cv2", "scipy", "pypinyin", "rapidfuzz", "onnxruntime")
"""What decodes, recognises and compares: the server leaves that to other processes."""


def test_a_server_builds_itself_before_it_serves_and_ends_when_told(tmp_path: Path) -> None:
    port = free_port()
    environment = service_environment(tmp_path / "data", None) | {"ZHENGHE_PORT": str(port)}
    output = tmp_path / "output"
    server = start_program(["api"], environment, output)

    def is_ready() -> bool:
        assert server.poll() is None, output.read_text("utf-8")
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/ready", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    try:
        wait_for(is_ready, "a server that is ready")
        server.terminate()
        server.wait(60)
    finally:
        server.kill()

    said = output.read_text("utf-8")
    # Said of whatever waits for disk or database while calls wait for it.
    assert "event loop" not in said
    assert "Traceback" not in said
    assert "Application shutdown complete" in said


def test_the_server_is_loaded_without_what_reads_and_compares() -> None:
    program = "import api.main, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
    )

    assert set(READERS) & set(json.loads(done.stdout)) == set()
