"""What this machine has to run a model on, found without loading torch."""

from __future__ import annotations

import logging
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

logger = logging.getLogger(__name__)

_ANSWER_TIMEOUT_S = 10.0
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes in all, and of these free now."""

    total_bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Gpu:
    """The graphics processor that the engine would take."""

    name: str
    memory: Memory


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine; `gpu` is None where the engine would run on the processor."""

    processor: str
    num_cores: int
    memory: Memory
    gpu: Gpu | None = None

    @property
    def device(self) -> str:
        """What models run on here, in words."""
        return self.processor if self.gpu is None else self.gpu.name

    @property
    def model_memory(self) -> Memory:
        """The memory that a model has to fit into."""
        return self.memory if self.gpu is None else self.gpu.memory

    @property
    def key(self) -> str:
        """Tells machines apart whose measurements do not hold for one another."""
        size = round(self.model_memory.total_bytes / 2**30)
        return f"{self.device}, {self.num_cores} cores, {size} GiB"


def this_machine() -> Machine:
    """What is here now. May take a second: not for a thread that paints."""
    memory = psutil.virtual_memory()
    return Machine(
        processor=_processor(),
        num_cores=os.cpu_count() or 1,
        memory=Memory(int(memory.total), int(memory.available)),
        gpu=_gpu() if _torch_uses_cuda() else None,
    )


def _processor() -> str:
    """The processor's name; Linux and macOS tell it elsewhere than Python looks."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _torch_uses_cuda() -> bool:
    """Whether the installed torch could use a graphics processor of NVIDIA at all.

    Its own file says so on every system; loading it would take seconds.
    """
    torch = find_spec("torch")
    if torch is None or torch.origin is None:
        return False
    said = Path(torch.origin).with_name("version.py").read_text("utf-8")
    return re.search(r"^cuda\b.*=\s*None$", said, re.MULTILINE) is None


def _gpu() -> Gpu | None:
    """The first one that the driver lists; None without a driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return None
    query = "--query-gpu=name,memory.total,memory.free"
    try:
        answer = subprocess.run(
            [program, query, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            timeout=_ANSWER_TIMEOUT_S,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        logger.warning("nvidia-smi does not answer", exc_info=True)
        return None
    return _parse_gpu(answer)


def _parse_gpu(answer: str) -> Gpu | None:
    """The first line, such as "NVIDIA H100, 81559, 80995" (MiB)."""
    lines = answer.strip().splitlines()
    parts = [part.strip() for part in lines[0].rsplit(",", 2)] if lines else []
    if len(parts) != 3 or not (parts[1].isdigit() and parts[2].isdigit()):  # noqa: PLR2004
        logger.warning("nvidia-smi says %r, which names no memory", answer)
        return None
    return Gpu(parts[0], Memory(int(parts[1]) * _MIB, int(parts[2]) * _MIB))
