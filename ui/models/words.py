"""What the list of models says about a model, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject

from app.models.measurements import Verdict
from app.models.overview import Fit
from app.models.places import Home
from app.models.precision import Precision
from app.models.progress import DownloadProgress
from app.models.wording import HOPELESS_S, clock_text, rough, size_text

if TYPE_CHECKING:
    from app.models.measuring import MeasureProgress
    from app.models.overview import ModelOverview

LEVELS = {Fit.FITS: "good", Fit.TIGHT: "fair", Fit.TOO_LARGE: "bad"}
VERDICT_LEVELS = {Verdict.KEEPS_UP: "good", Verdict.BARELY: "fair", Verdict.TOO_SLOW: "bad"}


class ModelWords(QObject):
    """Puts what is known of models into words."""

    def facts(self, shown: ModelOverview) -> str:
        """What a model is for, its licence, and how large its files are."""
        licence = shown.licence
        parts = [
            shown.entry.purpose,
            self.tr("Licence: {0}").format(licence)
            if licence
            else self.tr("Licence: see its page"),
        ]
        if shown.size_bytes:
            parts.append(self.tr("{0} on disk").format(size_text(shown.size_bytes)))
        return "  ·  ".join(parts)

    def status(self, shown: ModelOverview) -> str:
        """Whether a model is here."""
        place = shown.place
        if place.is_partial and place.size_bytes:
            share = place.arrived_bytes / place.size_bytes
            return self.tr("{0} % here").format(int(100 * share))
        if not place.is_usable:
            return self.tr("Not here") if not place.problem else self.tr("Cannot be used")
        return {
            Home.BUNDLED: self.tr("Comes with Kibitz"),
            Home.LIBRARY: self.tr("Here"),
            Home.HUB_CACHE: self.tr("Here, in the hub's cache"),
            Home.OWN_FOLDER: self.tr("Your folder"),
        }[place.home or Home.LIBRARY]

    def memory(self, shown: ModelOverview) -> str:
        """Need against what there is."""
        found = shown.memory
        if shown.need is None:
            return self.tr("Its need for memory is known once it is here.")
        text = self.tr("Needs {0} of memory; {1} of {2} are free.").format(
            size_text(shown.need.loading_bytes),
            size_text(found.free_bytes),
            size_text(found.total_bytes),
        )
        if shown.saved_bytes > 0:
            running, saved = size_text(shown.need.running_bytes), size_text(shown.saved_bytes)
            text += " " + self.tr("Once loaded {0}, {1} less than bfloat16.").format(running, saved)
        if shown.fit is Fit.TIGHT:
            text += " " + self.tr("Close other programs first.")
        elif shown.fit is Fit.TOO_LARGE:
            text += " " + self.tr("Too large for this machine.")
        return text

    def verdict(self, shown: ModelOverview) -> str:
        """Whether it keeps up here, as measured, else as estimated."""
        found = shown.measurement or shown.estimate
        if found is None:
            return self.tr("Not measured here yet.")
        verdict = {
            Verdict.KEEPS_UP: self.tr("Keeps up with live video"),
            Verdict.BARELY: self.tr("Barely keeps up with live video"),
            Verdict.TOO_SLOW: self.tr("Too slow for live video"),
        }[found.verdict]
        if shown.measurement is None:
            text = self._expectation(verdict, found.seconds_per_second)
        else:
            pace = QLocale().toString(found.seconds_per_second, "f", 2)
            text = self.tr("{0}: {1} s for each second.").format(verdict, pace)
        if found.was_disturbed:
            text += " " + self.tr("Other programs were busy meanwhile.")
        return text

    def _expectation(self, verdict: str, seconds: float) -> str:
        """An estimate and what follows from it."""
        value, decimals = rough(min(seconds, HOPELESS_S))
        pace = QLocale().toString(value, "f", decimals)
        text = (
            self.tr("{0}, as estimated: more than {1} s for each second.")
            if seconds > HOPELESS_S
            else self.tr("{0}, as estimated: about {1} s for each second.")
        )
        return text.format(verdict, pace)

    def progress(self, report: DownloadProgress | MeasureProgress) -> str:
        """How far a job is."""
        if not isinstance(report, DownloadProgress):
            return report.message
        done = self.tr("{0} of {1}").format(
            size_text(report.done_bytes), size_text(report.total_bytes)
        )
        if report.phase == "waiting":
            return self.tr("{0}  ·  the connection is broken, trying again").format(done)
        if report.phase == "checking":
            return self.tr("{0}  ·  checking what is here").format(done)
        if report.bytes_per_s is None or report.seconds_left is None:
            return done
        speed = size_text(report.bytes_per_s)
        return self.tr("{0}  ·  {1}/s  ·  {2} left").format(
            done, speed, clock_text(report.seconds_left)
        )

    def precision_name(self, precision: Precision) -> str:
        """As the choice shows it."""
        return {
            Precision.AUTO: self.tr("Automatic"),
            Precision.FLOAT32: "float32",
            Precision.BFLOAT16: "bfloat16",
            Precision.INT8: "int8",
            Precision.INT4: "int4",
        }[precision]

    def precision_note(self, precision: Precision) -> str:
        """What a choice means."""
        return {
            Precision.AUTO: self.tr("The most exact numbers that fit and suit this machine."),
            Precision.FLOAT32: self.tr("Four bytes for each number; what processors compute best."),
            Precision.BFLOAT16: self.tr(
                "Two bytes for each number; hardly any difference in the words."
            ),
            Precision.INT8: self.tr("One byte for most numbers; small differences in the words."),
            Precision.INT4: self.tr("Half a byte for most numbers; differences can be heard."),
        }[precision]
