/* SPDX-License-Identifier: MIT */
/* The objects that tests, wrappers and the debugger share. */
#include <dlfcn.h>
#include <string.h>

#include "CTester/hooks.h"
#include "CTester/kit.h"
#include "CTester/wrap.h"
#include "kit/enter.h"
#include "kit/memory.h"
#include "kit/reals.h"

struct wrap_monitor_t monitored;
struct wrap_fail_t failures;
struct wrap_stats_t stats;
struct wrap_log_t logs;
bool wrap_monitoring;
bool ctester_upstream_quirks;
bool ctester_endless_masks;
/* Names that are there for old programs alone, as __xstat is, are for no
 * linker to find. */
void ctester_find_reals(void)
{
	int before = errno;
	for (uint32_t i = 0; i < ctester_kit.count; i++) {
		const struct ctester_kit_entry *entry = &ctester_kit.entries[i];
		if (!*entry->real)
			*entry->real = dlsym(RTLD_DEFAULT, entry->name);
	}
	errno = before;
}

void reinit_all_stats(void)
{
	ctester_forget_addrinfo();
	memset(&stats, 0, sizeof(stats));
}

void reinit_all_monitored(void)
{
	memset(&monitored, 0, sizeof(monitored));
}

void ctester_reset(void)
{
	reinit_all_monitored();
	memset(&failures, 0, sizeof(failures));
	reinit_all_stats();
	reinit_read_fd_table();
	ctester_reset_dns();
	ctester_enter_again();
	ctester_memory_forget();
	memset(&logs, 0, sizeof(logs));
	ctester_leave();
}
