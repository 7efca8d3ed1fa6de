/* SPDX-License-Identifier: MIT */
/* What the files of a session share; see <ctester/session.h>. */
#ifndef CT_SESSION_INTERNAL_H
#define CT_SESSION_INTERNAL_H

#include <uthash.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "ctester/pads.h"
#include "ctester/process.h"
#include "ctester/session.h"
#include "ctester/stand_ins.h"
#include "decide/decide.h"
#include "decide/target.h"
#include "program/program.h"
#include "session/frames.h"
#include "session/timeline.h"
#include "trace/event.h"
#include "value/capture.h"
#include "value/literal.h"

/* Sparse; a program of 1,000 threads has 7 MiB for each of them, of which it
 * touches little. */
#define CT_REGION_SIZE (UINT64_C(8) << 30)

enum {
	CT_WATCH_SYMBOLS_MAX = 16, /* versions and aliases of a function */
	CT_SPARE_AGENTS = 8,
	CT_AGENT_TEXTS = 64, /* programs that have it at a time */
};

/* A function that is watched: the target that decides, and what only GDB's
 * side needs. */
struct ct_watch {
	struct ct_module *module;
	const char *library;  /* as reports name it */
	const char *function; /* as the user named it */
	const char *symbol;   /* the linker's name: a clone's has a suffix */
	struct ct_target *target;
	struct ct_signature *signature; /* of the limits as they are now */
	uint32_t signature_index;
	const struct ct_plan *plan;
	struct ct_type *type;
	enum ct_prototype_source source;
	bool traced;
	bool sets_errno; /* when it fails, as its man page says */
	bool is_clone;
	bool returns_twice, no_return; /* the return is not awaited */
	enum ct_scope scope;
	const char *asked;  /* the library or unit as the user named it */
	const char *filter; /* of the trace; or NULL */
	bool of_main;
	bool mocked;       /* it has, or has had, mocks of now */
	bool spent;        /* its mocks were used up before this run */
	bool ruled;        /* something is said of it for the sandbox */
	bool starts, ends; /* the sandbox, when it is called */
	bool neighbour;    /* of a mocked function */
	struct ct_monitor *monitor;          /* or NULL */
	const struct ct_module *followed_by; /* where it goes on */
	/* Where its code is, by file address; an IFUNC's are resolvers. */
	const struct ct_symbol *symbols[CT_WATCH_SYMBOLS_MAX];
	size_t symbol_count;
	size_t place_count;   /* in the running program */
	const char *problem;  /* why there is none; NULL when there is none */
	const char *unhooked; /* why the agent has not got it; NULL: it has,
				 or is not asked */
	size_t inlined;       /* copies that are not seen */
};

/* By what a call is looked at: the function's own prototype, or what its
 * caller through libffi says that it passes. */
struct ct_view {
	uint32_t signature; /* in the session's table */
	const struct ct_plan *plan;
	struct ct_type *caller; /* the caller's prototype; NULL: not known */
	const char *note;       /* how that contradicts the function's */
};

enum ct_request_kind {
	CT_REQUEST_TRACE,
	CT_REQUEST_MOCK,
	CT_REQUEST_PERMIT,
	CT_REQUEST_START, /* the sandbox begins there */
	CT_REQUEST_END,
	CT_REQUEST_NEIGHBOURS, /* of a mocked library, by pattern */
};

/* What was asked for.  One that waits for its library is the arena's. */
struct ct_request {
	struct ct_request *next;
	enum ct_request_kind kind;
	const char *library; /* NULL: any; "": the main program */
	const char *function;
	enum ct_scope scope;
	const char *filter; /* of a trace, or NULL */
	/* A mock's. */
	const char *value;
	struct ct_mock_options options;
	uint32_t id;
	/* A permit's. */
	enum ct_attitude attitude;
	const char *caller;
};

/* What a mock writes through parameter `index`. */
struct ct_mock_write {
	uint32_t index;
	bool exact;                /* bytes, without the NUL of a string */
	struct ct_literal literal; /* a pointer to what is written */
};

/* A mock, for reports; the answer itself is in the region. */
struct ct_mock_entry {
	uint32_t id;
	struct ct_watch *watch;
	struct ct_mock *mock;
	const char *value;
	struct ct_mock_options options; /* its parts are the arena's */
	struct ct_literal literal; /* what has to be placed in the program */
	size_t write_count;
	struct ct_mock_write *writes; /* the arena's */
	pid_t placed_in;              /* the process that has it; 0: none */
};

/* A function that statistics are wanted of, and how it fails.  Named before
 * its library or the program is there, it waits for that. */
struct ct_monitor {
	struct ct_monitor *next;
	uint32_t index;   /* of failing mocks: their `entry` */
	const char *what; /* as the user named it */
	const char *unit; /* FILE.c of that, or NULL */
	enum ct_monitor_state state;
	bool found; /* or it has been said that there is none */
	bool warned;
	struct ct_watch *watch; /* the first of its watches, or NULL */
	ct_ref mask;            /* struct ct_mask; 0: never said */
	bool has_failure;
	/* What failing calls return: its parts are the arena's. */
	uint32_t thread;
	struct ct_mock_entry failure;
};

/* An address to stop at. */
struct ct_place_entry {
	uint64_t addr;
	struct ct_watch *watch; /* NULL for a longjmp that nobody watches */
	uint64_t pad_to;        /* for a pad: the real function; else 0 */
	uint64_t wrapper;       /* where the program's calls go; else 0 */
	bool is_jump;           /* longjmp: calls are left here */
	bool is_catch;          /* a C++ exception is caught: likewise */
	bool is_ffi_call;       /* libffi's: ffi.c */
	bool is_open;           /* dlopen: opened.c */
	bool hooked;            /* the agent has it: no breakpoint */
	UT_hash_handle hh;
};

/* A slot that points to a pad. */
struct ct_slot_entry {
	uint64_t slot, pad;
};

/* Results of IFUNC resolvers in the running process. */
struct ct_resolved {
	uint64_t resolver, target;
	UT_hash_handle hh;
};

/* An instruction's copy to go on at, instead of being stepped over. */
struct ct_bypass {
	uint64_t addr;
	uint64_t copy; /* 0: it cannot be copied */
	UT_hash_handle hh;
};

/* An address that threads are not moved away from. */
struct ct_kept {
	uint64_t addr;
	UT_hash_handle hh;
};

/* A function that is never hooked, and why. */
struct ct_refused {
	uint64_t addr;
	const char *reason;
	UT_hash_handle hh;
};

/* The index of an address in the table of callers. */
struct ct_caller_entry {
	uint64_t addr;
	uint32_t index;
	UT_hash_handle hh;
};

enum {
	CT_NUMBERED = 64,
	CT_LAST_CALLERS = 64
};

/* One process: what is true in it alone. */
struct ct_tracee {
	struct ct_tracee *next;
	pid_t pid; /* 0: there is no process */
	bool settled;
	bool started_told;
	struct ct_place_entry *places; /* by address */
	struct ct_pads *pads;
	uint64_t return_pad;        /* 0: not made yet */
	struct ct_detours *detours; /* NULL: none yet */
	struct ct_opens *opens;     /* threads in dlopen; NULL: none yet */
	struct ct_resolved *resolved;
	struct ct_bypass *bypasses;
	struct ct_kit *kit;         /* a C test's; NULL: not looked for yet */
	struct ct_agent *agent;     /* NULL: there is none; agent.h */
	struct ct_refused *refused; /* by address */
	struct ct_loaded_files *loaded; /* agent_loaded.c; NULL: none yet */
	bool has_many_ffis;
	bool is_postponed; /* some could not be hooked at that moment */
	bool errno_known;
	int64_t errno_offset;
	uint64_t memory_at, memory_end; /* room for mocks' pointees */
	struct ct_heap *heap;           /* of monitored calls; NULL: none yet */
	struct ct_lookup *lookups;      /* threads in getaddrinfo */
	struct ct_placed_text *texts;   /* that methods have returned */
	uint64_t scratch;               /* a few bytes; 0: none yet */
	pid_t *threads; /* all there were, in the order GDB counts them */
	size_t thread_count, thread_capacity;
	/* What was found there last, by the thread's last bits. */
	struct {
		pid_t tid;
		uint32_t number;
	} numbered[CT_NUMBERED];
};

struct ct_agent;
struct ct_loaded_files;
struct ct_ffi;
struct ct_kit;
struct ct_syscall_tracing;
struct ct_read_entry;

/* Where a text is in the program. */
struct ct_placed_text {
	struct ct_placed_text *next;
	uint64_t addr;
	char bytes[];
};

struct ct_session {
	struct ct_program *program;
	struct ct_ffi *ffi; /* NULL: none was met; ffi.c */
	struct ct_region *region;
	struct ct_numbers *numbers;
	int region_fd;         /* for programs with the agent */
	struct ct_arena arena; /* watches, signatures, names */
	struct ct_limits limits;
	bool live;

	bool wants_agent;
	/* Of the last program that had the agent: agent_frames.c. */
	struct ct_agent_code_range {
		uint64_t text, text_end, returned;
	} agent_was;
	/* Whose system calls nobody is told of; looked at by other threads. */
	struct ct_agent_text {
		_Atomic pid_t pid; /* 0: free; written last */
		_Atomic uint64_t low, high;
	} agent_texts[CT_AGENT_TEXTS];
	struct ct_agent_row *agent_rows; /* by address */
	bool steps;                /* the user's commands go on in steps */
	const char *agent_problem; /* why there is none; NULL: not known */
	uint32_t ring_mode;        /* enum ct_ring_mode */
	uint64_t ring_size;        /* bytes; 0: as it comes */
	bool is_draining;
	struct ct_returns drained; /* and not counted yet */
	uint64_t lost; /* calls without a record, of programs that are gone */
	/* Memory of agents whose programs are gone. */
	struct ct_spare {
		ct_ref shared;
		uint64_t ring_size;
	} spares[CT_SPARE_AGENTS];

	struct ct_watch **watches;
	size_t watch_count, watch_capacity;
	struct ct_request *requests; /* waiting */
	struct ct_monitor *monitors;
	/* All there ever were: records are decoded by theirs. */
	struct ct_signature **signatures;
	size_t signature_count, signature_capacity;
	struct ct_mock_entry *mocks;
	size_t mock_count, mock_capacity;
	uint32_t next_mock_id;
	/* By the number of a mock, what it raises, or NULL. */
	const char **raised;
	size_t raised_capacity;
	ct_judge judge; /* or NULL */
	void *judge_arg;
	struct ct_read_entry *read_buffers;
	struct {
		uint32_t which; /* enum ct_method */
		ct_method method;
		void *arg;
	} methods;
	uint64_t opening;   /* how often the sandbox was opened */
	uint64_t opened_ns; /* CLOCK_MONOTONIC: the last time */
	bool strict_libraries;
	bool upstream_quirks; /* of C tests' kits */
	bool endless_masks;   /* of these, too */
	bool ends_at_return;  /* the sandbox: of the call that started it */
	bool counts_depth;    /* a filter: returns of all calls are awaited */
	size_t starts_open;   /* such calls that have not returned */
	bool is_old_sandbox;  /* since it was opened, a program was started */

	/* The processes; `now` is the one that is looked at, or `none`. */
	struct ct_tracee *tracees;
	struct ct_tracee *now;
	struct ct_tracee none;
	uint64_t started_ns; /* CLOCK_MONOTONIC */

	/* Addresses that GDB's user watches, too; or everything. */
	struct ct_kept *kept;
	bool keeps_all;

	struct ct_stubs *stubs;              /* what they are given, or NULL */
	struct ct_syscall_tracing *syscalls; /* syscalls.h; or NULL */

	struct ct_frames *frames;
	struct ct_timeline timeline;
	struct ct_caller_entry *callers; /* by address, while it means that */
	/* Those asked for last, by address, too. */
	const struct ct_caller_entry *last_callers[CT_LAST_CALLERS];
	const struct ct_caller **caller_table; /* all there ever were */
	size_t caller_count, caller_capacity;

	/* Outputs. */
	int trace_fd; /* -1: none */
	char *trace_path;
	bool trace_is_json, trace_broken;
	struct ct_text_trace trace_text, live_text;
	struct ct_buffer line, text, trouble, warnings;
	struct ct_buffer told_callers; /* names, each with its NUL: callers.c */
	/* All names that callers were ever asked for: agent_callers.c. */
	ct_ref *caller_names; /* char[] */
	size_t caller_name_count;
	size_t trouble_count;
	/* The thread whose stop is handled; 0 between stops.  What it calls
	 * meanwhile, it does for us: the server of notifications asks. */
	_Atomic pid_t stopped;

	struct ct_record *scratch; /* CT_CAPTURE_SIZE bytes */
	struct ct_record *second;  /* the same, for a second look */
};

uint64_t ct_monotonic_ns(void);

/* Take the system calls that were told by notification, before anything else
 * is recorded; settles: those that are being decided, too. */
void ct_session_drain_notified(struct ct_session *session, bool settles);

/* Nanoseconds since the program's start. */
uint64_t ct_session_now(const struct ct_session *session);

/* Remember a problem for the user; owns err. */
void ct_session_complain(struct ct_session *session, struct ct_error *err);
/* The same of one with the process at hand, which is none when that is being
 * killed: its end will be told. */
void ct_session_trouble(struct ct_session *session, struct ct_error *err);
/* Whether the stop that is handled has been ended by SIGKILL. */
bool ct_session_is_killed(const struct ct_session *session);

/* processes */
/* Make a process the one that is looked at; false when it is none of ours. */
bool ct_session_enter(struct ct_session *session, pid_t pid);
/* The same for a process that may have ended, without a word. */
void ct_session_look_at(struct ct_session *session, struct ct_tracee *tracee);
void ct_session_forget_tracees(struct ct_session *session);
/* The number of a thread of the process at hand; 0: not known. */
uint32_t ct_session_thread_number(const struct ct_session *session, pid_t tid);
void ct_session_forget_callers(struct ct_session *session);

/* requests and watches */
/* Watches of files that were replaced, by a recompiled program or by exec,
 * go on in the new file when it has such a function. */
CT_MUST_CHECK
struct ct_error *ct_session_follow_modules(struct ct_session *session);
CT_MUST_CHECK
struct ct_error *ct_session_resolve_requests(struct ct_session *session);
/* Apply a request, now or when its library is loaded; *count is to how many
 * functions now. */
CT_MUST_CHECK
struct ct_error *ct_session_ask(struct ct_session *session,
				const struct ct_request *request,
				size_t *count);
/* Apply it; *pending when its library is not there. */
CT_MUST_CHECK
struct ct_error *ct_session_apply(struct ct_session *session,
				  const struct ct_request *request,
				  size_t *count, bool *pending);
CT_MUST_CHECK
struct ct_error *ct_watch_create(struct ct_session *session,
				 struct ct_module *module, const char *function,
				 const struct ct_symbol *symbol,
				 enum ct_scope scope, struct ct_watch **ret);
/* Make the plan anew, by the limits as they are now. */
CT_MUST_CHECK
struct ct_error *ct_watch_replan(struct ct_session *session,
				 struct ct_watch *watch);
/* The view of a call that is of that type; sets signature and plan. */
CT_MUST_CHECK
struct ct_error *ct_watch_plan_view(struct ct_session *session,
				    const struct ct_watch *watch,
				    struct ct_type *type, struct ct_view *ret);
CT_MUST_CHECK
struct ct_error *ct_session_find_watches(
    struct ct_session *session, const char *library, const char *function,
    enum ct_scope scope, struct ct_watch ***ret, size_t *count, bool *pending);
/* Whether the target takes part in anything, and in what. */
void ct_watch_set_flags(struct ct_session *session, struct ct_watch *watch);
/* mocks */
CT_MUST_CHECK
struct ct_error *ct_watch_add_mock(struct ct_session *session,
				   struct ct_watch *watch,
				   const struct ct_request *request);
/* A copy of the options whose parts are the session's. */
CT_MUST_CHECK
struct ct_error *ct_session_keep_options(struct ct_session *session,
					 const struct ct_mock_options *options,
					 struct ct_mock_options *ret);
void ct_mock_entry_deinit(struct ct_mock_entry *entry);
/* It should have been used, and was not, or waits for its library. */
bool ct_mock_entry_is_missed(const struct ct_mock_entry *entry);
bool ct_request_is_missed(const struct ct_request *request);
/* Check what it writes, and keep that in the entry. */
CT_MUST_CHECK
struct ct_error *ct_watch_prepare_outs(struct ct_session *session,
				       const struct ct_watch *watch,
				       const struct ct_mock_options *options,
				       struct ct_mock_entry *entry);
/* Write what the mock has for its parameters, of which `args` is the block. */
CT_MUST_CHECK
struct ct_error *ct_session_write_outs(struct ct_session *session,
				       const struct ct_mock_entry *entry,
				       const struct ct_plan *plan,
				       const uint8_t *args);
/* Behind the capture of the return: what it has written through pointers that
 * the plan does not follow. */
void ct_session_record_outs(const struct ct_mock_entry *entry,
			    const struct ct_plan *plan,
			    struct ct_record *record);
/* Says that an exception cannot be raised. */
CT_MUST_CHECK
struct ct_error *ct_session_no_python(const char *raises);
/* Whether a mock of it can be, and the literal of its result. */
CT_MUST_CHECK
struct ct_error *ct_watch_check_mockable(const struct ct_watch *watch);
CT_MUST_CHECK
struct ct_error *ct_watch_parse_result(const struct ct_watch *watch,
				       const char *value,
				       struct ct_literal *ret);
/* What the session knows of a mock, also of one for failing calls. */
struct ct_mock_entry *ct_session_mock_entry(struct ct_session *session,
					    const struct ct_mock *mock);

/* Whether the main program calls something by that name. */
bool ct_session_has_slot(struct ct_session *session, const char *name);

/* monitors */
/* Find the functions of those that wait. */
void ct_session_find_monitors(struct ct_session *session);
/* The watch's file was replaced: look for the function anew. */
void ct_watch_lose_monitor(struct ct_session *session, struct ct_watch *watch);
void ct_session_forget_monitors(struct ct_session *session);
/* Tell the user of calls that will not be seen, once. */
void ct_watch_warn(struct ct_session *session, const struct ct_watch *watch,
		   bool has_slot);

/* callers */
/* Warn of those that mocks and rules were given, and that nothing is called. */
void ct_session_check_callers(struct ct_session *session);

/* stand_in: what answers monitored calls */
void ct_session_forget_stand_ins(struct ct_session *session);

/* sandbox */
CT_MUST_CHECK
struct ct_error *ct_watch_add_permit(struct ct_session *session,
				     struct ct_watch *watch,
				     const struct ct_request *request);
/* Watch the neighbours of mocked functions, when they are to be. */
CT_MUST_CHECK
struct ct_error *ct_session_watch_neighbours(struct ct_session *session);
void ct_session_forget_sandbox(struct ct_session *session);
/* A program is started, and not by another one.  Mocks that an earlier run has
 * used up are none of its; those of a sandbox that was open then, are. */
void ct_session_begin_run(struct ct_session *session);
/* A call is met, before it is decided; after that; and its return.  The
 * calls that start and end the sandbox are in it. */
void ct_session_pass_bound(struct ct_session *session,
			   const struct ct_watch *watch);
void ct_session_close_bound(struct ct_session *session,
			    const struct ct_watch *watch);
void ct_session_leave_bound(struct ct_session *session,
			    const struct ct_watch *watch);
/* Compile a filter for the calls of a watch. */
CT_MUST_CHECK
struct ct_error *ct_watch_compile_filter(struct ct_session *session,
					 struct ct_watch *watch,
					 const char *text, bool return_allowed,
					 ct_ref *ret);
CT_MUST_CHECK
struct ct_error *ct_session_split(const char *what, char **library,
				  char **function);

/* The first bytes of code as they are in memory; how many, 0 when they cannot
 * be read.  *differs: somebody has written over what the file has. */
size_t ct_session_find_patch(struct ct_session *session, uint64_t addr,
			     uint8_t memory[16], bool *differs);

/* places */
CT_MUST_CHECK
struct ct_error *ct_session_find_places(struct ct_session *session, pid_t tid);
/* The place at an address, new or known; NULL when memory is short. */
struct ct_place_entry *ct_session_get_place(struct ct_session *session,
					    uint64_t addr);
void ct_session_forget_places(struct ct_session *session);
/* The addresses of files have changed: where calls count from, too. */
void ct_session_set_bounds(struct ct_session *session);
/* Where to go on instead of stepping over addr; 0 when it must be stepped. */
uint64_t ct_session_bypass(struct ct_session *session, pid_t tid,
			   uint64_t addr);
/* Code as the file has it: memory may have a breakpoint.  Returns the number
 * of bytes, up to 16. */
size_t ct_session_read_code(struct ct_session *session, uint64_t addr,
			    uint8_t code[16]);
/* The function that an IFUNC's resolver chooses, asked of the program. */
CT_MUST_CHECK
struct ct_error *ct_session_resolve_ifunc(struct ct_session *session, pid_t tid,
					  uint64_t resolver, uint64_t *ret);
/* kit: C tests */
/* If the program has the kit, point its calls at the wrappers, once. */
void ct_session_arm_kit(struct ct_session *session, pid_t tid);
/* Places where it must be looked who calls. */
CT_MUST_CHECK
struct ct_error *ct_session_plant_kit(struct ct_session *session);
/* Whether a thread at a function's entry comes from the program's own code. */
bool ct_session_is_programs_call(const struct ct_session *session,
				 const struct ct_regs *regs);
void ct_session_forget_kit(struct ct_session *session);
/* True for a wrapper that the process's slots were pointed at. */
bool ct_session_is_kit_wrapper(const struct ct_session *session, uint64_t addr);
/* stacks */
/* Tell the frames of a thread which stack it was started with. */
void ct_session_find_stack(struct ct_session *session, pid_t tid,
			   const struct ct_regs *regs);
/* The stack of the process's first thread; 0 and 0: not known. */
void ct_session_first_stack(const struct ct_session *session, uint64_t *low,
			    uint64_t *high);
/* At the entry of longjmp: the stack pointer it leads to; 0: not known. */
uint64_t ct_session_longjmp_target(struct ct_session *session,
				   const struct ct_regs *regs);
/* A `ret` in the program; 0 when there is no room for it. */
uint64_t ct_session_return_pad(struct ct_session *session, pid_t tid);
/* Whether threads must not be moved away from addr. */
bool ct_session_keeps(const struct ct_session *session, uint64_t addr);
void ct_session_forget_kept(struct ct_session *session);
/* ffi: calls through libffi */
/* Places at ffi_call of every libffi that is mapped. */
CT_MUST_CHECK
struct ct_error *ct_session_plant_ffi(struct ct_session *session);
/* A thread is at the entry of ffi_call. */
void ct_session_note_ffi_call(struct ct_session *session, pid_t tid,
			      const struct ct_regs *regs);
/* The view of a call at `place` that returns to `caller`. */
struct ct_view ct_session_view(struct ct_session *session,
			       struct ct_watch *watch,
			       const struct ct_place_entry *place, pid_t tid,
			       uint64_t caller);
/* Put the mock's value also where a caller through libffi will look for it,
 * when that is elsewhere than where the prototype says. */
void ct_session_force_for_ffi(struct ct_session *session,
			      const struct ct_mock_entry *entry,
			      const struct ct_view *view, struct ct_regs *regs,
			      struct ct_fp_result *fp);
/* What a caller has passed that contradicts a prototype: the i-th sentence,
 * or NULL; in the order in which they were met. */
const char *ct_session_ffi_sentence(const struct ct_session *session, size_t i);
void ct_session_forget_ffi(struct ct_session *session);

/* opened: libraries that are mocked and do not exist */
CT_MUST_CHECK
struct ct_error *ct_session_plant_opens(struct ct_session *session);
/* A thread is at the entry of dlopen; may ask for its return. */
void ct_session_note_open(struct ct_session *session, pid_t tid,
			  const struct ct_regs *regs, struct ct_answer *answer);
/* A thread is at `site`, maybe back from dlopen: true when regs are those it
 * goes on with, because it was sent somewhere. */
bool ct_session_retry_open(struct ct_session *session, uint64_t site, pid_t tid,
			   struct ct_regs *regs, struct ct_answer *answer);
/* The process at hand has ended, or runs another program. */
void ct_session_forget_opens(struct ct_session *session);
/* The module that was made for a library, by any of the names that it has
 * been called; or NULL. */
struct ct_module *ct_session_find_stub(struct ct_session *session,
				       const char *library);
bool ct_session_is_stub(const struct ct_session *session,
			const struct ct_module *module);

/* Room in the program, never given back: it may keep the pointers. */
CT_MUST_CHECK
struct ct_error *ct_session_take_memory(struct ct_session *session, pid_t tid,
					size_t size, uint64_t *ret);
/* Put the pointees of the mocks into the program's memory. */
CT_MUST_CHECK
struct ct_error *ct_session_place_pointees(struct ct_session *session,
					   pid_t tid);

/* agent_callers: callers may be asked whether that is their name, or their
 * library's; NULL is none. */
void ct_session_note_name(struct ct_session *session, const char *name);

/* origin */
/* The name of the function that has made a call, or NULL; and whether that
 * function, or its library, is called so. */
const char *ct_session_caller_name(const struct ct_session *session,
				   const struct ct_record *record);
bool ct_session_is_caller(const struct ct_session *session,
			  const struct ct_record *record, const char *name);
/* A function that nobody else calls, as far as that is known. */
bool ct_watch_is_programs_own(const struct ct_watch *watch);
bool ct_session_is_from_program(const struct ct_session *session,
				const struct ct_place_entry *place,
				const struct ct_record *record);
bool ct_session_is_from_system(const struct ct_session *session,
			       const struct ct_record *record);

/* agent: a thread that is stopped in the middle of a decision may hold a
 * target's lock: let it go on until it has decided.  Before mocks are touched,
 * or a lock is taken. */
void ct_session_settle_agents(struct ct_session *session);
/* agent: how many bytes the agent has replaced at an address; 0: none. */
size_t ct_session_hook_size(const struct ct_session *session, uint64_t addr);
/* agent: a thread is where the stack pointer is that: calls that the agent
 * has seen below have been left. */
void ct_session_leave_hooked(struct ct_session *session, pid_t tid,
			     uint64_t sp);
/* agent: how many watched calls a stopped thread is in, whoever has seen
 * them. */
uint32_t ct_session_depth(struct ct_session *session, pid_t tid, uint64_t sp);

/* A call that will not return: complete it; the frame is used up. */
void ct_session_finish_left(struct ct_session *session, struct ct_frame *frame);

#endif
