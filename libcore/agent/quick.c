/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "agent/quick_inside.h"

#define PAGE  4096
#define ONES  UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

typedef agent_word word;

void agent_quick_clear(uint8_t *block, uint32_t size)
{
	for (uint32_t at = 0; at < ct_pad8(size); at += 8)
		*(word *)(block + at) = 0;
}

/* Text with its NUL, padded to 8, if it ends soon enough and on this page;
 * else 0. */
static uint32_t copy_text(uint64_t addr, uint32_t most, uint8_t *to)
{
	uint32_t left = PAGE - (uint32_t)(addr % PAGE);
	if (most > left)
		most = left;
	for (uint32_t at = 0; at + 8 <= most; at += 8) {
		uint64_t x = *(const word *)(addr + at);
		uint64_t zero = (x - ONES) & ~x & HIGHS;
		if (zero) {
			unsigned bits = (unsigned)__builtin_ctzll(zero) + 1;
			*(word *)(to + at) =
			    bits == 64 ? x : x & ((UINT64_C(1) << bits) - 1);
			return at + bits / 8;
		}
		*(word *)(to + at) = x;
	}
	return 0;
}

static void copy_object(uint8_t *to, const uint8_t *from, uint32_t size)
{
	uint32_t at = 0;
	for (; at + 8 <= size; at += 8)
		*(word *)(to + at) = *(const word *)(from + at);
	if (at == size)
		return;
	*(word *)(to + at) = 0;
	for (; at < size; at++)
		to[at] = from[at];
}

static bool is_there(struct ct_agent_thread *thread, uint64_t addr,
		     uint32_t size)
{
	uint64_t last = addr + (size ? size - 1 : 0);
	return addr < AGENT_USER_END && agent_is_readable(thread, addr) &&
	       (addr / PAGE == last / PAGE || agent_is_readable(thread, last));
}

/* One blob at `to`; its whole size, 0 when it is not that simple. */
static uint32_t keep(struct ct_agent_thread *thread,
		     const struct ct_quick *quick,
		     const struct ct_quick_link *link, uint64_t addr,
		     uint8_t *to)
{
	struct ct_blob *blob = (void *)to;
	uint8_t *bytes = (uint8_t *)(blob + 1);
	uint32_t size = link->size;
	if (!is_there(thread, addr, size))
		return 0;
	if (size) {
		copy_object(bytes, (const uint8_t *)addr, size);
	} else {
		size = copy_text(addr, quick->string, bytes);
		if (!size)
			return 0;
	}
	blob->addr = addr;
	blob->size = size;
	blob->shape = link->shape;
	return (uint32_t)sizeof(*blob) + ct_pad8(size);
}

static const struct ct_blob *find(const uint8_t *at, const uint8_t *end,
				  uint64_t addr)
{
	while (at < end) {
		const struct ct_blob *blob = (const void *)at;
		if (blob->addr == addr)
			return blob;
		at += sizeof(*blob) + ct_pad8(blob->size);
	}
	return NULL;
}

bool agent_quick_entry(const struct ct_quick *quick,
		       struct ct_agent_thread *thread,
		       const struct ct_regs *regs, struct ct_record *record)
{
	uint8_t *args = (uint8_t *)(record + 1);
	agent_quick_args(quick, regs, record);
	uint8_t *blobs = args + ct_pad8(quick->args_size), *end = blobs;
	for (unsigned i = 0; i < quick->link_count; i++) {
		const struct ct_quick_link *link = &quick->links[i];
		uint64_t addr = *(const word *)(args + link->offset);
		if (!addr)
			continue;
		uint32_t size = find(blobs, end, addr)
				    ? 0
				    : keep(thread, quick, link, addr, end);
		if (!size)
			return false;
		end += size;
	}
	agent_quick_head(quick, (uint32_t)(end - blobs), record);
	return true;
}

/* What was kept at the call is there unchanged. */
static bool is_same(struct ct_agent_thread *thread,
		    const struct ct_quick_link *link,
		    const struct ct_blob *blob)
{
	const uint8_t *bytes = (const uint8_t *)(blob + 1);
	if (link->size ? blob->size != link->size
		       : !blob->size || bytes[blob->size - 1])
		return false;
	if (!is_there(thread, blob->addr, blob->size))
		return false;
	uint32_t at = 0;
	for (; at + 8 <= blob->size; at += 8)
		if (*(const word *)(bytes + at) !=
		    *(const word *)(blob->addr + at))
			return false;
	for (; at < blob->size; at++)
		if (bytes[at] != ((const uint8_t *)blob->addr)[at])
			return false;
	return true;
}

bool agent_quick_exit(const struct ct_quick *quick,
		      struct ct_agent_thread *thread,
		      const struct ct_regs *regs, struct ct_record *record)
{
	uint8_t *args = (uint8_t *)(record + 1);
	const uint8_t *result = (const uint8_t *)record + record->size;
	const uint8_t *blobs = args + ct_pad8(record->args_size);
	for (unsigned i = 0; i < quick->output_count; i++) {
		const struct ct_quick_link *link = &quick->outputs[i];
		uint64_t addr = *(const word *)(args + link->offset);
		const struct ct_blob *blob =
		    addr ? find(blobs, result, addr) : NULL;
		if (addr && (!blob || !is_same(thread, link, blob)))
			return false;
	}
	agent_quick_result(quick, regs, record);
	record->flags |= CT_RECORD_HAS_RESULT;
	return true;
}
