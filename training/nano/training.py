"""What every stage shares: one thread, moving averages, checkpoints that can be resumed, one log line a while."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .feed import Batch, Maker, batches
from .muon import Muon
from .parallel import Together, accelerator, agreed, any_of, exchanging, like, load_moments, micro_batches, prepared, whole, whole_moments

# outputs, which AdamW updates; making the guess's 256 x 20,736 orthogonal took a fifth of an encoder's step
HEADS = ("lm_head", "head")
Optimizers = Callable[[nn.Module, float, float], list[torch.optim.Optimizer]]


def set_up(seed: int) -> None:
    """One thread, fixed seeds; on this process's GPU where there is one (`NANO_DEVICE` chooses), with every new tensor there."""
    torch.set_default_device(os.environ.get("NANO_DEVICE", accelerator().device))
    torch.set_num_threads(int(os.environ.get("NANO_THREADS", "1")))
    torch.set_flush_denormal(True)
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def save(path: Path, data: object) -> None:
    """Writes beside the file, then renames: a killed job never leaves half a checkpoint."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(data, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)


def load_part(average: dict[str, Tensor], module: nn.Module, part: str) -> nn.Module:
    """Loads one module's share of a stage's moving average."""
    module.load_state_dict({k[len(part) + 1 :]: v for k, v in average.items() if k.startswith(part + ".")})
    return module.eval()


def load_average(module: nn.Module, state: Path, name: str, part: str = "model") -> nn.Module:
    """Loads the moving average of a stage's checkpoint into a module."""
    return load_part(torch.load(state / f"{name}.pt", map_location=torch.get_default_device())["average"], module, part)


def muon_and_adamw(modules: nn.Module, rate: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of hidden layers, AdamW for tables, heads, convolutions, vectors; both at one rate."""
    matrices = [m.weight for name, m in modules.named_modules() if isinstance(m, nn.Linear) and min(m.weight.shape) >= 64 and name.split(".")[-1] not in HEADS]
    chosen = {id(p) for p in matrices}
    others = [p for p in modules.parameters() if p.requires_grad and id(p) not in chosen]
    adam = torch.optim.AdamW(others, rate, (0.9, 0.98), weight_decay=weight_decay, fused=True)
    if not matrices:
        return [adam]
    return [adam, Muon(matrices, rate, weight_decay=weight_decay)]


def adamw(modules: nn.Module, rate: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """AdamW for every weight."""
    return [torch.optim.AdamW([p for p in modules.parameters() if p.requires_grad], rate, (0.9, 0.98), weight_decay=weight_decay, fused=True)]


def pause(state: Path, ended: Callable[[], bool]) -> float:
    """Sleeps while `state/PAUSE` exists (somebody measures on this machine) and nothing ended the run; returns the seconds slept."""
    start = time.time()
    while (state / "PAUSE").exists() and not ended():
        time.sleep(2)
    return time.time() - start


class Trainer:
    """Runs `loss(step, batch)` until the minutes are over; `modules` are named parts of one checkpoint `state/NAME.pt`.

    On a GPU losses are computed under bfloat16 autocast (on a processor that took half as long again); weights and updates stay float32.
    """

    def __init__(self, state: Path, name: str, modules: dict[str, nn.Module], rate: float, warm: int = 100, horizon: int = 20000,
                 decay: float = 0.995, weight_decay: float = 0.01, optimizers: Optimizers = muon_and_adamw, floor: float = 0.1) -> None:
        self.state, self.path, self.name = state, state / f"{name}.pt", name
        self.all = nn.ModuleDict(modules)
        self.rate, self.warm, self.horizon, self.decay, self.floor = rate, warm, horizon, decay, floor
        kept = torch.load(self.path, map_location=torch.get_default_device()) if self.path.exists() else {}
        if kept:
            self.all.load_state_dict(kept["model"])
        self._together = prepared(Together(self.all))
        self.optimizers = optimizers(self.all, rate, weight_decay)
        # a state taken from `training/state` has none
        for optimizer, moments in zip(self.optimizers, kept.get("optimizers", ()), strict=False):
            load_moments(optimizer, moments)
        averaged = kept.get("average", {})
        self._average = {k: like(v, averaged[k]) if k in averaged else v.clone() for k, v in self.all.state_dict().items()}
        self.average = self._whole_average()
        self.step, self.ended = kept.get("step", 0), False

    def _whole_average(self) -> dict[str, Tensor]:
        return {k: whole(v) for k, v in self._average.items()}

    def checkpoint(self) -> None:
        """All processes have to call it, since weights may lie on several; the first one writes."""
        weights = {k: whole(v) for k, v in self.all.state_dict().items()}
        moments = [whole_moments(optimizer) for optimizer in self.optimizers]
        self.average = self._whole_average()
        if accelerator().is_main_process:
            save(self.path, {"model": weights, "average": self.average, "optimizers": moments, "step": self.step})

    def _log(self, values: dict[str, object], line: str = "") -> None:
        """Numbers for the curve, and a line for whoever looks on; from the first process alone."""
        if not accelerator().is_main_process:
            return
        if line:
            print(line, flush=True)
        curve = self.state / "curves" / f"{self.name}.jsonl"
        curve.parent.mkdir(parents=True, exist_ok=True)
        with curve.open("a") as file:
            file.write(json.dumps({"time": round(time.time()), "step": self.step, **values}) + "\n")

    def _update_average(self) -> None:
        decay = min(self.decay, (1 + self.step) / (10 + self.step))
        for key, value in self.all.state_dict().items():
            self._average[key].lerp_(value, 1 - decay) if value.is_floating_point() else self._average[key].copy_(value)

    def _rate(self) -> float:
        """Warm-up, then a cosine to `floor` of the rate at `horizon` steps."""
        progress = min(1.0, self.step / self.horizon)
        return self.rate * min(1.0, (self.step + 1) / self.warm) * (self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * progress)))

    def run(self, minutes: float, make: Maker, loss: Callable[[int, Batch], tuple[Tensor, dict[str, float]]], every: int = 50,
            watch: Callable[[], str] | None = None, watch_every: int = 400, until: int = 10**9) -> None:
        """`make(step, rng)` makes a batch, `loss(step, batch)` gives the loss and what to log.

        SIGTERM ends it after the step, with a checkpoint. Lines go to the log, numbers to `state/curves/NAME.jsonl`."""
        feed = batches(self.name, make, self.step)
        start = last = time.time()
        sums: dict[str, float] = {}
        until = min(until, int(os.environ.get("NANO_UNTIL", until)))
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "ended", True))
        while self.step < until and not any_of(time.time() - start >= minutes * 60):
            start += pause(self.state, lambda: self.ended)
            self.ended = any_of(self.ended)
            if self.ended:
                break
            parts = self._take_step(feed, loss)
            for key, part in parts.items():
                sums[key] = sums.get(key, 0.0) + part
            if self.step % every == 0:
                sums = agreed(sums)
                shown = " ".join(f"{k} {v / every:.4f}" for k, v in sums.items())
                self._log({k: round(v / every, 5) for k, v in sums.items()}, f"{self.name} {time.time() - start:6.0f} s step {self.step} {shown}")
                sums = {}
            if watch and self.step % watch_every == 0:
                self.average = self._whole_average()
                if accelerator().is_main_process:
                    seen = watch()
                    self._log({"watch": seen}, f"{self.name} step {self.step} {seen}")
            if any_of(time.time() - last > 90):
                self.checkpoint()
                last = time.time()
        self.checkpoint()
        self._log({"seconds": round(time.time() - start)})

    def _take_step(self, feed: Iterator[Batch], loss: Callable[[int, Batch], tuple[Tensor, dict[str, float]]]) -> dict[str, float]:
        """One update by the mean gradient of the step's batches; what to log of this process's."""
        for group in (g for o in self.optimizers for g in o.param_groups):
            group["lr"] = self._rate()
        self.all.zero_grad(set_to_none=True)
        device = torch.get_default_device().type
        own = micro_batches() // accelerator().num_processes
        told: dict[str, float] = {}
        for turn in range(own):
            number = accelerator().process_index + turn * accelerator().num_processes
            # what chance adds to a batch is a function of the batch, like the batch itself
            torch.manual_seed(1000003 * (self.step + 1) + number)
            with exchanging(self._together, turn == own - 1):
                with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                    value, parts = self._together(loss, self.step, next(feed))
                accelerator().backward(value / own)
            for key, part in {"loss": value.item(), **parts}.items():
                told[key] = told.get(key, 0.0) + part / own
        nn.utils.clip_grad_norm_(self.all.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self._update_average()
        return told
