/* SPDX-License-Identifier: MIT */
/*
 * A directory for the files of one debugger, in $TMPDIR or /tmp.
 *
 * Programs of any user may read in it.  It is locked as long as the process
 * lives that made it, so that one left behind can be told from one in use,
 * whatever process ids mean to whom.
 */
#ifndef CT_SESSION_STUB_DIRECTORY_H
#define CT_SESSION_STUB_DIRECTORY_H

#include "base/error.h"

struct ct_stub_directory;

/* Also removes those that were left behind. */
CT_MUST_CHECK
struct ct_error *ct_stub_directory_create(struct ct_stub_directory **ret);
/* Remove it, which is empty; it may be restored under the same name. */
void ct_stub_directory_remove(struct ct_stub_directory *directory);
CT_MUST_CHECK
struct ct_error *ct_stub_directory_restore(struct ct_stub_directory *directory);
const char *ct_stub_directory_path(const struct ct_stub_directory *directory);
/* Removes it as well. */
void ct_stub_directory_destroy(struct ct_stub_directory *directory);

#endif
