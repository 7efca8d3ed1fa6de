# SPDX-License-Identifier: MIT
#
# ctester: one Makefile, everything built in $(BUILD).  `make help` lists what
# it does: the comments with two # are its text.
#
# Paths are relative to this directory, because make cannot quote a blank and
# the directory above us may have one.

## Settings, on the command line or in the environment:
##   V=1                      show the commands
##   DEBUG=1                  -O0 -g3, in build-debug
##   SAN=address,undefined    sanitizers, in build-san
##   COVERAGE=1               gcov, in build-coverage
##   WERROR=1                 warnings are errors
##   CC CFLAGS CPPFLAGS LDFLAGS   as everywhere
##   PREFIX=/usr/local DESTDIR=   where install puts things
##   PYTHON=/usr/bin/python3  which Python runs the tests
##   TESTS=                   arguments for pytest: -k NAME, a file
##   FUZZ_SECONDS=600         how long each fuzzer runs

V        ?= 0
BUILD    ?= build$(if $(SAN),-san)$(if $(COVERAGE),-coverage)$(if $(DEBUG),-debug)
PREFIX   ?= /usr/local
PYTHON   ?= /usr/bin/python3
CFLAGS   ?= $(if $(DEBUG),-O0 -g3,-O2 -g)
FUZZ_SECONDS ?= 600
ifeq ($(origin CC),default)
CC       := gcc
endif

Q   := $(if $(filter 1,$(V)),,@)
say  = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla \
	    $(if $(WERROR),-Werror)
INSTRUMENT := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer \
			  -fno-sanitize-recover=all) \
	      $(if $(COVERAGE),--coverage)
C_FLAGS  := -std=gnu11 $(WARNINGS) -Iinclude -Ilibcore -MMD -MP
COMPILE   = $(CC) $(C_FLAGS) $(CPPFLAGS) $(CFLAGS) $(INSTRUMENT)
LIBS     := -ldwarf -lelf -lz -lzstd -lm -lZydis

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

##
## Targets:

# ---- what is missing is installed before anything is compiled, when the goal
# ---- is one that promises so; a mere build only says what is missing.
SETUP_PARTS := $(if $(filter demo,$(MAKECMDGOALS)),run) \
	$(if $(filter check% lint% format fuzz%,$(MAKECMDGOALS)),run tests) \
	$(if $(filter bench,$(MAKECMDGOALS)),run tests bench)
SETUP_PARTS := $(or $(strip $(SETUP_PARTS)),\
	$(if $(filter all install,$(or $(MAKECMDGOALS),all)),-n run))
SETUP := $(if $(strip $(SETUP_PARTS)),setup-parts)

setup: ## install the packages that build, tests and benchmarks need
	@scripts/setup
setup-parts:
	@scripts/setup $(SETUP_PARTS)

# Rebuild when the compiler or its flags are others than last time.
SIGNATURE := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(INSTRUMENT) $(WARNINGS)
$(BUILD)/flags: force
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(SIGNATURE))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(SIGNATURE))' >$@
force:

# ---- the library, and the prototypes it reads

# prototypes.c is debug information, not code: $(BUILD)/prototypes.so and
# syscalls.so.  libcore/kit is a library of its own, for C tests to link.
# What of libcore/agent runs in the program is in libctester-agent.so alone.
AGENT_SOURCES := $(addprefix libcore/agent/,answer.c call.c callers.c \
		   decision.c fast.c hook.c leave.c level.c look.c mocked.c \
		   open.c plain.c quick.c quiet.c signal.c stack.c start.c \
		   thread.c traced.c trap.c write.c)
CORE_SOURCES := $(filter-out libcore/%/prototypes.c libcore/kit/% \
		  $(AGENT_SOURCES),$(sort $(wildcard libcore/*/*.c)))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)
KIT_SOURCES  := $(sort $(wildcard libcore/kit/*.c))
KIT_OBJECTS  := $(KIT_SOURCES:%.c=$(BUILD)/%.o)
KIT_ARCHIVE  := $(BUILD)/libctester-kit.a
KIT          := $(BUILD)/libctester-kit.so $(KIT_ARCHIVE)

PROTOTYPES := $(BUILD)/prototypes.so $(BUILD)/syscalls.so

AGENT := $(BUILD)/libctester-agent.so

all: $(BUILD)/libctester.so $(PROTOTYPES) $(KIT) $(AGENT) $(BUILD)/bytecode ## build the libraries (the default)

# Where Python may not write beside its modules, or is told not to, GDB would
# compile them at every start, which takes longer than all the rest of it.
$(BUILD)/bytecode: $(wildcard gdbext/*/*.py gdbext/*/*/*.py) | $(SETUP)
	@mkdir -p $(@D)
	$(call say,PYTHON,gdbext)
	$(Q)$(PYTHON) -m compileall -q gdbext && touch $@

# Linked beside its place, then moved: a GDB that has it open, or opens it now,
# sees the old one or the new one, whole.
$(BUILD)/libctester.so: $(CORE_OBJECTS) libcore/libctester.map
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -o $@.$$$$ $(CORE_OBJECTS) $(CFLAGS) $(INSTRUMENT) \
	    $(LDFLAGS) -Wl,--version-script=libcore/libctester.map \
	    $(if $(SAN),,-Wl$(,)-z$(,)defs) $(LIBS) && mv $@.$$$$ $@
, := ,

$(BUILD)/prototypes.so: $(wildcard libcore/prototypes/*.h) \
    libcore/prototypes/prototypes.c scripts/build-prototypes $(BUILD)/flags \
    | $(SETUP)
	@mkdir -p $(@D)
	$(call say,DWARF,$@)
	$(Q)CC='$(CC)' scripts/build-prototypes '$@'

# The kernel's types, which no header of the system has a say in.
$(BUILD)/syscalls.so: $(wildcard libcore/syscall/*.h) \
    libcore/syscall/prototypes.c $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,DWARF,$@)
	$(Q)$(CC) -std=gnu11 -g -O0 -w -fPIC -shared -nostdlib -fno-builtin \
	    -fno-eliminate-unused-debug-types -fno-stack-protector \
	    -fno-asynchronous-unwind-tables -Ilibcore/syscall -o $@ \
	    libcore/syscall/prototypes.c

$(BUILD)/libcore/%.o: libcore/%.c $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -fPIC -c -o $@ $<

# The agent calls nothing of any other library and is never instrumented: its
# functions run inside of others that may be anything.  Without vector
# registers, which it would have to save at each call; filters compute with
# doubles, and enter.S saves them around that.
AGENT_SHARED  := libcore/value/capture.c libcore/value/tail.c \
		 libcore/value/record.c libcore/decide/decide.c \
		 libcore/decide/mask.c libcore/decide/filter_glob.c \
		 libcore/base/region.c libcore/abi/sysv_x86_64.c \
		 libcore/process/bpf.c
AGENT_FLAGS   := -fPIC -fvisibility=hidden -fno-stack-protector \
		 -fcf-protection=none -fno-stack-clash-protection \
		 -ftls-model=initial-exec \
		 -ffunction-sections -fdata-sections -U_FORTIFY_SOURCE
AGENT_OBJECTS := $(patsubst libcore/%.c,$(BUILD)/agent/%.o, \
		   $(AGENT_SOURCES) $(AGENT_SHARED)) \
		 $(BUILD)/agent/decide/filter_run.o $(BUILD)/agent/agent/enter.o
# Its small functions become one.
AGENT_WHOLE   := $(if $(findstring clang,$(CC)),,-flto)
# The names of its functions are none for GDB's `break`, and only enter.S has
# lines.
AGENT_COMPILE  = $(CC) $(C_FLAGS) $(CPPFLAGS) $(CFLAGS) -O3 $(AGENT_FLAGS) \
		 $(if $(DEBUG),,-g0)
$(BUILD)/agent/%.o: AGENT_REGISTERS := -mgeneral-regs-only $(AGENT_WHOLE)
$(BUILD)/agent/agent/plain.o: AGENT_REGISTERS := -mgeneral-regs-only -fno-builtin
$(BUILD)/agent/decide/filter_run.o: AGENT_REGISTERS := \
	-Dct_filter_run=ct_filter_run_fp
$(BUILD)/agent/%.o: libcore/%.c $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,AGENT,$<)
	$(Q)$(AGENT_COMPILE) $(AGENT_REGISTERS) -c -o $@ $<
$(BUILD)/agent/%.o: libcore/%.S $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,AGENT,$<)
	$(Q)$(AGENT_COMPILE) -c -o $@ $<
$(AGENT): $(AGENT_OBJECTS) libcore/libctester-agent.symbols
	$(call say,LINK,$@)
	$(Q)$(AGENT_COMPILE) -mgeneral-regs-only $(AGENT_WHOLE) -shared \
	    -nostdlib -o $@.$$$$ $(AGENT_OBJECTS) \
	    $(LDFLAGS) -Wl,--gc-sections -Wl,-z,defs -Wl,-z,now \
	    $(if $(DEBUG),,-Wl$(,)--retain-symbols-file=libcore/libctester-agent.symbols) && \
	    mv $@.$$$$ $@

# For programs that need a part of it; a test of one room does not wait for
# another to link.
ARCHIVE := $(BUILD)/libcore.a
$(ARCHIVE): $(CORE_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $(CORE_OBJECTS)

# What the wrappers call must be what they say: no copies of it inline.
$(KIT_OBJECTS): C_FLAGS += -U_FORTIFY_SOURCE
# A section of its own, so that banned.c tells its calls from the program's.
KIT_SECTIONS := $(foreach s,.text .text.startup .text.unlikely, \
		  --rename-section $(s)=ctester_kit)
$(BUILD)/libcore/kit/%.o: libcore/kit/%.c $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -fPIC -MF $(@:.o=.d) -MT $@ -c -o $@.$$$$ $< && \
	    objcopy $(KIT_SECTIONS) $@.$$$$ $@ && rm $@.$$$$

$(BUILD)/libctester-kit.so: $(KIT_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -o $@.$$$$ $(KIT_OBJECTS) $(CFLAGS) $(INSTRUMENT) \
	    $(LDFLAGS) $(if $(SAN),,-Wl$(,)-z$(,)defs) -lcunit && \
	    mv $@.$$$$ $@
$(KIT_ARCHIVE): $(KIT_OBJECTS)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $(KIT_OBJECTS)

# ---- the example

DEMO     := $(BUILD)/demo/shop
RUN_DEMO := gdb -nx -batch -iex 'set debuginfod enabled off' \
	    -x ctester.gdb -x docs/demo/demo.gdb $(DEMO)
$(DEMO): docs/demo/shop.c | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -g -O0 -o $@ $< -lm

# demo.gdb saves the trace in build/demo, whatever $(BUILD) is.
demo: all $(DEMO) ## trace and mock a small program in GDB
	@mkdir -p build/demo
	@echo "$(RUN_DEMO)"
	@$(RUN_DEMO)

# ---- unit tests: each tests/unit/test_X.c is a program of its own

UNIT_SOURCES  := $(sort $(wildcard tests/unit/test_*.c))
UNIT_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(UNIT_SOURCES))
# What fuzzers once found, run again: tests/fuzz/replay.c.
UNIT_PROGRAMS += $(patsubst tests/fuzz/regressions/%,$(BUILD)/unit/replay_%, \
		   $(wildcard tests/fuzz/regressions/*))
# A test need not use every object of its fixture header.  An unused function
# stays a warning: it is a test that nobody runs.  psabi notes that versions
# long gone passed some arguments otherwise.
TEST_FLAGS := -Itests/unit -Wno-unused-variable -Wno-psabi

$(BUILD)/unit/test_ffi: TEST_LIBS := -lffi
$(BUILD)/unit/test_agent_%: TEST_LIBS := -lpthread
# clang puts a sanitizer's waitpid() and the like into the program, which then
# has no slots of them to be replaced.
ifneq ($(and $(findstring address,$(SAN)),$(findstring clang,$(CC))),)
$(BUILD)/unit/test_vforks $(BUILD)/unit/test_late_stops \
$(BUILD)/unit/test_faults: \
    LDFLAGS += -shared-libasan -Wl,-rpath=$(shell $(CC) -print-runtime-dir)
endif
$(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/test_agent_*.c)): \
    | $(AGENT)
# The kit's own tests need its library, and the core's not.
$(BUILD)/unit/test_kit_%: tests/unit/test_kit_%.c $(KIT_ARCHIVE) \
    $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) -MF $@.d -o $@ $< $(KIT_ARCHIVE) \
	    $(LDFLAGS) -lcmocka -lcunit -ldl -lpthread
$(BUILD)/unit/%: tests/unit/%.c $(ARCHIVE) $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) -MF $@.d -o $@ $< $(ARCHIVE) \
	    $(LDFLAGS) -lcmocka $(TEST_LIBS) $(LIBS) -ldl

$(BUILD)/unit/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(ARCHIVE) \
    $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) -DFUZZER='"$*"' -MF $@.d -o $@ \
	    tests/fuzz/replay.c $< $(ARCHIVE) $(LDFLAGS) -lcmocka $(LIBS) -ldl

# ---- fixtures: programs of known debug information
#
# A fixture is NAME-COMPILER-DWARF[-OLEVEL][-HOW], or NAME alone, made of
# tests/programs/NAME.c (or .S) or of what SOURCES_NAME says.  All words behind
# the compiler are flags: FIXTURE_WORD.

EIGHT := $(foreach cc,gcc clang,$(foreach d,4 5,$(foreach o,O0 O2,$(cc)-$(d)-$(o))))
FIXTURE_NAMES := \
	$(EIGHT:%=types-%) $(EIGHT:%=type_shapes-%) $(EIGHT:%=type_functions-%) \
	type_shapes-gcc-2-O0 type_shapes-gcc-3-O0 \
	type_shapes-gcc-4-types type_shapes-gcc-5-types \
	type_shapes-gcc-4-split type_shapes-gcc-5-split \
	type_functions-gcc-4-O2-split type_functions-gcc-5-O2-split \
	type_functions-clang-5-O2-split \
	type_assembly

SOURCES_types       := types.c types_more.c types_members.c
SOURCES_type_shapes := type_shapes.c type_hidden.c

FIXTURE_2     := -gdwarf-2 -gstrict-dwarf
FIXTURE_3     := -gdwarf-3 -gstrict-dwarf
FIXTURE_4     := -gdwarf-4
FIXTURE_5     := -gdwarf-5
FIXTURE_O0    := -O0
FIXTURE_O2    := -O2
FIXTURE_types := -fdebug-types-section
FIXTURE_split := -gsplit-dwarf

FIXTURES      := $(BUILD)/fixtures
FIXTURE_FILES := $(FIXTURE_NAMES:%=$(FIXTURES)/%)
FIXTURE_FLAGS := -std=gnu11 -Wall -Wextra -Wno-psabi -Wno-unused-parameter -g

# Of a fixture: its words, its program, and the sources of that.
parts   = $(subst -, ,$(1))
program = $(firstword $(call parts,$(1)))
sources = $(addprefix tests/programs/,$(or $(SOURCES_$(call program,$(1))), \
	    $(notdir $(wildcard $(addprefix tests/programs/$(call program,$(1)), \
	      .c .S)))))

# Compiled apart and then linked, so that .dwo files get names of their own.
define fixture
$(FIXTURES)/$(1): $(call sources,$(1)) $(wildcard tests/programs/*.h) \
    Makefile | $(SETUP)
	@mkdir -p $$@.d
	$$(call say,FIXTURE,$$@)
	$$(Q)for source in $(call sources,$(1)); do \
	    $(or $(word 2,$(call parts,$(1))),gcc) $(FIXTURE_FLAGS) \
		$(foreach word,$(wordlist 3,9,$(call parts,$(1))),$(FIXTURE_$(word))) \
		-c -o $$@.d/$$$$(basename $$$${source%.*}).o $$$$source || exit 1; \
	    done
	$$(Q)$(or $(word 2,$(call parts,$(1))),gcc) -o $$@ $$@.d/*.o
endef
$(foreach name,$(FIXTURE_NAMES),$(eval $(call fixture,$(name))))

# An alternate debug file, shared by two programs.
$(FIXTURES)/type_shapes-gcc-%-dwz: $(FIXTURES)/type_shapes-gcc-%-O0 \
    $(FIXTURES)/type_shapes-gcc-%-O2
	$(call say,DWZ,$@)
	$(Q)cd $(FIXTURES) && cp type_shapes-gcc-$*-O0 type_shapes-gcc-$*-dwz && \
	    cp type_shapes-gcc-$*-O2 dwz-other-$* && \
	    dwz -m type_shapes-$*.alt type_shapes-gcc-$*-dwz dwz-other-$*
FIXTURE_FILES += $(foreach d,4 5,$(FIXTURES)/type_shapes-gcc-$(d)-dwz)

fixtures: $(FIXTURE_FILES)

# A GDB without Python, for the one test that wants it.  Its package conflicts
# with gdb's, so it is only unpacked; without a network that test is skipped.
GDB_MINIMAL := $(BUILD)/peers/gdb-minimal
$(GDB_MINIMAL): | $(SETUP)
	$(call say,FETCH,$@)
	$(Q)rm -rf $@ $@.new && mkdir -p $@.new && cd $@.new && \
	    { timeout 60 apt-get -o Acquire::Retries=0 download gdb-minimal && \
	      dpkg -x gdb-minimal_*.deb . ; } >../gdb-minimal.log 2>&1 && \
	    rm gdb-minimal_*.deb && cd .. && mv gdb-minimal.new gdb-minimal || \
	    echo '  gdb-minimal cannot be fetched; its test will be skipped'

# ---- running the tests: tests/run counts, and prints `N passed, N failed`

TEST_ENVIRONMENT = CTESTER_BUILD="$$PWD/$(BUILD)" \
	CTESTER_FIXTURES="$$PWD/$(FIXTURES)"
RUN_TESTS = $(TEST_ENVIRONMENT) $(PYTHON) tests/run --logs $(BUILD)/logs
GDB_TESTS_NEED := all $(FIXTURE_FILES) $(GDB_MINIMAL)

check: $(UNIT_PROGRAMS) $(GDB_TESTS_NEED) ## run all tests but the long ones
	$(Q)$(RUN_TESTS) --unit $(UNIT_PROGRAMS) --pytest tests/gdb tests/docs

check-unit: $(UNIT_PROGRAMS) $(FIXTURE_FILES) $(PROTOTYPES) ## run the unit tests
	$(Q)$(RUN_TESTS) --unit $(UNIT_PROGRAMS)

check-gdb: $(GDB_TESTS_NEED) ## run the tests that start GDB, and those of the docs
	$(Q)$(RUN_TESTS) --pytest tests/gdb tests/docs $(TESTS)

LONG_UNIT := $(addprefix $(BUILD)/unit/test_agent_,ring signals)
check-long: $(GDB_TESTS_NEED) $(LONG_UNIT) ## run the tests that take minutes
	$(Q)CTESTER_LONG=1 $(RUN_TESTS) --unit $(LONG_UNIT) \
	    --pytest tests/gdb -m long $(TESTS)

# ---- benchmarks and fuzzing

BENCHES := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
$(BUILD)/bench/%: tests/bench/%.c $(ARCHIVE) $(BUILD)/flags | $(SETUP)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -MF $@.d -o $@ $< $(ARCHIVE) $(LDFLAGS) $(LIBS)

bench: all $(BENCHES) ## measure, as ratios to other tools on this machine
	$(Q)$(TEST_ENVIRONMENT) $(PYTHON) tests/bench/run

# Clang's, whatever CC is.
FUZZ_COMPILE := clang $(C_FLAGS) $(CPPFLAGS) -O1 -g -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZERS      := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%, \
		  $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/fuzz/%.o)

$(BUILD)/fuzz/libcore/%.o: libcore/%.c | $(SETUP)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)$(FUZZ_COMPILE) -fsanitize=fuzzer-no-link -c -o $@ $<
$(BUILD)/fuzz/libcore.a: $(FUZZ_OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $(FUZZ_OBJECTS)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/libcore.a | $(SETUP)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)$(FUZZ_COMPILE) -fsanitize=fuzzer -MF $@.d -o $@ $< \
	    $(BUILD)/fuzz/libcore.a $(LIBS)

fuzzers: $(FUZZERS)
fuzz: $(FUZZERS) $(PROTOTYPES) ## run each fuzzer for FUZZ_SECONDS
	$(Q)tests/run-fuzzers $(FUZZ_SECONDS) $(FUZZERS)
fuzz-regressions: $(FUZZERS) $(PROTOTYPES) ## run the fuzzers on what they once found
	$(Q)tests/run-fuzzers 0 $(FUZZERS)

# ---- what a reviewer would otherwise have to look for

C_FILES := $(sort $(wildcard include/*/*.h libcore/*/*.[ch] docs/demo/*.c \
	     tests/*/*.[ch]))
FORMATTED := $(filter-out libcore/prototypes/%.h \
	       libcore/syscall/prototypes.h libcore/syscall/types.h,$(C_FILES)) \
	     $(addprefix libcore/prototypes/,names.h rules.h rules_tables.h)
SHELL_SCRIPTS := scripts/setup scripts/build-prototypes .ci/run \
		 tests/run-fuzzers $(wildcard tests/fuzz/make-seeds)
PYTHON_FILES := $(wildcard gdbext/*/*.py gdbext/*/*/*.py tests/*/*.py tests/run \
		  tests/bench/run scripts/ctester scripts/generate-prototypes \
		  scripts/generate-kit scripts/generate-syscalls)
LINT_SOURCES := $(CORE_SOURCES) $(AGENT_SOURCES) $(KIT_SOURCES) $(UNIT_SOURCES) $(wildcard tests/fuzz/fuzz_*.c \
		  tests/bench/*.c)

define lint_rule
$(BUILD)/lint/$(1)/%.o: %.c | $(SETUP)
	@mkdir -p $$(@D)
	$$(call say,$(1),$$<)
	$$(Q)$(1) $(C_FLAGS) $(TEST_FLAGS) -Werror -O2 -g -fPIC -c -o $$@ $$<
LINT_OBJECTS += $(LINT_SOURCES:%.c=$(BUILD)/lint/$(1)/%.o)
endef
$(foreach cc,gcc clang,$(eval $(call lint_rule,$(cc))))

lint: lint-format lint-scripts lint-warnings ## check format, warnings of gcc and clang, scripts
lint-warnings: $(LINT_OBJECTS)
lint-format: | $(SETUP)
	$(call say,FORMAT,$(words $(FORMATTED)) files)
	$(Q)clang-format --dry-run -Werror $(FORMATTED)
lint-scripts: | $(SETUP)
	$(call say,LINT,scripts)
	$(Q)shellcheck $(SHELL_SCRIPTS)
	$(Q)PYTHONPYCACHEPREFIX=$(BUILD)/pycache \
	    $(PYTHON) -m py_compile $(PYTHON_FILES)
format: | $(SETUP) ## format the C files
	$(Q)clang-format -i $(FORMATTED)

# ---- installing
#
# Below PREFIX, the same relative places as long as the tree is moved whole:
#   bin/ctester                         the command, which looks for
#   share/ctester/ctester.gdb           what GDB is given with -x, beside
#   share/ctester/gdbext/ctester/       the Python side, and
#   lib/ctester/{libctester,libctester-agent,prototypes,syscalls}.so   which are ../../lib/ctester of it
#   include/ctester/                    the C API
#   include/CTester/, lib/libctester-kit.{so,a}   for C tests

DEST  = $(DESTDIR)$(PREFIX)
SHARE = $(DEST)/share/ctester
PACKAGES = $(patsubst gdbext/%/,%,$(sort $(dir $(wildcard gdbext/*/*.py \
	     gdbext/*/*/*.py))))

install: all install-files ## install below PREFIX
# By itself it builds nothing; the tests use that.
install-files: | $(filter all,$(MAKECMDGOALS:install=all))
	$(call say,INSTALL,$(DEST))
	$(Q)install -d "$(DEST)/bin" "$(DEST)/lib/ctester" "$(SHARE)" \
	    "$(DEST)/include/ctester" "$(DEST)/include/CTester"
	$(Q)install -m 755 scripts/ctester "$(DEST)/bin/ctester"
	$(Q)install -m 644 $(BUILD)/libctester.so $(AGENT) $(PROTOTYPES) \
	    "$(DEST)/lib/ctester"
	$(Q)install -m 644 ctester.gdb "$(SHARE)"
	$(Q)for package in $(PACKAGES); do \
	    install -d "$(SHARE)/gdbext/$$package" && \
	    install -m 644 gdbext/$$package/*.py "$(SHARE)/gdbext/$$package" \
	    || exit 1; done
	$(Q)$(PYTHON) -m compileall -q "$(SHARE)/gdbext"
	$(Q)install -m 644 include/ctester/*.h "$(DEST)/include/ctester"
	$(Q)install -m 644 include/CTester/*.h "$(DEST)/include/CTester"
	$(Q)install -m 644 $(KIT) "$(DEST)/lib"

uninstall: ## remove what install has put there
	$(Q)rm -rf "$(SHARE)" "$(DEST)/lib/ctester" "$(DEST)/include/ctester"
	$(Q)rm -rf "$(DEST)/include/CTester"
	$(Q)rm -f "$(DEST)/bin/ctester" "$(DEST)"/lib/libctester-kit.*

clean: ## remove all that was built
	$(Q)rm -rf build build-san build-coverage build-debug $(BUILD)
	$(Q)find gdbext -name __pycache__ -exec rm -rf {} +

help: ## show this
	@sed -n -e 's/^## \{0,1\}\(.*\)$$/\1/p' \
	    -e 's/^\([a-z-]*\):.*## \(.*\)$$/  \1\t\2/p' Makefile | \
	    awk -F '\t' 'NF > 1 { printf "%-14s %s\n", $$1, $$2; next } 1'

-include $(CORE_OBJECTS:.o=.d) $(KIT_OBJECTS:.o=.d) $(AGENT_OBJECTS:.o=.d) $(FUZZ_OBJECTS:.o=.d) $(LINT_OBJECTS:.o=.d) \
	 $(UNIT_PROGRAMS:=.d) $(BENCHES:=.d) $(FUZZERS:=.d)

.PHONY: all demo setup setup-parts force fixtures fuzzers check check-unit \
	check-gdb check-long bench fuzz fuzz-regressions lint lint-format lint-warnings \
	lint-scripts format install install-files uninstall clean help
