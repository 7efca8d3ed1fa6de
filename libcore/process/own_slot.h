/* SPDX-License-Identifier: MIT */
/* Which function the program that we are loaded into (GDB) calls by a name. */
#ifndef CT_PROCESS_OWN_SLOT_H
#define CT_PROCESS_OWN_SLOT_H

#include "base/error.h"

/**
 * The word through which the main program's own code calls a function of a
 * library; NULL when there is none.  Calls that libraries make have others.
 */
void **ct_own_slot_find(const char *name);

/** Point it at another function, for the life of the program. */
CT_MUST_CHECK
struct ct_error *ct_own_slot_set(void **slot, void *function);

#endif
