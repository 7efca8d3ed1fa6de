# SPDX-License-Identifier: MIT
"""`ctester test`: runs test scripts, each test in a GDB of its own.

All of this is plain Python and works without GDB; runner.py, a folder above, is
its side inside of one.
"""
