/* SPDX-License-Identifier: MIT */
/* What stands in for a monitored call: the parts of stand_in.c. */
#ifndef CT_SESSION_STAND_IN_H
#define CT_SESSION_STAND_IN_H

#include "ctester/stand_ins.h"
#include "session/call.h"

enum {
	CT_REPLY_ARGS = 6 /* in registers (ABI 3.2.3) */
};

/* What becomes of a call that its mask lets run.  All zeros: it runs. */
struct ct_reply {
	bool returns; /* at once, with this: */
	bool is_real; /* for the program, that was the function */
	bool set_errno;
	int errno_value;
	uint64_t result;
	uint64_t delay_ns;
	uint32_t replaced; /* it runs, with other arguments: bits */
	uint64_t args[CT_REPLY_ARGS];
};

/* A call at its entry. */
struct ct_stand_in {
	struct ct_session *session;
	const struct ct_call *call;
	const struct ct_place_entry *place;
	const struct ct_regs *regs;
	pid_t tid;
	bool failed;     /* by its mask: nothing is to be done any more */
	bool is_checked; /* __recv_chk() and its like: one argument more */
	uint64_t args[CT_REPLY_ARGS];
};

/* A monitored call is met; and has returned, with registers that may still be
 * changed. */
CT_MUST_CHECK
struct ct_error *ct_session_stand_in(const struct ct_call *call,
				     const struct ct_watch *watch,
				     const struct ct_place_entry *place,
				     bool failed, struct ct_reply *ret);
void ct_session_stood_in(struct ct_session *session,
			 const struct ct_watch *watch,
			 const struct ct_record *record,
			 const struct ct_regs *regs);

/* Whether that has anything to do for the function; and whether it may have the
 * function called once more, or asks the script. */
bool ct_watch_looks_up(const struct ct_watch *watch);
bool ct_session_may_stand_in(const struct ct_session *session,
			     const struct ct_watch *watch);

/* Answer as the reply says. */
CT_MUST_CHECK
struct ct_error *ct_call_reply(const struct ct_call *call,
			       struct ct_watch *watch, struct ct_regs *regs,
			       const struct ct_reply *reply,
			       struct ct_answer *answer);

/* heap.c: blocks of monitored calls of malloc and its like */
void ct_heap_note_malloc(struct ct_session *session, uint64_t ptr,
			 uint64_t size);
void ct_heap_note_realloc(const struct ct_stand_in *call);
void ct_heap_note_realloced(struct ct_session *session, uint64_t ptr,
			    uint64_t size, uint64_t result);
void ct_heap_note_free(const struct ct_stand_in *call, struct ct_reply *ret);
void ct_heap_destroy(struct ct_heap *heap);

/* read_buffer.c */
enum ct_reader {
	CT_READER_READ,
	CT_READER_RECV,
	CT_READER_RECVFROM,
};
CT_MUST_CHECK
struct ct_error *ct_session_read_buffered(const struct ct_stand_in *call,
					  enum ct_reader reader,
					  struct ct_reply *ret);

/* method.c */
CT_MUST_CHECK
struct ct_error *ct_session_ask_method(const struct ct_stand_in *call,
				       enum ct_method which,
				       struct ct_reply *ret);
void ct_session_tell_method(struct ct_session *session,
			    struct ct_method_call *call);

/* lookup.c: getaddrinfo for several names */
/* A thread that calls it has left an earlier call, by a jump. */
void ct_session_leave_lookup(const struct ct_stand_in *call);
/* Begin with the first of the lines, for a call that runs then. */
CT_MUST_CHECK
struct ct_error *ct_session_look_up(const struct ct_stand_in *call,
				    const char *lines, struct ct_reply *ret);
/* A thread is at `site`, maybe back from getaddrinfo: true when regs are those
 * it goes on with, to look up the next. */
bool ct_session_look_on(struct ct_session *session, uint64_t site, pid_t tid,
			struct ct_regs *regs, struct ct_answer *answer);
void ct_lookups_destroy(struct ct_lookup *lookups);

#endif
