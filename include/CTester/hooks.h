/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the kit's library call of each other.
 *
 * Called by the wrappers without the lock, and only for calls that are
 * watched; each sets errno as the function it stands for does.
 *
 * A test does not include this.
 */
#ifndef CTESTER_HOOKS_H
#define CTESTER_HOOKS_H

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- read_buffer.c: what read, recv and recvfrom get in place of data */

/**
 * Read from the buffer that set_read_buffer() gave to a descriptor.
 *
 * @param flags    Those of recv; 0 for read.
 * @param handled  Set to whether the descriptor has such a buffer.  If not,
 *                 the result means nothing and the real function is called.
 * @return As read(2).
 */
ssize_t ctester_read_buffered(int fd, void *buf, size_t count, int flags,
			      bool *handled);

/* Take all buffers from their descriptors. */
void reinit_read_fd_table(void);

/* ---- dns.c: the methods in place of the functions, or the real ones */

int ctester_getaddrinfo(const char *node, const char *service,
			const struct addrinfo *hints, struct addrinfo **res);
int ctester_getnameinfo(const struct sockaddr *addr, socklen_t addrlen,
			char *host, socklen_t hostlen, char *serv,
			socklen_t servlen, int flags);
const char *ctester_gai_strerror(int errcode);

/**
 * Free a list, and check it if that is wanted.
 *
 * @return What stats.freeaddrinfo.status becomes: 1 if the check found that
 *         getaddrinfo has not returned it, else 0.
 */
int ctester_freeaddrinfo(struct addrinfo *res);

/* Forget what getaddrinfo has returned: stats.getaddrinfo is about to go. */
void ctester_forget_addrinfo(void);

/* No methods, no check, no reporter. */
void ctester_reset_dns(void);

/* ---- enter.c: for the handlers of signals that end the sandbox */

/**
 * Put a signal off until the wrapper that it interrupted is done with its
 * tables; it is then raised again in this thread.  Only for signals that can
 * wait: not for a fault.  Safe in a handler.
 *
 * @return True if the handler must return without doing anything.
 */
bool ctester_wrap_defer(int signal_number);

/* After a jump out of a handler: this thread is in no wrapper any more. */
void ctester_wrap_recover(void);

/* ---- state.c */

/*
 * As before each test: monitored, failures, stats and logs are zero, no
 * allocation is known, no read buffer is set.
 */
void ctester_reset(void);

/* ---- memory.c */

/* Blocks freed twice since ctester_reset(), and the last of them. */
extern unsigned int ctester_double_frees;
extern void *ctester_last_double_free;

/*
 * Hand the blocks that were freed in the sandbox, and kept so that a second
 * free() is seen, to the real free().  For the end of the sandbox.
 */
void ctester_memory_flush(void);

/* ---- debugger.c */

/*
 * Warn on the standard error of functions that are monitored and that the
 * program has no call of, each once.  For the beginning of the sandbox, before
 * anything is captured.
 */
void ctester_tell_absent(void);

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_HOOKS_H */
