/* SPDX-License-Identifier: MIT */
/*
 * Buffers with a page at one edge that nobody may touch: a byte too far is a
 * SIGSEGV, which ends the sandbox.
 */
#ifndef CTESTER_TRAP_H
#define CTESTER_TRAP_H

#include <stddef.h>
#include <sys/mman.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	TRAP_LEFT,  /* the page ends where the buffer begins */
	TRAP_RIGHT, /* it begins where the buffer ends */
};

/**
 * Create such a buffer.
 *
 * @param type   TRAP_LEFT: the buffer begins at a page; what follows it up to
 *               the end of its last page is not trapped.  TRAP_RIGHT: it ends
 *               at one, and so begins anywhere.
 * @param flags  What may be done with it, as for mprotect(2): PROT_READ ...
 * @param data   size bytes that it has at first, or NULL: zeros.
 * @return The buffer, or NULL, with errno EINVAL for a type that is none, or
 *         that of mmap(2) or mprotect(2).
 */
void *trap_buffer(size_t size, int type, int flags, void *data);

/**
 * Free one, of either type.
 *
 * @param ptr   What trap_buffer() returned, or any other address in the
 *              buffer's pages, the trapped one included.
 * @param size  Is not needed, and not looked at.
 * @return 0, or -1 with errno EINVAL if there is no such buffer.
 */
int free_trap(void *ptr, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_TRAP_H */
