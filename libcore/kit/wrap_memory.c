/* SPDX-License-Identifier: MIT */
/*
 * malloc and its like: the usual shape, and the book of blocks.
 *
 * A block is taken out of the book before the real function may give its
 * address to another thread, and put in after.
 */
#include "CTester/hooks.h"
#include "CTester/wrap.h"
#include "kit/enter.h"
#include "kit/memory.h"
#include "kit/reals.h"

/* A result handed out by a mask is no allocation: it is not in the book. */
static void *failed(void *ret, void **last_return)
{
	if (!ctester_upstream_quirks)
		*last_return = ret;
	ctester_leave();
	return ret;
}

static void *allocated(void *ret, size_t size, void **last_return)
{
	ctester_enter_again();
	*last_return = ret;
	if (ret)
		ctester_memory_put(ret, size, -1);
	ctester_leave();
	return ret;
}

void *ctester_wrap_malloc(size_t size)
{
	if (!ctester_enter(&monitored.malloc))
		return REAL(malloc)(size);
	stats.malloc.called++;
	stats.malloc.last_params.size = size;
	if (ctester_fails(&failures.malloc))
		return failed(failures.malloc_ret, &stats.malloc.last_return);
	ctester_leave();

	return allocated(REAL(malloc)(size), size, &stats.malloc.last_return);
}

void *ctester_wrap_calloc(size_t nmemb, size_t size)
{
	if (!ctester_enter(&monitored.calloc))
		return REAL(calloc)(nmemb, size);
	stats.calloc.called++;
	stats.calloc.last_params.nmemb = nmemb;
	stats.calloc.last_params.size = size;
	if (ctester_fails(&failures.calloc))
		return failed(failures.calloc_ret, &stats.calloc.last_return);
	ctester_leave();

	/* Where the product overflows the real one returns NULL. */
	return allocated(REAL(calloc)(nmemb, size), nmemb * size,
			 &stats.calloc.last_return);
}

/* Where the call is not watched: what was freed in the sandbox is freed now. */
static void unkeep(void *ptr)
{
	if (!ctester_memory_keeps() || !ctester_enter_own())
		return;
	ctester_memory_unkeep(ptr);
	ctester_leave();
}

void *ctester_wrap_realloc(void *ptr, size_t size)
{
	if (!ctester_enter(&monitored.realloc)) {
		unkeep(ptr);
		return REAL(realloc)(ptr, size);
	}
	stats.realloc.called++;
	stats.realloc.last_params.ptr = ptr;
	stats.realloc.last_params.size = size;
	if (ctester_fails(&failures.realloc))
		return failed(failures.realloc_ret, &stats.realloc.last_return);
	struct ctester_block block = ctester_memory_take(ptr);
	if (block.state == CTESTER_BLOCK_FREED) {
		/* Nobody has had it since, so the program can live on with it.
		 */
		ctester_memory_report(ptr);
		ctester_memory_unkeep(ptr);
		block.slot = -1;
	}
	ctester_leave();

	void *ret = REAL(realloc)(ptr, size);
	ctester_enter_again();
	stats.realloc.last_return = ret;
	if (ret)
		ctester_memory_put(ret, size, block.slot);
	else if (size && block.state == CTESTER_BLOCK_LIVE)
		ctester_memory_put(ptr, block.size, block.slot);
	ctester_leave();
	return ret;
}

/* Whether the real free() is to run. */
static bool free_block(void *ptr, bool fails)
{
	struct ctester_block block = ctester_memory_take(ptr);
	if (block.state == CTESTER_BLOCK_FREED) {
		ctester_memory_report(ptr);
		return false;
	}
	if (ctester_upstream_quirks || block.state == CTESTER_BLOCK_UNKNOWN)
		return !fails;
	/* A free that fails is a free for the program: it gave the block up. */
	return !ctester_memory_keep(ptr, block.size, !fails) && !fails;
}

void ctester_wrap_free(void *ptr)
{
	if (!ctester_enter(&monitored.free)) {
		unkeep(ptr);
		REAL(free)(ptr);
		return;
	}
	stats.free.called++;
	stats.free.last_params.ptr = ptr;
	bool fails = false;
	if (!ctester_upstream_quirks || (ptr && FAIL(failures.free)))
		fails = ctester_fails(&failures.free);
	bool frees = ptr && free_block(ptr, fails);
	ctester_leave();

	if (frees)
		REAL(free)(ptr);
}
