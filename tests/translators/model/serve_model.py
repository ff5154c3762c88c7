"""Serves a model file by llama.cpp's own OpenAI-compatible server; prints its address and runs until it is ended."""

from __future__ import annotations

import sys
import time


def serve(path: str, name: str, key: str) -> None:
    import xllamacpp  # has packages for some computers only

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.model_alias = {name}
    parameters.api_keys = [key]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    serve(*sys.argv[1:4])
