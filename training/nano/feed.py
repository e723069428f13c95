"""Batches as a pure function of their step and their number in it: made here, or by other processes ahead of time (`NANO_WORKERS`), with the same result.

A batch is anything of numbers, arrays and plain objects; arrays come out as tensors on the device that trains.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import numpy as np
import torch

from .parallel import own_batches

AHEAD = 4
Batch = dict[str, Any]
Maker = Callable[[int, random.Random], Batch]


def _made(name: str, make: Maker, step: int, number: int) -> Batch:
    return make(step, random.Random(f"{name} {step}" if number == 0 else f"{name} {step} {number}"))


def _work(name: str, make: Maker, first: int, skipped: int, stride: int, out: multiprocessing.Queue) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the trainer's own handler would outlive it here
    torch.set_default_device("cpu")
    torch.set_num_threads(1)
    for step, number in islice(own_batches(first), skipped, None, stride):
        out.put(_made(name, make, step, number))


def on_device(batch: Batch) -> Batch:
    """Arrays as tensors where the networks are."""
    return {key: torch.from_numpy(value).to(torch.get_default_device()) if isinstance(value, np.ndarray) else value for key, value in batch.items()}


def batches(name: str, make: Maker, first: int) -> Iterator[Batch]:
    """This process's batches of steps first, first + 1, … without end."""
    workers = int(os.environ.get("NANO_WORKERS", "0"))
    if not workers:
        for step, number in own_batches(first):
            yield on_device(_made(name, make, step, number))
    context = multiprocessing.get_context("fork")
    queues = [context.Queue(AHEAD) for _ in range(workers)]
    for i, queue in enumerate(queues):
        context.Process(target=_work, args=(name, make, first, i, workers, queue), daemon=True).start()
    while True:
        for queue in queues:
            yield on_device(queue.get())
