/* SPDX-License-Identifier: MIT */
/*
 * What read, recv and recvfrom get in place of data.
 *
 * The table is looked at with the lock held, and the lock is given back for
 * each wait, so other threads read meanwhile, and what was found before a
 * wait is looked up again after it: `serial` tells whether it is still the
 * same buffer.  A call works on a copy of the descriptor's progress and puts
 * it back at the end; that is all that MSG_PEEK leaves out.
 *
 * Times are of the monotonic clock, except the one that is shown.
 */
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#define CTESTER_READ_INTERNALS
#include "CTester/hooks.h"
#include "CTester/read_write.h"
#include "CTester/wrap.h"
#include "kit/enter.h"
#include "kit/reals.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND      INT64_C(1000000000)

/* Beside each read_item, what tests do not see. */
struct progress {
	unsigned int serial;
	size_t total; /* bytes read */
	size_t ready; /* chunks before this one are waited for */
	int64_t last; /* when something was read */
	int64_t due;  /* REAL: when the chunk arrives */
};

struct read_fd_table_t read_fd_table;
static struct progress *progresses;
static unsigned int last_serial;

/* A call: the descriptor's state as it would be after it. */
struct call {
	char *to;
	size_t wanted;
	size_t taken;
	int flags;
	bool may_wait;
	struct read_item item;
	struct progress progress;
};

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t interval_of(const struct read_buffer_t *buf, size_t chunk)
{
	int interval = chunk < buf->nchunks ? buf->chunks[chunk].interval : 0;
	return interval > 0 ? interval * MILLISECOND : 0;
}

static ssize_t find(int fd)
{
	for (size_t i = 0; i < read_fd_table.n; i++)
		if (read_fd_table.items[i].fd == fd)
			return (ssize_t)i;
	return -1;
}

static void forget(size_t i)
{
	size_t behind = --read_fd_table.n - i;
	memmove(read_fd_table.items + i, read_fd_table.items + i + 1,
		behind * sizeof(*read_fd_table.items));
	memmove(progresses + i, progresses + i + 1,
		behind * sizeof(*progresses));
	if (read_fd_table.n)
		return;
	REAL(free)(read_fd_table.items);
	REAL(free)(progresses);
	read_fd_table.items = NULL;
	progresses = NULL;
}

/* One row more; the number of rows is left to the caller. */
static bool grow(void)
{
	size_t count = read_fd_table.n + 1;
	void *items = REAL(realloc)(read_fd_table.items,
				    count * sizeof(*read_fd_table.items));
	if (!items)
		return false;
	read_fd_table.items = items;
	void *more = REAL(realloc)(progresses, count * sizeof(*progresses));
	if (!more)
		return false;
	progresses = more;
	return true;
}

static void show_time(struct read_item *item, const struct progress *progress)
{
	clock_gettime(CLOCK_REALTIME, &item->last_time);
	item->interval = item->buf->mode == READ_WRITE_REAL_INTERVAL
			     ? progress->due - progress->last
			     : 0;
}

static int put(int fd, const struct read_buffer_t *buf)
{
	ssize_t found = find(fd);
	if (!buf) {
		if (found >= 0)
			forget((size_t)found);
		return found >= 0;
	}
	if (found < 0 && !grow())
		return -1;
	size_t i = found < 0 ? read_fd_table.n++ : (size_t)found;
	int64_t time = now();
	progresses[i] = (struct progress){
	    .serial = ++last_serial,
	    .last = time,
	    .due = time + interval_of(buf, 0),
	};
	read_fd_table.items[i] = (struct read_item){.fd = fd, .buf = buf};
	show_time(&read_fd_table.items[i], &progresses[i]);
	return found >= 0;
}

static bool is_usable(const struct read_buffer_t *buf)
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

int set_read_buffer(int fd, const struct read_buffer_t *buf)
{
	if (buf && !is_usable(buf))
		return -2;
	int before = errno;
	ctester_enter_again();
	int ret = put(fd, buf);
	ctester_leave();
	if (ret >= 0)
		errno = before;
	return ret;
}

int set_read_data(int fd, const struct read_buffer_t *buf)
{
	return set_read_buffer(fd, buf);
}

void reinit_read_fd_table(void)
{
	ctester_enter_again();
	while (read_fd_table.n)
		forget(read_fd_table.n - 1);
	ctester_leave();
}

bool fd_is_read_buffered(int fd)
{
	ctester_enter_again();
	bool ret = find(fd) >= 0;
	ctester_leave();
	return ret;
}

ssize_t get_bytes_read(int fd)
{
	ctester_enter_again();
	ssize_t i = find(fd);
	ssize_t ret = i < 0 ? -1 : (ssize_t)progresses[i].total;
	ctester_leave();
	return ret;
}

int get_current_chunk_id(int fd)
{
	ctester_enter_again();
	ssize_t i = find(fd);
	int ret = i < 0 ? -1 : (int)read_fd_table.items[i].chunk_id;
	ctester_leave();
	return ret;
}

/* ---- a call */

static bool is_exhausted(const struct call *call)
{
	return call->item.chunk_id >= call->item.buf->nchunks;
}

/* How long until the chunk may be opened; 0 or less: it may. */
static int64_t time_left(const struct call *call)
{
	const struct read_item *item = &call->item;
	const struct progress *progress = &call->progress;
	if (is_exhausted(call) || item->bytes_read ||
	    item->chunk_id < progress->ready)
		return 0;
	int64_t interval = interval_of(item->buf, item->chunk_id);
	switch (item->buf->mode) {
	case READ_WRITE_REAL_INTERVAL:
		return progress->due - now();
	case READ_WRITE_AFTER_INTERVAL:
		return progress->last + interval - now();
	default:
		return interval;
	}
}

static void next_chunk(struct call *call)
{
	call->item.chunk_id++;
	call->item.bytes_read = 0;
	call->progress.due += interval_of(call->item.buf, call->item.chunk_id);
}

/* Take what is wanted and left of the chunk, which may be opened. */
static void take(struct call *call)
{
	struct read_item *item = &call->item;
	const struct read_bufchunk_t *chunk =
	    &item->buf->chunks[item->chunk_id];
	size_t size = chunk->buflen - item->bytes_read;
	if (size > call->wanted - call->taken)
		size = call->wanted - call->taken;
	if (size)
		memcpy(call->to + call->taken,
		       (const char *)chunk->buf + item->bytes_read, size);
	call->taken += size;
	call->progress.total += size;
	call->progress.last = now();
	item->bytes_read += size;
	if (item->bytes_read == chunk->buflen)
		next_chunk(call);
}

enum step {
	DONE,    /* what was taken is the result */
	BLOCKED, /* nothing yet, and the call must not wait */
	WAIT,
};

/* Take what is there.  *left: how long to wait for more, if that is told. */
static enum step advance(struct call *call, int64_t *left)
{
	bool spans = call->item.buf->mode == READ_WRITE_REAL_INTERVAL ||
		     call->flags & MSG_WAITALL;
	while (call->taken < call->wanted && !is_exhausted(call)) {
		*left = time_left(call);
		if (*left > 0) {
			bool more = !call->taken || call->flags & MSG_WAITALL;
			if (more && call->may_wait)
				return WAIT;
			return call->taken ? DONE : BLOCKED;
		}
		take(call);
		if (!spans)
			return DONE;
	}
	return DONE;
}

static void wait_for(int64_t left)
{
	struct timespec time = {left / SECOND, left % SECOND};
	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

/* The descriptor's state, if it has the buffer of the call still. */
static struct progress *find_again(const struct call *call, size_t *row)
{
	ssize_t i = find(call->item.fd);
	if (i < 0 || progresses[i].serial != call->progress.serial)
		return NULL;
	*row = (size_t)i;
	return &progresses[i];
}

static void settle(struct call *call)
{
	size_t row;
	struct progress *progress = find_again(call, &row);
	if (!progress)
		return;
	if (call->flags & MSG_PEEK) {
		/* What was waited for is there from now on. */
		size_t open = call->item.chunk_id + !!call->item.bytes_read;
		if (progress->ready < open)
			progress->ready = open;
		return;
	}
	show_time(&call->item, &call->progress);
	read_fd_table.items[row] = call->item;
	*progress = call->progress;
}

/*
 * Wait, and go on with what the descriptor's state is then: other threads may
 * have read.  What this call has taken stays its own, so with MSG_WAITALL it
 * is settled before.  False: the buffer is gone.
 */
static bool wait_and_look(struct call *call, int64_t left)
{
	bool peeks = call->flags & MSG_PEEK;
	unsigned int chunk = call->item.chunk_id;
	if (!peeks)
		settle(call);
	ctester_leave();
	wait_for(left);
	ctester_enter_again();

	size_t row;
	struct progress *progress = find_again(call, &row);
	if (!progress)
		return false;
	if (progress->ready <= chunk)
		progress->ready = chunk + 1;
	call->progress.ready = progress->ready;
	if (peeks)
		return true;
	call->item = read_fd_table.items[row];
	call->progress = *progress;
	return true;
}

/* With the lock.  False: the buffer went while the call waited for it. */
static bool run(struct call *call, ssize_t *ret)
{
	for (;;) {
		int64_t left = 0;
		enum step step = advance(call, &left);
		if (step == BLOCKED) {
			errno = EAGAIN;
			*ret = -1;
			return true;
		}
		*ret = (ssize_t)call->taken;
		if (step == DONE) {
			settle(call);
			return true;
		}
		if (!wait_and_look(call, left))
			return call->taken != 0;
	}
}

static bool may_wait(int fd, int flags)
{
	if (flags & MSG_DONTWAIT)
		return false;
	/* It may be no descriptor at all: then there is nothing that says. */
	int status = fcntl(fd, F_GETFL);
	return status < 0 || !(status & O_NONBLOCK);
}

/* With the lock.  False: the descriptor has no buffer, or none any more. */
static bool read_row(ssize_t i, struct call *call, ssize_t *ret)
{
	call->item = read_fd_table.items[i];
	call->progress = progresses[i];
	*ret = -1;
	if (call->to || !call->wanted || is_exhausted(call))
		return run(call, ret);
	errno = EFAULT;
	return true;
}

ssize_t ctester_read_buffered(int fd, void *buf, size_t count, int flags,
			      bool *handled)
{
	struct call call = {
	    .to = buf,
	    .wanted = count > SSIZE_MAX ? SSIZE_MAX : count,
	    .flags = flags,
	};
	*handled = false;
	/* Out-of-band data and queued errors are not of the stream. */
	if (flags & (MSG_OOB | MSG_ERRQUEUE))
		return -1;
	int before = errno;
	ssize_t ret = -1, i;
	ctester_enter_again();
	while (!*handled && (i = find(fd)) >= 0) {
		call.may_wait = may_wait(fd, flags);
		*handled = read_row(i, &call, &ret);
	}
	if (!*handled || ret >= 0)
		errno = before;
	ctester_leave();
	return ret;
}

/* ---- buffers */

static bool sum_is_sane(size_t n, const off_t *sizes)
{
	size_t total = 0;
	for (size_t i = 0; i < n; i++)
		if (sizes[i] < 0 ||
		    __builtin_add_overflow(total, (size_t)sizes[i], &total))
			return false;
	return true;
}

int create_partial_read_buffer(void *data, size_t n, off_t *offsets,
			       int *intervals, struct read_buffer_t *buf)
{
	if (!sum_is_sane(n, offsets))
		return -1;
	struct read_bufchunk_t *chunks =
	    REAL(calloc)(n ? n : 1, sizeof(*chunks));
	if (!chunks)
		return -1;
	const char *at = data;
	for (size_t i = 0; i < n; i++) {
		chunks[i] = (struct read_bufchunk_t){
		    .interval = intervals[i],
		    .buf = at,
		    .buflen = (size_t)offsets[i],
		};
		at += offsets[i];
	}
	buf->nchunks = n;
	buf->chunks = chunks;
	return 0;
}

struct read_buffer_t *create_read_buffer(void *data, size_t n, off_t *offsets,
					 int *intervals, int mode)
{
	struct read_buffer_t *buf = REAL(calloc)(1, sizeof(*buf));
	if (!buf)
		return NULL;
	buf->mode = mode;
	if (create_partial_read_buffer(data, n, offsets, intervals, buf) == 0)
		return buf;
	REAL(free)(buf);
	return NULL;
}

void free_partial_read_buffer(struct read_buffer_t *buf)
{
	if (!buf)
		return;
	REAL(free)(buf->chunks);
	buf->chunks = NULL;
	buf->nchunks = 0;
}

void free_read_buffer(struct read_buffer_t *buf)
{
	free_partial_read_buffer(buf);
	REAL(free)(buf);
}

/*
 * ---- what some tests declare themselves.  Weak: a program may well have
 * functions of these names, and then they are not ours.
 */

__attribute__((weak)) ssize_t read_handle_buffer(int fd, void *buf, size_t len,
						 int flags)
{
	bool handled;
	ssize_t ret = ctester_read_buffered(fd, buf, len, flags, &handled);
	if (!handled)
		errno = EBADF;
	return ret;
}

__attribute__((weak)) void getnanotime(struct timespec *res)
{
	clock_gettime(CLOCK_REALTIME, res);
}

__attribute__((weak)) int64_t get_time_interval(const struct timespec *pasttime,
						const struct timespec *curtime)
{
	return (curtime->tv_sec - pasttime->tv_sec) * SECOND +
	       curtime->tv_nsec - pasttime->tv_nsec;
}
