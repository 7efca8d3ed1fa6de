/* SPDX-License-Identifier: MIT */
/*
 * Filters that a program has already.  One may kill it for a call that we
 * would have it make, so each is asked first: run here, as the kernel would.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

#include "base/cleanup.h"
#include "process/notify.h"
#include "process/ptrace.h"

#define PTRACE_SECCOMP_GET_FILTER_ 0x420c

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

uint32_t ct_notify_filter_run(const struct sock_filter *code, size_t count,
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

/* A number in /proc/ID/status; `absent` where there is none. */
static uint64_t read_status(pid_t id, const char *name, uint64_t absent)
{
	struct ct_buffer text = {0};
	struct ct_error *err = ct_proc_read(id, "status", &text);
	ct_error_destroy(err);
	ct_buffer_putc(&text, '\0');
	uint64_t value = absent;
	if (!err && !ct_buffer_failed(&text)) {
		const char *found = strstr((const char *)text.data, name);
		if (found)
			value = strtoull(found + strlen(name), NULL, 10);
	}
	ct_buffer_deinit(&text);
	return value;
}

static bool lets_pass(const struct sock_filter *code, size_t count,
		      const struct ct_notify_wish *wish)
{
	struct seccomp_data data = {.nr = wish->number,
				    .arch = AUDIT_ARCH_X86_64};
	memcpy(data.args, wish->args, sizeof(data.args));
	uint32_t action =
	    ct_notify_filter_run(code, count, &data) & SECCOMP_RET_ACTION_FULL;
	return action == SECCOMP_RET_ALLOW || action == SECCOMP_RET_LOG;
}

static struct ct_error *check_filter(pid_t tid, const struct sock_filter *code,
				     size_t count,
				     const struct ct_notify_wish *wishes,
				     size_t wish_count)
{
	for (size_t i = 0; i < wish_count; i++)
		if (!lets_pass(code, count, wishes + i))
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d has a seccomp filter of its own, which "
			    "does not let it make system call %d",
			    (int)tid, wishes[i].number);
	return NULL;
}

static struct ct_error *check_each(pid_t tid,
				   const struct ct_notify_wish *wishes,
				   size_t count)
{
	CT_AUTO_FREE struct sock_filter *code =
	    calloc(BPF_MAXINSNS, sizeof(*code));
	if (!code)
		return &ct_enomem;
	for (uintptr_t i = 0;; i++) {
		long size =
		    ptrace(PTRACE_SECCOMP_GET_FILTER_, tid, (void *)i, code);
		if (size < 0 && errno == ENOENT)
			return NULL;
		if (size < 0 || size > BPF_MAXINSNS)
			return ct_error_format(
			    CT_ERROR_UNSUPPORTED,
			    "thread %d has a seccomp filter of its own, which "
			    "cannot be looked at: %m",
			    (int)tid);
		struct ct_error *err =
		    check_filter(tid, code, (size_t)size, wishes, count);
		if (err)
			return err;
	}
}

struct ct_error *ct_notify_check_filters(pid_t tid,
					 const struct ct_notify_wish *wishes,
					 size_t count)
{
	uint64_t mode = read_status(tid, "\nSeccomp:", 0);
	if (mode == SECCOMP_MODE_DISABLED)
		return NULL;
	if (mode == SECCOMP_MODE_STRICT)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "thread %d is in seccomp's strict mode",
				       (int)tid);
	/*
	 * A container's filters are everybody's.  As many as we have are those
	 * that we have, and they let debuggers live.
	 */
	uint64_t filters = read_status(tid, "\nSeccomp_filters:", 0);
	if (filters &&
	    filters == read_status(getpid(), "\nSeccomp_filters:", 0))
		return NULL;
	return check_each(tid, wishes, count);
}
