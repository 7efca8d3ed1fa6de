/* SPDX-License-Identifier: MIT */
/*
 * Landing pads: 16 bytes each, in pages mapped by the program itself.  They
 * are private and not writable there; we write them as the tracer.
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
#include "process/ptrace.h"

#define PAD_SIZE      16
#define PADS_PER_PAGE (CT_PAGE_SIZE / PAD_SIZE)

struct ct_pads {
	pid_t pid;
	uint64_t *pages; /* addresses in the program */
	size_t page_count;
	size_t used; /* pads in the last page */
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
	memset(traps, 0xcc, sizeof(traps));
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

struct ct_error *ct_pads_add(struct ct_pads *pads, pid_t tid, uint64_t target,
			     uint64_t *ret)
{
	if (!pads->page_count || pads->used == PADS_PER_PAGE) {
		struct ct_error *err = add_page(pads, tid);
		if (err)
			return err;
	}
	/* jmp *2(%rip); xchg %ax,%ax; .quad target */
	uint8_t code[PAD_SIZE] = {0xff, 0x25, 0x02, 0, 0, 0, 0x66, 0x90};
	memcpy(code + 8, &target, sizeof(target));
	uint64_t addr =
	    pads->pages[pads->page_count - 1] + PAD_SIZE * pads->used;
	struct ct_error *err =
	    ct_process_write(pads->pid, addr, code, sizeof(code));
	if (err)
		return err;
	pads->used++;
	*ret = addr;
	return NULL;
}

bool ct_pads_contain(const struct ct_pads *pads, uint64_t addr)
{
	for (size_t i = 0; i < pads->page_count; i++)
		if (addr - pads->pages[i] < CT_PAGE_SIZE)
			return true;
	return false;
}
