/* SPDX-License-Identifier: MIT */
/*
 * Partial reads: what a descriptor gives to read, recv and recvfrom, and when.
 *
 *	off_t sizes[] = {10, 30};
 *	int intervals[] = {100, 200};
 *	struct read_buffer_t *buf = create_read_buffer(
 *	    data, 2, sizes, intervals, READ_WRITE_REAL_INTERVAL);
 *	monitored.recv = true;
 *	set_read_buffer(fd, buf);
 *
 * The descriptor itself is then not read, and need not even be open.  Only
 * monitored calls in the sandbox see the buffer; nothing here is copied, so
 * buffer, chunks and data have to live as long as they are set.
 *
 * A chunk of which a part is read is open, and what is left of it is there at
 * once.  The mode tells when the next one may be opened:
 *	REAL	`interval` after the one before it arrived, the first one
 *		`interval` after set_read_buffer(), whatever is called between.
 *		A call takes from all chunks that have arrived, and waits only
 *		if it has nothing yet.
 *	AFTER	`interval` after the last call that read something, or after
 *		set_read_buffer().  A call takes from one chunk.
 *	BEFORE	after a wait of `interval` in the call itself.  A call takes
 *		from one chunk.  A call that must not wait never gets there,
 *		unless the interval is 0.
 * A call that must not wait (MSG_DONTWAIT, or O_NONBLOCK) and has to fails
 * with EAGAIN.  MSG_WAITALL takes chunk after chunk and waits for each;
 * MSG_PEEK leaves what it takes, and what was waited for once is there.  When
 * all is read, calls return 0.  An empty chunk is a call that returns 0 in
 * AFTER and BEFORE, and only a wait in REAL.  Asking for 0 bytes takes none.
 * A signal handler does not end a wait, unless it jumps.
 */
#ifndef CTESTER_READ_WRITE_H
#define CTESTER_READ_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct read_bufchunk_t {
	int interval; /* milliseconds; less than 0 is 0 */
	const void *buf;
	size_t buflen;
};

#define READ_WRITE_REAL_INTERVAL   1
#define READ_WRITE_AFTER_INTERVAL  2
#define READ_WRITE_BEFORE_INTERVAL 3

struct read_buffer_t {
	int mode;
	size_t nchunks;
	struct read_bufchunk_t *chunks;
};

/**
 * Give a descriptor a buffer, or take it away.
 *
 * @param buf  Borrowed.  NULL: the descriptor is read again.
 * @return 0 if the descriptor had none before, 1 if it had, which is gone;
 *         -1 without memory, -2 for a mode that is none or data that is
 *         NULL, and then nothing is changed.
 */
int set_read_buffer(int fd, const struct read_buffer_t *buf);

/* The same: an older name. */
int set_read_data(int fd, const struct read_buffer_t *buf);

/* Take all buffers from their descriptors.  Frees nothing of the caller's. */
void reinit_read_fd_table(void);

bool fd_is_read_buffered(int fd);

/* Bytes read so far, all chunks together; -1: no buffer. */
ssize_t get_bytes_read(int fd);

/* The chunk that the next byte is of; their count at the end; -1: no buffer. */
int get_current_chunk_id(int fd);

/**
 * Cut data into chunks, one after the other.
 *
 * @param offsets  The sizes of the chunks, in spite of the name.
 * @param buf      Its mode is not set: the caller does.
 * @return 0; or -1 without memory or for a size below 0, buf untouched.
 */
int create_partial_read_buffer(void *data, size_t n, off_t *offsets,
			       int *intervals, struct read_buffer_t *buf);

/* The same with a new buffer; NULL where the other returns -1. */
struct read_buffer_t *create_read_buffer(void *data, size_t n, off_t *offsets,
					 int *intervals, int mode);

/* What create_... allocated; never the data.  NULL does nothing. */
void free_partial_read_buffer(struct read_buffer_t *buf);
void free_read_buffer(struct read_buffer_t *buf);

/*
 * How far each descriptor is.  Some tests look at it, and declare it
 * themselves; it is to be read only, and outside of the sandbox.
 */
#ifdef CTESTER_READ_INTERNALS
struct read_item {
	int fd;
	const struct read_buffer_t *buf;
	unsigned int chunk_id;
	size_t bytes_read;         /* of this chunk */
	struct timespec last_time; /* CLOCK_REALTIME, of the last call */
	int64_t interval;          /* REAL: from there to the chunk, in ns */
};

struct read_fd_table_t {
	size_t n;
	struct read_item *items; /* NULL when n is 0 */
};

extern struct read_fd_table_t read_fd_table;

/* As recv(), for a descriptor with a buffer; -1 and EBADF without one. */
ssize_t read_handle_buffer(int fd, void *buf, size_t len, int flags);
void getnanotime(struct timespec *res);
/* Nanoseconds from one to the other. */
int64_t get_time_interval(const struct timespec *pasttime,
			  const struct timespec *curtime);
#endif

#ifdef __cplusplus
}
#endif

#endif /* CTESTER_READ_WRITE_H */
