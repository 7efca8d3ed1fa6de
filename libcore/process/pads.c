/* SPDX-License-Identifier: MIT */
/*
 * Landing pads: 16 to 48 bytes each, in pages mapped by the program itself.
 * They are private and not writable there; we write them as the tracer.  A
 * page lies near the code that its pads stand for, so that rip-relative
 * operands, of 32 bits, still reach what they mean.  Longer code that refers to
 * nothing has its room there, too.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ctester/maps.h"
#include "ctester/pads.h"
#include "ctester/process.h"
#include "process/insn.h"
#include "process/ptrace.h"

#define PAD_SIZE     16 /* and multiples of it */
#define PAD_SIZE_MAX 48
#define JUMP_SIZE    6
#define INT3         0xcc
#define CALL_TO_JUMP 0x30                /* /2 to /4 in ModRM: call *, jmp * */
#define NEAR         (UINT64_C(1) << 30) /* half of what 32 bits reach */

/* push, then a call's operand or a copy and a jump, then two addresses */
_Static_assert(JUMP_SIZE + CT_INSN_SIZE_MAX + JUMP_SIZE + 16 <= PAD_SIZE_MAX,
	       "any fits");

struct page {
	uint64_t addr;   /* in the program */
	uint64_t wanted; /* which it should be near */
	size_t used;     /* bytes */
};

struct ct_pads {
	pid_t pid;
	struct page *pages;
	size_t page_count;
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
static struct ct_error *map_page(pid_t pid, pid_t tid, uint64_t hint,
				 uint64_t *ret)
{
	const uint64_t args[6] = {hint,
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

/*
 * A free page below the mappings that hold an address.  Not above them: the
 * heap grows there.  0 when the memory map cannot be read.
 */
static uint64_t free_page_below(pid_t pid, uint64_t addr)
{
	struct ct_maps *maps = NULL;
	ct_error_destroy(ct_maps_read(pid, &maps));
	uint64_t end = 0, found = 0;
	const struct ct_map *map;
	for (size_t i = 0; maps && (map = ct_maps_get(maps, i)); i++) {
		if (map->start > addr)
			break;
		if (map->start - end >= 16 * CT_PAGE_SIZE)
			found = map->start - CT_PAGE_SIZE;
		end = map->end;
	}
	ct_maps_destroy(maps);
	return found;
}

static bool is_near(uint64_t page, uint64_t addr)
{
	return page - addr < NEAR || addr - page < NEAR;
}

static struct ct_error *add_page(struct ct_pads *pads, pid_t tid, uint64_t near)
{
	struct page *pages =
	    reallocarray(pads->pages, pads->page_count + 1, sizeof(*pages));
	if (!pages)
		return &ct_enomem;
	pads->pages = pages;
	struct page page = {.wanted = near};
	struct ct_error *err = map_page(
	    pads->pid, tid, free_page_below(pads->pid, near), &page.addr);
	if (err)
		return err;
	pages[pads->page_count++] = page;
	return NULL;
}

/* A page near an address with room for some bytes.  The kernel may not have
 * had one: then it is still good for code without displacements. */
static struct ct_error *find_page(struct ct_pads *pads, pid_t tid,
				  uint64_t near, size_t size, struct page **ret)
{
	for (size_t i = pads->page_count; i-- > 0;) {
		struct page *page = &pads->pages[i];
		if ((is_near(page->addr, near) ||
		     is_near(page->wanted, near)) &&
		    page->used + size <= CT_PAGE_SIZE) {
			*ret = page;
			return NULL;
		}
	}
	struct ct_error *err = add_page(pads, tid, near);
	if (!err)
		*ret = &pads->pages[pads->page_count - 1];
	return err;
}

/* A pad under construction: code grows up, addresses are behind it. */
struct pad {
	uint8_t bytes[PAD_SIZE_MAX];
	size_t size;
	uint64_t words[2];
	size_t uses[2]; /* where the displacement to words[i] is */
	size_t word_count;
};

static void put(struct pad *pad, const uint8_t *code, size_t size)
{
	memcpy(pad->bytes + pad->size, code, size);
	pad->size += size;
}

/* jmp or push *disp32(%rip), with the word behind the code. */
static void put_with_word(struct pad *pad, uint8_t modrm, uint64_t word)
{
	const uint8_t code[JUMP_SIZE] = {0xff, modrm};
	put(pad, code, sizeof(code));
	pad->words[pad->word_count] = word;
	pad->uses[pad->word_count++] = pad->size - 4;
}

static void put_jump(struct pad *pad, uint64_t target)
{
	put_with_word(pad, 0x25, target);
}

static void put_push(struct pad *pad, uint64_t value)
{
	put_with_word(pad, 0x35, value);
}

/* The pad is whole: lay the words behind the code, in whole slots. */
static void finish_pad(struct pad *pad)
{
	size_t words = pad->word_count * sizeof(*pad->words);
	size_t size =
	    (pad->size + words + PAD_SIZE - 1) & ~(size_t)(PAD_SIZE - 1);
	memset(pad->bytes + pad->size, INT3, size - pad->size);
	for (size_t i = 0; i < pad->word_count; i++) {
		size_t at = size - words + i * sizeof(*pad->words);
		uint32_t disp = (uint32_t)(at - pad->uses[i] - 4);
		memcpy(pad->bytes + at, &pad->words[i], sizeof(*pad->words));
		memcpy(pad->bytes + pad->uses[i], &disp, sizeof(disp));
	}
	pad->size = size;
}

static struct ct_error *write_pad(struct ct_pads *pads, struct page *page,
				  struct pad *pad, uint64_t *ret)
{
	uint64_t addr = page->addr + page->used;
	finish_pad(pad);
	struct ct_error *err =
	    ct_process_write(pads->pid, addr, pad->bytes, pad->size);
	if (err)
		return err;
	page->used += pad->size;
	*ret = addr;
	return NULL;
}

struct ct_error *ct_pads_add(struct ct_pads *pads, pid_t tid, uint64_t target,
			     uint64_t *ret)
{
	struct pad pad = {0};
	struct page *page;
	struct ct_error *err =
	    find_page(pads, tid, target, PAD_SIZE_MAX, &page);
	if (err)
		return err;
	put_jump(&pad, target);
	return write_pad(pads, page, &pad, ret);
}

/* Copy an instruction, with its rip-relative operand meaning the same; false
 * when that is too far away. */
static bool put_copy(struct pad *pad, uint64_t pad_addr, uint64_t addr,
		     const uint8_t *code, const struct ct_insn *insn)
{
	uint64_t here = pad_addr + pad->size;
	put(pad, code, insn->size);
	if (!insn->disp_at)
		return true;
	int64_t wide = (int64_t)(addr - here) + insn->displacement;
	int32_t disp = (int32_t)wide;
	memcpy(pad->bytes + pad->size - insn->size + insn->disp_at, &disp,
	       sizeof(disp));
	return disp == wide;
}

/* False when the instruction cannot be had elsewhere. */
static bool build_copy(struct pad *pad, uint64_t pad_addr, uint64_t addr,
		       const uint8_t *code, const struct ct_insn *insn)
{
	uint64_t next = addr + insn->size;
	uint64_t target = next + (uint64_t)(int64_t)insn->displacement;
	bool reaches = true;
	switch (insn->kind) {
	case CT_INSN_UNKNOWN:
		return false;
	case CT_INSN_PLAIN:
	case CT_INSN_RIP_RELATIVE:
		reaches = put_copy(pad, pad_addr, addr, code, insn);
		put_jump(pad, next);
		return reaches;
	case CT_INSN_JUMP:
		put_jump(pad, target);
		return true;
	case CT_INSN_BRANCH:
		/* jcc over the jump that goes on */
		put(pad, (const uint8_t[]){0x70 | insn->condition, JUMP_SIZE},
		    2);
		put_jump(pad, next);
		put_jump(pad, target);
		return true;
	case CT_INSN_CALL:
		put_push(pad, next);
		put_jump(pad, target);
		return true;
	case CT_INSN_CALL_AT:
		put_push(pad, next);
		size_t modrm = pad->size + insn->modrm_at;
		reaches = put_copy(pad, pad_addr, addr, code, insn);
		pad->bytes[modrm] ^= CALL_TO_JUMP;
		return reaches;
	}
	return false;
}

struct ct_error *ct_pads_add_copy(struct ct_pads *pads, pid_t tid,
				  uint64_t addr, const uint8_t *code,
				  size_t size, uint64_t *ret)
{
	struct ct_insn insn = ct_insn_decode(code, size);
	struct pad pad = {0};
	struct page *page;
	if (insn.kind == CT_INSN_UNKNOWN) {
		*ret = 0;
		return NULL;
	}
	struct ct_error *err = find_page(pads, tid, addr, PAD_SIZE_MAX, &page);
	if (err)
		return err;
	if (!build_copy(&pad, page->addr + page->used, addr, code, &insn)) {
		*ret = 0;
		return NULL;
	}
	return write_pad(pads, page, &pad, ret);
}

struct ct_error *ct_pads_add_code(struct ct_pads *pads, pid_t tid,
				  const uint8_t *code, size_t size,
				  uint64_t *ret)
{
	size_t room = (size + PAD_SIZE - 1) & ~(size_t)(PAD_SIZE - 1);
	struct page *page;
	if (!size || size > CT_PAGE_SIZE)
		return ct_error_format(CT_ERROR_BAD_ARGUMENT,
				       "%zu bytes of code are none or too many",
				       size);
	struct ct_error *err = find_page(pads, tid, 0, room, &page);
	if (err)
		return err;
	uint64_t addr = page->addr + page->used;
	err = ct_process_write(pads->pid, addr, code, size);
	if (err)
		return err;
	page->used += room;
	*ret = addr;
	return NULL;
}

struct ct_error *ct_pads_reserve(struct ct_pads *pads, pid_t tid, uint64_t near,
				 size_t size, uint64_t *ret)
{
	size_t room = (size + PAD_SIZE - 1) & ~(size_t)(PAD_SIZE - 1);
	struct page *page;
	struct ct_error *err = find_page(pads, tid, near, room, &page);
	if (err)
		return err;
	*ret = page->addr + page->used;
	page->used += room;
	return NULL;
}

void ct_pads_give_back(struct ct_pads *pads, uint64_t addr)
{
	addr = (addr + PAD_SIZE - 1) & ~(uint64_t)(PAD_SIZE - 1);
	for (size_t i = 0; i < pads->page_count; i++) {
		struct page *page = &pads->pages[i];
		if (addr >= page->addr && addr < page->addr + page->used)
			page->used = addr - page->addr;
	}
}

struct ct_error *ct_pads_lead(pid_t pid, uint64_t pad, uint64_t target)
{
	/* put_jump() alone: the address is the last word of 16 bytes. */
	return ct_process_write(pid, pad + PAD_SIZE - sizeof(target), &target,
				sizeof(target));
}

bool ct_pads_contain(const struct ct_pads *pads, uint64_t addr)
{
	for (size_t i = 0; i < pads->page_count; i++)
		if (addr - pads->pages[i].addr < CT_PAGE_SIZE)
			return true;
	return false;
}
