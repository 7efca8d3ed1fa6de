/* SPDX-License-Identifier: MIT */
/* Looking calls up.  The rows are in calls.c. */
#include "syscall/table.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned int bit;
} groups[] = {
    {"file", CT_GROUP_FILE},       {"desc", CT_GROUP_DESC},
    {"network", CT_GROUP_NETWORK}, {"process", CT_GROUP_PROCESS},
    {"memory", CT_GROUP_MEMORY},   {"signal", CT_GROUP_SIGNAL},
};

static int compare_number(const void *key, const void *row)
{
	uint64_t wanted = *(const uint64_t *)key;
	uint32_t number = ((const struct ct_syscall *)row)->number;
	return (wanted > number) - (wanted < number);
}

const struct ct_syscall *ct_syscall_by_number(uint64_t number)
{
	return bsearch(&number, ct_syscall_rows, ct_syscall_row_count,
		       sizeof(*ct_syscall_rows), compare_number);
}

/* Asked by people and filters, not at calls. */
const struct ct_syscall *ct_syscall_by_name(const char *name)
{
	for (size_t i = 0; i < ct_syscall_row_count; i++)
		if (!strcmp(ct_syscall_rows[i].name, name))
			return &ct_syscall_rows[i];
	return NULL;
}

unsigned int ct_syscall_group(const char *name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (!strcmp(groups[i].name, name))
			return groups[i].bit;
	return 0;
}

const char *ct_syscall_group_name(size_t index)
{
	return index < sizeof(groups) / sizeof(*groups) ? groups[index].name
							: NULL;
}

void ct_syscall_near(const char *name, size_t max, struct ct_near *ret)
{
	ct_near_init(ret, name, max);
	for (size_t i = 0; i < ct_syscall_row_count; i++)
		ct_near_offer(ret, ct_syscall_rows[i].name);
}
