"""Light and dark colours of the program, and how they follow the system's choice."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QPalette

from app.settings.appearance import ThemeChoice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for, as `#rrggbb`."""

    window: str
    panel: str
    raised: str
    field: str
    hover: str
    pressed: str
    selected: str
    border: str
    handle: str
    edge: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    stage: str
    success: str
    warning: str
    danger: str


LIGHT = Theme(
    window="#f3f5f8",
    panel="#ffffff",
    raised="#ffffff",
    field="#ffffff",
    hover="#e9edf3",
    pressed="#dde3ec",
    selected="#dfe8fd",
    border="#d5dbe4",
    handle="#c3cad6",
    edge="#7d8796",
    text="#1b2029",
    muted="#5a6575",
    faint="#98a2b1",
    accent="#3661d8",
    accent_hover="#2b53c2",
    accent_pressed="#2447a8",
    on_accent="#ffffff",
    stage="#11151b",
    success="#1d8348",
    warning="#b96a00",
    danger="#c8323c",
)
DARK = Theme(
    window="#181b20",
    panel="#1f2329",
    raised="#272c34",
    field="#15181d",
    hover="#2d333c",
    pressed="#363d48",
    selected="#2a3a63",
    border="#343b46",
    handle="#464f5d",
    edge="#7d8796",
    text="#e7eaf0",
    muted="#a1abba",
    faint="#6b7584",
    accent="#4a74ea",
    accent_hover="#5d85f2",
    accent_pressed="#3c64d6",
    on_accent="#ffffff",
    stage="#0c0e12",
    success="#4fbf83",
    warning="#e3a13c",
    danger="#f0646c",
)


class ThemeFollower(QObject):
    """Gives the application the chosen theme, now and whenever the system changes its own.

    Args:
        app: The application, which owns this object from now on.
        choice: What is taken at first.
    """

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        app.setStyle("Fusion")
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._apply)

    def choose(self, choice: ThemeChoice) -> None:
        """Follow `choice` from now on."""
        if choice is not self._choice:
            self._choice = choice
            self._apply()

    def _apply(self) -> None:
        apply_theme(self._app, _theme_of(self._choice, self._app))


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give every widget of `app` the colours of `theme`."""
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme, Path(str(files("assets")))))


def _theme_of(choice: ThemeChoice, app: QApplication) -> Theme:
    match choice:
        case ThemeChoice.LIGHT:
            return LIGHT
        case ThemeChoice.DARK:
            return DARK
        case ThemeChoice.SYSTEM:
            window = app.style().standardPalette().window().color()
            return system_theme(app.styleHints().colorScheme(), window)


def system_theme(scheme: Qt.ColorScheme, window: QColor) -> Theme:
    """What the system asks for.

    Args:
        scheme: What it says.
        window: The colour of its windows, by which older desktops say it only.
    """
    if scheme == Qt.ColorScheme.Unknown:
        return DARK if window.lightnessF() < _MIDDLE else LIGHT
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette(QColor(theme.raised), QColor(theme.window))
    colours = {
        role.Base: theme.field,
        role.AlternateBase: theme.hover,
        role.Text: theme.text,
        role.WindowText: theme.text,
        role.ButtonText: theme.text,
        role.PlaceholderText: theme.faint,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.Mid: theme.muted,
    }
    for colour_role, colour in colours.items():
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.Text, role.WindowText, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.faint))
    return palette


def style_sheet(theme: Theme, assets: Path) -> str:
    """Qt's style sheet in the colours of `theme`, with the pictures that lie in `assets`."""
    template = Template((assets / "style" / "kibitz.qss").read_text(encoding="utf-8"))
    return template.substitute(asdict(theme), icons=(assets / "icons").as_posix())
