from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

from kindling import SparkContext, SparkFiles, close
from kindling.sql import SparkSession, functions

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder in which examples run, with the files that they name; one gateway serves them all."""
    folder = tmp_path_factory.mktemp("examples") / "here"
    shutil.copytree(ROOT / "test" / "examples" / "files", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("KINDLING_URL", raising=False)
        close()
        yield folder
        close()


@pytest.fixture
def names(example_files: Path, tmp_path: Path) -> Dict[str, Any]:
    """What an example may name. Those that stop the session leave none for the next one, which makes its own."""
    spark = SparkSession.builder.master("local[2]").appName("example").getOrCreate()
    return {
        "SparkContext": SparkContext,
        "SparkFiles": SparkFiles,
        "SparkSession": SparkSession,
        "F": functions,
        "sc": spark.sparkContext,
        "spark": spark,
        "directory": str(tmp_path),
    }
