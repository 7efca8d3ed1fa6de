/* SPDX-License-Identifier: MIT */
/*
 * System calls in a session; see <ctester/syscalls.h>.
 *
 * syscall_engines.c says which engine sees to what, syscall_notify.c decides
 * without stops.
 * syscall_requests.c has what was asked for, syscall_filters.c which calls of
 * these count, syscall_threads.c the threads, syscall_stops.c the calls that
 * they are in, syscall_callers.c who makes them, syscall_mocks.c what is done
 * to calls, syscall_output.c where they go.
 */
#ifndef CT_SESSION_SYSCALLS_H
#define CT_SESSION_SYSCALLS_H

#include <pthread.h>
#include <uthash.h>

#include "ctester/notify.h"
#include "ctester/syscalls.h"
#include "decide/mask.h"
#include "session/internal.h"
#include "syscall/syscalls.h"

enum {
	CT_WISHES_MAX = 64, /* bits of ct_syscall_call::wishes */
	CT_SYSCALL_OTHERS_MAX = 64,
	/* record->engine */
	CT_ENGINE_STOPS = 0,
	CT_ENGINE_NOTIFY = 1,
	/* The kernel's word that it makes a call again (linux/errno.h). */
	CT_RESTART_FIRST = 512,
	CT_RESTART_LAST = 516,
};

/* Some calls, by their numbers. */
struct ct_syscall_set {
	bool all;
	uint64_t bits[CT_SYSCALL_NUMBERS / 64];
	size_t other_count; /* numbers beyond */
	uint64_t others[CT_SYSCALL_OTHERS_MAX];
};

struct ct_syscall_filter;

/* A request.  Its bit in sets of wishes is its place in the table. */
struct ct_wish {
	uint32_t id; /* 0: the place is free */
	bool ended;  /* only what was collected is left */
	bool recorded, collected, entries;
	struct ct_syscall_set set;
	struct ct_syscall_filter *filter; /* or NULL */
	uint64_t calls;                   /* seen of the set: $nth */
	struct ct_record **list;          /* collected and not taken yet */
	size_t count, capacity;
};

struct ct_syscall_answer {
	uint32_t id; /* 0: it was taken away */
	const struct ct_syscall_form *form;
	struct ct_syscall_mock how; /* its parts are the arena's */
	struct ct_syscall_filter *filter;
	struct ct_mock_entry outs;
	const struct ct_plan *plan; /* of them */
	ct_ref mask;                /* struct ct_mask; 0: none */
	uint64_t seen;              /* calls that the filter let through */
	uint32_t used;
	size_t argument_count;
	struct {
		size_t index;
		uint64_t value;
	} arguments[CT_SYSCALL_ARGS];
};

enum ct_syscall_state {
	CT_CALL_MADE,     /* by the kernel, as it is */
	CT_CALL_ANSWERED, /* its exit is that of no call */
	CT_CALL_SLEEPS,   /* what the kernel makes is a nanosleep */
	CT_CALL_AGAIN,    /* the thread is sent to make it, after that */
	CT_CALL_DELAYED,  /* its notification waits for its answer */
};

/* A call that has not returned. */
struct ct_syscall_call {
	const struct ct_syscall_form *form;
	uint64_t number, args[CT_SYSCALL_ARGS], pc, sp;
	uint64_t sent[CT_SYSCALL_ARGS]; /* arguments, as the kernel has them */
	uint64_t wishes;
	uint64_t waiting;         /* of these, whose filter needs the result */
	struct ct_record *record; /* NULL: nobody wants it */
	enum ct_syscall_state state;
	/* Where registers are, while they are not the thread's: gregs of a
	 * signal frame; or 0. */
	uint64_t frame;
	/* Delayed: the number of its notification, and what it will be. */
	uint64_t notified;
	struct ct_record *whole; /* NULL: like record */
	bool changed;            /* registers are to be put back */
	uint32_t answer;         /* 1 + index of the mock; 0: none */
};

struct ct_syscall_thread {
	pid_t tid, pid;
	bool in_call;
	struct ct_syscall_call call;
	/* Interrupted by signals, the last one at the end; a handler runs, or
	 * the kernel is about to make them again. */
	size_t interrupted_count;
	struct ct_syscall_call *interrupted;
	UT_hash_handle hh;
};

/* What calls of one number have cost. */
struct ct_syscall_count {
	uint32_t number;
	const char *name;
	uint64_t calls, errors, total_ns;
	UT_hash_handle hh;
};

/* The index of a form's signature in the session's table. */
struct ct_syscall_signature {
	const struct ct_signature *signature;
	uint32_t index;
	UT_hash_handle hh;
};

/* Where the call at hand is made. */
struct ct_syscall_site {
	pid_t pid, tid; /* 0: only its engine knows */
	uint64_t pc, sp;
	uint64_t caller;      /* 0: not looked for yet */
	const uint8_t *stack; /* of it from sp on what was read already */
	size_t stack_size;
};

struct ct_syscall_step;

/* A filter in a program, and what it is asked for by. */
struct ct_syscall_notifier {
	struct ct_syscall_notifier *next;
	uint32_t id;
	struct ct_session *session;
	struct ct_notify *notify;
	struct ct_syscall_set set; /* what the filter asks about */
	size_t pid_count; /* the processes that have it, and are ours */
	pid_t *pids;
	struct ct_record *whole; /* the server's, of CT_CAPTURE_SIZE bytes */
};

struct ct_syscall_tracing {
	/* For what servers of notifications read: requests, mocks, forms, the
	 * sets below.  Never held while the program is waited for; recursive,
	 * since filters ask Python, which may ask for more. */
	pthread_mutex_t lock;
	enum ct_syscall_engine engine;
	/* Numbers for which somebody is content with entries; for which
	 * somebody is not. */
	struct ct_syscall_set entries, stops;
	struct ct_syscall_notifier *notifiers;
	bool is_draining;
	char *path;
	struct ct_syscalls *syscalls; /* NULL: not opened yet */
	uint32_t next_id;
	struct ct_wish wishes[CT_WISHES_MAX];
	uint64_t active; /* of them, which have not ended */
	struct ct_syscall_thread *threads;
	size_t answer_count;
	struct ct_syscall_answer *answers; /* mocks, in their order */
	struct ct_syscall_count *counts;
	struct ct_syscall_signature *signatures;
	struct ct_syscall_site site;
	struct ct_syscall_step *steps; /* what is known of addresses */
};

static inline void ct_syscalls_lock(struct ct_syscall_tracing *tracing)
{
	if (tracing)
		pthread_mutex_lock(&tracing->lock);
}

static inline void ct_syscalls_unlock(struct ct_syscall_tracing *tracing)
{
	if (tracing)
		pthread_mutex_unlock(&tracing->lock);
}

/* engines; with the lock, as far as the program runs */
bool ct_syscall_notifier_has(const struct ct_syscall_notifier *notifier,
			     pid_t pid);
/* Whether a call is the notifier's to record and to answer. */
bool ct_syscall_notifier_serves(const struct ct_syscall_tracing *tracing,
				const struct ct_syscall_notifier *notifier,
				uint64_t number);
bool ct_syscall_is_notified(const struct ct_syscall_tracing *tracing, pid_t pid,
			    uint64_t number);
/* Requests, mocks or the engine have changed. */
void ct_session_sort_syscalls(struct ct_session *session);
/* What a process has to be stopped at; pid 0: any. */
void ct_syscall_find_stops(const struct ct_syscall_tracing *tracing, pid_t pid,
			   struct ct_syscall_set *ret);
/* The process is gone, or let go. */
void ct_session_end_notifying(struct ct_session *session, pid_t pid);
void ct_session_forget_notifiers(struct ct_session *session);

/* notify */
/* ct_notify_decide_fn for a struct ct_syscall_notifier. */
void ct_syscall_decide(void *arg, struct ct_notify *notify,
		       const struct ct_notify_call *call, void *payload,
		       size_t capacity, struct ct_notify_answer *answer);

/* requests */
void ct_syscall_set_join(struct ct_syscall_set *to,
			 const struct ct_syscall_set *from);
bool ct_syscall_set_has(const struct ct_syscall_set *set, uint64_t number);
/* Whether any request or mock is for a call of that number. */
bool ct_syscall_is_wanted(const struct ct_syscall_tracing *tracing,
			  uint64_t number);
CT_MUST_CHECK
struct ct_error *ct_syscall_set_add_number(struct ct_syscall_set *set,
					   uint64_t number);
/* Add what a name means; *number is that of a call, for a group ~0. */
CT_MUST_CHECK
struct ct_error *ct_syscall_set_add(struct ct_syscall_set *set,
				    const char *name, uint64_t *number);
/* Open the prototypes, once. */
CT_MUST_CHECK
struct ct_error *ct_session_open_syscalls(struct ct_session *session);
void ct_session_forget_syscalls(struct ct_session *session);
/* A session that is destroyed gets no stops any more. */
void ct_session_unbind_syscall_stops(const struct ct_session *session);

/* filters */
CT_MUST_CHECK
struct ct_error *ct_syscall_filter_create(const char *text, bool result_allowed,
					  struct ct_syscall_filter **ret);
void ct_syscall_filter_destroy(struct ct_syscall_filter *filter);
/* Whether it asks for what is only known of a thread that is stopped, as the
 * stack, or has returned. */
bool ct_syscall_filter_needs_stops(const struct ct_syscall_filter *filter);
/* Compile it for a form, before it is run by who cannot. */
void ct_syscall_filter_prepare(struct ct_syscall_filter *filter,
			       const struct ct_syscall_form *form);
/* Refuse an expression that fits none of the calls; and, unless it is also
 * asked of other calls, one that speaks of what only those have. */
CT_MUST_CHECK
struct ct_error *ct_syscall_filter_check(struct ct_session *session,
					 struct ct_syscall_filter *filter,
					 const struct ct_syscall_set *set,
					 bool of_others);
enum ct_syscall_verdict {
	CT_VERDICT_NO,
	CT_VERDICT_YES,
	CT_VERDICT_LATER, /* at the exit */
};
/* A record without a result is one of the entry; the session's site is its. */
enum ct_syscall_verdict ct_syscall_filter_run(
    struct ct_session *session, struct ct_syscall_filter *filter,
    const struct ct_syscall_form *form, const struct ct_record *record,
    const struct ct_memory *memory, uint64_t nth);

/* callers */
/* The return address of the function that the call is meant by; 0: that cannot
 * be known. */
uint64_t ct_session_syscall_caller(struct ct_session *session,
				   struct ct_syscall_site *site);
void ct_session_forget_syscall_steps(struct ct_session *session);

/* threads */
/* NULL: no memory. */
struct ct_syscall_thread *ct_syscall_get_thread(
    struct ct_syscall_tracing *tracing, pid_t pid, pid_t tid);
void ct_syscall_forget_call(struct ct_syscall_call *call);
/* The call will not return, for these wishes. */
void ct_session_give_up(struct ct_session *session,
			struct ct_syscall_call *call, uint64_t wishes);
/* The wish ends: what it waits for is unfinished for it. */
void ct_session_leave_wish(struct ct_session *session, uint64_t bit);
void ct_session_forget_syscall_threads(struct ct_session *session);
/* Calls of threads that are not among tids have ended with these; with no
 * tids, of all threads of the process. */
void ct_session_abandon_syscalls(struct ct_session *session, pid_t pid,
				 const pid_t *tids, size_t count);
/* The process runs another program: only the thread that did so is left, by
 * the number of the first. */
void ct_session_syscalls_executed(struct ct_session *session, pid_t pid);

/* mocks */
/* The mock for a call that has that record; NULL: none. */
struct ct_syscall_answer *ct_session_find_answer(
    struct ct_session *session, const struct ct_syscall_form *form,
    const struct ct_record *record, const struct ct_memory *memory);
/* Do what it says at the entry; *done when the call is complete. */
CT_MUST_CHECK
struct ct_error *ct_syscall_answer_enter(const struct ct_syscall_answer *answer,
					 pid_t pid, pid_t tid,
					 struct ct_syscall_call *call);
/* At the exit; *over when the call has ended with *result. */
CT_MUST_CHECK
struct ct_error *ct_syscall_answer_leave(const struct ct_syscall_answer *answer,
					 pid_t pid, pid_t tid,
					 struct ct_syscall_call *call,
					 bool *over, int64_t *result);
/* Write what it says behind pointers. */
CT_MUST_CHECK
struct ct_error *ct_syscall_answer_write(
    const struct ct_syscall_answer *answer,
    const uint64_t args[CT_SYSCALL_ARGS],
    struct ct_error *(*write)(void *arg, uint64_t addr, const void *data,
			      size_t size),
    void *arg);
/* Whether all mocks do without exits. */
bool ct_session_answers_are_simple(const struct ct_session *session);
/* How often mocks have answered, into their places by number. */
void ct_session_count_answers(const struct ct_session *session, uint32_t *ret,
			      size_t capacity);
size_t ct_session_unused_answers(const struct ct_session *session);
/* unused: those alone that should have been used. */
void ct_session_report_answers(const struct ct_session *session, bool unused,
			       struct ct_buffer *out);
void ct_session_forget_answers(struct ct_session *session);

/* output */
CT_MUST_CHECK
struct ct_error *ct_session_syscall_signature(
    struct ct_session *session, const struct ct_syscall_form *form,
    uint32_t *ret);
/* A call is complete, for these wishes. */
void ct_session_deliver(struct ct_session *session,
			const struct ct_record *record, uint64_t wishes);
void ct_session_forget_counts(struct ct_session *session);
void ct_session_forget_list(struct ct_wish *wish);

#endif
