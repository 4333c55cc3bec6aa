#!/usr/bin/env python3
"""Runs the console blocks of docs/manual.md in their order and compares what they print."""
import pathlib
import sys
import tempfile

import console

with tempfile.TemporaryDirectory() as scratch:
    sys.exit(1 if console.Page("manual.md", pathlib.Path(scratch)).check() else 0)
