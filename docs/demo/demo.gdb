# SPDX-License-Identifier: MIT
# What `make demo` does; the same can be typed at GDB's prompt.
set disable-randomization off
set print thread-events off
set ctester depth 5

# Each command from here on is shown behind a +.
set trace-commands on
ctester trace total read_discount open distance libm:sqrt fee
ctester mock libm sqrt 100.0
ctester mock - fee 42
run
ctester stats
info ctester mocks
ctester save build/demo/trace.jsonl
