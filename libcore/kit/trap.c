/* SPDX-License-Identifier: MIT */
/*
 * Buffers beside a page that nobody may touch.
 *
 * A mapping has (2 + size / page) pages, the trapped one included: tests know
 * that number.  Where each lies is remembered, because free_trap() is told
 * neither the type nor, for all that tests pass, the address of the mapping.
 */
#include "CTester/trap.h"

#include <string.h>

#include "kit/enter.h"
#include "kit/reals.h"

struct trap {
	struct trap *next;
	char *pages;
	size_t length;
};

static struct trap *traps;

static void remember(struct trap *trap)
{
	ctester_enter_again();
	trap->next = traps;
	traps = trap;
	ctester_leave();
}

static struct trap *take(const char *at)
{
	struct trap *found = NULL;
	ctester_enter_again();
	for (struct trap **trap = &traps; *trap; trap = &(*trap)->next) {
		if (at < (*trap)->pages ||
		    at >= (*trap)->pages + (*trap)->length)
			continue;
		found = *trap;
		*trap = found->next;
		break;
	}
	ctester_leave();
	return found;
}

/* Fill and protect fresh pages.  NULL: errno tells why not. */
static char *lay_out(const struct trap *trap, size_t size, int type, int flags,
		     const void *data)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = trap->length - page;
	char *begin = trap->pages + (type == TRAP_LEFT ? page : 0);
	char *edge = type == TRAP_LEFT ? trap->pages : trap->pages + room;
	char *buffer = type == TRAP_LEFT ? begin : begin + room - size;
	if (data) {
		ctester_enter_again(); /* memcpy() may be monitored */
		memcpy(buffer, data, size);
		ctester_leave();
	}
	if (mprotect(begin, room, flags) != 0 ||
	    mprotect(edge, page, PROT_NONE) != 0)
		return NULL;
	return buffer;
}

void *trap_buffer(size_t size, int type, int flags, void *data)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	if ((type != TRAP_LEFT && type != TRAP_RIGHT) ||
	    size > PTRDIFF_MAX - 2 * page) {
		errno =
		    type == TRAP_LEFT || type == TRAP_RIGHT ? ENOMEM : EINVAL;
		return NULL;
	}
	struct trap *trap = REAL(malloc)(sizeof(*trap));
	if (!trap)
		return NULL;
	trap->length = (2 + size / page) * page;
	trap->pages = REAL(mmap)(NULL, trap->length, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *buffer = NULL;
	if (trap->pages != MAP_FAILED) {
		buffer = lay_out(trap, size, type, flags, data);
		if (!buffer) {
			int code = errno;
			REAL(munmap)(trap->pages, trap->length);
			errno = code;
		}
	}
	if (buffer)
		remember(trap);
	else
		REAL(free)(trap);
	return buffer;
}

int free_trap(void *ptr, size_t size)
{
	(void)size;
	struct trap *trap = take(ptr);
	if (!trap) {
		errno = EINVAL;
		return -1;
	}
	int ret = REAL(munmap)(trap->pages, trap->length);
	REAL(free)(trap);
	return ret;
}
