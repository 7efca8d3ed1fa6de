/* SPDX-License-Identifier: MIT */
/*
 * C tests: a program that is linked with the kit (libctester-kit).
 *
 * The kit's wrappers are functions of the program.  The session points the
 * program's own calls at them, once, before main; from then on the program
 * does the rest by itself.  <CTester/kit.h> is the contract.
 */
#ifndef CT_SESSION_KIT_H
#define CT_SESSION_KIT_H

#include "session/internal.h"

enum {
	CT_KIT_FUNCTIONS_MAX = 4096,
	CT_KIT_NAME_SIZE = 64,
};

/* A name that the kit has a wrapper for; addresses are the program's. */
struct ct_kit_function {
	char name[CT_KIT_NAME_SIZE];
	size_t index; /* in the kit's list */
	uint64_t wrapper;
	uint64_t real_at;    /* where the wrapper looks for the real function */
	uint64_t monitored;  /* the bool that it looks at */
	uint64_t real;       /* the real function; 0: not known */
	uint64_t wrapper_at; /* a word that holds the wrapper's address */
	bool has_call;       /* of the program's own */
	bool stops;          /* at its entry, to look who calls */
};

/* Code, by file addresses. */
struct ct_kit_range {
	uint64_t start, end;
};

struct ct_kit {
	struct ct_module *module; /* NULL: the program has no kit */
	uint64_t addr;            /* of ctester_kit */
	uint64_t absent;          /* bytes that tell the kit of missing calls */
	size_t count;
	struct ct_kit_function *functions; /* by name */
	uint64_t ask_place;                /* ctester_ask_place(), or 0 */
	/* Of a static program: its own code, in ascending order. */
	struct ct_kit_range *own;
	size_t own_count;
	bool is_refused;
	/* What it was told. */
	bool has_quirks, has_endless_masks;
};

/* A function of the kit by its name, or NULL. */
struct ct_kit_function *ct_kit_find(const struct ct_kit *kit, const char *name);

/* Read what the program says of its kit, which may be damaged. */
CT_MUST_CHECK
struct ct_error *ct_kit_read(struct ct_session *session, struct ct_kit *kit);

/* Point the program's slots at the wrappers, and tell these what is real. */
CT_MUST_CHECK
struct ct_error *ct_kit_point_slots(struct ct_session *session, pid_t tid,
				    struct ct_kit *kit);

/* The same for a static program, which has calls in place of slots. */
CT_MUST_CHECK
struct ct_error *ct_kit_point_calls(struct ct_session *session, pid_t tid,
				    struct ct_kit *kit);

/* The text of the source line that has code at a file address, on the heap;
 * NULL when there is none. */
char *ct_kit_read_line(struct ct_image *image, uint64_t addr);
/* True when a word of the line is that name. */
bool ct_kit_line_has(const char *line, const char *name);

/* True for a return address in a static program's own code. */
bool ct_kit_is_own_code(const struct ct_kit *kit, uint64_t addr);

#endif
