/* SPDX-License-Identifier: MIT */
/*
 * A hash table by address, open addressing, in memory of its own: it must not
 * allocate from the allocator that it watches.
 */
#include "kit/memory.h"

#include <stdint.h>
#include <sys/mman.h>

#include "CTester/hooks.h"
#include "CTester/wrap.h"
#include "kit/reals.h"

/* How much is kept of what was freed. */
#define KEPT_MAX   1024u
#define KEPT_BYTES ((size_t)16 << 20)

struct row {
	void *ptr; /* NULL: free */
	size_t size;
	int slot;
	uint8_t state;
	uint8_t ours;
};

static struct row *rows;
static size_t capacity; /* a power of two, or 0 */
static size_t used;
static size_t live_bytes;
/* How far this has filled logs.malloc: a test that clears it starts anew. */
static int logged;
static bool any_freed;

/* The kept blocks in order; one that is no longer kept may still stand here. */
static void *ring[KEPT_MAX];
static size_t ring_first, ring_count;
static size_t kept_count, kept_bytes;

unsigned int ctester_double_frees;
void *ctester_last_double_free;

static size_t home(const void *ptr)
{
	/* Fibonacci hashing: the low bits of addresses are alike. */
	return ((uintptr_t)ptr * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
	       (capacity - 1);
}

static struct row *find(const void *ptr)
{
	if (!capacity || !ptr)
		return NULL;
	size_t i = home(ptr);
	for (; rows[i].ptr; i = (i + 1) & (capacity - 1))
		if (rows[i].ptr == ptr)
			return &rows[i];
	return NULL;
}

static struct row *empty_for(const void *ptr)
{
	size_t i = home(ptr);
	while (rows[i].ptr)
		i = (i + 1) & (capacity - 1);
	return &rows[i];
}

static bool grow(void)
{
	size_t old = capacity, wanted = old ? 2 * old : 1024;
	struct row *before = rows;
	void *fresh =
	    REAL(mmap)(NULL, wanted * sizeof(*rows), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fresh == MAP_FAILED)
		return false;
	rows = fresh;
	capacity = wanted;
	for (size_t i = 0; i < old; i++)
		if (before[i].ptr)
			*empty_for(before[i].ptr) = before[i];
	if (before)
		REAL(munmap)(before, old * sizeof(*rows));
	return true;
}

static struct row *insert(void *ptr)
{
	struct row *row = find(ptr);
	if (row)
		return row;
	int before = errno;
	/* At most three quarters full. */
	bool room = 4 * used < 3 * capacity || grow();
	errno = before;
	if (!room)
		return NULL;
	used++;
	row = empty_for(ptr);
	row->ptr = ptr;
	return row;
}

/* Close the gap, so that a search may still stop at the first free row. */
static void erase(struct row *row)
{
	size_t gap = (size_t)(row - rows);
	used--;
	for (size_t i = (gap + 1) & (capacity - 1); rows[i].ptr;
	     i = (i + 1) & (capacity - 1)) {
		size_t from_home = (i - home(rows[i].ptr)) & (capacity - 1);
		if (from_home < ((i - gap) & (capacity - 1)))
			continue;
		rows[gap] = rows[i];
		gap = i;
	}
	rows[gap] = (struct row){0};
}

/* Two's complement in either direction: stats.memory.used is an int. */
static void account(size_t more, size_t less)
{
	stats.memory.used = (int)((unsigned int)stats.memory.used +
				  (unsigned int)more - (unsigned int)less);
}

static int log_block(void *ptr, size_t size, int slot)
{
	if (slot < 0 || slot >= logs.malloc.n) {
		if (logs.malloc.n < 0 || logs.malloc.n >= MAX_LOG)
			return -1;
		slot = logs.malloc.n++;
		logged = logs.malloc.n;
	}
	logs.malloc.log[slot] = (struct malloc_elem_t){size, ptr};
	return slot;
}

static void unlog_block(const void *ptr, int slot)
{
	if (slot < 0 || logs.malloc.log[slot].ptr != ptr)
		return;
	logs.malloc.log[slot] = (struct malloc_elem_t){(size_t)-1, NULL};
}

static void forget_if_cleared(void)
{
	if (logs.malloc.n < logged)
		ctester_memory_forget();
}

void ctester_memory_put(void *ptr, size_t size, int slot)
{
	forget_if_cleared();
	account(size, 0);
	slot = log_block(ptr, size, slot);
	/* The reference knows of no block that it has not logged. */
	if (slot < 0 && ctester_upstream_quirks)
		return;
	ctester_memory_unkeep(ptr);
	struct row *row = insert(ptr);
	if (!row)
		return;
	/* An address known already was freed where nobody watched. */
	if (row->state == CTESTER_BLOCK_LIVE)
		live_bytes -= row->size;
	row->size = size;
	row->slot = slot;
	row->state = CTESTER_BLOCK_LIVE;
	live_bytes += size;
}

struct ctester_block ctester_memory_take(void *ptr)
{
	forget_if_cleared();
	struct row *row = find(ptr);
	if (!row)
		return (struct ctester_block){CTESTER_BLOCK_UNKNOWN, 0, -1};
	struct ctester_block block = {row->state, row->size, row->slot};
	if (row->state == CTESTER_BLOCK_FREED)
		return block;
	account(0, row->size);
	unlog_block(ptr, row->slot);
	live_bytes -= row->size;
	any_freed = true;
	erase(row);
	return block;
}

static void release_oldest(void)
{
	void *ptr = ring[ring_first];
	ring_first = (ring_first + 1) % KEPT_MAX;
	ring_count--;
	struct row *row = find(ptr);
	if (!row || row->state != CTESTER_BLOCK_FREED)
		return;
	bool ours = row->ours;
	ctester_memory_unkeep(ptr);
	if (ours)
		REAL(free)(ptr);
}

bool ctester_memory_keep(void *ptr, size_t size, bool ours)
{
	while (ring_count &&
	       (ring_count == KEPT_MAX || kept_bytes + size > KEPT_BYTES))
		release_oldest();
	struct row *row = size > KEPT_BYTES ? NULL : insert(ptr);
	if (!row)
		return false;
	row->size = size;
	row->slot = -1;
	row->state = CTESTER_BLOCK_FREED;
	row->ours = ours;
	kept_count++;
	kept_bytes += size;
	ring[(ring_first + ring_count++) % KEPT_MAX] = ptr;
	return true;
}

bool ctester_memory_unkeep(void *ptr)
{
	struct row *row = find(ptr);
	if (!row || row->state != CTESTER_BLOCK_FREED)
		return false;
	kept_count--;
	kept_bytes -= row->size;
	erase(row);
	return true;
}

bool ctester_memory_keeps(void)
{
	return __atomic_load_n(&kept_count, __ATOMIC_RELAXED) != 0;
}

void ctester_memory_report(void *ptr)
{
	ctester_double_frees++;
	ctester_last_double_free = ptr;
}

void ctester_memory_flush(void)
{
	ctester_enter_again();
	while (ring_count)
		release_oldest();
	ctester_leave();
}

void ctester_memory_forget(void)
{
	while (ring_count)
		release_oldest();
	for (size_t i = 0; i < capacity; i++)
		rows[i] = (struct row){0};
	used = live_bytes = 0;
	logged = 0;
	any_freed = false;
	ctester_double_frees = 0;
	ctester_last_double_free = NULL;
}

static bool within(const struct row *row, const void *addr)
{
	uintptr_t begin = (uintptr_t)row->ptr, at = (uintptr_t)addr;
	/* One byte at least: malloc(0) returns an address of its own too. */
	size_t size = row->size ? row->size : 1;
	return at >= begin && at - begin < size;
}

int malloced(void *addr)
{
	int found = 0;
	ctester_enter_again();
	forget_if_cleared();
	/* In the reference a freed row has the size -1, and so holds all. */
	if (ctester_upstream_quirks && any_freed)
		found = 1;
	for (size_t i = 0; i < capacity && !found; i++)
		found = rows[i].state == CTESTER_BLOCK_LIVE &&
			within(&rows[i], addr);
	ctester_leave();
	return found;
}

int malloc_allocated(void)
{
	ctester_enter_again();
	forget_if_cleared();
	int total = (int)live_bytes;
	ctester_leave();
	return total;
}
