"""The list of models, with real downloads from a hub on this machine and a real measurement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QMessageBox, QProgressBar, QPushButton

from app.models.catalogue import CATALOGUE
from app.models.download import DownloadJob
from app.models.limits import MachineLimits, keep_limits, kept_limits
from app.models.machine import this_machine
from app.models.measurements import Measurement, Measurements
from app.models.places import find, library_folder, remove
from app.models.precision import Precision
from app.models.settings import ModelSettings
from app.paths import limits_file, measurements_file
from tests.app.models.checkpoints import HUB_ID, checkpoint
from tests.ui.event_loop import LoopProbe
from ui.models.keeper import ModelKeeper
from ui.models.window import ModelsWindow
from ui.widgets.model_picker import ModelPicker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.settings.store import SettingsStore
    from tests.support.hub import Hub
    from tests.ui.scripted import Theatre
    from ui.main_window import MainWindow
    from ui.models.card import ModelCard

BUDGET_S = 0.05
SOON_MS = 60_000  # processes start slowly where the machine is busy
STREAMING_VLM = "mit-han-lab/StreamingVLM"
LIMITS = MachineLimits(1e10, {"float32": 1e11, "bfloat16": 5e10}, 0.0, 1.0)


@pytest.fixture
def keeper(settings: SettingsStore) -> Iterator[ModelKeeper]:
    keep_limits(this_machine(), LIMITS)  # else the first list measures them
    keeper = ModelKeeper(settings)
    yield keeper
    keeper.close()
    if find(HUB_ID).folder is not None:
        remove(HUB_ID)


@pytest.fixture
def listing(qtbot: QtBot, keeper: ModelKeeper) -> Iterator[ModelsWindow]:
    window = ModelsWindow(keeper)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: bool(window.cards), timeout=SOON_MS)
    yield window
    window.close()


@pytest.fixture
def offered(qtbot: QtBot, hub: Hub, keeper: ModelKeeper, listing: ModelsWindow) -> ModelCard:
    """The card of a model that the hub has and the person added to the list."""
    hub.add(HUB_ID, checkpoint(), licence="mit")
    keeper.add(HUB_ID)
    qtbot.waitUntil(lambda: HUB_ID in listing.cards, timeout=SOON_MS)
    return listing.cards[HUB_ID]


def button(card: ModelCard, text: str) -> QPushButton:
    """The visible button whose text begins so."""
    for found in card.findChildren(QPushButton):
        if found.isVisible() and found.text().strip().startswith(text):
            return found
    pytest.fail(f"no button begins with {text!r}")


def click(qtbot: QtBot, card: ModelCard, text: str) -> None:
    qtbot.mouseClick(button(card, text), Qt.MouseButton.LeftButton)


def texts(card: ModelCard) -> str:
    """All that a card says."""
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_the_catalogue_is_listed_with_needs_and_licences(listing: ModelsWindow) -> None:
    assert list(listing.cards) == [entry.name for entry in CATALOGUE]
    bundled, large = listing.cards["bundled"], listing.cards[STREAMING_VLM]
    assert "Comes with Kibitz" in texts(bundled)
    assert "Licence: Apache-2.0" in texts(bundled)
    assert not button(bundled, "In use").isEnabled()
    assert "Not here" in texts(large)
    assert button(large, "Download 16.6 GB").isEnabled()
    assert "Needs" in texts(large)


def test_a_download_shows_its_progress_and_can_be_used(
    qtbot: QtBot, keeper: ModelKeeper, offered: ModelCard, settings: SettingsStore
) -> None:
    click(qtbot, offered, "Download")
    assert button(offered, "Cancel").isEnabled()
    qtbot.waitUntil(lambda: offered.shown.place.is_usable, timeout=SOON_MS)
    assert not keeper.is_busy(HUB_ID)
    assert "Licence: mit" in texts(offered)
    click(qtbot, offered, "Use")
    assert settings.get(ModelSettings).model == HUB_ID
    assert not button(offered, "In use").isEnabled()


def test_a_cancelled_download_is_resumed(
    qtbot: QtBot, hub: Hub, keeper: ModelKeeper, offered: ModelCard
) -> None:
    hub.faults.stall_after = 200_000
    click(qtbot, offered, "Download")
    folder = library_folder(HUB_ID)
    qtbot.waitUntil(
        lambda: any(path.stat().st_size > 190_000 for path in folder.glob("*.part")),
        timeout=SOON_MS,
    )
    bar = offered.findChildren(QProgressBar)[1]
    assert bar.isVisible()
    click(qtbot, offered, "Cancel")
    qtbot.waitUntil(lambda: not keeper.is_busy(HUB_ID), timeout=SOON_MS)
    qtbot.waitUntil(lambda: offered.shown.place.is_partial, timeout=SOON_MS)
    assert "% here" in texts(offered)
    hub.faults.stall_after = None
    hub.faults.release.set()
    click(qtbot, offered, "Resume")
    qtbot.waitUntil(lambda: offered.shown.place.is_usable, timeout=SOON_MS)
    name, start = hub.requests[-1]
    assert (name, start > 190_000) == ("model.safetensors", True)


def test_what_the_hub_refuses_is_said_on_the_card(
    qtbot: QtBot, hub: Hub, keeper: ModelKeeper, offered: ModelCard
) -> None:
    hub.faults.gated = True
    with qtbot.waitSignal(keeper.failed, timeout=SOON_MS):
        click(qtbot, offered, "Download")
    assert "given only to those who accept its terms" in texts(offered)
    assert button(offered, "Download").isEnabled()


def test_a_downloaded_model_is_deleted_after_a_question(
    qtbot: QtBot, keeper: ModelKeeper, listing: ModelsWindow, offered: ModelCard
) -> None:
    click(qtbot, offered, "Download")
    qtbot.waitUntil(lambda: offered.shown.place.is_usable, timeout=SOON_MS)
    keeper.use(HUB_ID)
    click(qtbot, offered, "Delete")
    box = listing.findChild(QMessageBox)
    assert box is not None
    (yes,) = [one for one in box.buttons() if one.text() == "Delete"]
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not find(HUB_ID).folder, timeout=SOON_MS)
    qtbot.waitUntil(lambda: not offered.shown.place.is_usable, timeout=SOON_MS)
    assert keeper.choice.model == "bundled"


def test_the_machine_is_measured_once_for_what_models_would_take(
    qtbot: QtBot, keeper: ModelKeeper
) -> None:
    limits_file().unlink()
    window = ModelsWindow(keeper)
    qtbot.addWidget(window)
    with qtbot.waitSignal(keeper.job_ended, timeout=2 * SOON_MS):
        window.show()
    window.close()
    assert keeper.machine is not None
    found = kept_limits(keeper.machine)
    assert found is not None
    assert found.read_bytes_per_s > 0
    keep_limits(keeper.machine, LIMITS)  # undisturbed, which need not be true of those
    began: list[str] = []
    keeper.job_began.connect(began.append)
    with qtbot.waitSignal(keeper.changed, timeout=SOON_MS):
        window.show()
    window.close()
    assert began == []


def test_a_problem_goes_once_it_is_over_and_a_failure_stays(listing: ModelsWindow) -> None:
    card = listing.cards[STREAMING_VLM]
    whole = card.shown
    broken = replace(whole, place=replace(whole.place, problem="Half of it is here."))
    for shown, is_said in ((broken, True), (whole, False)):
        card.show_model(shown, is_chosen=False, is_busy=False)
        assert ("Half of it is here." in texts(card)) == is_said
    card.show_problem("The hub does not answer.")
    card.show_model(whole, is_chosen=False, is_busy=False)
    assert "The hub does not answer." in texts(card)


@pytest.mark.usefixtures("numbers")
def test_an_estimate_stands_until_there_is_a_measurement(listing: ModelsWindow) -> None:
    card = listing.cards[STREAMING_VLM]
    if card.shown.estimate is None:
        pytest.skip("the model has no room on this machine")
    slow, slower = (replace(card.shown.estimate, seconds_per_second=s) for s in (37.0, 1e4))
    for estimate, pace in ((slow, "about 40"), (slower, "more than 100")):
        card.show_model(replace(card.shown, estimate=estimate), is_chosen=False, is_busy=False)
        assert f"Too slow for live video, as estimated: {pace} s for each second." in texts(card)
    found = Measurement(0.5, 0.6, 20, 3.0, 10**9, "cpu", 0.0, 1.0)
    card.show_model(replace(card.shown, measurement=found), is_chosen=False, is_busy=False)
    assert "Keeps up with live video: 0.50 s for each second." in texts(card)
    assert "estimated" not in texts(card)


def test_a_measurement_gives_a_verdict_that_is_kept(
    qtbot: QtBot, keeper: ModelKeeper, listing: ModelsWindow
) -> None:
    card = listing.cards["bundled"]
    click(qtbot, card, "Measure")
    qtbot.waitUntil(lambda: card.shown.measurement is not None, timeout=2 * SOON_MS)
    assert "s for each second" in texts(card)
    assert keeper.machine is not None
    kept = Measurements(measurements_file()).get("bundled", Precision.AUTO, keeper.machine)
    assert kept == card.shown.measurement


def test_a_folder_of_ones_own_is_listed_and_taken_off(
    qtbot: QtBot, keeper: ModelKeeper, listing: ModelsWindow, tmp_path: Path
) -> None:
    for name, body in checkpoint(4000).items():
        (tmp_path / name).write_bytes(body)
    dialog = listing.add_folder()
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    qtbot.waitUntil(lambda: str(tmp_path) in listing.cards, timeout=SOON_MS)
    card = listing.cards[str(tmp_path)]
    assert "Your folder" in texts(card)
    keeper.use(str(tmp_path))
    click(qtbot, card, "Take off the list")
    qtbot.waitUntil(lambda: str(tmp_path) not in listing.cards, timeout=SOON_MS)
    assert keeper.choice.model == "bundled"
    assert (tmp_path / "config.json").exists()


def test_what_is_no_hub_id_is_a_notice(listing: ModelsWindow, keeper: ModelKeeper) -> None:
    dialog = listing.add_hub_id()
    dialog.textValueSelected.emit("nonsense")
    dialog.close()
    assert "no hub id" in listing.notice.text
    assert keeper.choice.own == ()


def test_precision_changes_what_a_model_needs(
    qtbot: QtBot, listing: ModelsWindow, settings: SettingsStore
) -> None:
    box = listing.findChild(QComboBox)
    assert box is not None
    index = box.findData(Precision.INT4)
    box.setCurrentIndex(index)
    box.activated.emit(index)
    card = listing.cards[STREAMING_VLM]
    qtbot.waitUntil(lambda: card.shown.precision is Precision.INT4, timeout=SOON_MS)
    assert "less than bfloat16" in texts(card)
    assert settings.get(ModelSettings).precision is Precision.INT4


def test_closing_ends_a_download_that_goes_on_another_time(
    qtbot: QtBot, hub: Hub, keeper: ModelKeeper, offered: ModelCard
) -> None:
    hub.faults.stall_after = 100_000
    click(qtbot, offered, "Download")
    folder = library_folder(HUB_ID)
    qtbot.waitUntil(lambda: any(folder.glob("*.part")), timeout=SOON_MS)
    keeper.close()
    hub.faults.release.set()
    assert find(HUB_ID).is_partial


def test_the_window_offers_starts_and_remembers_models(
    window: MainWindow, theatre: Theatre, settings: SettingsStore, tmp_path: Path
) -> None:
    for name, body in checkpoint(4000).items():
        (tmp_path / name).write_bytes(body)
    picker = window.findChild(ModelPicker)
    assert picker is not None
    settings.put(ModelSettings(precision=Precision.BFLOAT16))
    picker.set_model(str(tmp_path))
    assert settings.get(ModelSettings).model == str(tmp_path)
    window.start()
    assert theatre.session.request.model == str(tmp_path)
    assert theatre.session.request.precision is Precision.BFLOAT16


def test_a_model_that_is_not_here_opens_the_list(qtbot: QtBot, window: MainWindow) -> None:
    picker = window.findChild(ModelPicker)
    assert picker is not None
    window.deeds.by_key["models"].trigger()
    listing = window.findChild(ModelsWindow)
    assert listing is not None
    qtbot.waitUntil(lambda: bool(listing.cards), timeout=SOON_MS)
    listing.close()
    picker.set_model(STREAMING_VLM)
    window.start()
    assert "not on this machine yet" in window.notice.text
    assert listing.isVisible()
    assert not window.commentary.is_active


def test_neither_looking_nor_downloading_blocks_the_window(
    qtbot: QtBot, hub: Hub, keeper: ModelKeeper, offered: ModelCard, listing: ModelsWindow
) -> None:
    longest_s: list[float] = []
    for _ in range(3):  # what blocks does so each time, a busy machine does not
        hub.faults.drop_after = [100_000, 200_000]
        probe = LoopProbe()
        probe.start()
        listing.hide()
        listing.show()
        click(qtbot, offered, "Download")
        qtbot.waitUntil(lambda: offered.shown.place.is_usable, timeout=SOON_MS)
        keeper.remove(HUB_ID)
        qtbot.waitUntil(lambda: not offered.shown.place.is_usable, timeout=SOON_MS)
        probe.stop()
        longest_s.append(probe.longest_s)
    assert min(longest_s) < BUDGET_S


@pytest.fixture
def brought(hub: Hub, settings: SettingsStore) -> Iterator[str]:
    """A model that was downloaded and chosen before the program started."""
    hub.add(HUB_ID, checkpoint())
    DownloadJob(HUB_ID, library_folder(HUB_ID), hub.address).run(lambda _: None)
    settings.put(ModelSettings(own=(HUB_ID,), model=HUB_ID))
    yield HUB_ID
    remove(HUB_ID)


def test_downloads_are_offered_from_the_start(
    qtbot: QtBot, brought: str, window: MainWindow
) -> None:
    picker = window.findChild(ModelPicker)
    assert picker is not None
    box = picker.findChild(QComboBox)
    assert box is not None
    qtbot.waitUntil(lambda: box.findData(brought) == 1, timeout=SOON_MS)
    assert box.currentData() == brought
