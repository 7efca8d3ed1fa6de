/* SPDX-License-Identifier: MIT */
/**
 * @file
 * System calls by seccomp user notification (seccomp_unotify(2)).
 *
 * A filter in the program has the kernel ask us at the entry of each system
 * call of a set; the thread that calls waits for the answer.  A thread of ours
 * answers, while the debugger's own is busy or waits.  There is no stop, and
 * nothing is seen of the return.  What the kernel makes of it:
 *
 * - A filter stays for the life of the program, its children and what they
 *   execute, and a program can have one that asks: the set cannot grow.  When
 *   nobody answers any more, the calls fail with ENOSYS.  Therefore a process
 *   of its own, the keeper, lets them pass from the moment we are gone (ended,
 *   killed, or ct_notify_destroy()) until the last user of the filter is.
 * - A call that is let pass is made with the arguments that are in memory
 *   then: another thread can change them after they were read.
 * - A thread that is being asked about cannot be stopped by a debugger before
 *   it has its answer.  Nobody here waits for the debugger, so this is a matter
 *   of microseconds.  A call that is delayed is made to begin anew when a
 *   signal comes, and goes on where it was.
 */
#ifndef CTESTER_NOTIFY_H
#define CTESTER_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_notify;

/** One call at its entry. */
struct ct_notify_call {
	uint64_t id;      /**< the kernel's; never twice of one filter */
	uint64_t time_ns; /**< CLOCK_MONOTONIC, when we were told */
	uint64_t addr;    /**< behind the instruction that makes the call */
	uint64_t args[6];
	int32_t pid, tid; /**< as we see them, not as the program's namespace */
	uint32_t number;
	uint32_t reserved;
};

/** What becomes of a call. */
struct ct_notify_answer {
	uint64_t delay_ns;     /**< wait so long before; others do not wait */
	int64_t value;         /**< -4095 to -1: a negative errno */
	uint32_t payload_size; /**< bytes of the payload that were filled */
	bool is_answered;      /**< the call is not made: value is its result */
	bool is_silent;        /**< no record */
	bool is_made_to;       /**< a debugger has the stopped thread call */
};

/** What the queue has of a call. */
struct ct_notify_record {
	struct ct_notify_call call;
	struct ct_notify_answer answer;
	/** There was nobody to answer: the thread was gone, and the call was
	 * not made.  What the payload has may have been read too late.  Before
	 * Linux 5.19 (is_killable), signals interrupt, too; if the kernel then
	 * makes the call again, there is no other record. */
	bool is_lost;
	/** A delayed call, which has a record from its beginning, has its
	 * answer, or (is_lost) its thread has gone without.  The call's id is
	 * that of the other record, time_ns is now, and there is no payload. */
	bool is_end;
	uint8_t reserved[6];
	uint8_t payload[]; /**< aligned to 8 */
};

/** The most that a payload can be. */
#define CT_NOTIFY_PAYLOAD_MAX (516 * 1024)

/** Among numbers: every one of x86-64's table, and beyond it. */
#define CT_NOTIFY_EVERY UINT32_MAX

/**
 * Choose what becomes of a call; *answer is "make it, and record it" when this
 * is called.  It runs in the server's thread: it must neither wait nor need
 * what another thread may hold, as Python's lock or libdwarf.  Memory is read
 * by ct_process_read(call->tid, ...), written by ct_notify_write().
 *
 * @param payload   For what it wants to have in the record.
 */
typedef void ct_notify_decide_fn(void *arg, struct ct_notify *notify,
				 const struct ct_notify_call *call,
				 void *payload, size_t capacity,
				 struct ct_notify_answer *answer);

struct ct_notify_options {
	ct_notify_decide_fn *decide; /**< NULL: all are made and recorded */
	void *arg;
	/** When more than this waits to be drained, in bytes, calls are counted
	 * as dropped and not recorded; 0: 1 GiB. */
	size_t queue_limit;
	/** So many records make ct_notify_wake_fd() readable; 0: 1024.  Fewer
	 * do so after a tenth of a second. */
	uint32_t wake_count;
	/** Begin as after ct_notify_set_quiet(). */
	bool is_quiet;
	/** For ct_notify_serve(): the filter was made with
	 * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV. */
	bool is_killable;
	/** A setuid program that this one starts would have no privileges, nor
	 * would its children (PR_SET_NO_NEW_PRIVS): refuse when that would be
	 * needed. */
	bool refuses_no_new_privs;
};

enum ct_notify_state {
	CT_NOTIFY_SERVING,
	CT_NOTIFY_ENDED,  /**< nobody has the filter any more */
	CT_NOTIFY_FAILED, /**< the keeper lets all calls pass; see the text */
};

struct ct_notify_counts {
	uint64_t received; /**< asked for by the kernel, quiet ones too */
	uint64_t recorded;
	uint64_t answered; /**< not made: a result was given */
	uint64_t lost;     /**< of the recorded: not made, nobody was there */
	uint64_t repeated; /**< interrupted and made again: counted once */
	uint64_t dropped; /**< not recorded: the queue was full, or no memory */
	uint64_t waiting; /**< delayed now */
	uint64_t keeper;  /**< its process */
	bool no_new_privs; /**< was set for it */
	bool is_killable;  /**< Linux 5.19: signals do not interrupt */
	uint8_t reserved[2];
	int32_t state; /**< enum ct_notify_state */
};

/**
 * Whether this kernel, and the container that we are in, can do it.
 *
 * @return CT_ERROR_UNSUPPORTED with the reason.
 */
struct ct_error *ct_notify_check_kernel(void);

/**
 * Whether it can be done to a program: 64-bit, open to us, and with a filter of
 * its own only where that lets us.  The thread is stopped.
 *
 * @return CT_ERROR_UNSUPPORTED with the reason.
 */
struct ct_error *ct_notify_check_program(pid_t pid, pid_t tid);

/**
 * Put the filter into a stopped program and serve it.  All threads of the
 * process get it; all should be stopped.  When this fails, the program is as
 * before; the message says so if it could not be.
 *
 * @param tid      A stopped thread that can be borrowed: not in the middle of
 *                 a system call's own stop (see ct_process_syscall()).
 * @param numbers  Of x86-64's table, in any order, at least one.
 * @return CT_ERROR_UNSUPPORTED when kernel or program refuse.
 */
struct ct_error *ct_notify_start(pid_t pid, pid_t tid, const uint32_t *numbers,
				 size_t count,
				 const struct ct_notify_options *options,
				 struct ct_notify **ret);

/**
 * Serve a filter that is there.
 *
 * @param listener  Owned from here on, also on failure.
 */
struct ct_error *ct_notify_serve(int listener,
				 const struct ct_notify_options *options,
				 struct ct_notify **ret);

/** Answer what is delayed, end the thread and leave the filter to the keeper.
 * It cannot be served again.  Records not drained are gone. */
void ct_notify_destroy(struct ct_notify *notify);

/** While quiet, calls pass, are not recorded and decide is not asked: after
 * tracing, and while the debugger has a thread run calls of its own. */
void ct_notify_set_quiet(struct ct_notify *notify, bool is_quiet);

/** Wait until the server has done with the call that it is about, if it is: the
 * records of all that was decided so far are in the queue then.  The caller
 * must hold nothing that the decision may need. */
void ct_notify_sync(struct ct_notify *notify);

/**
 * A thread that is stopped will make a call again: what was told of it is to
 * pass, unrecorded.  One that was interrupted before it was told is none yet.
 *
 * @param call       number, args, addr and tid count.
 * @param is_untold  It may be that, by its result: -512 (ERESTARTSYS).
 */
void ct_notify_expect(struct ct_notify *notify,
		      const struct ct_notify_call *call, bool is_untold);

/** Write what a call points to: only while the thread waits for its answer.
 * CT_ERROR_FAULT when it does not, or memory is not there. */
struct ct_error *ct_notify_write(struct ct_notify *notify,
				 const struct ct_notify_call *call,
				 uint64_t addr, const void *data, size_t size);

/**
 * Take the records out of the queue, oldest first.  For one thread at a time;
 * the server is not held up.  A call whose thread goes on is in the queue.
 *
 * @param each  Called for each; the record lives until it returns.  May be
 *              NULL: the records are dropped.
 * @return how many.
 */
size_t ct_notify_drain(struct ct_notify *notify,
		       void (*each)(void *arg,
				    const struct ct_notify_record *record),
		       void *arg);

/** A descriptor that is readable when the queue wants to be drained, which
 * makes it not readable.  Borrowed. */
int ct_notify_wake_fd(const struct ct_notify *notify);

void ct_notify_get_counts(struct ct_notify *notify,
			  struct ct_notify_counts *ret);

/** Some lines about what it is and does; the caller frees it by ct_free().
 * NULL: no memory. */
char *ct_notify_describe(struct ct_notify *notify);

#ifdef __cplusplus
}
#endif
#endif
