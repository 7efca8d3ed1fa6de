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
		uint64_t x = agent_load((const void *)(addr + at));
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
		*(word *)(to + at) = agent_load(from + at);
	if (at == size)
		return;
	*(word *)(to + at) = 0;
	for (; at < size; at++)
		to[at] = agent_load_byte(from + at);
}

static bool is_there(struct ct_agent_thread *thread, uint64_t addr,
		     uint32_t size)
{
	uint64_t last = addr + (size ? size - 1 : 0);
	return addr < AGENT_USER_END && agent_is_readable(thread, addr) &&
	       (addr / PAGE == last / PAGE || agent_is_readable(thread, last));
}

/* ---- following pointers: breadth first, as capture.c does */

enum {
	PENDING_MAX = 16
};

struct pending {
	const uint8_t *block;
	const struct ct_shape *shape;
	uint32_t depth;
};

struct walk {
	struct ct_agent_thread *thread;
	const struct ct_quick *quick;
	const struct ct_plan *plan;
	uint8_t *blobs, *end, *limit;
	uint32_t faults; /* before it */
	unsigned head, count;
	struct pending pending[PENDING_MAX];
};

static inline bool push(struct walk *walk, const uint8_t *block, uint32_t shape,
			uint32_t depth)
{
	if (!shape || depth + 1 >= walk->quick->depth)
		return true;
	if (walk->count == PENDING_MAX)
		return false;
	walk->pending[walk->count++] = (struct pending){
	    block, &ct_plan_shapes(walk->plan)[shape - 1], depth + 1};
	return true;
}

static inline struct ct_blob *find(const struct walk *walk, uint64_t addr)
{
	for (uint8_t *at = walk->blobs; at < walk->end;) {
		struct ct_blob *blob = (void *)at;
		if (blob->addr == addr)
			return blob;
		at += sizeof(*blob) + ct_pad8(blob->size);
	}
	return NULL;
}

/* Keep what is there; false when that is not so simple. */
static inline bool keep(struct walk *walk, const struct ct_quick_link *link,
			uint64_t addr, uint32_t depth)
{
	struct ct_blob *blob = (void *)walk->end;
	uint8_t *bytes = (uint8_t *)(blob + 1);
	uint32_t size = link->size;
	uint32_t most = ct_pad8(size ? size : walk->quick->string);
	if (find(walk, addr) || !is_there(walk->thread, addr, size) ||
	    (size_t)(walk->limit - walk->end) < sizeof(*blob) + most)
		return false;
	if (size) {
		copy_object(bytes, (const uint8_t *)addr, size);
	} else {
		size = copy_text(addr, walk->quick->string, bytes);
		if (!size)
			return false;
	}
	blob->addr = addr;
	blob->size = size;
	blob->shape = link->shape;
	walk->end = bytes + ct_pad8(size);
	return push(walk, bytes, link->shape, depth);
}

/* What was kept at the call is there unchanged. */
static inline bool is_same(struct ct_agent_thread *thread,
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
		    agent_load((const void *)(blob->addr + at)))
			return false;
	for (; at < blob->size; at++)
		if (bytes[at] !=
		    agent_load_byte((const uint8_t *)blob->addr + at))
			return false;
	return true;
}

static inline bool compare(struct walk *walk, const struct ct_quick_link *link,
			   uint64_t addr, uint32_t depth)
{
	const struct ct_blob *blob = find(walk, addr);
	return blob && is_same(walk->thread, link, blob) &&
	       push(walk, (const uint8_t *)(blob + 1), link->shape, depth);
}

typedef bool visitor(struct walk *walk, const struct ct_quick_link *link,
		     uint64_t addr, uint32_t depth);

/* A pointer of an object. */
static inline bool follow(struct walk *walk, const struct ct_link *link,
			  uint64_t addr, uint32_t depth, visitor *visit)
{
	struct ct_quick_link quick = {0};
	if (link->kind == CT_LINK_TEXT)
		return link->unit == 1 && visit(walk, &quick, addr, depth);
	const struct ct_shape *shape = &ct_plan_shapes(walk->plan)[link->shape];
	if (link->kind != CT_LINK_OBJECT || !shape->size ||
	    shape->size > CT_QUICK_OBJECT_MAX)
		return false;
	quick.size = shape->size;
	quick.shape = shape->link_count ? link->shape + 1 : 0;
	return visit(walk, &quick, addr, depth);
}

/* What is pending, with all that it leads to; false also when memory has gone
 * away meanwhile. */
static inline bool drain(struct walk *walk, visitor *visit)
{
	while (walk->head < walk->count) {
		const struct pending *pending = &walk->pending[walk->head++];
		const struct ct_shape *shape = pending->shape;
		const struct ct_link *link =
		    ct_plan_links(walk->plan) + shape->first_link;
		const struct ct_link *end = link + shape->link_count;
		for (; link < end; link++) {
			if (link->offset + sizeof(uint64_t) > shape->size)
				continue;
			uint64_t addr =
			    *(const word *)(pending->block + link->offset);
			if (addr &&
			    !follow(walk, link, addr, pending->depth, visit))
				return false;
		}
	}
	return ctester_agent_faults == walk->faults;
}

static inline void begin(struct walk *walk, const struct ct_quick *quick,
			 struct ct_agent_thread *thread, uint8_t *blobs)
{
	walk->thread = thread;
	walk->quick = quick;
	walk->plan = ct_region_at(agent_region, quick->plan);
	walk->blobs = blobs;
	walk->faults = ctester_agent_faults;
	walk->head = walk->count = 0;
}

bool agent_quick_entry(const struct ct_quick *quick,
		       struct ct_agent_thread *thread,
		       const struct ct_regs *regs, struct ct_record *record)
{
	struct walk walk;
	uint8_t *args = (uint8_t *)(record + 1);
	agent_quick_args(quick, regs, record);
	begin(&walk, quick, thread, args + ct_pad8(quick->args_size));
	walk.end = walk.blobs;
	walk.limit = (uint8_t *)record + quick->most;
	for (unsigned i = 0; i < quick->link_count; i++) {
		const struct ct_quick_link *link = &quick->links[i];
		uint64_t addr = *(const word *)(args + link->offset);
		if (addr && !keep(&walk, link, addr, 0))
			return false;
	}
	if (!drain(&walk, keep))
		return false;
	agent_quick_head(quick, (uint32_t)(walk.end - walk.blobs), record);
	return true;
}

bool agent_quick_exit(const struct ct_quick *quick,
		      struct ct_agent_thread *thread,
		      const struct ct_regs *regs, struct ct_record *record)
{
	struct walk walk;
	uint8_t *args = (uint8_t *)(record + 1);
	if (quick->result_links && regs->gpr[CT_REG_RAX])
		return false;
	begin(&walk, quick, thread, args + ct_pad8(record->args_size));
	walk.end = (uint8_t *)record + record->size;
	for (unsigned i = 0; i < quick->output_count; i++) {
		const struct ct_quick_link *link = &quick->outputs[i];
		uint64_t addr = *(const word *)(args + link->offset);
		if (addr && !compare(&walk, link, addr, 0))
			return false;
	}
	if (!drain(&walk, compare))
		return false;
	agent_quick_result(quick, regs, record);
	record->flags |= CT_RECORD_HAS_RESULT;
	return true;
}
