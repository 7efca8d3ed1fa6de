/* SPDX-License-Identifier: MIT */
/*
 * A mock that sends a signal: its handler is to find the program behind the
 * call, with the result in its registers.  No instruction of ours can be in
 * between, so the kernel makes the last step: all signals are blocked, the one
 * is sent, and rt_sigreturn(2) sets the registers and the mask at once, as at
 * the end of a handler that had interrupted the program there.  What is
 * pending comes then, before the program's next instruction.
 *
 * The frame is what the kernel makes for handlers (arch/x86/kernel/signal.c),
 * with the vector registers as XSAVE has them (Intel SDM, volume 1, 13.4).
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "agent/inside.h"

enum {
	STATE_SIZE = 4096,
	STATE_ALIGNMENT = 64,
	LEGACY_SIZE = 512, /* of fxsave */
	HEADER_SIZE = 64,
	SOFTWARE = 464, /* bytes that processors leave alone */
	FEATURES = 32,
	SIGSET = sizeof(uint64_t),
	CPUID_FEATURES = 1,
	CPUID_XSAVE = 0xd,
	OSXSAVE = 1 << 27, /* in ecx */
	/* asm/ucontext.h, which cannot be included beside the C library's */
	UC_FLAGS = 1 | 2 | 4, /* XSAVE's state; ss is there, and right */
};
/* Tiles, which a thread has to ask for, and which functions do not keep. */
#define TILES (UINT64_C(3) << 17)

struct state {
	uint8_t bytes[STATE_SIZE + sizeof(uint32_t)];
} __attribute__((aligned(STATE_ALIGNMENT)));

static void cpuid(uint32_t leaf, uint32_t part, uint32_t *size,
		  uint32_t *offset, uint32_t *c)
{
	uint32_t d;
	asm volatile("cpuid"
		     : "=a"(*size), "=b"(*offset), "=c"(*c), "=d"(d)
		     : "a"(leaf), "c"(part));
}

/* The state's features, and how much room they take; 0: there is no XSAVE. */
static uint64_t find_features(uint32_t *size)
{
	uint32_t a, b, c, low, high;
	cpuid(CPUID_FEATURES, 0, &a, &b, &c);
	if (!(c & OSXSAVE))
		return 0;
	asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	uint64_t features = (low | (uint64_t)high << 32) & ~TILES;
	*size = LEGACY_SIZE + HEADER_SIZE;
	for (uint32_t i = 2; i < FEATURES; i++) {
		if (!(features >> i & 1))
			continue;
		cpuid(CPUID_XSAVE, i, &a, &b, &c);
		if (a + b > *size)
			*size = a + b;
	}
	return *size <= STATE_SIZE ? features : 0;
}

static void save_state(struct state *state)
{
	uint32_t size = 0, magic = FP_XSTATE_MAGIC2;
	uint64_t features = find_features(&size);
	memset(state->bytes, 0, LEGACY_SIZE + HEADER_SIZE);
	if (!features) {
		asm volatile("fxsave64 %0" : "=m"(*state));
		return;
	}
	asm volatile("xsave64 %0"
		     : "+m"(*state)
		     : "a"((uint32_t)features),
		       "d"((uint32_t)(features >> 32)));
	const struct _fpx_sw_bytes software = {.magic1 = FP_XSTATE_MAGIC1,
					       .extended_size =
						   size + FP_XSTATE_MAGIC2_SIZE,
					       .xstate_bv = features,
					       .xstate_size = size};
	memcpy(state->bytes + SOFTWARE, &software, sizeof(software));
	memcpy(state->bytes + size, &magic, sizeof(magic));
}

/* As the kernel numbers them: gregset_t. */
static void fill(const struct ct_regs *regs, greg_t *ret)
{
	static const struct {
		int to;
		enum ct_reg from;
	} rows[] = {
	    {REG_R8, CT_REG_R8},   {REG_R9, CT_REG_R9},   {REG_R10, CT_REG_R10},
	    {REG_R11, CT_REG_R11}, {REG_R12, CT_REG_R12}, {REG_R13, CT_REG_R13},
	    {REG_R14, CT_REG_R14}, {REG_R15, CT_REG_R15}, {REG_RDI, CT_REG_RDI},
	    {REG_RSI, CT_REG_RSI}, {REG_RBP, CT_REG_RBP}, {REG_RBX, CT_REG_RBX},
	    {REG_RDX, CT_REG_RDX}, {REG_RAX, CT_REG_RAX}, {REG_RCX, CT_REG_RCX},
	    {REG_RSP, CT_REG_RSP}, {REG_RIP, CT_REG_RIP}};
	uint64_t cs, ss;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ret[rows[i].to] = (greg_t)regs->gpr[rows[i].from];
	asm("movq %%cs, %0" : "=r"(cs));
	asm("movq %%ss, %0" : "=r"(ss));
	/* Not by our own pushfq: it would write to the red zone. */
	ret[REG_EFL] = (greg_t)__builtin_ia32_readeflags_u64();
	ret[REG_CSGSFS] = (greg_t)(cs | ss << 48);
}

bool agent_can_signal(void)
{
	/* Returns have to be where a shadow stack has them (CET); who has
	 * none, for him this is no operation. */
	uint64_t shadow = 0;
	asm volatile("rdsspq %0" : "+r"(shadow));
	return !agent_quiet && !shadow;
}

/*
 * Called by enter.S on the program's stack, where the result is in the vector
 * registers already, and the others are in regs.
 */
__attribute__((noreturn)) void ct_agent_signal(const struct ct_regs *regs,
					       int32_t number)
{
	const struct ct_agent_thread *thread = ctester_agent_thread;
	uint64_t all = UINT64_MAX, before = 0;
	struct state state;
	ucontext_t context;
	save_state(&state);
	memset(&context, 0, sizeof(context));
	context.uc_flags = UC_FLAGS;
	fill(regs, context.uc_mcontext.gregs);
	context.uc_mcontext.fpregs = (void *)&state;
	agent_ask(SYS_sigaltstack, 0, (long)&context.uc_stack, 0, 0);
	agent_ask(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&before,
		  SIGSET);
	memcpy(&context.uc_sigmask, &before, sizeof(before));
	agent_ask(SYS_tgkill, thread->pid, thread->tid, number, 0);
	/* The kernel finds the context where the stack pointer is. */
	asm volatile("movq %0, %%rsp\n\t"
		     "syscall\n\t"
		     "hlt"
		     :
		     : "r"(&context), "a"(SYS_rt_sigreturn)
		     : "memory");
	__builtin_unreachable();
}
