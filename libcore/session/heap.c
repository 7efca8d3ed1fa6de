/* SPDX-License-Identifier: MIT */
/*
 * Blocks that monitored calls of malloc and its like have allocated, so that
 * one that is freed twice is noticed, and does no harm.
 *
 * What is freed in the sandbox is kept for a while: the real free does not
 * run, and the address cannot come back by a malloc that nobody watches.  Only
 * so does a second free of it mean what it seems to.  When enough is kept, a
 * call frees the oldest one in place of its own.  What no monitored call has
 * allocated is freed as it is.
 *
 * When the sandbox has been closed meanwhile, a kept block may have been freed
 * where nobody looked: then nothing is known of it any more, and it is left
 * alone.  That is a leak, and has its limit, too.
 */
#include "session/stand_in.h"

enum {
	KEPT_MAX = 1024,
	KEPT_BYTES = 16 << 20,
	LEAKED_BYTES = 64 << 20,
};

struct block {
	uint64_t ptr;
	uint64_t size;
	bool moves; /* realloc has it */
	bool ours;  /* kept: its real free is still to come */
	UT_hash_handle hh;
};

struct ct_heap {
	struct block *live;
	struct block *kept; /* oldest first */
	uint64_t kept_bytes, leaked;
	uint64_t opening; /* of the sandbox, of which this is true */
};

static struct block *find(struct block *table, uint64_t ptr)
{
	struct block *block;
	HASH_FIND(hh, table, &ptr, sizeof(ptr), block);
	return block;
}

static void drop(struct block **table, struct block *block)
{
	if (!block)
		return;
	HASH_DEL(*table, block);
	free(block);
}

static void unkeep(struct ct_heap *heap, uint64_t ptr)
{
	struct block *block = find(heap->kept, ptr);
	if (block)
		heap->kept_bytes -= block->size;
	drop(&heap->kept, block);
}

static void forget_kept(struct ct_heap *heap)
{
	heap->leaked += heap->kept_bytes;
	while (heap->kept)
		unkeep(heap, heap->kept->ptr);
}

void ct_heap_destroy(struct ct_heap *heap)
{
	if (!heap)
		return;
	forget_kept(heap);
	while (heap->live)
		drop(&heap->live, heap->live);
	free(heap);
}

/* That of the process; NULL without memory. */
static struct ct_heap *heap_of(struct ct_session *session)
{
	struct ct_tracee *now = session->now;
	if (!now->heap)
		now->heap = calloc(1, sizeof(*now->heap));
	if (now->heap && now->heap->opening != session->opening) {
		forget_kept(now->heap);
		now->heap->opening = session->opening;
	}
	return now->heap;
}

void ct_heap_note_malloc(struct ct_session *session, uint64_t ptr,
			 uint64_t size)
{
	struct ct_heap *heap = heap_of(session);
	if (!heap || !ptr)
		return;
	unkeep(heap, ptr);
	struct block *block = find(heap->live, ptr);
	if (!block) {
		block = calloc(1, sizeof(*block));
		if (!block)
			return;
		block->ptr = ptr;
		HASH_ADD(hh, heap->live, ptr, sizeof(block->ptr), block);
	}
	block->size = size;
	block->moves = false;
}

static void report(const struct ct_stand_in *call)
{
	struct ct_method_call told = {.event = CT_METHOD_DOUBLE_FREE,
				      .seq = call->call->record->seq};
	ct_session_tell_method(call->session, &told);
}

void ct_heap_note_realloc(const struct ct_stand_in *call)
{
	struct ct_heap *heap = heap_of(call->session);
	if (!heap)
		return;
	uint64_t ptr = call->args[0];
	if (find(heap->kept, ptr)) {
		/* Nobody has had it since: the program can live on with it. */
		report(call);
		unkeep(heap, ptr);
	}
	struct block *block = find(heap->live, ptr);
	if (block)
		block->moves = true;
}

void ct_heap_note_realloced(struct ct_session *session, uint64_t ptr,
			    uint64_t size, uint64_t result)
{
	struct ct_heap *heap = heap_of(session);
	struct block *block = heap ? find(heap->live, ptr) : NULL;
	/* Meanwhile, another thread may have got the address. */
	if (block && block->moves && (result || !size))
		drop(&heap->live, block);
	else if (block)
		block->moves = false;
	ct_heap_note_malloc(session, result, size);
}

static bool is_full(const struct ct_heap *heap, uint64_t count, uint64_t bytes)
{
	return count > KEPT_MAX || bytes > KEPT_BYTES ||
	       bytes + heap->leaked > LEAKED_BYTES;
}

/* Room for one more; *oldest is what is to be freed for that, or 0. */
static bool make_room(struct ct_heap *heap, uint64_t size, bool frees,
		      uint64_t *oldest)
{
	*oldest = 0;
	if (size > KEPT_BYTES)
		return false;
	for (;;) {
		struct block *first = heap->kept;
		uint64_t count = HASH_COUNT(heap->kept) + 1;
		uint64_t bytes = heap->kept_bytes + size;
		if (!is_full(heap, count, bytes))
			return true;
		if (!first)
			return false;
		bool ours = first->ours;
		uint64_t ptr = first->ptr;
		/* One call frees one block. */
		if (ours && (!frees || *oldest ||
			     is_full(heap, count - 1, bytes - first->size)))
			return false;
		unkeep(heap, ptr);
		*oldest = ours ? ptr : *oldest;
	}
}

/* The block is freed for the program: keep it. */
static void keep(struct ct_heap *heap, struct block *block, bool failed,
		 struct ct_reply *ret)
{
	uint64_t oldest;
	HASH_DEL(heap->live, block);
	if (!make_room(heap, block->size, !failed, &oldest)) {
		free(block);
		return;
	}
	block->ours = !failed;
	heap->kept_bytes += block->size;
	HASH_ADD(hh, heap->kept, ptr, sizeof(block->ptr), block);
	if (oldest) {
		ret->replaced = 1 << 0;
		ret->args[0] = oldest;
		return;
	}
	ret->returns = ret->is_real = !failed;
}

void ct_heap_note_free(const struct ct_stand_in *call, struct ct_reply *ret)
{
	struct ct_session *session = call->session;
	uint64_t ptr = call->args[0];
	struct ct_heap *heap = heap_of(session);
	if (!heap || !ptr)
		return;
	struct block *block = find(heap->live, ptr);
	bool open = ct_sandbox_is_armed(session->region->sandbox);
	if (open && find(heap->kept, ptr)) {
		report(call);
		ret->returns = ret->is_real = !call->failed;
	} else if (!block) {
		unkeep(heap, ptr);
	} else if (!open || session->upstream_quirks) {
		drop(&heap->live, block);
	} else {
		keep(heap, block, call->failed, ret);
	}
}
