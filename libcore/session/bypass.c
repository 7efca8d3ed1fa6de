/* SPDX-License-Identifier: MIT */
/*
 * How threads leave a breakpoint: at a copy of its instruction, so that GDB
 * need not step over it; unless the user watches them there.
 */
#include "ctester/process.h"
#include "image/image.h"
#include "session/agent.h"

bool ct_session_keeps(const struct ct_session *session, uint64_t addr)
{
	struct ct_kept *kept;
	HASH_FIND(hh, session->kept, &addr, sizeof(addr), kept);
	return kept || session->keeps_all;
}

void ct_session_keep(struct ct_session *session, uint64_t addr, bool keep)
{
	struct ct_kept *kept;
	HASH_FIND(hh, session->kept, &addr, sizeof(addr), kept);
	if (keep && !kept && (kept = calloc(1, sizeof(*kept)))) {
		kept->addr = addr;
		HASH_ADD(hh, session->kept, addr, sizeof(addr), kept);
	} else if (!keep && kept) {
		HASH_DEL(session->kept, kept);
		free(kept);
	}
}

void ct_session_keep_all(struct ct_session *session, bool keep)
{
	session->keeps_all = keep;
}

bool ct_session_was_stepped(pid_t tid)
{
	return ct_process_was_stepped(tid);
}

void ct_session_forget_kept(struct ct_session *session)
{
	struct ct_kept *kept, *next;
	HASH_ITER (hh, session->kept, kept, next) {
		HASH_DEL(session->kept, kept);
		free(kept);
	}
}

size_t ct_session_read_code(struct ct_session *session, uint64_t addr,
			    uint8_t code[16])
{
	struct ct_module *module = ct_program_module_at(session->program, addr);
	return module ? ct_image_read_code(module->image, addr - module->bias,
					   code, 16)
		      : 0;
}

size_t ct_session_find_patch(struct ct_session *session, uint64_t addr,
			     uint8_t memory[16], bool *differs)
{
	uint8_t file[16];
	size_t size = ct_session_read_code(session, addr, file);
	*differs = false;
	size = size < sizeof(file) ? size : sizeof(file);
	if (ct_process_read(session->now->pid, addr, memory, size) < size)
		return 0;
	/* An int3 may be GDB's, a jump the agent's: here, or in a function
	 * that follows closely. */
	for (size_t i = ct_session_hook_size(session, addr); i < size; i++)
		*differs |= memory[i] != file[i] && memory[i] != 0xcc &&
			    !ct_session_has_hook_at(session, addr + i);
	return size;
}

uint64_t ct_session_bypass(struct ct_session *session, pid_t tid, uint64_t addr)
{
	struct ct_bypass *bypass;
	HASH_FIND(hh, session->now->bypasses, &addr, sizeof(addr), bypass);
	if (bypass)
		return bypass->copy;
	bypass = calloc(1, sizeof(*bypass));
	if (!bypass)
		return 0;
	bypass->addr = addr;
	uint8_t code[16], memory[16];
	size_t size = ct_session_read_code(session, addr, code);
	struct ct_error *err = NULL;
	bool is_patched;
	/* What somebody has written there is what is to run. */
	if (!ct_session_find_patch(session, addr, memory, &is_patched) ||
	    is_patched)
		size = 0;
	if (size && !session->now->pads)
		err = ct_pads_create(session->now->pid, &session->now->pads);
	if (size && !err)
		err = ct_pads_add_copy(session->now->pads, tid, addr, code,
				       size, &bypass->copy);
	/* Then GDB steps over it, as over any breakpoint. */
	ct_error_destroy(err);
	HASH_ADD(hh, session->now->bypasses, addr, sizeof(bypass->addr),
		 bypass);
	return bypass->copy;
}

uint64_t ct_session_return_pad(struct ct_session *session, pid_t tid)
{
	static const uint8_t ret[] = {0xc3};
	struct ct_tracee *now = session->now;
	struct ct_error *err = NULL;
	if (now->return_pad)
		return now->return_pad;
	if (!now->pads)
		err = ct_pads_create(now->pid, &now->pads);
	if (!err)
		err = ct_pads_add_copy(now->pads, tid, 0, ret, sizeof(ret),
				       &now->return_pad);
	ct_error_destroy(err);
	return now->return_pad;
}
