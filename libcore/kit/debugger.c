/* SPDX-License-Identifier: MIT */
/* What the debugger knows better than the library: where a thread was, and
 * which functions the program never calls. */
#include <stdio.h>

#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "kit/enter.h"

/* An address to stop at: not to be put in the place of its calls. */
__attribute__((noinline)) void ctester_ask_place(char *text, uint32_t size)
{
	__asm__ volatile("" : : "r"(text), "r"(size) : "memory");
}

static bool is_news(uint32_t i)
{
	const bool *monitored = ctester_kit.entries[i].monitored;
	return ctester_kit.absent[i] == 1 &&
	       *(const volatile unsigned char *)monitored;
}

void ctester_tell_absent(void)
{
	const char *before = "ctester: warning: the program has no call of ";
	bool told = false;
	for (uint32_t i = 0; i < ctester_kit.count; i++) {
		if (!is_news(i))
			continue;
		ctester_kit.absent[i] = 2;
		dprintf(2, "%s%s", before, ctester_kit.entries[i].name);
		before = ", ";
		told = true;
	}
	if (told)
		dprintf(2, ": there is none in its source, or the compiler has "
			   "removed or replaced it; compile with -O0 "
			   "-fno-builtin\n");
}
