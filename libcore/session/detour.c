/* SPDX-License-Identifier: MIT */
/*
 * What a thread does between a mocked call and its return, in the program
 * itself: process/detour_code.c is the code.
 *
 * An exception is made by a program in Python, which the thread runs at the
 * call.  PyThreadState_SetAsyncExc() takes a class, and the interpreter calls
 * it without arguments to have an instance of it.  So the class is one whose
 * making gives the exception that was wanted:
 *
 * - Before 3.11, `except` compares classes before there is an instance, and
 *   before 3.12, so does C (PyErr_ExceptionMatches()): ours is derived from
 *   the exception's own.  From 3.12 on the instance is made at once, and
 *   deriving from the program's classes, which they may notice, is not needed.
 * - The interpreter may call the class again with the instance as its
 *   argument, because that is none of this class: it gets the same one.
 * - The class is in a cycle, as all are, and lives until the next collection.
 *   It must not keep the exception, and the frames in that, for so long.
 *
 * Nothing is left in the program's modules: the text has globals of its own.
 */
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "process/detour_code.h"
#include "session/detour.h"
#include "session/internal.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static const char text_head[] = "try:\n"
				"    error = eval(b'";
static const char text_tail[] =
    "', {})\n"
    "    if not isinstance(error, BaseException):\n"
    "        raise TypeError('%r is no exception' % (error,))\n"
    "except BaseException as failure:\n"
    "    error = failure\n"
    "kind, errors = type(error), [error]\n"
    "def make(cls, *instance):\n"
    "    return instance[0] if instance else errors.pop()\n"
    "parts = {'__new__': make, '__module__': kind.__module__,\n"
    "         '__qualname__': kind.__qualname__}\n"
    "try:\n"
    "    old = __import__('sys').hexversion < 0x30c0000\n"
    "    base = kind if old else BaseException\n"
    "    raised = type(kind.__name__, (base,), parts)\n"
    "except Exception:\n" /* a class that wants no others derived from it */
    "    raised = type(kind.__name__, (BaseException,), parts)\n"
    "del error\n";

/* The text of an expression, where it is in the process. */
struct text {
	char *expression;
	uint64_t addr;
	UT_hash_handle hh;
};

/* The last detour of a thread that raises. */
struct on_way {
	pid_t tid;
	uint64_t frame;
	UT_hash_handle hh;
};

/* Where a thread's detour ends that began while the user was stepping. */
struct stepped {
	pid_t tid;
	uint64_t site, sp;
	UT_hash_handle hh;
};

/* What is in one process. */
struct ct_detours {
	uint64_t code;
	uint64_t functions;                      /* room for the addresses */
	uint64_t addresses[CT_PYTHON_FUNCTIONS]; /* as they are there */
	struct text *texts;
	struct on_way *on_way;
	struct stepped *stepped;
};

void ct_session_forget_detours(struct ct_session *session)
{
	struct ct_detours *detours = session->now->detours;
	if (!detours)
		return;
	struct text *text, *next_text;
	HASH_ITER (hh, detours->texts, text, next_text) {
		HASH_DEL(detours->texts, text);
		free(text->expression);
		free(text);
	}
	struct on_way *on_way, *next_way;
	HASH_ITER (hh, detours->on_way, on_way, next_way) {
		HASH_DEL(detours->on_way, on_way);
		free(on_way);
	}
	struct stepped *stepped, *next_stepped;
	HASH_ITER (hh, detours->stepped, stepped, next_stepped) {
		HASH_DEL(detours->stepped, stepped);
		free(stepped);
	}
	free(detours);
	session->now->detours = NULL;
}

/* An exported function of a module, by its address in the file; 0: none. */
static uint64_t exported(const struct ct_module *module, const char *name)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, name, &count, &symbols);
	if (err) {
		ct_error_destroy(err);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		if (symbols[i]->is_defined && symbols[i]->is_dynamic &&
		    symbols[i]->kind == CT_SYMBOL_FUNCTION)
			return symbols[i]->addr;
	return 0;
}

/* Whether a module is CPython; its functions' addresses in the file. */
static bool is_cpython(const struct ct_module *module,
		       uint64_t ret[CT_PYTHON_FUNCTIONS])
{
	for (size_t i = CT_PYTHON_FUNCTIONS; i-- > 0;)
		if (!(ret[i] = exported(module, ct_python_functions[i])))
			return false;
	return true;
}

static const struct ct_module *find_cpython(
    struct ct_session *session, uint64_t addresses[CT_PYTHON_FUNCTIONS])
{
	const struct ct_module *module;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if ((module->is_mapped || !session->now->pid) &&
		    is_cpython(module, addresses))
			return module;
	return NULL;
}

bool ct_session_is_python(struct ct_session *session)
{
	uint64_t addresses[CT_PYTHON_FUNCTIONS];
	return find_cpython(session, addresses);
}

bool ct_session_may_be_python(struct ct_session *session)
{
	static const char *const executes[] = {
	    "execve", "execv",  "execvp",  "execvpe",     "execl",
	    "execlp", "execle", "fexecve", "posix_spawn", "posix_spawnp"};
	struct ct_module *main = ct_program_module(session->program, 0);
	if (!main || ct_session_is_python(session))
		return true;
	for (size_t i = 0; i < sizeof(executes) / sizeof(*executes); i++) {
		size_t count;
		const struct ct_symbol *const *symbols;
		struct ct_error *err = ct_image_symbols_named(
		    main->image, executes[i], &count, &symbols);
		ct_error_destroy(err);
		if (!err && count)
			return true;
	}
	return false;
}

/* The code's page, once a process. */
static struct ct_error *place_code(struct ct_session *session, pid_t tid)
{
	struct ct_tracee *now = session->now;
	struct ct_error *err = NULL;
	if (!now->detours)
		now->detours = calloc(1, sizeof(*now->detours));
	if (!now->detours)
		return &ct_enomem;
	if (now->detours->code)
		return NULL;
	if (!now->pads)
		err = ct_pads_create(now->pid, &now->pads);
	return err ? err
		   : ct_pads_add_code(
			 now->pads, tid, ct_detour_code,
			 (size_t)(ct_detour_code_end - ct_detour_code),
			 &now->detours->code);
}

/* The table of functions, written anew when CPython was loaded anew. */
static struct ct_error *place_functions(struct ct_session *session, pid_t tid)
{
	struct ct_detours *detours = session->now->detours;
	uint64_t addresses[CT_PYTHON_FUNCTIONS];
	const struct ct_module *module = find_cpython(session, addresses);
	if (!module)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "the program is no Python");
	for (size_t i = 0; i < CT_PYTHON_FUNCTIONS; i++)
		addresses[i] += module->bias;
	struct ct_error *err = NULL;
	if (!detours->functions)
		err = ct_session_take_memory(session, tid, sizeof(addresses),
					     &detours->functions);
	if (err || !memcmp(detours->addresses, addresses, sizeof(addresses)))
		return err;
	err = ct_process_write(session->now->pid, detours->functions, addresses,
			       sizeof(addresses));
	if (!err)
		memcpy(detours->addresses, addresses, sizeof(addresses));
	return err;
}

/* The expression as a literal of bytes, whatever is in it. */
static char *text_of(const char *expression)
{
	struct ct_buffer text = {0};
	ct_buffer_puts(&text, text_head);
	for (const char *at = expression; *at; at++)
		if (*at < ' ' || *at > '~' || *at == '\'' || *at == '\\')
			ct_buffer_printf(&text, "\\x%02x", (uint8_t)*at);
		else
			ct_buffer_putc(&text, *at);
	ct_buffer_puts(&text, text_tail);
	return ct_buffer_take_string(&text);
}

static struct ct_error *write_text(struct ct_session *session, pid_t tid,
				   const char *text, uint64_t *ret)
{
	uint64_t addr;
	size_t size = strlen(text) + 1;
	struct ct_error *err =
	    ct_session_take_memory(session, tid, size, &addr);
	if (!err)
		err = ct_process_write(session->now->pid, addr, text, size);
	if (!err)
		*ret = addr;
	return err;
}

/* Written once: many mocks may raise the same. */
static struct ct_error *place_text(struct ct_session *session, pid_t tid,
				   const char *expression, uint64_t *ret)
{
	struct ct_detours *detours = session->now->detours;
	size_t size = strlen(expression);
	struct text *text;
	HASH_FIND(hh, detours->texts, expression, size, text);
	if (text) {
		*ret = text->addr;
		return NULL;
	}
	uint64_t addr;
	CT_AUTO_FREE char *whole = text_of(expression);
	struct ct_error *err =
	    whole ? write_text(session, tid, whole, &addr) : &ct_enomem;
	if (err)
		return err;
	text = calloc(1, sizeof(*text));
	if (!text || !(text->expression = strdup(expression))) {
		free(text);
		return &ct_enomem;
	}
	*ret = text->addr = addr;
	HASH_ADD_KEYPTR(hh, detours->texts, text->expression, size, text);
	return NULL;
}

/* True when a thread is called by its own detour, whose exception is on its
 * way: CPython calls functions, too, and one may be mocked. */
static bool is_on_way(const struct ct_session *session, pid_t tid, uint64_t sp)
{
	struct ct_detours *detours = session->now->detours;
	struct on_way *on_way;
	uint64_t functions;
	HASH_FIND(hh, detours->on_way, &tid, sizeof(tid), on_way);
	return on_way && sp <= on_way->frame &&
	       ct_process_read(
		   session->now->pid,
		   on_way->frame + offsetof(struct ct_detour_frame, functions),
		   &functions, sizeof(functions)) == sizeof(functions) &&
	       functions == detours->functions;
}

static struct ct_error *note_way(struct ct_detours *detours, pid_t tid,
				 uint64_t frame)
{
	struct on_way *on_way;
	HASH_FIND(hh, detours->on_way, &tid, sizeof(tid), on_way);
	if (!on_way) {
		on_way = calloc(1, sizeof(*on_way));
		if (!on_way)
			return &ct_enomem;
		on_way->tid = tid;
		HASH_ADD(hh, detours->on_way, tid, sizeof(on_way->tid), on_way);
	}
	on_way->frame = frame;
	return NULL;
}

/* What the thread runs or raises, and what stays the same meanwhile. */
static struct ct_error *prepare_python(struct ct_session *session, pid_t tid,
				       const struct ct_detour *detour,
				       const struct ct_regs *regs, uint64_t at,
				       struct ct_detour_frame *frame)
{
	if (is_on_way(session, tid, at))
		return NULL;
	struct ct_error *err = place_functions(session, tid);
	if (!err && detour->program)
		err = write_text(session, tid, detour->program, &frame->text);
	else if (!err)
		err = place_text(session, tid, detour->exception, &frame->text);
	if (!err)
		err = note_way(session->now->detours, tid, at);
	if (err)
		return err;
	frame->functions = session->now->detours->functions;
	if (session->now->errno_known)
		frame->errno_addr =
		    regs->fs_base + (uint64_t)session->now->errno_offset;
	return NULL;
}

static struct ct_error *note_step(struct ct_session *session, pid_t tid,
				  const struct ct_regs *regs)
{
	struct ct_detours *detours = session->now->detours;
	struct stepped *stepped;
	if (!session->keeps_all || !ct_process_was_stepped(tid))
		return NULL;
	HASH_FIND(hh, detours->stepped, &tid, sizeof(tid), stepped);
	if (!stepped) {
		stepped = calloc(1, sizeof(*stepped));
		if (!stepped)
			return &ct_enomem;
		stepped->tid = tid;
		HASH_ADD(hh, detours->stepped, tid, sizeof(stepped->tid),
			 stepped);
	}
	stepped->site = regs->gpr[CT_REG_RIP];
	stepped->sp = regs->gpr[CT_REG_RSP];
	return NULL;
}

/*
 * `step` takes the thread, which has come to the function by a single step, to
 * be in it, and waits behind its prologue.  Not so `next` and `finish`; GDB
 * then waits at the site itself, and the engine lets it.
 */
bool ct_session_detour_stops(struct ct_session *session, pid_t tid,
			     uint64_t site, const struct ct_regs *regs)
{
	struct ct_detours *detours = session->now->detours;
	struct stepped *stepped = NULL;
	if (detours)
		HASH_FIND(hh, detours->stepped, &tid, sizeof(tid), stepped);
	if (!stepped || stepped->site != site ||
	    stepped->sp != regs->gpr[CT_REG_RSP])
		return false;
	HASH_DEL(detours->stepped, stepped);
	free(stepped);
	return session->keeps_all;
}

struct ct_error *ct_session_take_detour(struct ct_session *session, pid_t tid,
					const struct ct_detour *detour,
					struct ct_regs *regs)
{
	struct ct_detour_frame frame = {
	    .seconds = detour->delay_ns / NS_PER_SECOND,
	    .nanoseconds = detour->delay_ns % NS_PER_SECOND,
	};
	/* As at the function's entry: the return address is there still. */
	uint64_t sp = regs->gpr[CT_REG_RSP] - 8;
	uint64_t at = sp - sizeof(frame);
	struct ct_error *err = place_code(session, tid);
	if (!err && (detour->exception || detour->program))
		err = prepare_python(session, tid, detour, regs, at, &frame);
	if (!err)
		err = ct_process_write(session->now->pid, at, &frame,
				       sizeof(frame));
	if (!err)
		err = ct_process_write_slot(session->now->pid, sp,
					    regs->gpr[CT_REG_RIP]);
	if (!err)
		err = note_step(session, tid, regs);
	if (err)
		return err;
	regs->gpr[CT_REG_RSP] = sp;
	regs->gpr[CT_REG_RIP] = session->now->detours->code;
	return NULL;
}
