/* SPDX-License-Identifier: MIT */
/* Release on every way out of a scope; move ownership out with ct_take(). */
#ifndef CT_BASE_CLEANUP_H
#define CT_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define CT_CLEANUP(function) __attribute__((cleanup(function)))

/* The value of a pointer variable, which becomes NULL. */
#define ct_take(pointer)                                    \
	({                                                  \
		__typeof__(pointer) *ct_from_ = &(pointer); \
		__typeof__(pointer) ct_taken_ = *ct_from_;  \
		*ct_from_ = NULL;                           \
		ct_taken_;                                  \
	})

static inline void ct_cleanup_free(void *pointer)
{
	free(*(void **)pointer);
}

static inline void ct_cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* The value of a descriptor variable, which becomes -1. */
static inline int ct_take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

#define CT_AUTO_FREE  CT_CLEANUP(ct_cleanup_free)
#define CT_AUTO_CLOSE CT_CLEANUP(ct_cleanup_close)

#endif
