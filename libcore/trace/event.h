/* SPDX-License-Identifier: MIT */
/*
 * Events: what a trace is made of, with everything an encoder needs.
 *
 * Encoders are told of events; they do not know sessions, programs or files.
 */
#ifndef CT_TRACE_EVENT_H
#define CT_TRACE_EVENT_H

#include <sys/types.h>

#include "trace/signature.h"
#include "value/record.h"

/* Where a call was made. */
struct ct_caller {
	const char *function; /* NULL: unknown, like the others */
	const char *file;
	unsigned line;
	const char *library;
	struct ct_text json; /* {"function":…,"address":"0x…"} */
};

struct ct_call_event {
	const struct ct_record *record;
	const struct ct_signature *signature;
	const struct ct_caller *caller; /* NULL: unknown */
	const char *engine;
	bool is_open;       /* it has not returned yet */
	const char *raised; /* what the mock raised; NULL: nothing */
	struct ct_symbolizer symbolizer;
};

enum ct_event_kind {
	CT_EVENT_START,  /* text: the program; number: whether a run begins */
	CT_EVENT_EXIT,   /* number: the exit code */
	CT_EVENT_KILLED, /* text: the signal that ended it */
	CT_EVENT_SIGNAL, /* text: SIGSEGV… */
	CT_EVENT_FORK,   /* number: the child */
	CT_EVENT_EXEC,   /* text: the new program */
	CT_EVENT_THREAD, /* number: the new thread */
	CT_EVENT_NOTE,   /* text: what the reader should know */
};

/* Everything that is not a call. */
struct ct_mark {
	enum ct_event_kind kind;
	uint64_t time_ns;
	pid_t pid, tid;
	int64_t number;
	const char *text;
};

/* JSON Lines: one object a line (docs/trace-format.md).  The line is complete
 * with its newline, or nothing is appended and an error returned. */
CT_MUST_CHECK
struct ct_error *ct_jsonl_call(const struct ct_call_event *event,
			       struct ct_buffer *out);
void ct_jsonl_mark(const struct ct_mark *mark, struct ct_buffer *out);

/*
 * Text for people, as a good strace prints it: a call is one line, unless
 * something else happens before it returns; then it is begun with
 * `<unfinished ...>` and ended with `<... name resumed>`.
 */
struct ct_text_trace {
	bool has_open; /* an entry that nothing is printed of yet */
	uint64_t open_seq;
	struct ct_buffer open; /* its line without the newline */
	/* Calls that were printed as unfinished and are to be resumed. */
	uint64_t *begun;
	size_t begun_count, begun_capacity;
	pid_t first_tid;
	bool many_threads;
	uint32_t processes; /* started and not ended yet */
};

void ct_text_trace_init(struct ct_text_trace *trace);
void ct_text_trace_deinit(struct ct_text_trace *trace);

/* A call has begun.  Its record is of the entry. */
CT_MUST_CHECK
struct ct_error *ct_text_begin(struct ct_text_trace *trace,
			       const struct ct_call_event *event,
			       struct ct_buffer *out);
/* A call is complete, whether it was begun here or not. */
CT_MUST_CHECK
struct ct_error *ct_text_end(struct ct_text_trace *trace,
			     const struct ct_call_event *event,
			     struct ct_buffer *out);
void ct_text_mark(struct ct_text_trace *trace, const struct ct_mark *mark,
		  struct ct_buffer *out);
/* Print what is held back, before somebody looks. */
void ct_text_flush(struct ct_text_trace *trace, struct ct_buffer *out);

/* The name of an outcome in traces. */
const char *ct_outcome_name(enum ct_outcome outcome);

/* Python: a tuple a line, see ct_session_interactions(); or the arguments
 * alone, as a tuple.  On an error ct_python_call() appends nothing. */
CT_MUST_CHECK
struct ct_error *ct_python_call(const struct ct_call_event *event,
				struct ct_buffer *out);
CT_MUST_CHECK
struct ct_error *ct_python_args(const struct ct_call_event *event,
				struct ct_buffer *out);

/*
 * A system call as a tuple and a newline:
 *   (seq, number, name, pid, tid, time_ns, duration_ns, (arguments), result,
 *    errno, outcome, {index: path})
 * An argument is (name, type, register, value[, value at the entry]); the
 * value is that of the return, where there was one, and the entry's is there
 * when it was another.  The paths are those of descriptors, at the call; -1 is
 * the result's.  The result is None before there is one, errno without
 * an error.
 */
CT_MUST_CHECK
struct ct_error *ct_python_syscall(const struct ct_call_event *event,
				   struct ct_buffer *out);

/* How much of argument i a trace shows.  Names, and what ends with a NUL, are
 * whole as far as they were captured; data is cut at the user's limit. */
struct ct_limits ct_event_limits(const struct ct_call_event *event, size_t i);

/* Reads values of a call, at the call or at the return. */
static inline struct ct_decoder ct_event_decoder(
    const struct ct_call_event *event, bool at_return)
{
	return (struct ct_decoder){
	    .memory = at_return ? ct_record_exit_memory(event->record)
				: ct_record_entry_memory(event->record),
	    .symbolizer = event->symbolizer,
	    .limits = event->signature->plan->limits,
	};
}

/* The value of parameter i of a call, at the call or at the return. */
struct ct_value ct_event_argument(const struct ct_call_event *event, size_t i,
				  bool at_return);
/* Append it, as it was at the call, if that is a number and nothing more. */
static inline bool ct_event_put_number(const struct ct_call_event *event,
				       size_t i, struct ct_buffer *out)
{
	const struct ct_signature_part *part = &event->signature->parameters[i];
	const struct ct_plan_parameter *parameter =
	    &ct_plan_parameters(event->signature->plan)[i];
	return part->number_size && !parameter->absent &&
	       ct_part_put_number(
		   part, ct_record_args(event->record) + parameter->offset,
		   parameter->size, out);
}
struct ct_value ct_event_result(const struct ct_call_event *event);
struct ct_value ct_event_tail(const struct ct_tail_value *value);

#endif
