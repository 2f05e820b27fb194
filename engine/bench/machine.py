"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import torch

_CPU_FACTS = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """In words and numbers.

    Attributes:
        device: The graphics processor, or the processor.
        system: And Python.
        torch: Its version.
        threads: That torch computes with.
        memory_bytes: Of the device.
        busy_share: Of all processor time, when the measurement began.
    """

    device: str
    system: str
    torch: str
    threads: int
    memory_bytes: int
    busy_share: float


def describe_machine(device: torch.device) -> Machine:
    """The machine, and how busy it is with other things."""
    busy = psutil.cpu_percent(interval=0.5) / 100
    if device.type == "cuda":
        cuda: Any = torch.cuda  # partly untyped
        facts: Any = cuda.get_device_properties(device)
        name, memory = f"{facts.name}, compute {facts.major}.{facts.minor}", facts.total_memory
    else:
        name, memory = _processor(), psutil.virtual_memory().total
    return Machine(
        device=name,
        system=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        torch=torch.__version__,
        threads=torch.get_num_threads(),
        memory_bytes=int(memory),
        busy_share=busy,
    )


def forget_peak(device: torch.device) -> None:
    """Begin to look for the peak anew, on devices that can."""
    if device.type == "cuda":
        for card in range(torch.cuda.device_count()):
            torch.cuda.reset_peak_memory_stats(card)


def peak_bytes(device: torch.device) -> int:
    """The most memory that this process has held, on CUDA since `forget_peak` on all cards."""
    if device.type == "cuda":
        return sum(map(torch.cuda.max_memory_allocated, range(torch.cuda.device_count())))
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # of POSIX alone

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _processor() -> str:
    """The processor's name where the system tells it, and its cores."""
    name = platform.processor() or platform.machine()
    if _CPU_FACTS.is_file():
        lines = _CPU_FACTS.read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        name = names[0] if names else name
    return f"{name}, {os.cpu_count()} cores"
