/* SPDX-License-Identifier: MIT */
/*
 * Who calls, by name.  The agent knows no symbols: GDB's side tells it of a
 * return address when a thread asks (CT_TRAP_DECIDE), once.
 */
#include <string.h>

#include "agent/inside.h"

static const struct ct_agent_caller *find(uint64_t addr)
{
	const struct ct_agent_caller *caller = ct_agent_find_caller(
	    ct_region_at(agent_region, agent_shared->callers),
	    agent_shared->caller_capacity, addr);
	return caller && caller->addr == addr ? caller : NULL;
}

bool agent_knows_caller(uint64_t addr)
{
	const struct ct_agent_caller *caller = find(addr);
	return caller && caller->asked == agent_shared->caller_names;
}

const char *agent_caller_name(uint64_t addr)
{
	const struct ct_agent_caller *caller = find(addr);
	return caller ? ct_region_at(agent_region, caller->function) : NULL;
}

bool agent_is_system_caller(uint64_t addr)
{
	const struct ct_agent_caller *caller = find(addr);
	return caller && caller->is_system;
}

bool agent_is_caller(uint64_t addr, const char *name)
{
	const struct ct_agent_caller *caller = find(addr);
	const struct ct_agent_names *names =
	    caller ? ct_region_at(agent_region, caller->names) : NULL;
	for (uint32_t i = 0; names && i < names->count; i++)
		if (!strcmp(ct_region_at(agent_region, names->names[i]), name))
			return true;
	return false;
}
