from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_gateway import TOKEN, Desk, running

from kindling._runtime import session as sessions


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def session(desk: Desk) -> Iterator[sessions.Session]:
    """A session with the desk as its gateway, which is also the program's session."""
    with running(desk) as url:
        opened = sessions.open_session(url, TOKEN)
        try:
            yield opened
        finally:
            opened.close()
