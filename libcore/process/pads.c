/* SPDX-License-Identifier: MIT */
/*
 * Landing pads: 16 or 32 bytes each, in pages mapped by the program itself.
 * They are private and not writable there; we write them as the tracer.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ctester/pads.h"
#include "ctester/process.h"
#include "process/insn.h"
#include "process/ptrace.h"

#define PAD_SIZE     16 /* and multiples of it */
#define PAD_SIZE_MAX 32
#define JUMP_SIZE    6
#define INT3         0xcc

_Static_assert(CT_INSN_SIZE_MAX + JUMP_SIZE + 8 <= PAD_SIZE_MAX, "any fits");

struct ct_pads {
	pid_t pid;
	uint64_t *pages; /* addresses in the program */
	size_t page_count;
	size_t used; /* bytes of the last page */
};

struct ct_error *ct_pads_create(pid_t pid, struct ct_pads **ret)
{
	struct ct_pads *pads = calloc(1, sizeof(*pads));
	if (!pads)
		return &ct_enomem;
	pads->pid = pid;
	*ret = pads;
	return NULL;
}

void ct_pads_destroy(struct ct_pads *pads)
{
	if (!pads)
		return;
	free(pads->pages);
	free(pads);
}

/* A new page full of int3: a stray jump is seen at once. */
static struct ct_error *map_page(pid_t pid, pid_t tid, uint64_t *ret)
{
	const uint64_t args[6] = {0,
				  CT_PAGE_SIZE,
				  PROT_READ | PROT_EXEC,
				  MAP_PRIVATE | MAP_ANONYMOUS,
				  (uint64_t)-1,
				  0};
	int64_t addr;
	struct ct_error *err =
	    ct_process_syscall(pid, tid, SYS_mmap, args, &addr);
	if (err)
		return err;
	if (addr < 0)
		return ct_error_format(CT_ERROR_OS,
				       "mmap of landing pads in process %d: %s",
				       (int)pid, strerror((int)-addr));
	uint8_t traps[CT_PAGE_SIZE];
	memset(traps, INT3, sizeof(traps));
	err = ct_process_write(pid, (uint64_t)addr, traps, sizeof(traps));
	if (!err)
		*ret = (uint64_t)addr;
	return err;
}

static struct ct_error *add_page(struct ct_pads *pads, pid_t tid)
{
	uint64_t *pages =
	    realloc(pads->pages, (pads->page_count + 1) * sizeof(*pages));
	if (!pages)
		return &ct_enomem;
	pads->pages = pages;
	struct ct_error *err =
	    map_page(pads->pid, tid, &pages[pads->page_count]);
	if (err)
		return err;
	pads->page_count++;
	pads->used = 0;
	return NULL;
}

/*
 * Code, then `jmp *target`, with the target in the last 8 bytes; the pad grows
 * by whole slots.  Returns its size.
 */
static size_t encode_pad(uint8_t pad[PAD_SIZE_MAX], const uint8_t *code,
			 size_t size, uint64_t target)
{
	size_t pad_size = (size + JUMP_SIZE + sizeof(target) + PAD_SIZE - 1) &
			  ~(size_t)(PAD_SIZE - 1);
	uint8_t jump[JUMP_SIZE] = {0xff, 0x25}; /* jmp *disp32(%rip) */
	jump[2] = (uint8_t)(pad_size - sizeof(target) - size - JUMP_SIZE);
	memset(pad, INT3, pad_size);
	if (size)
		memcpy(pad, code, size);
	memcpy(pad + size, jump, sizeof(jump));
	memcpy(pad + pad_size - sizeof(target), &target, sizeof(target));
	return pad_size;
}

static struct ct_error *add_pad(struct ct_pads *pads, pid_t tid,
				const uint8_t *code, size_t size,
				uint64_t target, uint64_t *ret)
{
	uint8_t pad[PAD_SIZE_MAX];
	size_t pad_size = encode_pad(pad, code, size, target);
	if (!pads->page_count || pads->used + pad_size > CT_PAGE_SIZE) {
		struct ct_error *err = add_page(pads, tid);
		if (err)
			return err;
	}
	uint64_t addr = pads->pages[pads->page_count - 1] + pads->used;
	struct ct_error *err = ct_process_write(pads->pid, addr, pad, pad_size);
	if (err)
		return err;
	pads->used += pad_size;
	*ret = addr;
	return NULL;
}

struct ct_error *ct_pads_add(struct ct_pads *pads, pid_t tid, uint64_t target,
			     uint64_t *ret)
{
	return add_pad(pads, tid, NULL, 0, target, ret);
}

struct ct_error *ct_pads_add_copy(struct ct_pads *pads, pid_t tid,
				  uint64_t addr, const uint8_t *code,
				  size_t size, uint64_t *ret)
{
	size_t insn_size = ct_insn_get_copyable_size(code, size);
	if (!insn_size) {
		*ret = 0;
		return NULL;
	}
	return add_pad(pads, tid, code, insn_size, addr + insn_size, ret);
}

bool ct_pads_contain(const struct ct_pads *pads, uint64_t addr)
{
	for (size_t i = 0; i < pads->page_count; i++)
		if (addr - pads->pages[i] < CT_PAGE_SIZE)
			return true;
	return false;
}
