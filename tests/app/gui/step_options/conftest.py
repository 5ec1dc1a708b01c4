"""A run panel and a settings page whose steps have options of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages.settings import SettingsPage
from app.gui.pages.wizard import WizardPage
from app.parts import Check, Parts
from core.interfaces import Backend
from core.settings import RunSettings
from tests.app.gui.conftest import pictures_case
from tests.app.gui.step_options.driving import optioned, shown
from tests.support.backend import FakeBackend, info


@pytest.fixture
def parts() -> Parts:
    def open_backend(_settings: RunSettings) -> Backend:
        return FakeBackend(optioned(), info("plainest"))

    return Parts(open_backend=open_backend, examine=lambda: [Check("test", True, "All is well.")])


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    return pictures_case(tmp_path, 4)


@pytest.fixture
def wizard(context: Context, fresh: Path, qtbot: QtBot) -> WizardPage:
    """The run panel over an open case, at its steps."""
    context.preferences.set(cases_folder=str(fresh.parent))
    context.open_case(fresh)
    return shown(context, qtbot)


@pytest.fixture
def settings_page(context: Context, fresh: Path, qtbot: QtBot) -> SettingsPage:
    context.open_case(fresh)
    made = SettingsPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: bool(made.steps.cards) and not context.busy())
    return made
