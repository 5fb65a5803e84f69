"""Lets the tests import their neighbours from wherever they are run."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
