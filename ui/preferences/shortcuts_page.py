"""Preferences of keys: one line for each action of the window and each global shortcut."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import SettingsError
from app.settings.shortcuts import Binding, ShortcutSettings
from ui.icons import icon
from ui.widgets.labels import heading, hint

if TYPE_CHECKING:
    from app.settings.store import SettingsStore
    from ui.actions import Actions

_START_STOP = "start_stop"


class ShortcutsPage(QWidget):
    """Edits the keys; a key that is given to a second action is taken from the first.

    Args:
        settings: Keeps the keys.
        deeds: The actions of the window with their own keys.
        why_not_global: Why this platform has no global shortcuts; None where it has.
    """

    def __init__(
        self,
        settings: SettingsStore,
        deeds: Actions,
        why_not_global: str | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._deeds = deeds
        self._before: list[ShortcutSettings] = []
        self.window_edits: dict[str, QKeySequenceEdit] = {}
        self.global_edits: dict[str, QKeySequenceEdit] = {}
        self.message = hint("")
        self.has_global = QCheckBox(self.tr("&Let these keys work in other programs' windows, too"))
        self.restore = QPushButton(self.tr("&Restore all"))
        self.undo = QPushButton(self.tr("&Undo"))
        self._lay_out(why_not_global)
        self._show()
        self.has_global.toggled.connect(self._switch_global)
        self.restore.clicked.connect(self._restore)
        self.undo.clicked.connect(self._undo)

    def _lay_out(self, why_not_global: str | None) -> None:
        column = QVBoxLayout(self)
        column.addLayout(self._buttons())
        column.addWidget(self.message)
        column.addWidget(heading(self.tr("In the window of Kibitz")))
        column.addLayout(self._window_rows())
        column.addSpacing(12)
        column.addWidget(heading(self.tr("Everywhere")))
        if why_not_global is None:
            column.addWidget(self.has_global)
            column.addLayout(self._global_rows())
        else:
            column.addWidget(hint(why_not_global))
        column.addStretch()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(hint(self.tr("Click a field and press the new keys.")), 1)
        row.addWidget(self.undo)
        row.addWidget(self.restore)
        return row

    def _window_rows(self) -> QFormLayout:
        form = QFormLayout()
        for key in self._deeds.by_key:
            edit = self._row(form, self._name(key))
            edit.editingFinished.connect(partial(self._keep_window, key))
            self.window_edits[key] = edit
        return form

    def _global_rows(self) -> QFormLayout:
        form = QFormLayout()
        for binding in ShortcutSettings().everywhere:
            edit = self._row(form, self._name(binding.action))
            edit.setAccessibleName(self.tr("Everywhere: {0}").format(edit.accessibleName()))
            edit.editingFinished.connect(partial(self._keep_global, binding.action))
            self.global_edits[binding.action] = edit
        return form

    def _row(self, form: QFormLayout, name: str) -> QKeySequenceEdit:
        edit = QKeySequenceEdit()
        edit.setMaximumSequenceLength(1)
        edit.setAccessibleName(name)
        label = QLabel(name)
        label.setBuddy(edit)
        clear = QToolButton()  # the field's own would be put askew by the style sheet
        clear.setProperty("role", "flat")
        clear.setIcon(icon("close"))
        clear.setToolTip(self.tr("No keys"))
        clear.setAccessibleName(self.tr("No keys for: {0}").format(name))
        clear.clicked.connect(edit.clear)
        clear.clicked.connect(edit.editingFinished)
        row = QHBoxLayout()
        row.addWidget(edit, 1)
        row.addWidget(clear)
        form.addRow(label, row)
        return edit

    def _name(self, key: str) -> str:
        if key == _START_STOP:
            return self.tr("Start or stop")
        return self._deeds.by_key[key].text().replace("&", "").removesuffix("…")

    def _show(self) -> None:
        kept = self._settings.get(ShortcutSettings)
        for key, keys in self._window_keys(kept).items():
            self.window_edits[key].setKeySequence(QKeySequence(keys))
        for binding in kept.everywhere:
            if binding.action in self.global_edits:
                self.global_edits[binding.action].setKeySequence(QKeySequence(binding.keys))
        self.has_global.setChecked(kept.has_global)
        self.undo.setEnabled(bool(self._before))
        self.restore.setEnabled(kept != ShortcutSettings())

    def _window_keys(self, settings: ShortcutSettings) -> dict[str, str]:
        """The keys of each action, in the order of the lines."""
        chosen = {binding.action: binding.keys for binding in settings.window}
        return {key: chosen.get(key, self._deeds.default_keys(key)) for key in self._deeds.by_key}

    def _keep_window(self, key: str) -> None:
        keys = _written(self.window_edits[key])
        bound = self._window_keys(self._settings.get(ShortcutSettings))
        losers = [other for other, has in bound.items() if keys and has == keys and other != key]
        bound |= {key: keys} | dict.fromkeys(losers, "")
        changed = [
            Binding(action, has)
            for action, has in bound.items()
            if has != self._deeds.default_keys(action)
        ]
        said = self.tr("{0} was taken from “{1}”.")
        self.message.setText(said.format(keys, self._name(losers[0])) if losers else "")
        self._put(replace(self._settings.get(ShortcutSettings), window=tuple(changed)))

    def _keep_global(self, action: str) -> None:
        kept = self._settings.get(ShortcutSettings)
        keys = {binding.action: binding.keys for binding in ShortcutSettings().everywhere}
        keys |= {binding.action: binding.keys for binding in kept.everywhere}
        keys[action] = _written(self.global_edits[action])
        try:
            bindings = tuple(Binding(name, has) for name, has in keys.items())
            changed = replace(kept, everywhere=bindings)
        except SettingsError as error:
            self.message.setText(str(error))
            self._show()
            return
        self.message.clear()
        self._put(changed)

    def _switch_global(self, on: bool) -> None:
        self._put(replace(self._settings.get(ShortcutSettings), has_global=on))

    def _restore(self) -> None:
        self._put(ShortcutSettings())

    def _undo(self) -> None:
        self._settings.put(self._before.pop())
        self._show()

    def _put(self, changed: ShortcutSettings) -> None:
        kept = self._settings.get(ShortcutSettings)
        if changed != kept:
            self._before.append(kept)
            self._settings.put(changed)
        self._show()


def _written(edit: QKeySequenceEdit) -> str:
    """The keys in `edit` as settings keep them."""
    return edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
