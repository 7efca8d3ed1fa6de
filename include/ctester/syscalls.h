/* SPDX-License-Identifier: MIT */
/**
 * @file
 * System calls in a session: which are recorded, and what mocks do to them.
 *
 * An engine stops threads at the entry and at the exit of system calls and
 * tells the session, ct_session_syscall_stop(); another one only asks at the
 * entry what is to be done, ct_session_syscall_notified().  Calls are numbered
 * in one order with those of functions and go to the same trace.
 *
 * A call that the kernel makes again (results from -516 to -512, and
 * restart_syscall) is one call, from its first entry to its last exit.
 */
#ifndef CTESTER_SYSCALLS_H
#define CTESTER_SYSCALLS_H

#include "ctester/session.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Where the prototypes are (syscalls.so).  They are read when the first
 * request comes. */
struct ct_error *ct_session_set_syscalls(struct ct_session *session,
					 const char *path);

/** Which calls are meant, and what becomes of them. */
struct ct_syscall_request {
	/** `openat`, `%network`, `9999` or `<9999>`; none, or `%all`: every
	 * call. */
	size_t name_count;
	const char *const *names;
	/**
	 * An expression as for functions, over the parameters of the kernel's
	 * prototype, or NULL.  Beside these, `path` is any parameter that is
	 * the name of a file, `fd` any that is a descriptor; $return is the
	 * result, negative for an error.  Comparing a parameter that a call
	 * does not have is false.
	 */
	const char *filter;
	bool recorded;  /**< into the trace: timeline, file, live text */
	bool collected; /**< kept for ct_session_take_syscalls() */
	/** Requests for other calls have the same expression: that it speaks
	 * only of what these do not have is no mistake. */
	bool of_others;
	/** That calls are made is enough, and what they are given: an engine
	 * will do that does not stop them, at a tenth of the cost. */
	bool entries;
};

/**
 * Record system calls from now on, those that have begun already, too, as far
 * as their end says what they were.
 *
 * @param id  What to name the request by.
 * @return CT_ERROR_NOT_FOUND for a name that no call and no group has, with
 *         near ones; CT_ERROR_BAD_ARGUMENT for an expression that is none, or
 *         fits no call that is meant, with the column, and for one about the
 *         result where entries are enough.
 */
struct ct_error *ct_session_trace_syscalls(
    struct ct_session *session, const struct ct_syscall_request *request,
    uint32_t *id);

/**
 * End a request; 0: all that record into the trace and do not collect.  Calls
 * that are under way are unfinished for it.  What was collected can still be
 * taken, once.
 *
 * @param count  Set to how many requests were ended.
 */
void ct_session_untrace_syscalls(struct ct_session *session, uint32_t id,
				 size_t *count);

/**
 * The calls that a request has collected since the last time, in Python: a
 * tuple a line, in order of completion,
 *
 *   (seq, number, name, pid, tid, time_ns, duration_ns, args, result, errno,
 *    outcome, paths)
 *
 * args is a tuple of (name, type, register, value[, value at the entry]): the
 * value is that of the return, where there was one, and the entry's is there
 * when it was another.  paths is a dict of what descriptors were at the call,
 * by the index of the argument; -1 is the result's.  The result is None for a
 * call that did not come back, errno without an error.
 *
 * @param ret  Free with ct_free(); "" for none.
 * @return CT_ERROR_NOT_FOUND: there is no such request (any more).
 */
struct ct_error *ct_session_take_syscalls(struct ct_session *session,
					  uint32_t id, char **ret);

/** Memory of the program, as a script was told of it. */
struct ct_told_memory {
	uint64_t addr;
	const void *bytes;
	size_t size;
};

/** A call that has been taken. */
struct ct_syscall_told {
	uint64_t number;
	uint64_t args[6];
	bool returned;
	int64_t result; /**< where it has returned */
	pid_t pid, tid;
	size_t memory_count;
	const struct ct_told_memory *memory;
};

/**
 * Whether an expression is true of a call that has been taken.  $nth and
 * $caller are not known any more; what is behind pointers is, as far as it
 * was told, or is in the program still.
 *
 * @return CT_ERROR_BAD_ARGUMENT for an expression that is none.
 */
struct ct_error *ct_session_judge_syscall(struct ct_session *session,
					  const char *expression,
					  const struct ct_syscall_told *told,
					  bool *ret);

/** What a mock puts into a register before the call is made. */
struct ct_syscall_argument {
	const char *parameter; /**< its name; or its position from 0 */
	uint64_t value;
};

/** What happens to calls that a mock is for.  Without a result the kernel
 * makes the call, later or with other arguments. */
struct ct_syscall_mock {
	const char *name;   /**< `openat`, `9999` or `<9999>` */
	bool returns;       /**< the kernel does not make the call: result is
				 its result */
	int64_t result;     /**< errors are negative: -ENOENT */
	const char *calls;  /**< which ones, as libcore/decide/mask.h has it, of
				 those that the filter lets through; NULL: all */
	const char *filter; /**< as in a request, but not of the result */
	uint32_t times;     /**< uses; 0: no limit */
	bool required;      /**< unused, it is reported */
	bool asks;          /**< the judge decides, too */
	uint64_t delay_ns;  /**< how long the call takes longer */
	size_t out_count;   /**< what is written behind pointers */
	const struct ct_mock_out *out;
	size_t argument_count;
	const struct ct_syscall_argument *arguments;
};

/** Queue a mock.  It is numbered with those of functions, and listed in
 * CT_REPORT_MOCKS. */
struct ct_error *ct_session_mock_syscall(struct ct_session *session,
					 const struct ct_syscall_mock *mock,
					 uint32_t *id);

/** Take one mock away; 0: all. */
void ct_session_clear_syscall_mocks(struct ct_session *session, uint32_t id);

/* For engines. */

/** What an engine has to see. */
enum ct_syscall_need {
	CT_SYSCALL_NOTHING,
	CT_SYSCALL_ENTRIES, /**< nothing but mocks that need no exit */
	CT_SYSCALL_BOTH,    /**< entries and exits */
};

/**
 * At which calls of a process the session wants stops: those that it is not
 * notified of.
 *
 * @param pid      0 for one that is not there yet.
 * @param all      Set when it is every number; there is no list then.
 * @param ret      Filled with numbers, ascending, up to @p capacity.
 * @param count    Set to how many numbers there are.
 * @return What it needs of them.
 */
enum ct_syscall_need ct_session_wanted_syscalls(struct ct_session *session,
						pid_t pid, bool *all,
						uint32_t *ret, size_t capacity,
						size_t *count);

/**
 * A thread stands at the entry or at the exit of a system call: record, and
 * do what mocks say.  Where it does not, nothing happens.
 *
 * @return Bits of enum ct_answer_action: CT_ANSWER_MOVED, CT_ANSWER_TEXT,
 *         CT_ANSWER_TROUBLE, CT_ANSWER_CALLS.
 */
uint32_t ct_session_syscall_stop(struct ct_session *session, pid_t pid,
				 pid_t tid);

/**
 * The same for callers to whom each argument counts, as Python's ctypes: the
 * session is the one that was named before, NULL: none.  One that is destroyed
 * is none any more.
 */
void ct_session_bind_syscall_stops(struct ct_session *session);
uint32_t ct_syscall_stop(int pid, int tid);

/** Which engine is to see to calls. */
enum ct_syscall_engine {
	CT_SYSCALL_BY_NEED, /**< notification where the entry is enough */
	CT_SYSCALL_BY_STOPS,
	/** Notification for what can do without results, which are not known
	 * then. */
	CT_SYSCALL_BY_NOTIFICATION,
};

struct ct_error *ct_session_choose_syscall_engine(
    struct ct_session *session, enum ct_syscall_engine engine);

/** Whether a process has no filter for notifications yet (notify.h), but
 * something is wanted for which one would do. */
bool ct_session_can_notify(struct ct_session *session, pid_t pid);

/**
 * Put a filter into a stopped process, for what is wanted now and its entries
 * are enough for; see ct_notify_start().  Calls are decided and recorded from
 * now on, by a thread of the session's; their records are taken by most
 * functions here, and by ct_session_drain_syscalls().
 *
 * @param id  What to name it by.
 * @return CT_ERROR_UNSUPPORTED with the reason.
 */
struct ct_error *ct_session_notify_syscalls(struct ct_session *session,
					    pid_t pid, pid_t tid,
					    bool refuses_no_new_privs,
					    uint32_t *id);

/** A descriptor that is readable when there is something to be drained.
 * Borrowed; -1: its processes have ended. */
int ct_session_wake_fd(struct ct_session *session, uint32_t id);

/** Whether setuid programs that a process starts have no privileges from now
 * on, because of its filter. */
bool ct_session_has_lost_privileges(struct ct_session *session, pid_t pid);

/** Whether a process has a filter of ours that is served. */
bool ct_session_is_notifying(struct ct_session *session, pid_t pid);

/** A child is seen to like its parent, whose filter it has; without this, its
 * calls pass. */
void ct_session_notify_child(struct ct_session *session, pid_t parent,
			     pid_t child);

/** A debugger has stopped the process: calls in which threads were, and which
 * the kernel makes again, are not to be counted again. */
void ct_session_find_interrupted(struct ct_session *session, pid_t pid);

/** Take what notifications have brought.
 *
 * @return CT_ANSWER_TEXT, CT_ANSWER_TROUBLE, CT_ANSWER_CALLS. */
uint32_t ct_session_drain_syscalls(struct ct_session *session);

/** Some lines about filters, or ""; free with ct_free().  NULL: no memory. */
char *ct_session_describe_notifying(struct ct_session *session);

/** A call as an engine sees it that is asked at the entry. */
struct ct_syscall_notice {
	pid_t pid, tid;
	uint64_t number;
	uint64_t args[6];
};

/** What such an engine is to do. */
struct ct_syscall_reply {
	uint32_t actions;  /**< enum ct_answer_action */
	bool answered;     /**< the kernel does not make the call */
	int64_t result;    /**< negative for an error */
	uint64_t delay_ns; /**< first let so much time pass */
};

/** A thread is about to make a call, of which the end will not be seen. */
void ct_session_syscall_notified(struct ct_session *session,
				 const struct ct_syscall_notice *notice,
				 struct ct_syscall_reply *ret);

/** A process, of the session's or not, has ended or is let go: its calls are
 * unfinished, and it is notified of no more. */
void ct_session_end_syscalls(struct ct_session *session, pid_t pid);

/** What system calls have cost, as strace -c shows it: several lines, which
 * the caller frees with ct_free().  As JSON, a line a call. */
struct ct_error *ct_session_syscall_summary(struct ct_session *session,
					    bool as_json, char **ret);

/** Names that complete a word, of calls and of groups, one a line; free with
 * ct_free(). */
struct ct_error *ct_session_complete_syscall(const char *word, char **ret);

#ifdef __cplusplus
}
#endif
#endif
