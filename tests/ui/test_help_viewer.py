from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QListWidget, QTextBrowser

from ui.help_viewer import HelpViewer, help_pages

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

PADDING_PX = 16  # which the style sheet leaves beside a title


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "start.md").write_text("# Start here\n\nSee [models](models.md).\n")
    (tmp_path / "models.md").write_text("# Models\n\nOne is bundled.\n")
    (tmp_path / "a-note.md").write_text("no heading\n")
    return help_pages(tmp_path)


def test_pages_about_the_window_come_first(pages: dict[str, Path]) -> None:
    assert list(pages) == ["Start here", "Models", "A note"]


def test_pages_are_shown_and_links_between_them_work(qtbot: QtBot, pages: dict[str, Path]) -> None:
    viewer = HelpViewer(pages)
    qtbot.addWidget(viewer)
    page, names = viewer.findChild(QTextBrowser), viewer.findChild(QListWidget)
    assert page is not None
    assert names is not None
    assert page.toPlainText().startswith("Start here")
    viewer.show_page(pages["Models"])
    assert "One is bundled." in page.toPlainText()
    assert names.currentItem().text() == "Models"


def test_no_title_in_the_list_is_cut(qtbot: QtBot) -> None:
    viewer = HelpViewer(help_pages())
    qtbot.addWidget(viewer)
    names = viewer.findChild(QListWidget)
    assert names is not None
    viewer.show()
    titles = [names.item(row).text() for row in range(names.count())]
    widest = max(map(names.fontMetrics().horizontalAdvance, titles))
    assert widest + PADDING_PX <= names.viewport().width()


def test_every_page_of_the_program_can_be_shown(qtbot: QtBot) -> None:
    pages = help_pages()
    assert "Start here" in pages
    viewer = HelpViewer(pages)
    qtbot.addWidget(viewer)
    page = viewer.findChild(QTextBrowser)
    assert page is not None
    for title, path in pages.items():
        viewer.show_page(path)
        assert page.toPlainText().startswith(title)
