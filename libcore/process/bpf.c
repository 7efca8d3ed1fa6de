/* SPDX-License-Identifier: MIT */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>

#include "process/bpf.h"

struct machine {
	uint32_t a, x, memory[BPF_MEMWORDS];
};

static uint32_t compute(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + operand;
	case BPF_SUB:
		return a - operand;
	case BPF_MUL:
		return a * operand;
	case BPF_DIV:
		return operand ? a / operand : 0;
	case BPF_OR:
		return a | operand;
	case BPF_AND:
		return a & operand;
	case BPF_XOR:
		return a ^ operand;
	case BPF_LSH:
		return operand < 32 ? a << operand : 0;
	case BPF_RSH:
		return operand < 32 ? a >> operand : 0;
	case BPF_NEG:
		return -a;
	default:
		return 0;
	}
}

static bool jumps(uint16_t code, uint32_t a, uint32_t operand)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == operand;
	case BPF_JGT:
		return a > operand;
	case BPF_JGE:
		return a >= operand;
	default:
		return a & operand; /* BPF_JSET */
	}
}

static uint32_t load(const struct machine *machine,
		     const struct sock_filter *insn,
		     const struct seccomp_data *data)
{
	uint32_t word = 0;
	switch (BPF_MODE(insn->code)) {
	case BPF_IMM:
		return insn->k;
	case BPF_LEN:
		return sizeof(*data);
	case BPF_MEM:
		return machine->memory[insn->k % BPF_MEMWORDS];
	default: /* BPF_ABS */
		if (insn->k <= sizeof(*data) - sizeof(word))
			memcpy(&word, (const char *)data + insn->k,
			       sizeof(word));
		return word;
	}
}

/* One that neither jumps nor ends. */
static void step(struct machine *machine, const struct sock_filter *insn,
		 uint32_t operand, const struct seccomp_data *data)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		machine->a = load(machine, insn, data);
		break;
	case BPF_LDX:
		machine->x = load(machine, insn, data);
		break;
	case BPF_ST:
		machine->memory[insn->k % BPF_MEMWORDS] = machine->a;
		break;
	case BPF_STX:
		machine->memory[insn->k % BPF_MEMWORDS] = machine->x;
		break;
	case BPF_ALU:
		machine->a = compute(insn->code, machine->a, operand);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			machine->x = machine->a;
		else
			machine->a = machine->x;
		break;
	}
}

uint32_t ct_bpf_run(const struct sock_filter *code, size_t count,
		    const struct seccomp_data *data)
{
	struct machine machine = {0};
	/* Jumps go forward only: this ends. */
	for (size_t at = 0; at < count; at++) {
		const struct sock_filter *insn = code + at;
		uint32_t operand =
		    BPF_SRC(insn->code) == BPF_X ? machine.x : insn->k;
		if (BPF_CLASS(insn->code) == BPF_RET)
			return BPF_RVAL(insn->code) == BPF_A ? machine.a
							     : insn->k;
		if (BPF_CLASS(insn->code) != BPF_JMP)
			step(&machine, insn, operand, data);
		else if (BPF_OP(insn->code) == BPF_JA)
			at += insn->k;
		else
			at += jumps(insn->code, machine.a, operand) ? insn->jt
								    : insn->jf;
	}
	return SECCOMP_RET_KILL_PROCESS;
}

uint32_t ct_bpf_action(const struct sock_filter *code, size_t count, int number,
		       const uint64_t args[6])
{
	struct seccomp_data data = {.nr = number, .arch = AUDIT_ARCH_X86_64};
	memcpy(data.args, args, sizeof(data.args));
	return ct_bpf_run(code, count, &data) & SECCOMP_RET_ACTION_FULL;
}
