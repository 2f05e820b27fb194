"""One forward and backward of a training batch with FSDP2, on the processor, under torchrun.

    sharded.py CHECKPOINT RESULT.json

The clips are shared out over the processes; the result is the loss over all of them and the norm
of the gradients, which must be those of one process with whole weights.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor

from engine.config import StreamingConfig
from engine.data.turns import Turn
from engine.training.clip import Clip
from engine.training.collate import ClipCollator
from engine.training.config import TuningConfig
from engine.training.encode import IGNORED, EncodedClip
from engine.training.loss import ReplyLoss
from engine.training.model import choose_weights, encoder_of, load_for_training

NUM_CLIPS = 4


def main(checkpoint: Path, result: Path) -> None:
    store, rank, world = next(dist.rendezvous("env://"))
    dist.init_process_group("gloo", store=store, rank=rank, world_size=world)
    network, clips = prepare(checkpoint)
    shard(network, world)
    # Sharding averages gradients over the processes.
    loss = loss_of(network, clips[rank::world], count_learnt(clips))
    (loss * world).backward()
    total = loss.detach()
    dist.all_reduce(total)
    norm = gradient_norm(network)
    if rank == 0:
        values = {"shards": world, "loss": total.item(), "gradient_norm": norm}
        result.write_text(json.dumps(values))
    wait_for_all(store, rank, world)
    dist.destroy_process_group()


def wait_for_all(store: dist.Store, rank: int, world: int) -> None:
    """Not by a collective: one whose peer closes its connection at once can fail after its end."""
    store.set(f"rank {rank} is done", "")
    store.wait([f"rank {other} is done" for other in range(world)])


def whole(checkpoint: Path) -> tuple[float, float]:
    """Loss and norm of the gradients in one process, without sharding."""
    network, clips = prepare(checkpoint)
    loss = loss_of(network, clips, count_learnt(clips))
    loss.backward()
    return loss.item(), gradient_norm(network)


def prepare(checkpoint: Path) -> tuple[Any, list[EncodedClip]]:
    model = load_for_training(checkpoint)
    encode = encoder_of(model, StreamingConfig())
    clips = [encode(make_clip(number)) for number in range(NUM_CLIPS)]
    return choose_weights(model.network, TuningConfig()), clips


def loss_of(network: Any, clips: list[EncodedClip], num_learnt: int) -> torch.Tensor:
    batch = ClipCollator(pad_token_id=0)(clips)
    labels = batch.pop("labels")
    return ReplyLoss()(network(**batch), labels, num_learnt)


def make_clip(number: int) -> Clip:
    rng = np.random.default_rng(number)
    turns = (Turn(("Goal!",) * number), Turn(), Turn(("Kick-off.",)))
    pictures = [rng.integers(0, 256, (2, 84, 112, 3), np.uint8) for _ in turns]
    return Clip(turns=turns, pictures=pictures, start_s=float(number))


def shard(network: Any, world: int) -> None:
    mesh = init_device_mesh("cpu", (world,))
    for block in (*network.model.language_model.layers, *network.model.visual.blocks):
        fully_shard(block, mesh=mesh)
    fully_shard(network, mesh=mesh)


def count_learnt(clips: list[EncodedClip]) -> int:
    return sum(int((clip.labels != IGNORED).sum()) for clip in clips)


def gradient_norm(network: Any) -> float:
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    full = [g.full_tensor() if isinstance(g, DTensor) else g for g in gradients]
    return torch.stack([gradient.norm() for gradient in full]).norm().item()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
