/* SPDX-License-Identifier: MIT */
/*
 * What the debugger and the library in the program know of each other.
 *
 * The wrappers are functions of the program.  The debugger finds ctester_kit
 * by its symbol, in libctester-kit.so or, linked statically, in the program
 * itself.  It points the main program's own slots for each name of the list
 * at the wrapper, writes the address of the real function to *real, and then
 * armed_pid.  Where it does not find the real function, *real is left as it is:
 * what the linker has found, or NULL, and then the library looks it up itself.
 * In a static program there are no slots: there the calls themselves are
 * pointed at the wrapper.
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
	/* The member of `monitored` it looks at; pthread_create has none. */
	const bool *monitored;
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
	/*
	 * A byte for each entry, which the debugger sets to 1 if the program
	 * has no call of it that could be seen.
	 */
	unsigned char *absent;
};

extern struct ctester_kit ctester_kit;

/*
 * Ask the debugger where a thread is: it stops at this function's entry and
 * writes a line, such as "crash() at prog.c:12", of the frame that a signal
 * handler has interrupted, or of the caller if there is none.  Without a
 * debugger *text stays as it is.  Safe in a handler.
 */
void ctester_ask_place(char *text, uint32_t size);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_KIT_H */
