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

#define CTESTER_READ_INTERNALS
#include "CTester/hooks.h"
#include "CTester/read_write.h"
#include "CTester/wrap.h"
#include "kit/enter.h"
#include "kit/reals.h"
#include "shared/read_chunks.h"

#define SECOND INT64_C(1000000000)

/* Beside each read_item, which tests see, what is true. */
struct progress {
	unsigned int serial;
	struct ct_read_state state;
};

struct read_fd_table_t read_fd_table;
static struct progress *progresses;
static unsigned int last_serial;

/* A call: the descriptor's state as it would be after it. */
struct call {
	int fd;
	unsigned int serial;
	struct ct_read_call read;
};

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * SECOND + time.tv_nsec;
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

static void show(struct read_item *item, const struct ct_read_state *state)
{
	item->chunk_id = (unsigned int)state->chunk;
	item->bytes_read = state->offset;
	clock_gettime(CLOCK_REALTIME, &item->last_time);
	item->interval = item->buf->mode == READ_WRITE_REAL_INTERVAL
			     ? state->due - state->last
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
	progresses[i] =
	    (struct progress){++last_serial, ct_read_begin(buf, now())};
	read_fd_table.items[i] = (struct read_item){.fd = fd, .buf = buf};
	show(&read_fd_table.items[i], &progresses[i].state);
	return found >= 0;
}

int set_read_buffer(int fd, const struct read_buffer_t *buf)
{
	if (buf && !ct_read_is_usable(buf))
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
	ssize_t ret = i < 0 ? -1 : (ssize_t)progresses[i].state.total;
	ctester_leave();
	return ret;
}

int get_current_chunk_id(int fd)
{
	ctester_enter_again();
	ssize_t i = find(fd);
	int ret = i < 0 ? -1 : (int)progresses[i].state.chunk;
	ctester_leave();
	return ret;
}

/* ---- a call */

static void wait_for(int64_t left)
{
	struct timespec time = {left / SECOND, left % SECOND};
	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

/* The descriptor's state, if it has the buffer of the call still. */
static struct progress *find_again(const struct call *call, size_t *row)
{
	ssize_t i = find(call->fd);
	if (i < 0 || progresses[i].serial != call->serial)
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
	ct_read_settle(&call->read, &progress->state);
	if (!(call->read.flags & MSG_PEEK))
		show(&read_fd_table.items[row], &progress->state);
}

/*
 * Wait, and go on with what the descriptor's state is then: other threads may
 * have read.  What this call has taken stays its own, so with MSG_WAITALL it
 * is settled before.  False: the buffer is gone.
 */
static bool wait_and_look(struct call *call, int64_t left)
{
	bool peeks = call->read.flags & MSG_PEEK;
	size_t chunk = call->read.state.chunk;
	if (!peeks)
		settle(call);
	ctester_leave();
	wait_for(left);
	ctester_enter_again();

	size_t row;
	struct progress *progress = find_again(call, &row);
	if (!progress)
		return false;
	ct_read_note_waited(&progress->state, chunk);
	call->read.state.ready = progress->state.ready;
	if (!peeks)
		call->read.state = progress->state;
	return true;
}

/* With the lock.  False: the buffer went while the call waited for it. */
static bool run(struct call *call, ssize_t *ret)
{
	for (;;) {
		int64_t left = 0;
		call->read.now = now();
		enum ct_read_step step = ct_read_advance(&call->read, &left);
		if (step == CT_READ_BLOCKED) {
			errno = EAGAIN;
			*ret = -1;
			return true;
		}
		*ret = (ssize_t)call->read.taken;
		if (step == CT_READ_DONE) {
			settle(call);
			return true;
		}
		if (!wait_and_look(call, left))
			return call->read.taken != 0;
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
	struct ct_read_call *read = &call->read;
	read->buf = read_fd_table.items[i].buf;
	read->state = progresses[i].state;
	call->serial = progresses[i].serial;
	*ret = -1;
	if (read->to || !read->wanted || ct_read_is_exhausted(read))
		return run(call, ret);
	errno = EFAULT;
	return true;
}

ssize_t ctester_read_buffered(int fd, void *buf, size_t count, int flags,
			      bool *handled)
{
	struct call call = {
	    .fd = fd,
	    .read = {.to = buf,
		     .wanted = count > SSIZE_MAX ? SSIZE_MAX : count,
		     .flags = flags},
	};
	*handled = false;
	/* Out-of-band data and queued errors are not of the stream. */
	if (flags & (MSG_OOB | MSG_ERRQUEUE))
		return -1;
	int before = errno;
	ssize_t ret = -1, i;
	ctester_enter_again();
	while (!*handled && (i = find(fd)) >= 0) {
		call.read.may_wait = may_wait(fd, flags);
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
