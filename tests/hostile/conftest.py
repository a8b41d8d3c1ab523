import pytest

from hostile.contract import traps


@pytest.fixture(scope="module", autouse=True)
def scratch(tmp_path_factory):
    """The working folder of every test here."""
    folder = tmp_path_factory.mktemp("scratch")
    with traps(folder):
        yield folder
