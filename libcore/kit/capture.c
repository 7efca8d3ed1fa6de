/* SPDX-License-Identifier: MIT */
/*
 * What the code in the sandbox writes to its standard output and error.
 *
 * Into files in memory rather than pipes: a pipe is full after 64 KiB, and
 * then either the writer waits for ever or its writes fail.  Files grow, so
 * the watchdog looks whether they grow without end.  The kit's descriptors are
 * high ones: programs count on open() to return low ones.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CTester/CTester.h"
#include "kit/sandbox.h"

#define FIRST_DESCRIPTOR 512
#define OUTPUT_MAX       (16 << 20)

struct stream {
	int number;  /* 1 or 2 */
	int shown;   /* where it led before, or -1 */
	int written; /* the file, for writing at its end, or -1 */
	int *copy;   /* the same, for reading from its beginning */
};

int stdout_cpy = -1, stderr_cpy = -1;

static struct stream streams[] = {
    {STDOUT_FILENO, -1, -1, &stdout_cpy},
    {STDERR_FILENO, -1, -1, &stderr_cpy},
};
static bool captures;

/* As high as may be; the descriptor itself if there are no high ones. */
static int raise_descriptor(int fd)
{
	if (fd < 0)
		return fd;
	for (int least = FIRST_DESCRIPTOR; least >= 32; least /= 2) {
		int high = fcntl(fd, F_DUPFD_CLOEXEC, least);
		if (high < 0)
			continue;
		close(fd);
		return high;
	}
	return fd;
}

static bool is_open(int fd)
{
	return fd >= 0 && fcntl(fd, F_GETFD) >= 0;
}

/* Two descriptions of one file, each with a position of its own. */
static bool create(struct stream *stream)
{
	if (is_open(stream->written) && is_open(*stream->copy))
		return true;
	stream->written = raise_descriptor(memfd_create("output", MFD_CLOEXEC));
	if (stream->written < 0)
		return false;
	char name[64];
	snprintf(name, sizeof(name), "/proc/self/fd/%d", stream->written);
	*stream->copy = raise_descriptor(open(name, O_RDONLY | O_CLOEXEC));
	if (*stream->copy < 0 ||
	    fcntl(stream->written, F_SETFL, O_APPEND) < 0) {
		close(stream->written);
		stream->written = -1;
		return false;
	}
	return true;
}

/* The lock is that of glibc: its owner is a pthread_t. */
static void unlock(FILE *file)
{
	struct {
		int word, count;
		void *owner;
	} *lock = file->_lock;
	if (lock->owner != (void *)pthread_self())
		return;
	for (int count = lock->count; count > 0; count--)
		funlockfile(file);
}

void ctester_capture_unlock(void)
{
	unlock(stdout);
	unlock(stderr);
}

/* Not if another thread has the stream: it may never give it back. */
static void flush(FILE *file)
{
	if (ftrylockfile(file))
		return;
	fflush(file);
	funlockfile(file);
}

static void begin(struct stream *stream)
{
	if (ftruncate(stream->written, 0) < 0)
		return;
	lseek(*stream->copy, 0, SEEK_SET);
	stream->shown = raise_descriptor(dup(stream->number));
	dup2(stream->written, stream->number);
}

void ctester_capture_begin(void)
{
	captures = create(&streams[0]) && create(&streams[1]);
	flush(stdout);
	flush(stderr);
	if (!captures)
		return;
	begin(&streams[0]);
	begin(&streams[1]);
}

static void show(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t done = write(fd, bytes, count);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		bytes += done;
		count -= (size_t)done;
	}
}

/* Give the stream back, show what went elsewhere, and look into it. */
static bool end(struct stream *stream)
{
	if (stream->shown >= 0) {
		dup2(stream->shown, stream->number);
		close(stream->shown);
	} else {
		close(stream->number);
	}
	off_t size = lseek(stream->written, 0, SEEK_END);
	if (size <= 0)
		return false;
	char *text =
	    mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, stream->written, 0);
	if (text == MAP_FAILED)
		return false;
	if (stream->shown >= 0)
		show(stream->number, text, (size_t)size);
	bool found = memmem(text, (size_t)size, "double free", 11) != NULL;
	munmap(text, (size_t)size);
	return found;
}

bool ctester_capture_end(void)
{
	ctester_capture_unlock();
	flush(stdout);
	flush(stderr);
	if (!captures)
		return false;
	captures = false;
	end(&streams[0]);
	return end(&streams[1]);
}

bool ctester_capture_is_full(void)
{
	for (int i = 0; captures && i < 2; i++)
		if (syscall(SYS_lseek, streams[i].written, 0, SEEK_END) >
		    OUTPUT_MAX)
			return true;
	return false;
}
