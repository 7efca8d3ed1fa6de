/* SPDX-License-Identifier: MIT */
/*
 * What the files of notifications share: notify_filter.c makes the filter,
 * notify_start.c brings it into the program, notify.c serves it with the
 * records of notify_queue.c and what notify_threads.c knows of threads,
 * notify_keeper.c is there when we are not.
 */
#ifndef CT_PROCESS_NOTIFY_H
#define CT_PROCESS_NOTIFY_H

#include <linux/filter.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "ctester/notify.h"

/* Of <linux/seccomp.h>, which may be older than the kernel. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/*
 * The filter for a set of numbers, which the caller frees: ask for these, let
 * all else pass, 32-bit and x32 calls too.  It looks at number and
 * architecture alone, so that the kernel knows beforehand what it lets pass,
 * and does not run it for these (Linux 5.11).
 */
CT_MUST_CHECK
struct ct_error *ct_notify_filter_create(const uint32_t *numbers, size_t count,
					 struct sock_filter **ret,
					 size_t *ret_count);

/* A call that the program shall make for us. */
struct ct_notify_wish {
	int number;
	uint64_t args[6];
};

/* Whether filters that a stopped thread has let it make calls.
 * CT_ERROR_UNSUPPORTED: they do not, or that cannot be known. */
CT_MUST_CHECK
struct ct_error *ct_notify_check_filters(pid_t tid,
					 const struct ct_notify_wish *wishes,
					 size_t count);

/* The same, of one call that is tried: CT_ERROR_UNSUPPORTED only when they are
 * known to refuse it.  A filter that cannot be looked at, or that asks somebody
 * (SECCOMP_RET_USER_NOTIF), may be ours. */
CT_MUST_CHECK
struct ct_error *ct_notify_try_filters(pid_t tid,
				       const struct ct_notify_wish *wish);

/* The queue: chunks, filled by the server and taken by ct_notify_drain(). */

#define CT_NOTIFY_CHUNK (1024 * 1024)

struct ct_notify_chunk {
	struct ct_notify_chunk *next;
	size_t size, capacity;
	_Alignas(8) uint8_t bytes[];
};

struct ct_notify_queue {
	struct ct_notify_chunk *first, *last;
	struct ct_notify_chunk *spare; /* so that a steady flow allocates not */
	size_t size, limit;
	uint32_t count;
};

/* Room for a record with a payload; it is there after ct_notify_queue_put().
 * NULL: the queue is full. */
struct ct_notify_record *ct_notify_queue_room(struct ct_notify_queue *queue,
					      size_t payload_size);
void ct_notify_queue_put(struct ct_notify_queue *queue, size_t payload_size);
void ct_notify_queue_deinit(struct ct_notify_queue *queue);

/* The keeper */

/*
 * What it must know if we die at any moment, in memory that both have.  The
 * kernel counts ids up; those from low to high are the ones that may have been
 * taken by us without an answer, and some behind high that we had no time to
 * write down.
 */
struct ct_notify_ids {
	_Atomic uint64_t low, high;
};

struct ct_notify_keeper {
	pid_t pid;
	int life; /* while somebody has it open, the keeper only waits */
	struct ct_notify_ids *ids;
};

CT_MUST_CHECK
struct ct_error *ct_notify_keeper_start(int listener,
					struct ct_notify_keeper *keeper);

/* Let it begin. */
void ct_notify_keeper_release(struct ct_notify_keeper *keeper);

/* Threads: whose they are is the server's alone, the rest needs the lock. */

/* A call that was interrupted before its answer, or after it; the kernel is
 * about to make it again, which must not count twice. */
struct ct_notify_again {
	struct ct_notify_call call; /* as it was told */
	struct ct_notify_answer answer;
	uint64_t due_ns; /* of a delayed one, else 0 */
};

/* The process of a thread; the thread itself where that is not known. */
pid_t ct_notify_find_process(struct ct_notify *notify, pid_t tid,
			     uint64_t time_ns);
/* At most one for each thread. */
void ct_notify_put_again(struct ct_notify *notify,
			 const struct ct_notify_again *again);
bool ct_notify_take_again(struct ct_notify *notify,
			  const struct ct_notify_call *call,
			  struct ct_notify_again *ret);
/* A call is told, with the kernel's number: before ct_notify_take_again(). */
void ct_notify_note_id(struct ct_notify *notify, uint64_t id);
/* It is the thread's own: before its answer. */
void ct_notify_note_told(struct ct_notify *notify,
			 const struct ct_notify_call *call);
/* Whether a signal waits for the thread that it alone will take. */
bool ct_notify_has_signal(pid_t pid, pid_t tid);
void ct_notify_forget_threads(struct ct_notify *notify);

/* What notify.c and notify_start.c share. */

struct ct_notify_delayed;

struct ct_notify {
	struct ct_notify_options options;
	int listener;
	int stop_fd, wake_fd;
	pthread_t thread;
	bool has_thread;
	struct ct_notify_keeper keeper;

	/* The server's alone. */
	struct seccomp_notif *notif;
	struct seccomp_notif_resp *resp;
	size_t notif_size;
	void *payload;
	struct ct_notify_delayed *delayed;
	uint64_t looked_ns;               /* for signals of those */
	struct ct_notify_thread *threads; /* whose they are, by tid */

	_Atomic bool is_quiet;
	pthread_mutex_t lock;  /* for what follows; never held while waiting */
	pthread_cond_t served; /* a call is, that was being served */
	bool is_serving;
	struct ct_notify_interrupted *interrupted; /* by tid */
	struct ct_notify_told *told;               /* by tid */
	size_t told_limit;
	uint64_t last_id; /* of all that we were told */
	/* Since then a debugger has asked, and this many were never told. */
	bool is_doubting;
	uint64_t untold;
	struct ct_notify_queue queue;
	struct ct_notify_counts counts;
	bool is_woken;
	int failed_errno;
};

CT_MUST_CHECK
struct ct_error *ct_notify_create(const struct ct_notify_options *options,
				  struct ct_notify **ret);

/* Take over the listener and start keeper and thread. */
CT_MUST_CHECK
struct ct_error *ct_notify_begin(struct ct_notify *notify, int listener);

/* The thread has ended, or there is none: leave the filter to the keeper. */
void ct_notify_leave(struct ct_notify *notify);

#endif
