"""The loss curve, as TensorBoard events and as a picture, while a run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback

if TYPE_CHECKING:
    from pathlib import Path

    from transformers import TrainerState


class TensorBoardEvents(TrainerCallback):
    """Writes every logged number as a TensorBoard event.

    A resumed run goes on where its checkpoint was made: later events of the interrupted one are
    marked as void.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None

    def on_train_begin(self, args: Any, state: TrainerState, *_: Any, **__: Any) -> None:  # noqa: ARG002
        if state.is_world_process_zero:
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(self._folder), purge_step=state.global_step + 1)

    def on_log(
        self,
        args: Any,  # noqa: ARG002  (the Trainer's own signature, here and elsewhere)
        state: TrainerState,
        control: Any,  # noqa: ARG002
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        if self._writer is None:
            return
        for name, value in (logs or {}).items():
            if isinstance(value, int | float):
                self._writer.add_scalar(f"train/{name}", value, state.global_step)
        self._writer.flush()

    def close(self) -> None:
        """End the writer's thread; the Trainer itself says nothing when a run fails."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class LossPicture(TrainerCallback):
    """Draws the loss curve anew with every checkpoint and at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def on_save(self, args: Any, state: TrainerState, *_: Any, **__: Any) -> None:  # noqa: ARG002
        if state.is_world_process_zero:
            draw_loss(loss_points(state), self._path)

    def on_train_end(self, args: Any, state: TrainerState, *_: Any, **__: Any) -> None:
        self.on_save(args, state)


def loss_points(state: TrainerState) -> list[tuple[int, float]]:
    """Step and training loss of every logged point, in order."""
    points = [entry for entry in state.log_history if "loss" in entry]
    return [(int(entry["step"]), float(entry["loss"])) for entry in points]


def draw_loss(points: list[tuple[int, float]], path: Path) -> None:
    """Draw a loss curve as a PNG file."""
    from matplotlib.figure import Figure  # without pyplot: no window system, no global state

    figure: Any = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="optimizer step", ylabel="loss per learnt token")
    axes.plot([step for step, _ in points], [loss for _, loss in points], linewidth=1)
    axes.grid(visible=True, alpha=0.3)
    figure.savefig(path, dpi=120)
