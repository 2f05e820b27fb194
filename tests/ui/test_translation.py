from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from ui.translation import LUPDATE, available_languages, install_translations, update_texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

TOOLS = Path(sys.executable).parent
LRELEASE = TOOLS / "pyside6-lrelease"

pytestmark = pytest.mark.skipif(
    not (TOOLS / LUPDATE).exists() and shutil.which(LUPDATE) is None,
    reason="needs the translation tools of PySide6",
)


def test_the_texts_of_the_window_can_be_translated(
    application: QApplication, tmp_path: Path
) -> None:
    texts = tmp_path / "kibitz_de.ts"
    update_texts(texts)
    translate(texts, "Watch&ing", "")  # a text that is not there changes nothing
    assert translate(texts, "S&top", "Be&enden") == 1
    subprocess.run([LRELEASE, str(texts)], check=True, capture_output=True)
    assert available_languages(tmp_path) == ("de",)
    before = application.findChildren(QTranslator)
    install_translations(application, "de", tmp_path)
    try:
        assert QCoreApplication.translate("Actions", "S&top") == "Be&enden"
        assert QCoreApplication.translate("Actions", "&Start") == "&Start"
    finally:
        for translator in application.findChildren(QTranslator):
            if translator not in before:
                application.removeTranslator(translator)


def test_every_module_with_texts_is_found(tmp_path: Path) -> None:
    texts = tmp_path / "kibitz_fr.ts"
    update_texts(texts)
    contexts = {name.text for name in ElementTree.parse(texts).iter("name")}  # noqa: S314
    assert {"Actions", "Menus", "Stage", "SourcePicker", "GeneralPage"} <= contexts


def test_what_is_missing_what_broke_and_what_is_measured_can_be_translated(
    tmp_path: Path,
) -> None:
    texts = tmp_path / "kibitz_fr.ts"
    update_texts(texts)
    sources = {source.text for source in ElementTree.parse(texts).iter("source")}  # noqa: S314
    assert {
        "Choose a video file first.",
        "Type the full address of the stream, such as rtsp://host/path.",
        "Select a region of the screen first, or type its width and height.",
        "Choose the folder of a model: the one that holds its config.json.",
        "Type the model's hub id as owner/name, such as {0}.",
        "Commentary stopped because of an internal error.",
        "The work ended on an internal error; try it again.",
        "SubRip",
        " s",
        "+{0:.1f} s",
    } <= sources


def translate(texts: Path, source: str, translation: str) -> int:
    """Fill in a translation; gives how many texts there were to fill."""
    tree = ElementTree.parse(texts)  # noqa: S314 (our own tool wrote it)
    found = [m for m in tree.iter("message") if m.findtext("source") == source]
    for message in found:
        target = message.find("translation")
        assert target is not None
        target.attrib.pop("type", None)
        target.text = translation
    tree.write(texts, encoding="utf-8", xml_declaration=True)
    return len(found)
