from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QListWidget,
    QProxyStyle,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from app.capture.specs import (
    FileSpec,
    MatchSpec,
    Region,
    ScreenSpec,
    SharedSpec,
    SourceSpec,
    UrlSpec,
    WebcamSpec,
)
from app.errors import SourceError
from ui.physical import screen_region
from ui.widgets.remark import Remark
from ui.widgets.side_panel import ChoicePanel
from ui.widgets.source_picker import SourcePicker
from ui.widgets.thumbnail_icon import ROW_HEIGHT

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

PANEL_HEIGHT_PX = 604  # of a window that fills a screen of 1280 by 720 between its frame and bars
PIXELS = st.integers(1, 5000)
SPECS: st.SearchStrategy[SourceSpec] = st.one_of(
    st.builds(MatchSpec, st.integers(0, 999_999)),
    st.just(ScreenSpec()),
    st.builds(ScreenSpec, st.builds(Region, PIXELS, PIXELS, PIXELS, PIXELS)),
    st.just(SharedSpec()),
    st.builds(WebcamSpec, st.integers(0, 9)),
    st.builds(FileSpec, st.sampled_from([Path("/tmp/a.mp4"), Path("game.mkv")])),  # noqa: S108
    st.builds(UrlSpec, st.sampled_from(["rtsp://host/a", "https://host/live.m3u8"])),
)


@pytest.fixture
def picker(qtbot: QtBot) -> SourcePicker:
    picker = SourcePicker()
    qtbot.addWidget(picker)
    picker.show()
    return picker


@given(SPECS)
@settings(
    max_examples=40,
    deadline=None,  # the first example shows widgets for the first time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_set_is_what_is_chosen(picker: SourcePicker, spec: SourceSpec) -> None:
    picker.set_spec(spec)
    assert picker.spec() == spec


@pytest.mark.parametrize("num_kinds", [6, 7])
def test_arrow_keys_go_through_all_kinds_that_are_offered(
    qtbot: QtBot, picker: SourcePicker, num_kinds: int
) -> None:
    kinds = picker.findChild(QListWidget)
    assert kinds is not None
    picker.offer_shared(is_offered=num_kinds == 7)
    pages = [picker.page]
    for _ in range(kinds.count() - 1):
        qtbot.keyClick(kinds, Qt.Key.Key_Down)
        pages.append(picker.page)
    assert len({id(page) for page in pages}) == num_kinds
    assert (picker.shared in pages) == (num_kinds == 7)
    assert kinds.height() == num_kinds * ROW_HEIGHT


def test_no_picture_of_a_shared_screen_is_wanted(picker: SourcePicker) -> None:
    picker.set_spec(SharedSpec())
    assert SharedSpec() not in picker.thumbnails  # the desktop would ask for each


@pytest.mark.parametrize(
    "name", ["match", "screen_page", "region", "shared", "webcam", "file", "url"]
)
def test_a_small_screen_has_room_for_source_and_model(qtbot: QtBot, name: str) -> None:
    panel = ChoicePanel()
    qtbot.addWidget(panel)
    panel.resize(280, PANEL_HEIGHT_PX)
    panel.show()
    panel.source.offer_shared()
    panel.source.choose(getattr(panel.source, name))
    area = panel.findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0, timeout=2000)


def test_a_narrow_panel_cuts_no_row_off(qtbot: QtBot) -> None:
    panel = ChoicePanel()
    qtbot.addWidget(panel)
    panel.resize(panel.minimumWidth(), PANEL_HEIGHT_PX // 2)  # so low that it scrolls
    panel.show()
    area = panel.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() > 0
    assert area.widget().width() <= area.viewport().width()


@pytest.mark.parametrize(
    ("name", "advice"), [("region", "Select a region"), ("file", "Choose"), ("url", "full address")]
)
def test_what_is_missing_is_named(picker: SourcePicker, name: str, advice: str) -> None:
    picker.choose(getattr(picker, name))
    with pytest.raises(SourceError, match=advice):
        picker.spec()


def test_a_video_in_nobodys_home_is_told_at_the_start_only(picker: SourcePicker) -> None:
    picker.choose(picker.file)
    picker.file.field.set_text("~nobody.here/film.mp4")
    with pytest.raises(SourceError, match="home folder of nobody"):
        picker.spec()


def test_a_single_screen_is_offered_whole_and_by_its_pixels(
    application: QApplication, picker: SourcePicker
) -> None:
    picker.choose(picker.screen_page)
    screens = picker.screen_page.findChild(QListWidget)
    assert screens is not None
    screens.setCurrentRow(1)
    assert picker.spec() == ScreenSpec(screen_region(application.primaryScreen()))


def test_monitors_that_change_are_listed_anew_and_the_chosen_one_stays(
    qtbot: QtBot, application: QApplication, picker: SourcePicker
) -> None:
    picker.choose(picker.screen_page)
    screen = application.primaryScreen()
    picker.screen_page.set_spec(ScreenSpec(screen_region(screen)))
    for tell in (
        lambda: screen.geometryChanged.emit(screen.geometry()),
        lambda: application.screenRemoved.emit(screen),
    ):
        with qtbot.waitSignal(picker.thumbnails_changed):
            tell()
        assert picker.spec() == ScreenSpec(screen_region(screen))


def test_numbers_count_from_the_corner_of_a_screen(
    qtbot: QtBot, application: QApplication, picker: SourcePicker
) -> None:
    corner = screen_region(application.primaryScreen())
    width = next(b for b in picker.region.findChildren(QSpinBox) if "Width" in b.accessibleName())
    with qtbot.waitSignal(picker.changed):
        picker.set_region(Region(corner.left_px + 30, corner.top_px + 20, 400, 300))
    assert picker.spec() == ScreenSpec(Region(corner.left_px + 30, corner.top_px + 20, 400, 300))
    with qtbot.waitSignal(picker.changed):
        width.setValue(333)
    assert picker.region.region == Region(corner.left_px + 30, corner.top_px + 20, 333, 300)


def test_pictures_go_where_the_source_can_be_chosen_and_leave_with_it(
    picker: SourcePicker,
) -> None:
    kinds = picker.findChild(QListWidget)
    assert kinds is not None
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    picker.set_spec(MatchSpec(5))
    picker.set_thumbnail(MatchSpec(5), image)
    picker.set_thumbnail(MatchSpec(6), image)  # another one, which comes late
    assert is_red(kinds.item(0).icon())
    picker.set_spec(MatchSpec(6))
    assert not is_red(kinds.item(0).icon())


@pytest.mark.parametrize("spec", [ScreenSpec(), WebcamSpec(1)])
def test_why_nothing_is_seen_is_said_for_as_long_as_it_is_so(
    picker: SourcePicker, spec: SourceSpec
) -> None:
    picker.screen_page.explain("Only programs that use X11 can be seen.")
    picker.set_spec(spec)
    page = picker.page
    assert isinstance(page, QWidget)

    def said() -> list[str]:
        return [remark.text() for remark in page.findChildren(Remark) if remark.isVisible()]

    own = said()
    picker.set_failure(spec, "It is in use.")
    assert said() == ["It is in use."]
    picker.set_thumbnail(spec, QImage(64, 36, QImage.Format.Format_RGB32))
    assert said() == own
    picker.set_failure(spec, "It is in use.")
    if isinstance(spec, WebcamSpec):
        picker.set_spec(WebcamSpec(2))
    else:
        picker.set_spec(ScreenSpec(screen_region(QGuiApplication.primaryScreen())))
    assert picker.page is page
    assert said() == own
    picker.set_failure(spec, "It is in use.")  # late
    assert said() == own


def is_red(icon: QIcon) -> bool:
    return icon.pixmap(64, 36).toImage().pixelColor(32, 18) == Qt.GlobalColor.red


def test_no_camera_and_no_address_is_looked_at_before_it_is_chosen(
    qtbot: QtBot, picker: SourcePicker
) -> None:
    picker.webcam.set_spec(WebcamSpec(1))
    picker.url.set_spec(UrlSpec("rtsp://host/a"))
    assert picker.thumbnails == (MatchSpec(0), ScreenSpec())
    picker.choose(picker.webcam)
    assert WebcamSpec(1) in picker.thumbnails
    picker.choose(picker.url)
    assert not any(isinstance(spec, WebcamSpec | UrlSpec) for spec in picker.thumbnails)
    line = picker.url.findChild(QLineEdit)
    assert line is not None
    with qtbot.waitSignal(picker.thumbnails_changed):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert UrlSpec("rtsp://host/a") in picker.thumbnails
    qtbot.keyClicks(line, "b")
    assert not any(isinstance(spec, UrlSpec) for spec in picker.thumbnails)


def test_macos_is_not_asked_for_the_screen_before_it_is_chosen(
    picker: SourcePicker, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = Region(10, 20, 300, 200)
    picker.set_region(region)
    picker.choose(picker.match)
    assert {ScreenSpec(), ScreenSpec(region)} <= set(picker.thumbnails)
    monkeypatch.setattr("sys.platform", "darwin")
    assert picker.thumbnails == (MatchSpec(0),)
    picker.choose(picker.region)
    assert picker.thumbnails == (MatchSpec(0), ScreenSpec(region))
    picker.choose(picker.screen_page)
    assert ScreenSpec() in picker.thumbnails


def test_the_drag_over_the_screen_is_asked_for(qtbot: QtBot, picker: SourcePicker) -> None:
    picker.choose(picker.region)
    button = picker.region.findChild(QPushButton)
    assert button is not None
    with qtbot.waitSignal(picker.selection_asked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_cameras_are_offered_by_name_and_the_choice_outlives_a_refresh(
    qtbot: QtBot, picker: SourcePicker
) -> None:
    with qtbot.waitSignal(picker.cameras_asked):
        picker.choose(picker.webcam)
    picker.webcam.set_cameras({0: "Front", 2: "Capture card"})
    picker.webcam.set_spec(WebcamSpec(2))
    picker.webcam.set_cameras({0: "Front", 2: "Capture card", 4: "New"})
    assert picker.spec() == WebcamSpec(2)
    cameras = picker.webcam.findChild(QComboBox)
    assert cameras is not None
    assert cameras.currentText() == "2 · Capture card"


def test_one_click_only_chooses_on_a_desktop_where_it_activates(
    qtbot: QtBot, application: QApplication
) -> None:
    application.setStyle(SingleClickStyle("Fusion"))
    picker = SourcePicker()
    qtbot.addWidget(picker)
    picker.show()
    kinds = picker.findChild(QListWidget)
    assert kinds is not None
    place = kinds.visualItemRect(kinds.item(1)).center()
    with qtbot.assertNotEmitted(picker.activated):
        qtbot.mouseClick(kinds.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picker.page is picker.screen_page
    with qtbot.waitSignal(picker.activated):
        qtbot.mouseDClick(kinds.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(picker.activated):
        qtbot.keyClick(kinds, Qt.Key.Key_Return)


class SingleClickStyle(QProxyStyle):
    """As KDE's is by default."""

    def styleHint(  # noqa: N802 (Qt's name)
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803 (Qt's name)
    ) -> int:
        if hint == QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick:
            return 1
        return super().styleHint(hint, option, widget, returnData)


def test_only_a_file_can_run_faster_than_real_time(picker: SourcePicker) -> None:
    speed = picker.file.findChild(QComboBox)
    assert speed is not None
    speed.setCurrentIndex(1)
    assert picker.pace == "paced"
    picker.choose(picker.file)
    assert picker.pace == "max"
