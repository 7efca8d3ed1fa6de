/* SPDX-License-Identifier: MIT */
/*
 * Which bytes of a read buffer a call gets, and when: what
 * <CTester/read_write.h> promises, as arithmetic without memory, locks or
 * clocks of its own.
 *
 * The kit and the core are two libraries, and both have it.  The caller has
 * the descriptor's state; a call works on a copy, which ct_read_settle() puts
 * back, so that MSG_PEEK leaves nothing out but that.  Times are nanoseconds
 * of one clock, which the caller reads.
 */
#ifndef CT_SHARED_READ_CHUNKS_H
#define CT_SHARED_READ_CHUNKS_H

#include <string.h>
#include <sys/socket.h>

#include "CTester/read_write.h"

#define CT_READ_MILLISECOND INT64_C(1000000)

/* How far a descriptor is. */
struct ct_read_state {
	size_t chunk;  /* that the next byte is of */
	size_t offset; /* in it: bytes that are read */
	size_t total;  /* bytes read */
	size_t ready;  /* chunks before this one are waited for */
	int64_t last;  /* when something was read */
	int64_t due;   /* REAL: when the chunk arrives */
};

struct ct_read_call {
	const struct read_buffer_t *buf;
	char *to;
	size_t wanted;
	size_t taken;
	int flags;
	bool may_wait;
	int64_t now; /* as long as nobody waits, no time passes */
	struct ct_read_state state;
};

enum ct_read_step {
	CT_READ_DONE,    /* what was taken is the result */
	CT_READ_BLOCKED, /* nothing yet, and the call must not wait */
	CT_READ_WAIT,
};

static inline int64_t ct_read_interval(const struct read_buffer_t *buf,
				       size_t chunk)
{
	int interval = chunk < buf->nchunks ? buf->chunks[chunk].interval : 0;
	return interval > 0 ? interval * CT_READ_MILLISECOND : 0;
}

static inline bool ct_read_is_usable(const struct read_buffer_t *buf)
{
	if (buf->mode < READ_WRITE_REAL_INTERVAL ||
	    buf->mode > READ_WRITE_BEFORE_INTERVAL)
		return false;
	if (!buf->chunks)
		return !buf->nchunks;
	for (size_t i = 0; i < buf->nchunks; i++)
		if (!buf->chunks[i].buf && buf->chunks[i].buflen)
			return false;
	return true;
}

static inline struct ct_read_state ct_read_begin(
    const struct read_buffer_t *buf, int64_t now)
{
	return (struct ct_read_state){.last = now,
				      .due = now + ct_read_interval(buf, 0)};
}

static inline bool ct_read_is_exhausted(const struct ct_read_call *call)
{
	return call->state.chunk >= call->buf->nchunks;
}

/* How long until the chunk may be opened; 0 or less: it may. */
static inline int64_t ct_read_time_left(const struct ct_read_call *call)
{
	const struct ct_read_state *state = &call->state;
	if (ct_read_is_exhausted(call) || state->offset ||
	    state->chunk < state->ready)
		return 0;
	int64_t interval = ct_read_interval(call->buf, state->chunk);
	switch (call->buf->mode) {
	case READ_WRITE_REAL_INTERVAL:
		return state->due - call->now;
	case READ_WRITE_AFTER_INTERVAL:
		return state->last + interval - call->now;
	default:
		return interval;
	}
}

/* Take what is wanted and left of the chunk, which may be opened. */
static inline void ct_read_take(struct ct_read_call *call)
{
	struct ct_read_state *state = &call->state;
	const struct read_bufchunk_t *chunk = &call->buf->chunks[state->chunk];
	size_t size = chunk->buflen - state->offset;
	if (size > call->wanted - call->taken)
		size = call->wanted - call->taken;
	if (size)
		memcpy(call->to + call->taken,
		       (const char *)chunk->buf + state->offset, size);
	call->taken += size;
	state->total += size;
	state->last = call->now;
	state->offset += size;
	if (state->offset < chunk->buflen)
		return;
	state->chunk++;
	state->offset = 0;
	state->due += ct_read_interval(call->buf, state->chunk);
}

/* Take what is there.  *left: how long to wait for more, if that is told. */
static inline enum ct_read_step ct_read_advance(struct ct_read_call *call,
						int64_t *left)
{
	bool spans = call->buf->mode == READ_WRITE_REAL_INTERVAL ||
		     call->flags & MSG_WAITALL;
	while (call->taken < call->wanted && !ct_read_is_exhausted(call)) {
		*left = ct_read_time_left(call);
		if (*left > 0) {
			bool more = !call->taken || call->flags & MSG_WAITALL;
			if (more && call->may_wait)
				return CT_READ_WAIT;
			return call->taken ? CT_READ_DONE : CT_READ_BLOCKED;
		}
		ct_read_take(call);
		if (!spans)
			return CT_READ_DONE;
	}
	return CT_READ_DONE;
}

/* Somebody has waited for a chunk: it is there from now on. */
static inline void ct_read_note_waited(struct ct_read_state *state,
				       size_t chunk)
{
	if (state->ready <= chunk)
		state->ready = chunk + 1;
}

/* The end of a call. */
static inline void ct_read_settle(const struct ct_read_call *call,
				  struct ct_read_state *state)
{
	if (!(call->flags & MSG_PEEK)) {
		*state = call->state;
		return;
	}
	size_t open = call->state.chunk + !!call->state.offset;
	if (state->ready < open)
		state->ready = open;
}

#endif
