"""What the model hub says about a model: its version, its files and their checksums."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import httpx2
import huggingface_hub
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from app.errors import ModelError
from app.models.manifest import Manifest, ModelFile
from engine.extras import in_environment
from engine.model.checkpoint import CHECKPOINT_FILES

if TYPE_CHECKING:
    from collections.abc import Generator

ANSWER_TIMEOUT_S = 15.0
_WANTED = (*CHECKPOINT_FILES, "LICENSE*")
_WEIGHTS = ".safetensors"
_LOG_IN = f"log in with `{in_environment('hf')} auth login`"


def read_listing(hub_id: str, endpoint: str | None = None) -> Manifest:
    """The newest version of a model and those of its files that the engine reads.

    Args:
        hub_id: Which model, as owner/name.
        endpoint: Address of the hub; None takes the one that HF_ENDPOINT names, or the usual one.

    Raises:
        ModelError: The hub does not answer, does not have it, or has it in a form that the engine
            does not read.
    """
    api: Any = huggingface_hub.HfApi(endpoint=endpoint)
    with explained(hub_id):
        info = api.model_info(hub_id, files_metadata=True, timeout=ANSWER_TIMEOUT_S)
    files = tuple(_model_file(hub_id, sibling) for sibling in info.siblings if _is_wanted(sibling))
    if not any(file.name.endswith(_WEIGHTS) for file in files):
        raise ModelError(
            f"{hub_id} has no safetensors files, which alone are read; choose another."
        )
    card: Any = info.card_data or {}
    licence = card.get("license_name") or card.get("license")
    return Manifest(hub_id, info.sha, licence if isinstance(licence, str) else None, files)


@contextmanager
def explained(hub_id: str) -> Generator[None]:
    """Turn what can go wrong between here and the hub, or on the disk, into a ModelError."""
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise ModelError(
            "HF_HUB_OFFLINE is set, so nothing is fetched; unset it, or copy the model's folder "
            "here and choose it."
        ) from error
    except GatedRepoError as error:
        raise ModelError(
            f"{hub_id} is given only to those who accept its terms: do so on its page on the hub, "
            f"{_LOG_IN}, and try again."
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError, HFValidationError) as error:
        raise ModelError(
            f"The hub has no model {hub_id} that is open to you; check its spelling, or "
            f"{_LOG_IN} if it is private."
        ) from error
    except HfHubHTTPError as error:
        raise ModelError(
            f"The model hub refused {hub_id} (status {error.response.status_code}); what has "
            "arrived is kept, try again later."
        ) from error
    except httpx2.TransportError as error:
        raise ModelError(
            "The model hub cannot be reached; check the connection. What has arrived is kept, and "
            f"the next try goes on there ({error.__class__.__name__})."
        ) from error
    except OSError as error:
        raise _of_disk(error) from error


def _of_disk(error: OSError) -> ModelError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ModelError(
            "The disk is full; free some space, or get the model onto another disk with `kibitz "
            "models get ID --out FOLDER` and add that folder. What has arrived is kept, and the "
            "next try goes on there."
        )
    where = f" {error.filename}" if error.filename else ""
    return ModelError(f"The model cannot be written{where}: {error.strerror or error}.")


def _is_wanted(sibling: Any) -> bool:
    """Whether a file is part of the checkpoint; those in folders never are."""
    name: str = sibling.rfilename
    is_plain = not any(mark in name for mark in "/\\:") and not name.startswith(".")
    return is_plain and any(fnmatch(name, pattern) for pattern in _WANTED)


def _model_file(hub_id: str, sibling: Any) -> ModelFile:
    if sibling.lfs is not None:
        return ModelFile(sibling.rfilename, sibling.lfs.size, sibling.lfs.sha256, "sha256")
    if sibling.size is None or sibling.blob_id is None:
        raise ModelError(f"The hub gives no checksum of {sibling.rfilename} in {hub_id}.")
    return ModelFile(sibling.rfilename, sibling.size, sibling.blob_id, "git-sha1")
