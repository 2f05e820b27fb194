"""`kibitz models`: which models there are, how to get one, and whether it keeps up here."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import ModelError
from app.models.catalogue import is_hub_id
from app.models.precision import Precision
from app.models.wording import HOPELESS_S, clock_text, rough, size_text
from engine.errors import EngineError

if TYPE_CHECKING:
    import argparse

    from app.models.estimate import Estimate
    from app.models.limits import MachineLimits
    from app.models.machine import Machine
    from app.models.measurements import Measurement
    from app.models.measuring import Measured, MeasureProgress
    from app.models.overview import ModelOverview
    from app.models.progress import DownloadProgress

_CLEAR_LINE = "\r\033[K"
_LOG_INTERVAL_S = 10.0  # between lines in a log file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what can be done with models; without it they are listed."""
    parser.set_defaults(act=_list)
    actions = parser.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help="list models, which are here, and what they need")
    listing.set_defaults(act=_list)
    get = actions.add_parser("get", help="download a model, or the rest of it")
    get.add_argument("model", metavar="ID", help="hub id, as owner/name")
    get.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for its files (default: Kibitz's own)"
    )
    get.set_defaults(act=_get)
    check = actions.add_parser("check", help="measure for 10 s whether a model keeps up here")
    check.add_argument("model", metavar="ID", help="bundled, a checkpoint's folder, or a hub id")
    check.add_argument(
        "--precision",
        choices=[precision.value for precision in Precision],
        default=Precision.AUTO.value,
        help="how exactly weights are kept (default: %(default)s)",
    )
    check.set_defaults(act=_check)
    remove = actions.add_parser("remove", help="delete a model that was downloaded")
    remove.add_argument("model", metavar="ID", help="hub id, as owner/name")
    remove.set_defaults(act=_remove)


def run(args: argparse.Namespace) -> int:
    """Do what was asked for; gives the exit code.

    Raises:
        AppError: It cannot be done.
        EngineError: The same.
    """
    args.act(args)
    return 0


def _list(_args: argparse.Namespace) -> None:
    from app.models.machine import this_machine
    from app.models.overview import overviews
    from engine.model.families import FAMILY_NAMES

    machine = this_machine()
    _measure_machine(machine)
    memory = machine.model_memory
    for shown in overviews((), Precision.AUTO, machine):
        sys.stdout.write(f"{shown.entry.name}\n    {_described(shown)}\n")
    sys.stdout.write(
        f"Models run on {machine.device}: {size_text(memory.total_bytes)} of memory, "
        f"{size_text(memory.free_bytes)} of it free.\n"
        f"Any folder or hub id of a checkpoint of {FAMILY_NAMES} works, too, and of a LoRA\n"
        "adapter for one.\n"
    )


def _measure_machine(machine: Machine) -> None:
    """See how fast this machine is where that is not known, or not well."""
    from app.models.limits import LimitsJob, MachineLimits, keep_limits, kept_limits

    known = kept_limits(machine)
    if known is not None and not known.was_disturbed:
        return
    line, problem = _Line(), ""

    def hear(said: MeasureProgress | MachineLimits) -> None:
        if isinstance(said, MachineLimits):
            keep_limits(machine, said)
        else:
            line.write(said.message)

    try:
        LimitsJob().run(hear)
    except EngineError as error:  # the list can do without estimates
        problem = f"Nothing can be estimated: {error}.\n"
    finally:
        line.end()
    sys.stderr.write(problem)


def _described(shown: ModelOverview) -> str:
    """One line about a model."""
    place = shown.place
    where = "here" if place.is_usable else "partly here" if place.is_partial else "not here yet"
    parts = [where, shown.entry.purpose.lower()]
    if shown.size_bytes:
        parts.append(f"{size_text(shown.size_bytes)} on disk")
    if shown.need is not None:
        parts.append(f"needs {size_text(shown.need.loading_bytes)} of memory")
    parts.append(f"licence {shown.licence or 'on its page'}")
    if shown.measurement is not None:
        parts.append(_verdict(shown.measurement))
    elif shown.estimate is not None:
        parts.append(_expectation(shown.estimate))
    return "; ".join(parts)


def _verdict(measurement: Measurement) -> str:
    note = ", while other programs were busy" if measurement.was_disturbed else ""
    pace = f"{measurement.seconds_per_second:.2f} s for a second"
    return f"{measurement.verdict.value} ({pace}{note})"


def _expectation(estimate: Estimate) -> str:
    note = ", while other programs were busy" if estimate.was_disturbed else ""
    value, decimals = rough(min(estimate.seconds_per_second, HOPELESS_S))
    about = "more than" if estimate.seconds_per_second > HOPELESS_S else "about"
    pace = f"{about} {value:.{decimals}f} s for a second"
    return f"{estimate.verdict.value} (estimated, {pace}{note})"


def _get(args: argparse.Namespace) -> None:
    from app.models.download import DownloadJob
    from app.models.places import find, library_folder

    if not is_hub_id(args.model):
        raise ModelError(f"{args.model} is no hub id; write it as owner/name.")
    if args.out is None and (place := find(args.model)).is_usable:
        sys.stdout.write(f"{args.model} is here already, in {place.folder}.\n")
        return
    folder = args.out or library_folder(args.model)
    meter = _Line()
    try:
        DownloadJob(args.model, folder).run(meter.show_download)
    finally:
        meter.end()
    sys.stdout.write(f"{args.model} is complete in {folder}\n")


def _check(args: argparse.Namespace) -> None:
    from app.models.machine import this_machine
    from app.models.measurements import Measurements
    from app.models.measuring import MeasureJob
    from app.models.places import locate
    from app.paths import measurements_file

    precision, results = Precision(args.precision), list["Measured"]()
    job = MeasureJob(args.model, locate(args.model), precision)
    machine = this_machine()
    line = _Line()
    try:
        job.run(lambda said: line.show_measuring(said, results))
    finally:
        line.end()
    (result,) = results
    found = result.measurement
    Measurements(measurements_file()).put(args.model, precision, machine, found)
    sys.stdout.write(
        f"{args.model} {_verdict(found)} on {machine.device}: {found.num_rounds} rounds, the "
        f"slowest took {found.slowest_s:.2f} s; loaded in {found.load_s:.1f} s, "
        f"{size_text(found.memory_bytes)} of memory.\n"
    )


def _remove(args: argparse.Namespace) -> None:
    from app.models.places import remove

    sys.stdout.write(f"{size_text(remove(args.model))} are free again.\n")


class _Line:
    """One line on standard error that is written over; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._logged_at = float("-inf")

    def show_download(self, progress: DownloadProgress) -> None:
        """Show how far a download is."""
        parts = [
            f"{progress.fraction:4.0%}",
            f"{size_text(progress.done_bytes)} of {size_text(progress.total_bytes)}",
        ]
        if progress.phase == "waiting":
            parts.append("the line is broken, trying again")
        elif progress.phase == "checking":
            parts.append("checking what is here")
        elif progress.bytes_per_s is not None and progress.seconds_left is not None:
            parts.append(f"{size_text(progress.bytes_per_s)}/s")
            parts.append(f"{clock_text(progress.seconds_left)} left")
        self.write("  ".join(parts))

    def show_measuring(self, said: MeasureProgress | Measured, results: list[Measured]) -> None:
        """Show what a measurement does; its result goes into `results`."""
        from app.models.measuring import Measured

        if isinstance(said, Measured):
            results.append(said)
        else:
            self.write(said.message)

    def end(self) -> None:
        """Leave the line."""
        if self._is_terminal:
            sys.stderr.write(_CLEAR_LINE)

    def write(self, text: str) -> None:
        """Write it over with `text`; a log gets a line now and then."""
        if self._is_terminal:
            sys.stderr.write(f"{_CLEAR_LINE}{text}")
            sys.stderr.flush()
        elif time.monotonic() - self._logged_at > _LOG_INTERVAL_S:
            self._logged_at = time.monotonic()
            sys.stderr.write(f"{text}\n")
