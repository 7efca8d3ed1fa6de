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

void ctester_tell_absent(void)
{
	for (uint32_t i = 0; i < ctester_kit.count; i++) {
		const struct ctester_kit_entry *entry = &ctester_kit.entries[i];
		if (ctester_kit.absent[i] != 1 ||
		    !*(const volatile unsigned char *)entry->monitored)
			continue;
		ctester_kit.absent[i] = 2;
		dprintf(2,
			"ctester: warning: %s: the program has no call of it: "
			"the compiler has taken its calls away or put its code "
			"in their place; compile with -O0 -fno-builtin\n",
			entry->name);
	}
}
