/* SPDX-License-Identifier: MIT */
/*
 * Hooking a function at its entry: the jump that is written there, and the
 * pad that it leads to, as bytes.  Nothing here touches a process.
 *
 *   entry:  jmp pad                    pad:  push $index
 *           ...                              jmp *enter
 *   resume: the rest, as it was              the displaced instructions
 *                                            jmp resume
 *
 * Where a jump of five bytes has no room, one of two leads to it:
 *
 *   entry:  jmp room         padding of others:  room: jmp pad
 *
 * A frame's prologue stays in front of the jump, and the pad undoes it.
 *
 * The displaced instructions mean in the pad what they meant at their place.
 * A function for which that cannot be had is refused, with the reason.
 */
#ifndef CT_AGENT_RELOCATE_H
#define CT_AGENT_RELOCATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CT_HOOK_PATCH_MAX = 32, /* bytes of the function that are displaced */
	CT_HOOK_PAD_MAX = 256,
	CT_HOOK_ROOM = 5, /* a jump to anywhere near */
};

/* Bytes that nothing runs through. */
struct ct_room {
	uint64_t addr; /* 0: none */
	uint8_t original[CT_HOOK_ROOM];
};

struct ct_relocation_input {
	uint64_t addr;        /* of the function's first instruction */
	const uint8_t *code;  /* its bytes, and what follows */
	size_t code_size;     /* of both */
	size_t function_size; /* by its symbol */
	size_t free_size;     /* up to where other code begins, which nothing
				 may cover; 0: nobody has looked */
	uint64_t pad;         /* where the pad will be */
	uint64_t enter;       /* where it jumps: the agent */
	uint32_t index;       /* what it pushes; below 2^31 */
	/* Whether a branch from anywhere else in the file leads to an address
	 * in [low, high); NULL: nobody has looked. */
	bool (*is_target)(void *arg, uint64_t low, uint64_t high);
	void *arg;
	/*
	 * Where debuggers that step into the function put a breakpoint, framed
	 * or not, without telling anybody; 0: only at its first byte.  In the
	 * jump's bytes it would lead the program elsewhere, and behind them it
	 * would not be met.  NULL: nowhere.
	 */
	uint64_t (*body)(void *arg, bool framed);
	/* Room that begins in [low, high); NULL: nobody looks for any. */
	bool (*find_room)(void *arg, uint64_t low, uint64_t high,
			  struct ct_room *ret);
};

/* Where a displaced instruction is now; both from their beginning. */
struct ct_displaced {
	uint8_t from, to;
};

struct ct_relocation {
	uint8_t patch[CT_HOOK_PATCH_MAX];
	uint8_t original[CT_HOOK_PATCH_MAX];
	uint32_t patch_size; /* of both */
	uint32_t kept;       /* bytes in front that are the same in both */
	/* Where the patch, two bytes then, jumps to, and a jump to the pad is
	 * written. */
	struct ct_room room;
	uint8_t room_patch[CT_HOOK_ROOM];
	uint8_t pad[CT_HOOK_PAD_MAX];
	uint32_t pad_size;
	uint32_t trampoline; /* offset in the pad: the displaced code */
	uint32_t onward;     /* and of the jump behind it */
	uint32_t displaced_count;
	struct ct_displaced displaced[CT_HOOK_PATCH_MAX];
};

/*
 * Compute both.  All of [addr, addr + patch_size) is overwritten: no thread may
 * be inside, behind the first byte.
 *
 * @return NULL, or why it cannot be: a static text.
 */
const char *ct_relocate(const struct ct_relocation_input *input,
			struct ct_relocation *ret);

/*
 * Padding of compilers and linkers in code, behind what nothing runs on from:
 * the first that is not before `from`.  Returns how many bytes there are, at
 * *at; 0: none.  The code begins with an instruction.
 */
size_t ct_code_find_padding(const uint8_t *code, size_t size, size_t from,
			    size_t *at);

/* How long the instruction at code is; 0: there is none. */
size_t ct_instruction_size(const uint8_t *code, size_t size);

/*
 * Where all direct branches of pieces of code lead, for is_target.  What is no
 * code there (a table, say) may add targets that are none, which only makes
 * the answer more careful.
 */
struct ct_branches;
struct ct_branches *ct_branches_create(void);
void ct_branches_destroy(struct ct_branches *branches);
/* Add those of `size` bytes that run at addr, and stay there as long as the
 * struct does; false when memory is short. */
bool ct_branches_add(struct ct_branches *branches, uint64_t addr,
		     const uint8_t *code, size_t size);
/* For struct ct_relocation_input; arg is the struct ct_branches.  True, too,
 * when memory is short. */
bool ct_branches_is_target(void *arg, uint64_t low, uint64_t high);

#endif
