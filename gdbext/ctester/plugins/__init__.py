# SPDX-License-Identifier: MIT
"""What a StrictVerifier can be given, a module a plugin."""
