/* SPDX-License-Identifier: MIT */
/*
 * Where system calls are made.  The instruction mostly is in the C library;
 * its caller in a trace is who has called that, as with functions: the first
 * frame that is neither the system libraries' nor the loader's, nor code of
 * a static program without a line.  Where there is none (the loader works
 * for itself), it is the instruction.
 *
 * Frames are found by the rows of .eh_frame alone, without registers as long
 * as these follow from the stack pointer: a wrapper takes one read of the
 * stack.  What is known of an address stays known until modules come or go.
 */
#include <stdlib.h>

#include "ctester/process.h"
#include "image/image.h"
#include "image/unwind.h"
#include "session/syscalls.h"

enum {
	FRAMES_MAX = 64,
	WINDOW_SIZE = 512, /* of the stack, read at once */
	PAGE_SIZE = 4096,
	/* Those that functions leave as they were (psABI, 3.2.1). */
	KEPT = 1 << CT_REG_RBX | 1 << CT_REG_RBP | 1 << CT_REG_RSP |
	       1 << CT_REG_R12 | 1 << CT_REG_R13 | 1 << CT_REG_R14 |
	       1 << CT_REG_R15,
};

struct ct_syscall_step {
	uint64_t pc;   /* behind the call */
	bool is_inner; /* the caller is further out */
	bool has_row;
	struct ct_unwind_row row;
	UT_hash_handle hh;
};

/* A frame, on the way outwards. */
struct walk {
	pid_t tid;
	bool fetched; /* registers, of the thread */
	uint32_t known, lost;
	uint64_t values[CT_UNWIND_REGISTERS];
	uint64_t window;
	size_t window_size;
	const uint8_t *bytes;
	uint8_t buffer[WINDOW_SIZE];
};

void ct_session_forget_syscall_steps(struct ct_session *session)
{
	struct ct_syscall_step *each, *next;
	if (!session->syscalls)
		return;
	HASH_ITER (hh, session->syscalls->steps, each, next) {
		HASH_DEL(session->syscalls->steps, each);
		free(each);
	}
}

static bool is_inner(struct ct_session *session, const struct ct_module *module,
		     uint64_t pc)
{
	if (!module)
		return false;
	if (module->is_system || module->is_loader)
		return true;
	return ct_module_is_static_program(module) &&
	       !ct_program_name_address(session->program, pc - 1).file;
}

static const struct ct_syscall_step *get_step(struct ct_session *session,
					      uint64_t pc)
{
	struct ct_syscall_step *step;
	HASH_FIND(hh, session->syscalls->steps, &pc, sizeof(pc), step);
	if (step)
		return step;
	step = calloc(1, sizeof(*step));
	if (!step)
		return NULL;
	const struct ct_module *module =
	    ct_program_module_at(session->program, pc - 1);
	step->pc = pc;
	step->is_inner = is_inner(session, module, pc);
	if (step->is_inner)
		step->has_row =
		    ct_unwind_find(ct_image_elf(module->image),
				   pc - 1 - module->bias, &step->row);
	HASH_ADD(hh, session->syscalls->steps, pc, sizeof(step->pc), step);
	return step;
}

/* 8 bytes of the stack. */
static bool peek(struct walk *walk, uint64_t addr, uint64_t *ret)
{
	if (addr - walk->window > walk->window_size ||
	    walk->window_size - (addr - walk->window) < sizeof(*ret)) {
		/* One page is read faster than a part of two. */
		size_t size = PAGE_SIZE - addr % PAGE_SIZE;
		if (size < sizeof(*ret) || size > WINDOW_SIZE)
			size = WINDOW_SIZE;
		walk->window = addr;
		walk->bytes = walk->buffer;
		walk->window_size =
		    ct_process_read(walk->tid, addr, walk->buffer, size);
		if (walk->window_size < sizeof(*ret))
			return false;
	}
	memcpy(ret, walk->bytes + (addr - walk->window), sizeof(*ret));
	return true;
}

static void fetch(struct walk *walk)
{
	struct ct_regs regs;
	walk->fetched = true;
	struct ct_error *err = ct_process_read_regs(walk->tid, &regs);
	if (err) { /* being killed */
		ct_error_destroy(err);
		return;
	}
	for (unsigned int i = 0; i < CT_REG_RIP; i++)
		if (!((walk->known | walk->lost) >> i & 1)) {
			walk->values[i] = regs.gpr[i];
			walk->known |= 1u << i;
		}
}

static bool get(struct walk *walk, unsigned int number, uint64_t *ret)
{
	if (!(walk->known >> number & 1) && !walk->fetched)
		fetch(walk);
	*ret = walk->values[number];
	return walk->known >> number & 1;
}

static bool find_return(struct walk *walk, const struct ct_unwind_row *row,
			uint64_t cfa, uint64_t *ret)
{
	if (row->saved >> CT_REG_RIP & 1)
		return peek(walk, cfa + (uint64_t)row->at[CT_REG_RIP], ret);
	return get(walk, row->return_register, ret);
}

/* To the frame around this one; false when that cannot be found. */
static bool step_out(struct walk *walk, const struct ct_unwind_row *row,
		     uint64_t *pc)
{
	uint64_t cfa;
	if (row->is_outermost || !get(walk, row->cfa_register, &cfa))
		return false;
	cfa += (uint64_t)row->cfa_offset;
	if (cfa < walk->values[CT_REG_RSP] ||
	    !find_return(walk, row, cfa, pc) || !*pc)
		return false;
	for (unsigned int i = 0; i < CT_REG_RIP; i++)
		if (row->saved & KEPT & 1u << i &&
		    !peek(walk, cfa + (uint64_t)row->at[i], &walk->values[i]))
			return false;
	uint32_t saved = row->saved & KEPT;
	walk->values[CT_REG_RSP] = cfa;
	saved |= 1u << CT_REG_RSP;
	walk->lost = ((walk->lost | row->lost) & ~saved) | ~(uint32_t)KEPT;
	walk->known = (walk->known | saved) & ~walk->lost;
	return true;
}

/* Whether an address is one that a call returns to: behind e8, or ff with a
 * register or memory. */
static bool follows_call(struct ct_session *session, uint64_t addr)
{
	uint8_t code[6];
	const struct ct_module *module =
	    ct_program_module_at(session->program, addr - sizeof(code));
	return module &&
	       ct_image_read_code(module->image,
				  addr - sizeof(code) - module->bias, code,
				  sizeof(code)) == sizeof(code) &&
	       (code[1] == 0xe8 || code[0] == 0xff || code[3] == 0xff ||
		code[4] == 0xff);
}

/* glibc's clone has no row at its instruction, where a child has no caller:
 * the stack pointer is what it was at the entry. */
static bool step_out_of_clone(struct ct_session *session, struct walk *walk,
			      uint64_t *pc)
{
	static const struct ct_unwind_row entry = {
	    .cfa_register = CT_REG_RSP,
	    .cfa_offset = 8,
	    .saved = 1 << CT_REG_RIP,
	    .at[CT_REG_RIP] = -8,
	};
	return step_out(walk, &entry, pc) && follows_call(session, *pc);
}

static uint64_t find_caller(struct ct_session *session,
			    const struct ct_syscall_site *site)
{
	struct walk walk;
	uint64_t pc = site->pc;
	walk.tid = site->tid;
	walk.fetched = false;
	walk.known = 1u << CT_REG_RSP;
	walk.lost = 0;
	walk.values[CT_REG_RSP] = site->sp;
	walk.window = site->sp;
	walk.bytes = site->stack;
	walk.window_size = site->stack_size;
	for (unsigned int i = 0; i < FRAMES_MAX; i++) {
		const struct ct_syscall_step *step = get_step(session, pc);
		if (!step)
			break;
		if (!step->is_inner)
			return pc;
		if (step->has_row
			? !step_out(&walk, &step->row, &pc)
			: i || !step_out_of_clone(session, &walk, &pc))
			break;
	}
	return site->pc;
}

uint64_t ct_session_syscall_caller(struct ct_session *session,
				   struct ct_syscall_site *site)
{
	/* Of a process that is not known, neither are its modules. */
	if (!site->tid || !ct_session_enter(session, site->pid))
		return 0;
	if (!site->caller)
		site->caller = find_caller(session, site);
	return site->caller;
}
