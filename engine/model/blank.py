"""A network as a checkpoint's settings describe it, without weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from engine.errors import ModelLoadError, in_one_line
from engine.model.torchvision import make_torchvision_importable

if TYPE_CHECKING:
    from engine.model.checkpoint import Checkpoint


def blank_network(checkpoint: Checkpoint) -> Any:
    """A network of transformers', whose weights have sizes and lie on no device.

    Raises:
        ModelLoadError: The settings describe none.
    """
    make_torchvision_importable()
    import transformers

    network_class: Any = getattr(transformers, checkpoint.family.class_name)
    config_class: Any = network_class.config_class
    try:
        config: Any = config_class.from_pretrained(checkpoint.folder, local_files_only=True)
        with torch.device("meta"):
            return network_class(config)
    except Exception as error:  # damaged settings lead to whatever they lead to
        raise ModelLoadError(
            f"{checkpoint.folder} cannot be loaded: {in_one_line(error)}"
        ) from error
