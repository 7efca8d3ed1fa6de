# SPDX-License-Identifier: MIT
# ctester: one Makefile, everything built in $(BUILD).  `make help` lists it.

BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= gcc
V      ?= 0
Q      := $(if $(filter 1,$(V)),,@)
say     = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' '$(1)' '$(2)')

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	    -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla
ifdef DEBUG
CFLAGS := -O0 -g3
endif
ifdef SAN
CFLAGS += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS += -fsanitize=$(SAN)
endif
ifdef COVERAGE
CFLAGS += --coverage
LDFLAGS += --coverage
endif
ifdef WERROR
WARNINGS += -Werror
endif

LIBS       := -ldwarf -lelf -lz -lzstd -lm
CORE_FLAGS  = -std=gnu11 $(WARNINGS) -fPIC \
	      -Iinclude -Ilibcore -MMD -MP $(CPPFLAGS) $(CFLAGS)

# prototypes.c is debug information, not code: $(BUILD)/prototypes.so.
CORE_SOURCES := $(filter-out libcore/prototypes/prototypes.c, \
		  $(sort $(wildcard libcore/*/*.c)))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)

.DEFAULT_GOAL := all
all: $(BUILD)/libctester.so $(BUILD)/prototypes.so

$(BUILD)/libctester.so: $(CORE_OBJECTS) libcore/libctester.map
	$(call say,LINK,$@)
	$(Q)$(CC) -shared -o $@ $(CORE_OBJECTS) $(CFLAGS) $(LDFLAGS) \
	    -Wl,--version-script=libcore/libctester.map -Wl,-z,defs $(LIBS)

$(BUILD)/prototypes.so: $(wildcard libcore/prototypes/*.h) \
    libcore/prototypes/prototypes.c scripts/build-prototypes
	@mkdir -p $(@D)
	$(call say,DWARF,$@)
	$(Q)CC='$(CC)' scripts/build-prototypes '$@'

$(BUILD)/libcore/%.o: libcore/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CORE_FLAGS) -c -o $@ $<

-include $(CORE_OBJECTS:.o=.d)
.PHONY: all
