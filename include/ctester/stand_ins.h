/* SPDX-License-Identifier: MIT */
/**
 * What stands in for functions of the program that are monitored, when their
 * mask lets a call run: read buffers for read, recv and recvfrom, and methods
 * for getaddrinfo and its like.  And which memory was freed twice.
 */
#ifndef CTESTER_STAND_INS_H
#define CTESTER_STAND_INS_H

#include "ctester/session.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A read buffer, cut into chunks that follow each other in `data`; the rules
 * are those of <CTester/read_write.h>. */
struct ct_read_data {
	int mode;
	size_t count;             /**< chunks */
	const uint64_t *sizes;    /**< of each, in bytes */
	const int32_t *intervals; /**< of each, in milliseconds */
	const void *data;         /**< as much as all sizes together */
};

/**
 * Give a descriptor of the program a buffer, or take it away.  Its time
 * begins now, or when the sandbox opens after that.
 *
 * @param data  Copied.  NULL: the descriptor is read again.
 * @param had   Set to whether it had a buffer, which is gone.
 * @return CT_ERROR_BAD_ARGUMENT for a mode that is none.
 */
struct ct_error *ct_session_set_read_buffer(struct ct_session *session, int fd,
					    const struct ct_read_data *data,
					    bool *had);

/** Take all buffers from their descriptors. */
void ct_session_clear_read_buffers(struct ct_session *session);

/** How much of a descriptor's buffer is read, and the chunk that the next byte
 * is of; false when it has none. */
bool ct_session_read_progress(const struct ct_session *session, int fd,
			      uint64_t *bytes, uint64_t *chunk);

/** Functions that may have methods: bits. */
enum ct_method {
	CT_METHOD_GETADDRINFO = 1 << 0,
	CT_METHOD_FREEADDRINFO = 1 << 1,
	CT_METHOD_GETNAMEINFO = 1 << 2,
	CT_METHOD_GAI_STRERROR = 1 << 3,
};

/** When a method is called. */
enum ct_method_event {
	CT_METHOD_CALL,        /**< of its function; it may reply */
	CT_METHOD_RETURN,      /**< of getaddrinfo */
	CT_METHOD_DOUBLE_FREE, /**< of free or realloc; it does not happen */
};

/** What becomes of a call. */
enum ct_method_reply {
	CT_REPLY_RUN,    /**< the real function runs */
	CT_REPLY_RETURN, /**< it returns `result` */
	CT_REPLY_TEXT,   /**< it returns the address of `text` */
	/** getaddrinfo: the real one looks each line of `text` up, which is
	 * NODE<tab>SERVICE, both numbers; an empty one is what the program has
	 * passed.  What they give is one list. */
	CT_REPLY_NAMES,
};

/** Bytes to be written to the program. */
struct ct_method_write {
	uint64_t addr; /**< 0: nothing */
	const void *bytes;
	size_t size;
};

struct ct_method_call {
	uint32_t event; /**< enum ct_method_event */
	uint32_t which; /**< enum ct_method */
	uint64_t seq;   /**< the call's number in the trace */
	/** The arguments as a tuple in Python; NULL but for CT_METHOD_CALL. */
	const char *arguments;
	uint64_t passed[6]; /**< what is in registers; at the call alone */
	/** At the return, what is there and what *res is. */
	int64_t result;
	uint64_t list;
	/** The reply.  Its parts live until the next call of the method. */
	uint32_t reply; /**< enum ct_method_reply */
	uint32_t reserved;
	const char *text;
	struct ct_method_write writes[2]; /**< with CT_REPLY_RETURN */
};

/**
 * Say who has the methods of functions; called while the program is stopped at
 * their calls.
 *
 * @param which  Bits of enum ct_method: whose calls are asked for.
 */
typedef void (*ct_method)(void *arg, struct ct_method_call *call);
void ct_session_set_methods(struct ct_session *session, uint32_t which,
			    ct_method method, void *arg);

#ifdef __cplusplus
}
#endif
#endif
