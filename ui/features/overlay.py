"""The overlay's place, its actions, and what is remembered of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication

from app.subtitles.places import OverlaySettings, Place
from app.subtitles.settings import ReadingMode, SubtitleSettings
from ui.features.feature import Feature, WindowContext
from ui.monitors import Monitors, area_of, name_of
from ui.overlay.window import OverlayWindow

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


class OverlayFeature(Feature):
    """Shows the overlay where it was last, on the monitor that it was on, if that is there."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context)
        self._context = context
        self._settings = context.settings
        self._subtitles = context.settings.watch(SubtitleSettings, self._restyle)
        self.window = OverlayWindow(self._subtitles)
        self._monitors = Monitors(self)
        self._lock, self._word_by_word = self._make_actions()
        self.window.placed.connect(self._keep_place)
        self.window.lock_asked.connect(self._lock_again)
        self._monitors.changed.connect(self._put_in_place)
        context.commentary.began.connect(self.window.player.follow)
        context.deeds.jump_to_now.triggered.connect(self.window.player.jump_to_now)
        context.deeds.show_overlay.setEnabled(True)
        context.deeds.show_overlay.toggled.connect(self._show)
        self._put_in_place()
        context.deeds.show_overlay.setChecked(self._kept.is_shown)

    def close(self) -> None:
        self._monitors.changed.disconnect(self._put_in_place)
        self.window.close()
        self.window.deleteLater()

    @property
    def _kept(self) -> OverlaySettings:
        return self._settings.get(OverlaySettings)

    def _make_actions(self) -> tuple[QAction, QAction]:
        deeds = self._context.deeds
        lock = deeds.make("lock_overlay", self.tr("&Lock overlay"), None, "Ctrl+Shift+L")
        mode = deeds.make("overlay_word_by_word", self.tr("Overlay &word by word"))
        for action in (lock, mode):
            action.setCheckable(True)
        lock.setChecked(True)
        lock.toggled.connect(self._set_locked)
        mode.triggered.connect(self._choose_mode)
        self._context.menus.view.addActions([lock, mode])
        return lock, mode

    def _show(self, on: bool) -> None:
        if self._kept.is_shown != on:
            self._settings.put(replace(self._kept, is_shown=on))
        if not on:
            self._lock.setChecked(True)
        self._put_in_place()
        self.window.setVisible(on)
        if on and QGuiApplication.platformName().startswith("wayland"):
            self._context.notice.show_notice(
                self.tr(
                    "This desktop (Wayland) decides itself where the overlay stands and whether it "
                    "stays on top; started with QT_QPA_PLATFORM=xcb, Kibitz decides."
                )
            )

    def _set_locked(self, locked: bool) -> None:
        if not locked:
            self._context.deeds.show_overlay.setChecked(True)
        self.window.set_locked(locked)

    def _lock_again(self) -> None:
        self._lock.setChecked(True)

    def _choose_mode(self, word_by_word: bool) -> None:
        """Read in another way on this monitor."""
        mode = ReadingMode.INSTANT if word_by_word else ReadingMode.STEADY
        self._keep(replace(self._place(), mode=mode))
        self._apply_mode()

    def _restyle(self, subtitles: SubtitleSettings) -> None:
        """Another way of reading that is chosen for all subtitles holds on all monitors."""
        if subtitles.pacing.mode is not self._subtitles.pacing.mode:
            places = tuple(replace(place, mode=None) for place in self._kept.places)
            self._settings.put(replace(self._kept, places=places))
        before = self.window.comfortable_height
        self._subtitles = subtitles
        self._apply_mode()
        if self.window.comfortable_height != before:
            self._fit_height()
        self._put_in_place()

    def _fit_height(self) -> None:
        """Give larger letters or more lines their room; the bottom stays where it is."""
        place, height = self._place(), self.window.comfortable_height
        if place in self._kept.places:
            y = place.y + place.height - height
            self._keep(replace(place, y=y, height=height))

    def _keep_place(self, rect: QRect) -> None:
        """Remember where the person put it, in what the monitor there calls its own pixels."""
        screen = self._monitors.at(rect.center())
        corner = rect.topLeft() - screen.geometry().topLeft()
        name, size = name_of(screen), rect.size()
        mode = self._kept.place_on(name, area_of(screen), size.height()).mode
        self._keep(Place(name, corner.x(), corner.y(), size.width(), size.height(), mode))
        self._apply_mode()

    def _keep(self, place: Place) -> None:
        self._settings.put(self._kept.with_place(place))

    def _place(self) -> Place:
        """Where it belongs as the monitors are now."""
        screen = self._monitors.named(self._kept.monitor)
        height = self.window.comfortable_height
        return self._kept.place_on(name_of(screen), area_of(screen), height)

    def _put_in_place(self) -> None:
        screen = self._monitors.named(self._kept.monitor)
        self.window.setGeometry(QRect(*self._place().on(area_of(screen))))
        self._apply_mode()

    def _apply_mode(self) -> None:
        mode = self._place().mode or self._subtitles.pacing.mode
        self.window.configure(self._subtitles, mode)
        self._word_by_word.setChecked(mode is ReadingMode.INSTANT)
