/* SPDX-License-Identifier: MIT */
/*
 * What the debugger and the library in the program know of each other.
 *
 * The wrappers are functions of the program.  The debugger finds ctester_kit
 * by its symbol, in libctester-kit.so or, linked statically, in the program
 * itself.  It points the main program's own slots for each name of the list
 * at the wrapper, writes the address that was in the slot to *real, and then
 * armed_pid.  A slot that is not bound yet holds the address of its own stub:
 * then *real is left NULL, and the library looks the function up itself.
 *
 * A test does not include this.
 */
#ifndef CTESTER_KIT_H
#define CTESTER_KIT_H

#include <stdbool.h>
#include <stdint.h>

#define CTESTER_KIT_MAGIC 0x4b545343u /* "CSTK" in memory */

#ifdef __cplusplus
extern "C" {
#endif

/* Several names may lead to one wrapper, and then to one real: open64. */
struct ctester_kit_entry {
	const char *name;
	void *wrapper;
	void **real;
	const bool *monitored; /* the member of `monitored` it looks at */
};

/* Fields are only ever added at the end: size and entry_size tell. */
struct ctester_kit {
	uint32_t magic;
	uint32_t version; /* CTESTER_VERSION */
	uint32_t size;    /* of this struct, in bytes */
	uint32_t count;   /* of entries */
	/*
	 * The process whose calls are watched, as it sees its own id; 0: none.
	 * The child of a fork inherits it but has another id, and so gets the
	 * real functions: no debugger has set it up.
	 */
	volatile uint32_t armed_pid;
	uint32_t entry_size;
	const struct ctester_kit_entry *entries;
	uint32_t layout; /* CTESTER_LAYOUT */
	uint32_t reserved;
};

extern struct ctester_kit ctester_kit;

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_KIT_H */
