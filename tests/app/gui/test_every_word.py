"""What analyzers and packs bring with them has a name in German: groups, labels, roles, score ranges."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from app.gui import languages
from app.gui.columns import group_title
from app.gui.labels import label_text
from app.gui.pages.pack_row import role_title
from app.gui.terms import value_text
from models import catalogue
from models.registry import ANALYZERS, make
from models.runtime import Runtime


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    languages.install("de")
    yield
    languages.install("en")


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("analyzer", sorted(ANALYZERS))
def test_groups_and_labels_of_an_analyzer(analyzer: str) -> None:
    info = make(analyzer).info(Runtime())
    assert [group for group in set(info.groups.values()) if group_title(group) == group] == []
    same = {"text", "transcript"}  # in both languages
    assert [one for one in info.labels if label_text(one) == one.replace("_", " ").lower() and one not in same] == []


@pytest.mark.usefixtures("german")
def test_roles_of_packs() -> None:
    roles = {entry.role for entry in catalogue.catalogue().values()}
    assert [role for role in roles if role_title(role) == role and role not in {"detector"}] == []


@pytest.mark.usefixtures("german")
def test_ranges_of_scores_have_the_decimal_sign_of_the_language() -> None:
    assert QLocale().decimalPoint() == ","
    assert value_text("score", "0.2") == "0,2–0,3"
