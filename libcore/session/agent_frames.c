/* SPDX-License-Identifier: MIT */
/*
 * Frames as the program has made them.  A hooked function returns to the
 * agent's entry stub (agent/enter.S), whose frame lies between its own and its
 * caller's; debuggers are told of the caller at once.
 *
 * Which frames return there follows from their own unwind information alone:
 * where the return address is, and whether it is the stub's.  A function that
 * a hooked one calls has another one, and one that it ends in by a jump has
 * the same.  Without that information there are the calls that have not
 * returned, which the agent keeps.
 *
 * Pads are in no file, and have none.  The displaced instructions have the
 * rows of the addresses that they were taken from; of the others is known what
 * they do.
 */
#include <stdlib.h>
#include <string.h>

#include "ctester/process.h"
#include "image/image.h"
#include "image/unwind.h"
#include "session/agent.h"

enum {
	ROWS_MAX = 1 << 16,
	STUB_FAR = 1 << 20, /* bytes from a function's frame to the stub's */
	STUBS_MAX = 64,     /* functions that end in hooked ones */
	STACK_FAR = 8 << 20,
	PASSED_AT = 24, /* below the stub's rbp: where it has the arguments */
	PUSH_SIZE = 5,  /* push imm32 */
	COPY_MAX = 15,  /* bytes of an instruction */
	POP_RBP = 0x5d,
	PUSH = 0x68,
	RET = 0xc3,
	CALL = 0xe8,
	CALL_OR_JUMP = 0xff,
};

struct ct_agent_row {
	uint64_t pc;
	bool known;
	struct ct_unwind_row row;
	UT_hash_handle hh;
};

/*
 * A frame that is looked at.  A forked child that GDB follows alone has what
 * its parent had, and nobody has told the session of it.
 */
struct unwinding {
	struct ct_session *session;
	struct ct_tracee *tracee; /* NULL: of such a child */
	pid_t pid;
	uint64_t returned; /* where the stub is returned to */
	uint64_t pc, sp, bp;
	struct ct_agent_row *other; /* room for one of another process */
};

void ct_session_forget_rows(struct ct_session *session)
{
	struct ct_agent_row *each, *next;
	HASH_ITER (hh, session->agent_rows, each, next) {
		HASH_DEL(session->agent_rows, each);
		free(each);
	}
}

static bool peek(const struct unwinding *at, uint64_t addr, void *to,
		 size_t size)
{
	return ct_process_read(at->pid, addr, to, size) == size;
}

/* The modules are those of the process that the last event was of. */
static void find_row(const struct unwinding *at, struct ct_agent_row *row)
{
	struct ct_session *session = at->session;
	struct ct_tracee *before = session->now;
	if (at->tracee)
		ct_session_look_at(session, at->tracee);
	const struct ct_module *module =
	    ct_program_module_at(session->program, row->pc);
	row->known =
	    module && ct_unwind_find(ct_image_elf(module->image),
				     row->pc - module->bias, &row->row);
	ct_session_look_at(session, before);
}

static const struct ct_unwind_row *row_of(const struct unwinding *at,
					  uint64_t pc)
{
	struct ct_session *session = at->session;
	struct ct_agent_row *row = at->other;
	if (at->tracee && at->tracee != session->now) {
		row->pc = pc;
		find_row(at, row);
		return row->known ? &row->row : NULL;
	}
	HASH_FIND(hh, session->agent_rows, &pc, sizeof(pc), row);
	if (row)
		return row->known ? &row->row : NULL;
	if (HASH_COUNT(session->agent_rows) >= ROWS_MAX)
		ct_session_forget_rows(session);
	row = calloc(1, sizeof(*row));
	if (!row)
		return NULL;
	row->pc = pc;
	find_row(at, row);
	HASH_ADD(hh, session->agent_rows, pc, sizeof(row->pc), row);
	return row->known ? &row->row : NULL;
}

static bool find_cfa(const struct unwinding *at,
		     const struct ct_unwind_row *row, uint64_t *ret)
{
	if (row->is_outermost || (row->cfa_register != CT_REG_RSP &&
				  row->cfa_register != CT_REG_RBP))
		return false;
	*ret = (row->cfa_register == CT_REG_RSP ? at->sp : at->bp) +
	       (uint64_t)row->cfa_offset;
	return true;
}

/* ---- the caller */

static void put(struct ct_agent_frame *frame, enum ct_reg number,
		uint64_t value)
{
	frame->gpr[number] = value;
	frame->known |= 1u << number;
	frame->same &= ~(1u << number);
}

/* The frame at hand returns to the stub; its caller has rbp and what it needs
 * to return from the stub's frame. */
static bool leave_stub(const struct unwinding *at, struct ct_agent_frame *frame)
{
	uint64_t stub =
	    frame->known >> CT_REG_RBP & 1 ? frame->gpr[CT_REG_RBP] : at->bp;
	uint64_t below = frame->cfa;
	for (int i = 0; i < STUBS_MAX; i++) {
		uint64_t words[3]; /* agent/inside.h: rbp, index, return */
		if (stub - below > STUB_FAR ||
		    !peek(at, stub, words, sizeof(words)))
			return false;
		below = stub + sizeof(words);
		if (words[2] == at->returned) {
			stub = words[0];
			continue;
		}
		put(frame, CT_REG_RBP, words[0]);
		put(frame, CT_REG_RIP, words[2]);
		put(frame, CT_REG_RSP, below);
		return true;
	}
	return false;
}

static uint64_t read_return(const struct unwinding *at, uint64_t cfa)
{
	uint64_t address = 0;
	return peek(at, cfa - 8, &address, sizeof(address)) ? address : 0;
}

static void begin(struct ct_agent_frame *frame, uint64_t cfa)
{
	*frame =
	    (struct ct_agent_frame){.cfa = cfa, .same = (1u << CT_REG_RIP) - 1};
}

static bool restore(const struct unwinding *at, const struct ct_unwind_row *row,
		    struct ct_agent_frame *frame)
{
	for (unsigned int i = 0; i < CT_REG_RIP; i++) {
		uint64_t value;
		if (row->lost >> i & 1)
			frame->same &= ~(1u << i);
		if (!(row->saved >> i & 1))
			continue;
		if (!peek(at, frame->cfa + (uint64_t)row->at[i], &value,
			  sizeof(value)))
			return false;
		put(frame, i, value);
	}
	return true;
}

/* With its caller, whether that is the agent or not. */
static bool return_from(const struct unwinding *at,
			struct ct_agent_frame *frame)
{
	uint64_t address = read_return(at, frame->cfa);
	if (address == at->returned)
		return leave_stub(at, frame);
	put(frame, CT_REG_RIP, address);
	put(frame, CT_REG_RSP, frame->cfa);
	return address != 0;
}

/* ---- pads */

static const struct ct_agent_site *find_site(const struct ct_agent_site *site,
					     uint64_t pc)
{
	while (site && pc - site->patch.pad >= site->patch.relocation.pad_size)
		site = site->hh.next;
	return site;
}

/* A thread may still be in a pad that nothing leads to any more. */
static const struct ct_agent_site *site_of(const struct unwinding *at)
{
	const struct ct_agent *agent = at->tracee->agent;
	const struct ct_agent_site *site =
	    agent ? find_site(agent->sites, at->pc) : NULL;
	return site || !agent ? site : find_site(agent->retired, at->pc);
}

/* pop %rbp, if there is one; push $index; jmp *enter */
static bool unwind_head(const struct unwinding *at,
			const struct ct_relocation *relocation, uint64_t offset,
			struct ct_agent_frame *frame)
{
	uint64_t bp, pop = relocation->pad[0] == POP_RBP;
	begin(frame, at->sp + 8);
	if (offset >= pop + PUSH_SIZE)
		frame->cfa += 8;
	if (offset < pop) {
		if (!peek(at, at->sp, &bp, sizeof(bp)))
			return false;
		frame->cfa += 8;
		put(frame, CT_REG_RBP, bp);
	}
	return return_from(at, frame);
}

/* A displaced call pushes where it returns to, and jumps. */
static bool has_pushed(const struct ct_relocation *relocation,
		       const struct ct_displaced *displaced, uint64_t offset)
{
	uint8_t was = relocation->original[displaced->from];
	return relocation->pad[displaced->to] == PUSH && was != PUSH &&
	       offset - displaced->to >= PUSH_SIZE;
}

/* As at that address of a function. */
static bool unwind_as(const struct unwinding *at, uint64_t pc,
		      struct ct_agent_frame *frame)
{
	const struct ct_unwind_row *row = row_of(at, pc);
	uint64_t cfa;
	if (!row || !find_cfa(at, row, &cfa))
		return false;
	begin(frame, cfa);
	return restore(at, row, frame) && return_from(at, frame);
}

static bool unwind_displaced(const struct unwinding *at,
			     const struct ct_agent_site *site, uint64_t offset,
			     struct ct_agent_frame *frame)
{
	const struct ct_relocation *relocation = &site->patch.relocation;
	struct unwinding original = *at;
	uint32_t i = relocation->displaced_count;
	while (i-- > 1 && offset < relocation->displaced[i].to)
		;
	const struct ct_displaced *displaced = &relocation->displaced[i];
	original.pc = site->addr + displaced->from;
	if (has_pushed(relocation, displaced, offset))
		original.sp += 8;
	else if (i + 1 == relocation->displaced_count &&
		 offset >= relocation->onward)
		original.pc = site->addr + relocation->patch_size;
	return unwind_as(&original, original.pc, frame);
}

/* Pads that slots are pointed at: a jump; push $index and a jump. */
static bool unwind_slot(const struct unwinding *at,
			struct ct_agent_frame *frame)
{
	uint8_t code[PUSH_SIZE + 1];
	if (!peek(at, at->pc - PUSH_SIZE, code, sizeof(code)) ||
	    (code[PUSH_SIZE] != PUSH && code[PUSH_SIZE] != CALL_OR_JUMP))
		return false;
	begin(frame, at->sp + 8);
	if (code[PUSH_SIZE] != PUSH && code[0] == PUSH)
		frame->cfa += 8;
	return return_from(at, frame);
}

/* The copy of an instruction that a breakpoint stands on, and a jump. */
static bool unwind_copy(const struct unwinding *at,
			struct ct_agent_frame *frame)
{
	const struct ct_bypass *bypass = at->tracee->bypasses;
	while (bypass && (!bypass->copy || at->pc - bypass->copy > COPY_MAX))
		bypass = bypass->hh.next;
	return bypass &&
	       unwind_as(at, bypass->addr + (at->pc - bypass->copy), frame);
}

static bool unwind_pad(const struct unwinding *at, struct ct_agent_frame *frame)
{
	const struct ct_agent_site *site = site_of(at);
	if (!site)
		return unwind_copy(at, frame) || unwind_slot(at, frame);
	uint64_t offset = at->pc - site->patch.pad;
	bool found =
	    offset < site->patch.relocation.trampoline
		? unwind_head(at, &site->patch.relocation, offset, frame)
		: unwind_displaced(at, site, offset, frame);
	frame->function = site->addr;
	return found;
}

/* ---- functions */

static bool unwind_by_row(const struct unwinding *at, uint64_t pc,
			  struct ct_agent_frame *frame)
{
	const struct ct_unwind_row *row = row_of(at, pc);
	uint64_t cfa;
	if (!row || row->lost & 1u << CT_REG_RBP || !find_cfa(at, row, &cfa) ||
	    cfa - 8 < at->sp || read_return(at, cfa) != at->returned)
		return false;
	begin(frame, cfa);
	return restore(at, row, frame) && leave_stub(at, frame);
}

/* At its last instruction; compilers do not always say so. */
static bool unwind_return(const struct unwinding *at,
			  struct ct_agent_frame *frame)
{
	uint8_t code;
	if (read_return(at, at->sp + 8) != at->returned ||
	    !peek(at, at->pc, &code, 1) || code != RET)
		return false;
	begin(frame, at->sp + 8);
	return leave_stub(at, frame);
}

static const struct ct_open *open_at(struct ct_session *session,
				     const struct ct_agent *agent,
				     struct ct_agent_thread *thread,
				     uint32_t offset)
{
	const uint8_t *end =
	    (const uint8_t *)session->region + session->region->size;
	const uint8_t *at = ct_agent_open_area(thread) + (offset & ~7u);
	if (offset > agent->shared->open_size ||
	    end - at < (ptrdiff_t)sizeof(struct ct_open))
		return NULL;
	return (const void *)at;
}

/* Of the calls that have not returned, the one right above the stack
 * pointer. */
static bool find_open(const struct unwinding *at, uint64_t *stub,
		      uint32_t *hook)
{
	const struct ct_agent *agent = at->tracee ? at->tracee->agent : NULL;
	struct ct_agent_shared *shared = agent ? agent->shared : NULL;
	uint64_t least = STACK_FAR;
	for (size_t i = 0;
	     shared && i < CT_AGENT_THREADS_MAX && shared->threads[i]; i++) {
		struct ct_agent_thread *thread =
		    ct_region_at(at->session->region, shared->threads[i]);
		uint32_t offset =
		    thread->tid > 0 ? thread->open_last : CT_OPEN_NONE;
		const struct ct_open *open;
		for (uint32_t j = 0;
		     j < shared->open_size / sizeof(*open) &&
		     offset != CT_OPEN_NONE &&
		     (open = open_at(at->session, agent, thread, offset));
		     j++, offset = open->before)
			if (open->frame - at->sp < least) {
				least = open->frame - at->sp;
				*stub = open->frame;
				*hook = open->hook;
			}
	}
	return least < STACK_FAR && *hook < shared->hook_count;
}

static bool is_inside(const struct unwinding *at, uint32_t hook)
{
	const struct ct_hook *hooks =
	    ct_region_at(at->session->region, at->tracee->agent->shared->hooks);
	const struct ct_symbol *symbol = NULL;
	const struct ct_module *module =
	    ct_program_module_at(at->session->program, at->pc);
	if (!module || at->session->now != at->tracee)
		return false;
	ct_error_destroy(
	    ct_image_symbol_at(module->image, at->pc - module->bias, &symbol));
	return symbol && symbol->addr + module->bias == hooks[hook].addr;
}

/* A function of which the file says nothing, or too much. */
static bool unwind_open(const struct unwinding *at,
			struct ct_agent_frame *frame)
{
	uint64_t stub = 0, cfa;
	uint32_t hook = 0;
	if (!find_open(at, &stub, &hook) || !is_inside(at, hook) ||
	    !peek(at, stub - PASSED_AT, &cfa, sizeof(cfa)) ||
	    cfa - 8 < at->sp || cfa > stub ||
	    read_return(at, cfa) != at->returned)
		return false;
	begin(frame, cfa);
	put(frame, CT_REG_RBP, stub);
	return leave_stub(at, frame);
}

static uint64_t function_of(const struct unwinding *at)
{
	const struct ct_symbol *symbol = NULL;
	const struct ct_module *module =
	    ct_program_module_at(at->session->program, at->pc);
	if (!module || (at->tracee && at->session->now != at->tracee))
		return 0;
	ct_error_destroy(
	    ct_image_symbol_at(module->image, at->pc - module->bias, &symbol));
	return symbol ? symbol->addr + module->bias : 0;
}

static bool unwind_function(const struct unwinding *at, bool is_newest,
			    struct ct_agent_frame *frame)
{
	/* A row without the frame's address is no reason to guess, unless the
	 * function is known. */
	bool found = (!is_newest && unwind_by_row(at, at->pc - 1, frame)) ||
		     unwind_by_row(at, at->pc, frame) ||
		     (is_newest && unwind_return(at, frame));
	if (!found) {
		const struct ct_unwind_row *row =
		    row_of(at, is_newest ? at->pc : at->pc - 1);
		uint64_t cfa;
		if ((row && find_cfa(at, row, &cfa)) || !unwind_open(at, frame))
			return false;
	}
	frame->function = function_of(at);
	return true;
}

static struct ct_tracee *find_tracee(const struct ct_session *session,
				     pid_t pid)
{
	struct ct_tracee *tracee = session->tracees;
	while (tracee && tracee->pid != pid)
		tracee = tracee->next;
	return tracee;
}

bool ct_session_unwind(struct ct_session *session, pid_t pid, bool is_newest,
		       uint64_t pc, uint64_t sp, uint64_t bp,
		       struct ct_agent_frame *ret)
{
	const struct ct_agent_code_range *code = &session->agent_was;
	struct ct_agent_row other;
	struct ct_agent_frame frame;
	struct unwinding at = {.session = session,
			       .tracee = find_tracee(session, pid),
			       .pid = pid,
			       .returned = code->returned,
			       .pc = pc,
			       .sp = sp,
			       .bp = bp,
			       .other = &other};
	if (at.tracee && at.tracee->agent)
		at.returned = at.tracee->agent->info.returned;
	if (!at.returned || pc - code->text < code->text_end - code->text)
		return false; /* of the agent, the file says it */
	bool found =
	    at.tracee && at.tracee->pads && ct_pads_contain(at.tracee->pads, pc)
		? unwind_pad(&at, &frame)
		: unwind_function(&at, is_newest, &frame);
	if (found)
		*ret = frame;
	return found;
}
