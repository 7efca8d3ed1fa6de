/* SPDX-License-Identifier: MIT */
/*
 * Libraries that are mocked and do not exist: what dlopen opens instead.
 *
 * A library that the loader finds is none of our business, and only the loader
 * knows which it finds.  So the call of dlopen is let go, and when it has
 * returned NULL, the thread is sent into it a second time, with the same
 * return address (by which dlopen knows its caller's RUNPATH) and the path of
 * what there is to give.  That second return is the program's.
 *
 * While GDB waits for the thread where it returns to, as for `next`, it must
 * not come there before it has all done.  Then the first return leads to a
 * trap of ours.  GDB looks at the stack where a function is entered: the trap's
 * address is put there one instruction later.  (The loader takes who comes
 * from there for the main program: a RUNPATH of a library does not count for
 * a call that the user steps over.)
 */
#include <dlfcn.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctester/process.h"
#include "image/image.h"
#include "process/insn.h"
#include "session/detour.h"
#include "session/stubs.h"

enum stage {
	STAGE_ENTERED, /* it is to meet the trap */
	STAGE_TRAPPED, /* its return address is the trap's */
	STAGE_OPENS,
	STAGE_OPENS_AGAIN,
};

/* A thread in dlopen. */
struct open {
	struct open *next;
	pid_t tid;
	enum stage stage;
	uint64_t site; /* where it will be seen next */
	uint64_t entry;
	uint64_t entry_sp;
	uint64_t return_address;
	uint64_t flags;
	char *path;
};

/* A path in the memory of the process: the loader may keep a pointer to it. */
struct written {
	struct written *next;
	uint64_t addr;
	char *path;
};

/* What a return address is replaced by, for a while. */
struct trap {
	struct trap *next;
	uint64_t target;
	uint64_t addr;
};

/* Those of one process. */
struct ct_opens {
	struct open *list; /* of a thread, the last one first */
	struct written *written;
	struct trap *traps;
};

static void drop(struct open **at)
{
	struct open *open = *at;
	*at = open->next;
	free(open->path);
	free(open);
}

/* Forget opens of a thread that were left by longjmp: they lie below `sp`. */
static void drop_left(struct ct_opens *opens, pid_t tid, uint64_t sp)
{
	for (struct open **at = &opens->list; *at;)
		if ((*at)->tid == tid && (*at)->entry_sp <= sp)
			drop(at);
		else
			at = &(*at)->next;
}

void ct_session_forget_opens(struct ct_session *session)
{
	struct ct_opens *opens = ct_take(session->now->opens);
	if (!opens)
		return;
	while (opens->list)
		drop(&opens->list);
	while (opens->written) {
		struct written *written = opens->written;
		opens->written = written->next;
		free(written->path);
		free(written);
	}
	while (opens->traps) {
		struct trap *trap = opens->traps;
		opens->traps = trap->next;
		free(trap);
	}
	free(opens);
}

static struct ct_error *plant_in(struct ct_session *session,
				 const struct ct_module *module)
{
	size_t count;
	const struct ct_symbol *const *symbols;
	struct ct_error *err =
	    ct_image_symbols_named(module->image, "dlopen", &count, &symbols);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (!symbols[i]->is_defined || !symbols[i]->is_dynamic ||
		    symbols[i]->kind == CT_SYMBOL_OBJECT)
			continue;
		struct ct_place_entry *place = ct_session_get_place(
		    session, symbols[i]->addr + module->bias);
		if (!place)
			return &ct_enomem;
		place->is_open = true;
	}
	return NULL;
}

/* Who comes by a pad goes on at the function itself, where its breakpoint is
 * stepped over. */
static void mark_pads(struct ct_session *session)
{
	struct ct_place_entry *place = session->now->places;
	for (; place; place = place->hh.next) {
		struct ct_place_entry *real = NULL;
		if (place->pad_to)
			HASH_FIND(hh, session->now->places, &place->pad_to,
				  sizeof(place->pad_to), real);
		if (real && real->is_open)
			place->is_open = true;
	}
}

struct ct_error *ct_session_plant_opens(struct ct_session *session)
{
	struct ct_module *module;
	if (!ct_session_has_gifts(session))
		return NULL;
	for (size_t i = 0; (module = ct_program_module(session->program, i));
	     i++)
		if (module->is_mapped && !module->is_loader)
			ct_session_trouble(session, plant_in(session, module));
	mark_pads(session);
	return NULL;
}

/* The path that dlopen was given; false for NULL and what is no path. */
static bool read_path(pid_t pid, uint64_t addr, char ret[PATH_MAX])
{
	size_t size = addr ? ct_process_read(pid, addr, ret, PATH_MAX) : 0;
	return size && *ret && memchr(ret, 0, size);
}

static uint64_t entry_of(const struct ct_session *session, uint64_t addr)
{
	struct ct_place_entry *place;
	HASH_FIND(hh, session->now->places, &addr, sizeof(addr), place);
	return place && place->pad_to ? place->pad_to : addr;
}

/* The instruction after the one at addr, when that leads there. */
static uint64_t second_instruction(struct ct_session *session, uint64_t addr)
{
	uint8_t code[16];
	struct ct_module *module = ct_program_module_at(session->program, addr);
	size_t size =
	    module ? ct_image_read_code(module->image, addr - module->bias,
					code, sizeof(code))
		   : 0;
	struct ct_insn insn = ct_insn_decode(code, size);
	return insn.kind == CT_INSN_PLAIN ? addr + insn.size : 0;
}

/* A place of our own that leads to where a call returns to: by itself, too,
 * in a child that nobody follows, and when GDB has let go of the program. */
static uint64_t get_trap(struct ct_session *session, pid_t tid, uint64_t target)
{
	struct ct_tracee *now = session->now;
	struct trap *trap = now->opens->traps;
	while (trap && trap->target != target)
		trap = trap->next;
	if (trap)
		return trap->addr;
	uint64_t addr;
	struct ct_error *err = NULL;
	if (!now->pads)
		err = ct_pads_create(now->pid, &now->pads);
	if (!err)
		err = ct_pads_add(now->pads, tid, target, &addr);
	if (!err && !(trap = calloc(1, sizeof(*trap))))
		err = &ct_enomem;
	ct_session_trouble(session, err);
	if (!trap)
		return 0;
	*trap = (struct trap){now->opens->traps, target, addr};
	now->opens->traps = trap;
	return addr;
}

static void await(struct ct_answer *answer, struct open *open, uint64_t site)
{
	open->site = site;
	answer->actions |= CT_ANSWER_RETURN_SITE;
	answer->return_site = site;
}

/* True when the thread is there because we have sent it. */
static bool is_sent(const struct ct_opens *opens, pid_t tid, uint64_t sp)
{
	const struct open *open = opens->list;
	while (open && (open->tid != tid || open->entry_sp != sp))
		open = open->next;
	return open && open->stage == STAGE_OPENS_AGAIN;
}

static struct open *add_open(struct ct_session *session, pid_t tid,
			     const char *path)
{
	struct ct_tracee *now = session->now;
	if (!now->opens)
		now->opens = calloc(1, sizeof(*now->opens));
	struct open *open = calloc(1, sizeof(*open));
	char *copy = strdup(path);
	if (!now->opens || !open || !copy) {
		free(open);
		free(copy);
		ct_session_trouble(session, &ct_enomem);
		return NULL;
	}
	*open =
	    (struct open){.next = now->opens->list, .tid = tid, .path = copy};
	return now->opens->list = open;
}

void ct_session_note_open(struct ct_session *session, pid_t tid,
			  const struct ct_regs *regs, struct ct_answer *answer)
{
	char path[PATH_MAX];
	uint64_t sp = regs->gpr[CT_REG_RSP], return_address, second = 0;
	struct ct_opens *opens = session->now->opens;
	if (opens && is_sent(opens, tid, sp))
		return;
	if (opens)
		drop_left(opens, tid, sp);
	if (!read_path(session->now->pid, regs->gpr[CT_REG_RDI], path) ||
	    !(ct_session_may_mean(session, path) || ct_session_is_cffi(path)) ||
	    ct_process_read(session->now->pid, sp, &return_address,
			    sizeof(return_address)) != sizeof(return_address))
		return;
	struct open *open = add_open(session, tid, path);
	if (!open)
		return;
	open->entry = entry_of(session, regs->gpr[CT_REG_RIP]);
	open->entry_sp = sp;
	open->return_address = return_address;
	open->flags = regs->gpr[CT_REG_RSI];
	if (ct_session_keeps(session, return_address))
		second = second_instruction(session, open->entry);
	open->stage = second ? STAGE_ENTERED : STAGE_OPENS;
	await(answer, open, second ? second : return_address);
}

/* The address of a path in the program. */
static struct ct_error *write_path(struct ct_session *session, pid_t tid,
				   const char *path, uint64_t *ret)
{
	struct written *written = session->now->opens->written;
	pid_t pid = session->now->pid;
	while (written && strcmp(written->path, path))
		written = written->next;
	if (written) {
		*ret = written->addr;
		return NULL;
	}
	size_t size = strlen(path) + 1;
	uint64_t addr;
	struct ct_error *err =
	    ct_session_take_memory(session, tid, size, &addr);
	if (!err)
		err = ct_process_write(pid, addr, path, size);
	if (err)
		return err;
	CT_AUTO_FREE char *copy = strdup(path);
	written = calloc(1, sizeof(*written));
	if (!copy || !written) {
		free(written);
		return &ct_enomem;
	}
	*written =
	    (struct written){session->now->opens->written, addr, ct_take(copy)};
	session->now->opens->written = written;
	*ret = addr;
	return NULL;
}

/* Make regs those of a thread that has just called dlopen. */
static struct ct_error *call_again(struct ct_session *session,
				   const struct open *open, const char *path,
				   struct ct_regs *regs)
{
	uint64_t addr;
	struct ct_error *err = write_path(session, open->tid, path, &addr);
	if (!err)
		err = ct_process_write(session->now->pid, open->entry_sp,
				       &open->return_address,
				       sizeof(open->return_address));
	if (err)
		return err;
	uint64_t copy = ct_session_bypass(session, open->tid, open->entry);
	regs->gpr[CT_REG_RIP] = copy ? copy : open->entry;
	regs->gpr[CT_REG_RSP] = open->entry_sp;
	regs->gpr[CT_REG_RDI] = addr;
	regs->gpr[CT_REG_RSI] = open->flags;
	return NULL;
}

static struct ct_error *try_again(struct ct_session *session, struct open *open,
				  struct ct_regs *regs)
{
	CT_AUTO_FREE char *path = NULL;
	struct ct_error *err = ct_session_find_gift(
	    session, open->path, open->flags & RTLD_NOLOAD, &path);
	if (err || !path || !strcmp(path, open->path))
		return err;
	/* GDB would not find the thread where it has stepped it to. */
	if (open->stage == STAGE_OPENS && ct_process_was_stepped(open->tid))
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "%s: not opened, for the program was "
				       "stepped out of dlopen; use 'finish'",
				       open->path);
	err = call_again(session, open, path, regs);
	if (!err)
		open->stage = STAGE_OPENS_AGAIN;
	return err;
}

/* One instruction after the entry: from now on, the return leads to us. */
static void set_trap(struct ct_session *session, struct open *open,
		     struct ct_answer *answer)
{
	uint64_t trap = get_trap(session, open->tid, open->return_address);
	if (trap)
		ct_session_trouble(
		    session, ct_process_write(session->now->pid, open->entry_sp,
					      &trap, sizeof(trap)));
	open->stage = trap ? STAGE_TRAPPED : STAGE_OPENS;
	await(answer, open, trap ? trap : open->return_address);
}

/* From the trap to the caller, by a `ret`. */
static void leave_trap(struct ct_session *session, const struct open *open,
		       struct ct_regs *regs)
{
	uint64_t pad = ct_session_return_pad(session, open->tid);
	ct_session_trouble(session,
			   ct_process_write(session->now->pid, open->entry_sp,
					    &open->return_address,
					    sizeof(open->return_address)));
	regs->gpr[CT_REG_RSP] = open->entry_sp + (pad ? 0 : 8);
	regs->gpr[CT_REG_RIP] = pad ? pad : open->return_address;
}

static struct open **find_open(struct ct_opens *opens, pid_t tid, uint64_t site,
			       uint64_t sp)
{
	struct open **at = &opens->list;
	for (; *at; at = &(*at)->next)
		if ((*at)->tid == tid && (*at)->site == site &&
		    ((*at)->stage == STAGE_ENTERED ||
		     (*at)->entry_sp + 8 == sp))
			return at;
	return NULL;
}

static void tell_failure(struct ct_session *session, const struct open *open)
{
	if (open->flags & RTLD_NOLOAD)
		return;
	ct_session_trouble(
	    session, ct_error_format(CT_ERROR_UNSUPPORTED,
				     "%s: the program cannot open what stands "
				     "in for it; dlerror() says why",
				     open->path));
}

/* Let the thread run what makes cffi ask for mocked libraries. */
static bool tell_cffi(struct ct_session *session, pid_t tid,
		      struct ct_regs *regs)
{
	CT_AUTO_FREE char *program = ct_session_find_library_text(session);
	struct ct_detour detour = {.program = program};
	if (!program || !ct_session_is_python(session))
		return false;
	struct ct_error *err =
	    ct_session_take_detour(session, tid, &detour, regs);
	bool sent = !err;
	ct_session_trouble(session, err);
	return sent;
}

bool ct_session_retry_open(struct ct_session *session, uint64_t site, pid_t tid,
			   struct ct_regs *regs, struct ct_answer *answer)
{
	struct ct_opens *opens = session->now->opens;
	struct open **at =
	    opens ? find_open(opens, tid, site, regs->gpr[CT_REG_RSP]) : NULL;
	if (!at)
		return false;
	struct open *open = *at;
	if (open->stage == STAGE_ENTERED) {
		set_trap(session, open, answer);
		return false;
	}
	bool again = open->stage == STAGE_OPENS_AGAIN;
	bool trapped = open->stage == STAGE_TRAPPED;
	bool failed = !regs->gpr[CT_REG_RAX];
	if (!failed && ct_session_is_cffi(open->path)) {
		drop(at);
		return tell_cffi(session, tid, regs);
	}
	if (failed && !again)
		ct_session_trouble(session, try_again(session, open, regs));
	if (!again && open->stage == STAGE_OPENS_AGAIN) {
		await(answer, open, open->return_address);
		return true;
	}
	if (again && failed)
		tell_failure(session, open);
	if (trapped) {
		leave_trap(session, open, regs);
		await(answer, open, open->return_address);
	}
	drop(at);
	return trapped;
}
