/* SPDX-License-Identifier: MIT */
/*
 * Stacks of the program: the one a thread was started with, and where a
 * longjmp goes on it.
 */
#include <sys/mman.h>

#include "ctester/maps.h"
#include "ctester/process.h"
#include "session/internal.h"

/* The kernel lets the first stack grow down, up to RLIMIT_STACK, so what is
 * below its mapping belongs to it as far as nothing else is there. */
static void find_first_stack(const struct ct_maps *maps, uint64_t *low,
			     uint64_t *high)
{
	uint64_t below = 0;
	const struct ct_map *map;
	for (size_t i = 0; (map = ct_maps_get(maps, i)); i++) {
		if (map->kind == CT_MAP_STACK) {
			*low = below;
			*high = map->end;
			return;
		}
		below = map->end;
	}
}

void ct_session_first_stack(const struct ct_session *session, uint64_t *low,
			    uint64_t *high)
{
	struct ct_maps *maps = NULL;
	*low = *high = 0;
	ct_error_destroy(ct_maps_read(session->now->pid, &maps));
	if (maps)
		find_first_stack(maps, low, high);
	ct_maps_destroy(maps);
}

/* glibc and musl put a thread's descriptor, to which fs points, at the upper
 * end of the stack that they map for it. */
static void find_thread_stack(const struct ct_maps *maps, uint64_t fs_base,
			      uint64_t *low, uint64_t *high)
{
	const struct ct_map *map = ct_maps_find(maps, fs_base);
	if (!map || !(map->prot & PROT_WRITE))
		return;
	*low = map->start;
	*high = fs_base;
}

void ct_session_find_stack(struct ct_session *session, pid_t tid,
			   const struct ct_regs *regs)
{
	uint64_t low = 0, high = 0;
	struct ct_maps *maps = NULL;
	if (ct_frames_knows_stack(session->frames, tid))
		return;
	/* Without the map nothing is known of the stack: that is all. */
	ct_error_destroy(ct_maps_read(session->now->pid, &maps));
	if (maps && tid == session->now->pid)
		find_first_stack(maps, &low, &high);
	else if (maps)
		find_thread_stack(maps, regs->fs_base, &low, &high);
	ct_maps_destroy(maps);
	ct_frames_set_stack(session->frames, tid, low, high);
}

/*
 * glibc's jmp_buf on x86-64: rbx, rbp, r12 to r15, rsp, rip, of which rbp, rsp
 * and rip are mangled: xor with the word at fs:0x30, rotated left by 17
 * (sysdeps/x86_64/setjmp.S, pointer_guard in tcb-offsets.sym).
 */
uint64_t ct_session_longjmp_target(struct ct_session *session,
				   const struct ct_regs *regs)
{
	enum {
		JB_RSP = 6,
		POINTER_GUARD = 0x30
	};
	uint64_t rsp, guard;
	pid_t pid = session->now->pid;
	if (ct_process_read(pid, regs->gpr[CT_REG_RDI] + JB_RSP * sizeof(rsp),
			    &rsp, sizeof(rsp)) < sizeof(rsp) ||
	    ct_process_read(pid, regs->fs_base + POINTER_GUARD, &guard,
			    sizeof(guard)) < sizeof(guard))
		return 0;
	return (rsp >> 17 | rsp << 47) ^ guard;
}
