/* SPDX-License-Identifier: MIT */
/*
 * An agent that is in the program: found by its one symbol, and brought
 * together with the session's region.  Nothing of the process is believed
 * before its numbers fit.
 */
#define _GNU_SOURCE
#include <string.h>

#include "agent/loading.h"
#include "ctester/maps.h"
#include "ctester/process.h"
#include "process/dynsym.h"

#define SYMBOL "ctester_agent"

static struct ct_error *read_info(pid_t pid, const struct ct_loaded *loaded,
				  uint64_t addr, struct ct_agent_info *info)
{
	struct ct_error *err =
	    ct_process_read_all(pid, addr, info, sizeof(*info));
	if (err)
		return err;
	if (info->magic != CT_AGENT_MAGIC ||
	    info->version != CT_AGENT_VERSION || info->size != sizeof(*info))
		return ct_error_format(
		    CT_ERROR_UNSUPPORTED,
		    "process %d has %s of another version (%u, not %u): start "
		    "it again",
		    (int)pid, loaded->path, info->version, CT_AGENT_VERSION);
	if (info->text != loaded->bias)
		return ct_error_format(CT_ERROR_UNSUPPORTED,
				       "process %d: %s is not relocated yet",
				       (int)pid, loaded->path);
	return NULL;
}

/* Only files of that name are looked into: a program may have hundreds. */
static bool may_be(const struct ct_loaded *loaded)
{
	return !loaded->vdso && strstr(loaded->path, "ctester-agent");
}

static struct ct_error *find(pid_t pid, const struct ct_maps *maps,
			     uint64_t *ret_addr, struct ct_agent_info *info)
{
	const struct ct_loaded *loaded;
	for (size_t i = 0; (loaded = ct_maps_get_loaded(maps, i)); i++) {
		uint64_t addr = 0;
		if (!may_be(loaded))
			continue;
		struct ct_error *err =
		    ct_process_find_export(pid, loaded, SYMBOL, &addr);
		if (!err && addr)
			err = read_info(pid, loaded, addr, info);
		if (err)
			return err;
		if (addr) {
			*ret_addr = addr;
			return NULL;
		}
	}
	*ret_addr = 0;
	return NULL;
}

struct ct_error *ct_agent_find(pid_t pid, uint64_t *ret_addr,
			       struct ct_agent_info *ret)
{
	struct ct_maps *maps;
	struct ct_agent_info info;
	struct ct_error *err = ct_maps_read(pid, &maps);
	if (err)
		return err;
	err = find(pid, maps, ret_addr, &info);
	ct_maps_destroy(maps);
	if (!err && *ret_addr)
		*ret = info;
	return err;
}

struct ct_error *ct_agent_look(pid_t pid, enum ct_agent_presence *ret)
{
	struct ct_agent_info info;
	uint64_t addr;
	struct ct_error *err = ct_agent_find(pid, &addr, &info);
	if (err)
		return err;
	if (!addr)
		*ret = CT_AGENT_ABSENT;
	else
		*ret = info.region ? CT_AGENT_ATTACHED : CT_AGENT_LOADED;
	return NULL;
}
