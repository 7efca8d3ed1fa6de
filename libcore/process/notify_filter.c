/* SPDX-License-Identifier: MIT */
/*
 * Filters in classic BPF, as seccomp(2) takes them: the one that asks us, and
 * what those of others would say to a call.
 *
 * Ours is a tree over the bounds of the ranges of numbers.  A jump of a
 * condition reaches 255 instructions: each node has an unconditional one,
 * which reaches all.
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "process/notify.h"

/* Where x32's numbers begin (asm/unistd.h): as a set, another table. */
#define X32_BIT 0x40000000

/* The bounds at which the action changes, from "pass" on. */
struct tree {
	uint32_t *bounds;
	size_t count;
	struct sock_filter *code;
	size_t size;
};

static void emit(struct tree *tree, struct sock_filter instruction)
{
	if (tree->size < BPF_MAXINSNS)
		tree->code[tree->size] = instruction;
	tree->size++;
}

static void emit_return(struct tree *tree, uint32_t action)
{
	emit(tree, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Numbers that are at or above the bounds before `low`, and below that at
 * `high`.  The depth is the logarithm of the number of bounds. */
static void emit_tree(struct tree *tree, size_t low, size_t high)
{
	if (low == high) {
		emit_return(tree, low % 2 ? SECCOMP_RET_USER_NOTIF
					  : SECCOMP_RET_ALLOW);
		return;
	}
	size_t middle = low + (high - low) / 2;
	emit(tree, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
						tree->bounds[middle], 0, 1));
	size_t jump = tree->size;
	emit(tree, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	emit_tree(tree, low, middle);
	if (jump < BPF_MAXINSNS)
		tree->code[jump].k = (uint32_t)(tree->size - jump - 1);
	emit_tree(tree, middle + 1, high);
}

static int compare(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	return (left > right) - (left < right);
}

/* Sort the numbers in `bounds`, which has room for twice as many, and make
 * bounds of them. */
static void make_bounds(struct tree *tree, uint32_t *sorted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (sorted[i] != CT_NOTIFY_EVERY)
			continue;
		tree->bounds[tree->count++] = 0;
		tree->bounds[tree->count++] = X32_BIT;
		return;
	}
	qsort(sorted, count, sizeof(*sorted), compare);
	for (size_t i = 0; i < count; i++) {
		size_t last = tree->count;
		if (last && tree->bounds[last - 1] >= sorted[i])
			tree->bounds[last - 1] = sorted[i] + 1;
		else {
			tree->bounds[tree->count++] = sorted[i];
			tree->bounds[tree->count++] = sorted[i] + 1;
		}
	}
}

static void emit_all(struct tree *tree)
{
	emit(tree,
	     (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					  offsetof(struct seccomp_data, arch)));
	emit(tree, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						AUDIT_ARCH_X86_64, 1, 0));
	emit_return(tree, SECCOMP_RET_ALLOW);
	emit(tree,
	     (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					  offsetof(struct seccomp_data, nr)));
	emit_tree(tree, 0, tree->count);
}

struct ct_error *ct_notify_filter_create(const uint32_t *numbers, size_t count,
					 struct sock_filter **ret,
					 size_t *ret_count)
{
	if (!count || count > X32_BIT / 2)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "no system calls to be asked about");
	for (size_t i = 0; i < count; i++)
		if (numbers[i] >= X32_BIT && numbers[i] != CT_NOTIFY_EVERY)
			return ct_error_format(CT_ERROR_BAD_ARGUMENT,
					       "%u is no system call of x86-64",
					       numbers[i]);
	CT_AUTO_FREE uint32_t *sorted = calloc(count, sizeof(*sorted));
	CT_AUTO_FREE uint32_t *bounds = calloc(count, 2 * sizeof(*bounds));
	CT_AUTO_FREE struct sock_filter *code =
	    calloc(BPF_MAXINSNS, sizeof(*code));
	if (!sorted || !bounds || !code)
		return &ct_enomem;
	memcpy(sorted, numbers, count * sizeof(*sorted));
	struct tree tree = {.bounds = bounds, .code = code};
	make_bounds(&tree, sorted, count);
	emit_all(&tree);
	if (tree.size > BPF_MAXINSNS)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "a filter for %zu system calls would be "
				       "too long for the kernel",
				       count);
	*ret = ct_take(code);
	*ret_count = tree.size;
	return NULL;
}
