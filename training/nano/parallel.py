"""Several processes that train one network, through accelerate: `accelerate launch --config_file parallel/ddp.yaml training/run.py STAGE …`.

A step's gradient is the mean over `NANO_MICRO` batches (by default as many as there are processes), which the processes share out.
A batch is a function of its step and its number, so that two processes learn what one learns from the same batches one after the other.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.nn.parallel import DistributedDataParallel
from torch.optim import Optimizer

Parts = dict[str, float]


@cache
def accelerator() -> Accelerator:
    """What accelerate's configuration asks for; one process without one. Stages use some of their modules now and then: none need be used."""
    unused = DistributedDataParallelKwargs(find_unused_parameters=True)
    made = Accelerator(cpu=os.environ.get("NANO_DEVICE") == "cpu", mixed_precision="no", kwargs_handlers=[unused])
    # a process that ends with its group's threads running is now and then aborted by them, behind its last checkpoint
    atexit.register(made.end_training)
    return made


def micro_batches() -> int:
    """Batches that make one step."""
    count = int(os.environ.get("NANO_MICRO", accelerator().num_processes))
    if count % accelerator().num_processes:
        raise SystemExit(f"NANO_MICRO={count} batches cannot be shared out to {accelerator().num_processes} processes")
    return count


def own_batches(step: int) -> Iterator[tuple[int, int]]:
    """(step, number) of this process's batches, from a step on, without end."""
    while True:
        yield from ((step, number) for number in range(accelerator().process_index, micro_batches(), accelerator().num_processes))
        step += 1


class Together(nn.Module):
    """All modules of a stage, called with the loss over them: what wraps this sees every use of their weights."""

    def __init__(self, modules: nn.ModuleDict) -> None:
        super().__init__()
        self.modules_of_the_stage = modules

    def forward(self, loss: Callable[[int, Any], tuple[Tensor, Parts]], step: int, batch: Any) -> tuple[Tensor, Parts]:
        return loss(step, batch)


def prepared(module: nn.Module) -> nn.Module:
    """The module as several processes call it, on its device."""
    if os.environ.get("ACCELERATE_USE_FSDP") != "true" or accelerator().device.type != "cpu":
        return accelerator().prepare(module)
    # accelerate shards on accelerators alone; on processors, where a test needs it, torch does it
    for part in module.modules():
        if isinstance(part, nn.Linear):
            fully_shard(part)
    return fully_shard(module)


def exchanging(module: nn.Module, is_last: bool) -> AbstractContextManager[object]:
    """Gradients are exchanged behind the last of a step's batches only."""
    if isinstance(module, FSDPModule):
        module.set_requires_gradient_sync(is_last)
    return accelerator().no_sync(module) if isinstance(module, DistributedDataParallel) and not is_last else nullcontext()


def whole(tensor: Tensor) -> Tensor:
    """A weight whose rows may lie on several processes, in one piece; every process has to ask."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor


def like(weight: Tensor, value: Tensor) -> Tensor:
    """A whole tensor, spread over the processes as the weight of the same shape is."""
    spread = isinstance(weight, DTensor) and weight.shape == value.shape
    return distribute_tensor(value, weight.device_mesh, weight.placements) if spread else value


def whole_moments(optimizer: Optimizer) -> dict[str, Any]:
    """The optimizer's state with every moment in one piece; every process has to ask."""
    state = optimizer.state_dict()
    moments = {i: {k: whole(v) if isinstance(v, Tensor) else v for k, v in of.items()} for i, of in state["state"].items()}
    return {**state, "state": moments}


def load_moments(optimizer: Optimizer, state: dict[str, Any]) -> None:
    """The state that `whole_moments` gave, spread as the weights are."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    moments = {i: {k: like(weights[i], v) if isinstance(v, Tensor) else v for k, v in of.items()} for i, of in state["state"].items()}
    optimizer.load_state_dict({**state, "state": moments})


def agreed(values: Parts) -> Parts:
    """The mean of numbers over the processes."""
    if accelerator().num_processes == 1 or not values:
        return values
    told = torch.tensor(list(values.values()), dtype=torch.float32)
    return dict(zip(values, accelerator().reduce(told, "mean").tolist(), strict=True))


def any_of(said: bool) -> bool:
    """Whether one of the processes says so: they end at the same step."""
    if accelerator().num_processes == 1:
        return said
    return bool(accelerator().reduce(torch.tensor(float(said)), "sum").item())
