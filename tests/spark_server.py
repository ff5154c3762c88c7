"""A Spark Connect server on this computer for the tests: started from the pyspark package, which needs Java."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port

START_SECONDS = 180


@dataclass(frozen=True)
class SparkServer:
    """A running server, and where it tells of itself."""

    port: int
    told_at: int

    def running_jobs(self) -> int:
        """How many jobs it works on, as it says so itself."""
        [application] = self._tells("")
        return len(self._tells(f"/{application['id']}/jobs?status=running"))

    def _tells(self, path: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.told_at}/api/v1/applications{path}") as reply:
            found: list[dict[str, Any]] = json.load(reply)
        return found


@contextlib.contextmanager
def run_spark() -> Iterator[SparkServer]:
    """A server of its own; what it keeps is in a folder of its own."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed here")
    pyspark = pytest.importorskip("pyspark")
    pytest.importorskip("grpc")
    home = Path(pyspark.__file__).parent
    port, told_at = free_port(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="dbchat-spark-"))
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.port": told_at,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.sql.shuffle.partitions": 2,
        "spark.driver.memory": "1g",
    }
    command = [
        str(home / "bin" / "spark-submit"), "--master", "local[2]",
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--name", "dbchat-tests",
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
        "spark-internal",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
        )
    try:
        wait_for(port, process, folder / "log")
        yield SparkServer(port, told_at)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        text = log.read_text(errors="replace")[-2000:]
        assert process.poll() is None, text
        assert time.monotonic() < end, text
        time.sleep(0.5)
