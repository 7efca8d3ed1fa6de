/* SPDX-License-Identifier: MIT */
/*
 * What a program gets when it opens a library that has mocks and that the
 * loader does not find: a file of that library which is known (libm.so.6 for
 * "libm"), else a stub made of the mocked functions.
 *
 * Stubs lie in a directory of the session's own, which is there as long as a
 * process is watched: GDB reads them when they are opened, and again when a
 * child is followed.  The directory is locked (flock(2)).  One that nobody
 * locks was left by a debugger that was killed, and the next one removes it.
 */
#ifndef CT_SESSION_STUBS_H
#define CT_SESSION_STUBS_H

#include "session/internal.h"

/* True while there is something to be given: otherwise dlopen need not be
 * watched. */
bool ct_session_has_gifts(const struct ct_session *session);

/* True when opening `name` may mean a library that has mocks. */
bool ct_session_may_mean(const struct ct_session *session, const char *name);

/*
 * The path of what is opened in place of `name`, which was not found; *ret
 * is NULL for nothing, else the caller's to free.
 *
 * @param loaded_only  What is mapped, no new file (dlopen's RTLD_NOLOAD).
 */
CT_MUST_CHECK
struct ct_error *ct_session_find_gift(struct ct_session *session,
				      const char *name, bool loaded_only,
				      char **ret);

/* True for the path of cffi's own library. */
bool ct_session_is_cffi(const char *path);
/* A program in Python that makes ctypes.util.find_library() find the libraries
 * that have mocks; NULL when there are none.  The caller's to free. */
char *ct_session_find_library_text(const struct ct_session *session);

/* Remove the files; names stay, for the next process. */
void ct_stubs_remove(struct ct_stubs *stubs);
void ct_stubs_destroy(struct ct_stubs *stubs);

#endif
