/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A session: what is watched and mocked in one program, and all that was
 * recorded.  It decides; an engine tells it of calls and does what it says.
 *
 * One thread at a time; with the breakpoint engine that is GDB's main thread,
 * which is the program's tracer.
 */
#ifndef CTESTER_SESSION_H
#define CTESTER_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ctester/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ct_session;

/** The library's version: "0.1.0". */
const char *ct_version(void);

/**
 * @param prototypes  Path of the shipped prototypes (prototypes.so), or NULL.
 * @param ret         Release with ct_session_destroy().
 */
struct ct_error *ct_session_create(const char *prototypes,
				   struct ct_session **ret);
void ct_session_destroy(struct ct_session *session);

/** What can be set with ct_session_set_option(). */
enum ct_option {
	CT_OPTION_STRING_LIMIT,  /**< bytes of a string; default 200 */
	CT_OPTION_ARRAY_LIMIT,   /**< elements of an array; default 200 */
	CT_OPTION_DEPTH,         /**< pointers followed; default 3 */
	CT_OPTION_LIVE,          /**< 1: calls are shown as they happen */
	CT_OPTION_QUIRKS,        /**< 1: C tests get the reference's quirks */
	CT_OPTION_ENDLESS_MASKS, /**< 1: C tests' masks go on for ever */
	CT_OPTION_AGENT,         /**< 1: functions are hooked in the program */
	CT_OPTION_RING,      /**< enum ct_ring_full, of programs from now on */
	CT_OPTION_RING_SIZE, /**< MiB for each thread, a power of two; 0: as it
				comes */
	CT_OPTION_STEPS,     /**< 1: the user goes on in steps */
	CT_OPTIONS
};

/** Limits count for what is watched from then on. */
struct ct_error *ct_session_set_option(struct ct_session *session,
				       enum ct_option option, uint64_t value);

/* What to watch. */

/** Which calls of a function count. */
enum ct_scope {
	CT_SCOPE_BOUNDARY, /**< from outside the defining file; for the main
				program's functions, every call */
	CT_SCOPE_ALL,      /**< every call of the function's code */
	CT_SCOPE_PROGRAM,  /**< made by the main program's code */
};

/** Take the program to watch; NULL forgets the one before. */
struct ct_error *ct_session_set_executable(struct ct_session *session,
					   const char *path);

/** Where separate debug files are, as GDB's debug-file-directory says it: a
 * list separated by ':'.  By default /usr/lib/debug. */
struct ct_error *ct_session_set_debug_directories(struct ct_session *session,
						  const char *directories);

/** Read prototypes out of a C header; @p count is how many it has. */
struct ct_error *ct_session_add_header(struct ct_session *session,
				       const char *path, size_t *count);

/**
 * Record the calls of functions.
 *
 * @param what    FUNCTION, LIBRARY:FUNCTION, FILE.c:FUNCTION; `*`, `?` and
 *                `[…]` in FUNCTION match names as fnmatch(3) does.
 * @param filter  An expression that calls must fulfil, or NULL.
 * @param count   Set to the number of functions watched for it now; 0 when
 *                the library is not loaded yet.
 */
struct ct_error *ct_session_trace(struct ct_session *session, const char *what,
				  enum ct_scope scope, const char *filter,
				  size_t *count);

/** Stop recording; NULL is everything that is traced.  Mocks stay. */
struct ct_error *ct_session_untrace(struct ct_session *session,
				    const char *what, size_t *count);

/** What a mock writes through a pointer that its caller has passed. */
struct ct_mock_out {
	const char *parameter; /**< its name; or its position from 0, in
				    digits */
	const char *value;     /**< of what it points to; see the literals */
};

/** How a mock answers. */
struct ct_mock_options {
	uint32_t times; /**< uses; 0: whenever no other mock answers */
	bool required;  /**< unused, it is reported */
	bool set_errno; /**< errno_value counts */
	bool strict;    /**< answers only while the sandbox is open */
	bool asks;      /**< the judge decides, too: ct_session_set_judge() */
	int errno_value;
	int signal; /**< sent to the calling thread; 0: none */
	enum ct_scope scope;
	uint64_t delay_ns;  /**< how long the call takes */
	const char *filter; /**< which calls it answers, or NULL */
	const char *caller; /**< whose calls: a function or library, or NULL */
	/** How reports say what is raised, such as "OSError: no disk"; NULL:
	 * nothing is. */
	const char *raises;
	/** A Python expression, evaluated in the program, that makes the
	 * exception to raise there; NULL: none. */
	const char *exception;
	size_t out_count;
	const struct ct_mock_out *out;
};

/**
 * Queue an answer for a function: the next call that no earlier one takes
 * returns it, and the real function does not run.
 *
 * @param library  "" for the main program.
 * @param value    As libcore/value/literal.h describes; NULL for void.
 * @param id       Set to the number of the mock in reports.
 */
struct ct_error *ct_session_mock(struct ct_session *session,
				 const char *library, const char *function,
				 const char *value,
				 const struct ct_mock_options *options,
				 uint32_t *id);

/** Take all mocks away, and what was said of functions for the sandbox. */
void ct_session_clear_mocks(struct ct_session *session);

/* Monitored functions: statistics are wanted of them, and they can be made to
 * fail.  `what` is FUNCTION, LIBRARY:FUNCTION or FILE.c:FUNCTION; what cannot
 * be found because there is no program or library yet is looked for later. */

/** When calls of a function are recorded, and may fail. */
enum ct_monitor_state {
	CT_MONITOR_OFF,
	CT_MONITOR_SANDBOX, /**< while the sandbox is open */
	CT_MONITOR_AT_ONCE, /**< always */
};

/**
 * Of a library's function, the calls count that the main program's own code
 * makes; of one of the program's, all.
 */
struct ct_error *ct_session_monitor(struct ct_session *session,
				    const char *what,
				    enum ct_monitor_state state);
struct ct_error *ct_session_monitored(struct ct_session *session,
				      const char *what,
				      enum ct_monitor_state *ret);

/** What failing calls of a function do, and which calls are counted. */
struct ct_failure_options {
	const char *value; /**< of the result; NULL: all zeros */
	bool set_errno;    /**< errno_value counts */
	int errno_value;
	uint32_t thread; /**< calls of that one, as GDB counts them; 0: all */
	const char *filter; /**< which calls, or NULL */
	const char *caller; /**< whose calls: a function or library, or NULL */
};

/** Say what failing calls do; NULL for what they do by themselves. */
struct ct_error *ct_session_set_failure(
    struct ct_session *session, const char *what,
    const struct ct_failure_options *options);

/**
 * Say which calls of a monitored function fail, from the next one on.
 *
 * @param calls  As libcore/decide/mask.h describes.
 * @param keeps  A call that does not fail, does not use up its bit.
 */
struct ct_error *ct_session_fail(struct ct_session *session, const char *what,
				 const char *calls, bool keeps);

/** Which calls are still to fail, as a mask: "0x6", "0x80000000+".  Free with
 * ct_free(). */
struct ct_error *ct_session_failing(struct ct_session *session,
				    const char *what, char **ret);

/**
 * The prototype of a monitored function: a line with the type of its result,
 * and one for each parameter, with its name and type, which a tab separates.
 * Free with ct_free(); "" while there is no such function.
 */
struct ct_error *ct_session_prototype(struct ct_session *session,
				      const char *what, char **ret);

/** What the user should know of calls that will not be seen, a line each;
 * NULL for nothing.  Free with ct_free(). */
char *ct_session_take_warnings(struct ct_session *session);

/* The sandbox: while it is open, mocks that are strict answer, and a call of
 * a mocked function for which none is left stops the program. */

/** What calls of a function do in the sandbox, where no mock answers. */
enum ct_attitude {
	CT_ATTITUDE_SPY,   /**< the real function runs, and is recorded */
	CT_ATTITUDE_ALLOW, /**< the real function runs */
};

/** @param caller  A function or library whose calls are meant; NULL: all. */
struct ct_error *ct_session_permit(struct ct_session *session,
				   const char *library, const char *function,
				   enum ct_attitude attitude,
				   enum ct_scope scope, const char *caller);

/** Open or close the sandbox. */
void ct_session_arm(struct ct_session *session, bool armed);

/** Whether it is open, and the program is between its bounds. */
bool ct_session_is_open(const struct ct_session *session);

/**
 * While the sandbox is open, intercept only between two places: from a call
 * of @p start on, until one of @p end, or without that, until @p start has
 * returned.  NULL for both ends that.
 *
 * @param start  FUNCTION, LIBRARY:FUNCTION or FILE.c:FUNCTION, like @p end.
 */
struct ct_error *ct_session_bound_sandbox(struct ct_session *session,
					  const char *start, const char *end);

/**
 * In the sandbox, no function of a library that has mocks is called without
 * a mock of its own (boundary calls only).  The main program is no library.
 */
struct ct_error *ct_session_set_strict_libraries(struct ct_session *session,
						 bool strict);

/**
 * Who decides about mocks that ask: called when such a mock is the next one,
 * with its number and the arguments as a tuple in Python.  False passes it
 * over.
 */
typedef bool (*ct_judge)(void *arg, uint32_t mock, const char *arguments);
void ct_session_set_judge(struct ct_session *session, ct_judge judge,
			  void *arg);

/**
 * The calls that a test can assert, in Python: a tuple a line,
 *
 *   (seq, library, function, args, result, errno, out, tid, caller, outcome,
 *    raised, must, open, guessed, note, addresses)
 *
 * args a tuple of values (ct_value_encode_python()), out a dict of what
 * parameters point to at the return where that has changed, caller and
 * raised text or None, outcome as in traces, must whether a test has to
 * assert it, open whether it has not returned.  guessed: nothing says what the
 * parameters are, and args are six words.  note: a sentence or None, of how a
 * caller through libffi contradicts the prototype.  addresses is None unless
 * the call was monitored; then it is what was passed for each parameter that is
 * a pointer, and None for the others.  In order of completion, some 100 KB at
 * once; those that have not returned come when all others are known, and again
 * the next time.
 *
 * @param since  How many completed ones are known already.
 * @param next   Set to what to give the next time; @p since, when those that
 *               were given have not returned.
 * @param ret    Free with ct_free().
 */
struct ct_error *ct_session_interactions(struct ct_session *session,
					 size_t since, size_t *next,
					 char **ret);

/** How often the mocks have answered: fills @p ret by number, up to
 * @p capacity, and returns one more than the highest number. */
size_t ct_session_mock_uses(const struct ct_session *session, uint32_t *ret,
			    size_t capacity);

/** Something that is the same for all spellings of a library's name; "" is
 * the main program.  CT_ERROR_AMBIGUOUS for a name of several libraries. */
struct ct_error *ct_session_library_key(struct ct_session *session,
					const char *name, char **ret);

/**
 * Where mocked functions are intercepted in a process, a line a place, and who
 * else is there: fields separated by tabs,
 *
 *   library function address kind patcher
 *
 * kind is "preloaded" (address 0: the library `patcher` has a function of that
 * name, which the program calls instead), "patched" (the code has been changed;
 * `patcher` is the library it jumps to, where that is known), or empty.
 */
struct ct_error *ct_session_conflicts(struct ct_session *session, pid_t pid,
				      char **ret);

/* The running program, as the engine sees it. */

/**
 * The process has started, or other files are mapped, or what is watched has
 * changed: find the places to intercept anew.
 *
 * @param tid      A stopped thread of the process.
 * @param settled  False while the dynamic loader has not relocated the
 *                 program: slots and IFUNCs are left for later.
 * @return What has failed; NULL also when that is because the process has been
 *         killed meanwhile.
 */
struct ct_error *ct_session_update(struct ct_session *session, pid_t pid,
				   pid_t tid, bool settled);

/** Whether a process is a C test, with the kit in it. */
enum ct_kit_state {
	CT_KIT_NONE,
	CT_KIT_ARMED,   /**< its calls go to the kit's wrappers */
	CT_KIT_REFUSED, /**< it cannot be monitored: it was said why */
};

/**
 * The kit of the process that the last update was of.
 *
 * @param ask_place  Set to the function at whose entry the program wants to
 *                   be told where it is, as <CTester/kit.h> says; 0: none.
 */
enum ct_kit_state ct_session_kit(const struct ct_session *session,
				 uint64_t *ask_place);

/** True when the program to be run is linked with the kit. */
bool ct_session_expects_kit(struct ct_session *session);

/** The process has ended: code is its exit status, or minus the signal. */
void ct_session_exited(struct ct_session *session, pid_t pid, int code);

/** The process runs another program now. */
void ct_session_executed(struct ct_session *session, pid_t pid,
			 const char *path);

/** GDB has detached from the process. */
void ct_session_left(struct ct_session *session, pid_t pid);

/** A thread has been started, other than the first. */
void ct_session_thread_started(struct ct_session *session, pid_t pid,
			       pid_t tid);

/** Look whether threads have ended: their open calls did not return. */
void ct_session_find_ended_threads(struct ct_session *session, pid_t pid);

/** The process has forked a child. */
void ct_session_forked(struct ct_session *session, pid_t pid, pid_t tid,
		       pid_t child);

/**
 * A thread stands where it has forked, or has executed another program: tell
 * the trace.  The kernel is asked, so that it may be called to find out.
 */
void ct_session_find_fork(struct ct_session *session, pid_t pid, pid_t tid);
bool ct_session_find_exec(struct ct_session *session, pid_t pid, pid_t tid);

/** Where a stopped thread is; 0 when that cannot be known.  GDB's own answer
 * may need debug information that it finds damaged. */
uint64_t ct_session_pc(struct ct_session *session, pid_t tid);

/** A signal was given to the program. */
void ct_session_signalled(struct ct_session *session, pid_t pid, pid_t tid,
			  const char *signal);

/** Write a sentence for the reader into the trace. */
void ct_session_note(struct ct_session *session, const char *text);

/** Where to stop in the process at hand: fills @p ret with up to @p capacity
 * addresses and returns how many there are. */
size_t ct_session_places(struct ct_session *session, uint64_t *ret,
			 size_t capacity);

/** Bits of ct_answer::actions. */
enum ct_answer_action {
	CT_ANSWER_RETURN_SITE = 1 << 0, /**< also stop at return_site */
	CT_ANSWER_MOVED = 1 << 1,   /**< registers were written behind GDB */
	CT_ANSWER_STOP = 1 << 2,    /**< give the user a prompt */
	CT_ANSWER_TEXT = 1 << 3,    /**< ct_session_take_text() has something */
	CT_ANSWER_TROUBLE = 1 << 4, /**< ct_session_take_trouble() has */
	/** The user's `step` would miss where the thread is: a prompt, unless
	 * GDB waits there itself. */
	CT_ANSWER_ARRIVED = 1 << 5,
	/** A request for system calls has collected some. */
	CT_ANSWER_CALLS = 1 << 6,
};

/** What the engine is to do after a stop. */
struct ct_answer {
	uint32_t actions;
	uint32_t reserved;
	uint64_t return_site;
};

/**
 * A thread stands at a place.
 *
 * @return the actions, also in @p ret.  What goes wrong does not stop the
 *         program: it is told by CT_ANSWER_TROUBLE.
 */
uint32_t ct_session_hit(struct ct_session *session, uint64_t place, pid_t pid,
			pid_t tid, struct ct_answer *ret);

/** A thread stands at a return site. */
uint32_t ct_session_returned(struct ct_session *session, uint64_t site,
			     pid_t pid, pid_t tid, struct ct_answer *ret);

/**
 * Threads that stand at an address are usually sent on behind the breakpoint,
 * to a copy of the instruction.  Not so where the user has a breakpoint, too,
 * or while a `next` or `finish` waits there: the user would be shown another
 * place.
 */
void ct_session_keep(struct ct_session *session, uint64_t addr, bool keep);

/** The same for every address: while the user steps. */
void ct_session_keep_all(struct ct_session *session, bool keep);

/** True when a stopped thread has come to where it is by a single step. */
bool ct_session_was_stepped(pid_t tid);

/* What was recorded. */

/** Completed calls. */
size_t ct_session_call_count(struct ct_session *session);

/** Text of calls that happened since the last time, which the caller frees
 * with ct_free(); NULL for none. */
char *ct_session_take_text(struct ct_session *session);

/** Like that, with calls that have not returned yet: before a prompt. */
char *ct_session_flush_text(struct ct_session *session);

/** What went wrong since the last time, a line each; NULL for nothing.  Free
 * with ct_free(). */
char *ct_session_take_trouble(struct ct_session *session);

/** How a trace is written. */
enum ct_trace_format {
	CT_TRACE_BY_NAME, /**< .jsonl and .json: JSON Lines, else text */
	CT_TRACE_JSONL,
	CT_TRACE_TEXT,
};

/** Write everything recorded so far to a file. */
struct ct_error *ct_session_save(struct ct_session *session, const char *path,
				 enum ct_trace_format format, size_t *count);

/**
 * The trace so far over again, in pieces of some 100 KB.
 *
 * @param format  CT_TRACE_JSONL, else text.
 * @param last    How many of the last calls; SIZE_MAX for all.
 * @param ret     Set to what ct_retelling_destroy() ends.
 */
struct ct_retelling;
struct ct_error *ct_session_retell(struct ct_session *session,
				   enum ct_trace_format format, size_t last,
				   struct ct_retelling **ret);

/** The next piece, which the caller frees with ct_free(); NULL for no more,
 * as behind ct_session_clear(). */
struct ct_error *ct_retelling_next(struct ct_retelling *retelling, char **ret);

/** To be called before the session's end. */
void ct_retelling_destroy(struct ct_retelling *retelling);

/** Write calls to a file as they complete; NULL ends that. */
struct ct_error *ct_session_open_trace(struct ct_session *session,
				       const char *path,
				       enum ct_trace_format format);

/**
 * Forget what was recorded and set the counters to zero.  Without a process,
 * forget the libraries that the runs so far have opened, too: what comes is as
 * in a new session.
 */
void ct_session_clear(struct ct_session *session);

/** Reports: several lines, which the caller frees with ct_free(). */
enum ct_report {
	CT_REPORT_TARGETS, /**< what is watched, where, by which prototype */
	CT_REPORT_MOCKS,
	CT_REPORT_STATS,   /**< a table of counts and times */
	CT_REPORT_SUMMARY, /**< a line: calls, mocks, trouble */
	CT_REPORT_TRACE,   /**< the trace as text */
	CT_REPORT_JSONL,   /**< the whole trace as JSON Lines */
	CT_REPORT_COUNTS,  /**< CT_REPORT_STATS as JSON, a function a line */
	CT_REPORT_UNUSED,  /**< ct_session_unused_mocks(), one a line */
};

/**
 * @param what  For targets, stats and counts: FUNCTION, LIBRARY:FUNCTION or a
 *              glob, NULL for all.  For the trace: how many of the last calls,
 *              in decimal digits, NULL for all.
 * @return CT_ERROR_NOT_FOUND if nothing of that name is traced or mocked.
 */
struct ct_error *ct_session_report(struct ct_session *session,
				   enum ct_report report, const char *what,
				   char **ret);

/** Names that complete a word, one a line; free with ct_free(). */
enum ct_completion {
	CT_COMPLETE_FUNCTION,
	CT_COMPLETE_LIBRARY,
	CT_COMPLETE_WATCHED, /**< functions that are traced or mocked */
};
struct ct_error *ct_session_complete(struct ct_session *session,
				     enum ct_completion what,
				     const char *library, const char *word,
				     char **ret);

/** Unused required mocks; the verdict of a session. */
size_t ct_session_unused_mocks(const struct ct_session *session);

/** Release a string that the library gave out. */
void ct_free(void *memory);

#ifdef __cplusplus
}
#endif
#endif
