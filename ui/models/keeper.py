"""What the window knows of models, and what it does with them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.models.jobs import JobFailed
from app.models.limits import LimitsJob, MachineLimits, keep_limits, kept_limits
from app.models.measurements import Measurements
from app.models.measuring import Measured, MeasureJob
from app.models.settings import ModelSettings
from app.paths import measurements_file
from app.session.request import BUNDLED_MODEL
from ui.models.job_bridge import JobBridge
from ui.models.survey import Survey

if TYPE_CHECKING:
    from app.models.jobs import Job, JobEnd
    from app.models.machine import Machine
    from app.models.overview import ModelOverview
    from app.models.precision import Precision
    from app.settings.store import SettingsStore


_THE_MACHINE = ""  # takes a model's place as the name of a job that is about none


class ModelKeeper(QObject):
    """Looks for models, and runs at most one job for each of them.

    Signals:
        changed: `overviews` are newer.
        job_began: A model's name, empty where the machine itself is measured.
        job_reported: The same, and what its job reports.
        job_ended: The same; its job is over.
        failed: A model's name (empty for none in particular) and why something went wrong.
    """

    changed = Signal()
    job_began = Signal(str)
    job_reported = Signal(str, object)
    job_ended = Signal(str)
    failed = Signal(str, str)

    def __init__(self, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._survey = Survey(self)
        self._survey.found.connect(self._take)
        self._survey.removed.connect(self.look)
        self._survey.failed.connect(self._tell_failed)
        self._jobs: dict[str, JobBridge] = {}
        self._ended: list[JobBridge] = []
        self._is_closed = self._is_machine_wanted = False
        self._machine: Machine | None = None
        self._overviews: tuple[ModelOverview, ...] = ()

    @property
    def choice(self) -> ModelSettings:
        """Which model comments, how exactly, and which are listed."""
        return self._settings.get(ModelSettings)

    @property
    def machine(self) -> Machine | None:
        """What models would run on; None until the first look is over."""
        return self._machine

    @property
    def overviews(self) -> tuple[ModelOverview, ...]:
        """All models that are listed; none until the first look is over."""
        return self._overviews

    def look(self) -> None:
        """Look again; `changed` follows, but not after `close`."""
        if self._is_closed:
            return
        self._survey.look(self.choice.own, self.choice.precision)

    def measure_machine(self) -> None:
        """Measure the machine once the next look is over, unless that was done well before."""
        self._is_machine_wanted = True

    def use(self, name: str) -> None:
        """Let this model comment from the next session on."""
        self._settings.put(replace(self.choice, model=name))
        self.changed.emit()

    def choose_precision(self, precision: Precision) -> None:
        """Keep weights so from the next session on, and show what that needs."""
        self._settings.put(replace(self.choice, precision=precision))
        self.look()

    def add(self, name: str) -> None:
        """List a folder or a hub id."""
        if name not in {shown.entry.name for shown in self._overviews}:
            self._settings.put(self.choice.with_own(name))
        self.look()

    def forget(self, name: str) -> None:
        """List a folder or a hub id no more; its files stay."""
        self._settings.put(self.choice.without_own(name))
        self.look()

    def remove(self, name: str) -> None:
        """Delete the files of a downloaded model."""
        if self.choice.model == name:
            self._settings.put(replace(self.choice, model=BUNDLED_MODEL))
        self._survey.remove(name)

    def is_busy(self, name: str) -> bool:
        """A job for this model goes on."""
        return name in self._jobs

    def download(self, name: str) -> None:
        """Bring a model, or what is missing of it."""
        from app.models.download import DownloadJob  # loads what the first window can spare
        from app.models.places import library_folder

        self._begin(name, DownloadJob(name, library_folder(name)))

    def measure(self, shown: ModelOverview) -> None:
        """Measure whether a model that is here keeps up."""
        name, folder = shown.entry.name, shown.place.folder
        assert folder is not None
        where = name if name == BUNDLED_MODEL else str(folder)
        self._begin(name, MeasureJob(name, where, shown.precision))

    def cancel(self, name: str) -> None:
        """End the job of a model."""
        if name in self._jobs:
            self._jobs[name].cancel()

    def close(self) -> None:
        """End all jobs, at exit only; downloads go on another time."""
        self._is_closed = True
        for bridge in (*self._jobs.values(), *self._ended):
            bridge.close()
        self._survey.close()

    def _begin(self, name: str, job: Job) -> None:
        if name in self._jobs:
            return
        self._drop_ended()
        bridge = JobBridge(name, job, self)
        self._jobs[name] = bridge
        bridge.reported.connect(self._hear)
        bridge.ended.connect(self._end)
        bridge.start()
        self.job_began.emit(name)

    def _drop_ended(self) -> None:
        """Let those jobs go whose threads have ended, too."""
        for bridge in [bridge for bridge in self._ended if not bridge.is_alive]:
            self._ended.remove(bridge)
            bridge.deleteLater()

    def _hear(self, name: str, report: object) -> None:
        if isinstance(report, Measured):
            self._keep(self._jobs[name].job, report)
        elif isinstance(report, MachineLimits):
            if self._machine is not None:
                keep_limits(self._machine, report)
        else:
            self.job_reported.emit(name, report)

    def _keep(self, job: Job, report: Measured) -> None:
        if isinstance(job, MeasureJob) and self._machine is not None:
            kept = Measurements(measurements_file())
            kept.put(job.name, job.precision, self._machine, report.measurement)

    def _end(self, name: str, end: JobEnd) -> None:
        self._ended.append(self._jobs.pop(name))  # its thread has a last step to do
        self.job_ended.emit(name)
        if isinstance(end, JobFailed):
            self.failed.emit(name, end.reason)
        self.look()

    def _take(self, machine: Machine, overviews: tuple[ModelOverview, ...]) -> None:
        self._machine, self._overviews = machine, overviews
        self.changed.emit()
        if self._is_machine_wanted and not self._is_closed:
            self._is_machine_wanted = False
            limits = kept_limits(machine)
            if limits is None or limits.was_disturbed:
                self._begin(_THE_MACHINE, LimitsJob())

    def _tell_failed(self, reason: str) -> None:
        self.failed.emit("", reason)
        self.look()
